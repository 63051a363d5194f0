"""A matter that a question names cannot be exchanged for another; no document that speaks of it, no answer."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest
from questions import TRAINED

from rag.assistant import Assistant
from rag.judge import Verdict, judge
from rag.select import choice_of
from rag.topics import DATA, unheld

PEERS = "peers help people who live with a long illness, and are paid for it."


@pytest.mark.parametrize(
    ("question", "matters"),
    [
        ("Do peers help in prisons?", ("prisons",)),
        ("Suicide among ex-service men: do peers help?", ("ex-service", "Suicide")),
        ("Is support by text  messages any good?", ("text  messages",)),
        ("What do foster\nparents think?", ("foster\nparents",)),
        ("Did aspirin help?", ("aspirin",)),
        ("How are peers paid?", ()),
        ("Is it a headache to set up? What if someone falls ill?", ()),
        ("Do walking aids help? How much prep is needed? Did virtually all come?", ()),
        ("Is there a uniform rule, or is it premature to say, in the whole European union?", ()),
        ("What does the library say?", ()),
        ("", ()),
    ],
)
def test_what_a_question_names_and_no_text_speaks_of_is_told_in_its_words(question: str, matters: tuple[str, ...]):
    assert unheld(question, (PEERS,)) == matters


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Do peers help in jail?", "inmates were visited"),
        ("What of bipolar disorder?", "people with severe mental illness"),
        ("Is there an app?", "a web-based programme"),
        ("Do they phone?", "telephone support"),
        ("anything on Refugees", "migrants"),
        ("do they need a police check?", "a criminal record check is made"),
        ("do pensioners take part?", "older people"),
    ],
)
def test_another_or_a_wider_word_for_it_will_do(question: str, text: str):
    assert unheld(question, (PEERS, text)) == ()


LINES = [line for kind in tomllib.loads(DATA.read_text(encoding="utf-8")).values() for line in kind]


@pytest.mark.parametrize("line", LINES)
def test_whatever_names_a_matter_in_a_question_holds_it_in_a_text(line: str):
    for form in line.partition("|")[0].replace("*", "").split(","):
        assert form == form.casefold()
        asked = f"what of {form.strip()} here?"
        assert unheld(asked, (PEERS,))
        assert unheld(asked, (asked,)) == ()


@pytest.mark.parametrize(
    "question", ["how are walking leaders trained in prisons?", "do walking leaders take aspirin?"]
)
def test_a_question_on_what_no_document_speaks_of_is_not_answered(assistant: Assistant, question: str):
    answer = assistant.ask(question)
    assert answer.abstained
    assert answer.uncovered[0] in ("“prisons”", "“aspirin”")


def test_who_asks_is_not_what_is_asked(assistant: Assistant):
    assert not assistant.ask("We are a charity for refugees. How are walking leaders trained?").abstained


@pytest.mark.parametrize(("confidence", "answered"), [(0.75, False), (0.85, True), (None, True)])
def test_what_stands_elsewhere_in_a_document_is_named_and_answered_only_for_sure(
    assistant: Assistant, confidence: float | None, answered: bool
):
    (found,) = assistant.search(TRAINED, 1)
    hit = replace(found, document=replace(found.document, text=f"{found.document.text}\nPrisons."))
    choice = choice_of(hit.document, hit.passage, 0, 1.0)
    assert choice is not None
    verdict = judge("how are leaders trained in prisons?", [hit], [choice], confidence)
    assert verdict == Verdict(answered, ("“prisons”, of which nothing found speaks",))


def test_the_statement_on_the_matter_asked_about_is_quoted_though_others_read_more_alike(assistant: Assistant):
    answer = assistant.ask("how many garden volunteers asked for a refresher, and were they elderly people?")
    assert any(citation.quote.startswith("Three out of five volunteers were older") for citation in answer.citations)
