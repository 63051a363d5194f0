"""An answer is made of exact quotations, credits the right studies, and says so when the library does not answer."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from fakes import Opener, hash_assistant, write_files
from hypothesis import given
from hypothesis import strategies as st

from ingest.sync import sync
from rag.assistant import Assistant
from rag.cite import cite, holds, shown
from rag.compose import CANNOT_ANSWER
from rag.contract import answer_as_json
from rag.errors import QuestionError, SourceError
from rag.index.reader import LiveIndex
from rag.markers import find_markers
from rag.schema import Answer, Catalogue, Document, Reference, Section, Turn
from rag.settings import Settings

LEARNED = "what did garden volunteers learn?"
TRAINED = "how are walking leaders trained?"
QUESTIONS = (
    LEARNED,
    TRAINED,
    "how long did walkers sleep?",
    "how much money did each plot receive?",
    "who brought sleepers to the clinic?",
    "what kept GSVs in their teams?",
)


def quotes(answer: Answer) -> dict[str, str]:
    """What is quoted for each sentence shown."""
    by_marker = {citation.marker: citation.quote for citation in answer.citations}
    return {sentence.text: by_marker[sentence.citations[0]] for sentence in answer.sentences}


def studies(answer: Answer, words: str) -> list[str]:
    """Labels of the studies credited for the citation that holds the words."""
    (citation,) = [citation for citation in answer.citations if words in citation.quote]
    return [study.label for study in citation.studies]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_citation_is_exact(assistant: Assistant, question: str):
    answer = assistant.ask(question)
    assert answer.citations
    for citation in answer.citations:
        document = assistant.document(citation.source_id)
        assert document.text[citation.char_start : citation.char_end] == citation.quote
        assert citation.quote in citation.passage
        assert holds(citation, document)
        (passage,) = [p for p in document.passages if p.start <= citation.char_start and citation.char_end <= p.end]
        assert citation.section == passage.section
        assert citation.passage == document.text[passage.start : passage.end]
        assert (citation.title, citation.year) == (document.catalogue.title, document.catalogue.year)


def test_a_citation_that_was_tampered_with_does_not_hold(assistant: Assistant):
    citation = assistant.ask(LEARNED).citations[0]
    document = assistant.document(citation.source_id)
    assert holds(citation, document)
    for change in (
        {"quote": citation.quote.replace("six", "ten")},
        {"quote": ""},
        {"char_start": citation.char_start + 1},
        {"char_end": citation.char_end - 1},
        {"passage": citation.passage.replace("six", "ten")},
        {"passage_start": citation.passage_start - 1},
    ):
        assert not holds(replace(citation, **change), document)


def test_no_citation_is_made_of_a_statement_that_its_passage_does_not_hold(assistant: Assistant):
    document = assistant.document("garden-brief-2019")
    first, second = document.passages[:2]
    with pytest.raises(ValueError, match="outside its passage"):
        cite(document, first, second.statements, 1)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_sentence_cites_and_every_citation_is_cited(assistant: Assistant, question: str):
    answer = assistant.ask(question)
    assert all(sentence.citations for sentence in answer.sentences)
    cited = [number for sentence in answer.sentences for number in sentence.citations]
    assert sorted(set(cited)) == [citation.marker for citation in answer.citations]
    assert [citation.marker for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert answer.text == " ".join(
        f"{s.text} {''.join(f'[{number}]' for number in s.citations)}" for s in answer.sentences
    )


@pytest.mark.parametrize("question", QUESTIONS)
def test_nothing_is_said_twice(assistant: Assistant, question: str):
    answer = assistant.ask(question)
    places = sorted((c.source_id, c.char_start, c.char_end) for c in answer.citations)
    assert all(a[0] != b[0] or a[2] <= b[1] for a, b in pairwise(places))
    assert len({sentence.text for sentence in answer.sentences}) == len(answer.sentences)


def test_the_best_statement_comes_first(assistant: Assistant):
    assert assistant.ask(LEARNED).sentences[0].text.startswith("Garden volunteers learned pruning")
    assert assistant.ask(TRAINED).sentences[0].text == "Leaders of walking groups were trained for two days."


def test_an_answer_draws_on_each_source_that_has_a_part_in_it(assistant: Assistant):
    answer = assistant.ask("what did volunteers and drivers learn in a course?")
    assert {"garden-brief-2019", "night-clinic"} == {citation.source_id for citation in answer.citations[:2]}


def library_of(settings: Settings, folder: Path, files: dict[str, str]) -> Assistant:
    sync([write_files(folder / "corpus", files)], settings, open_=Opener(settings))
    return hash_assistant(settings)


def test_sources_take_turns(settings: Settings, tmp_path: Path):
    """The best statement of a second source comes before the second-best of the first one."""
    many = "Peers rest at noon under trees. Peers rest at noon near rivers. Peers rest at noon on roofs."
    one = "Peers rest at noon after mornings of work."
    files = {
        "many.md": f"# A brief on breaks\n\n## Part\n\n{many}\n",
        "one.md": f"# A brief on hours\n\n## Part\n\n{one}\n",
    }
    answer = library_of(settings, tmp_path, files).ask("where do peers rest at noon?")
    assert [citation.source_id for citation in answer.citations] == ["many", "one", "many", "many"]


@pytest.mark.parametrize("words", [20, 60, 120])
def test_an_answer_is_about_as_long_as_was_asked_for(assistant: Assistant, words: int):
    length = len(" ".join(s.text for s in assistant.ask(LEARNED, words=words).sentences).split())
    assert words / 3 <= length <= words * 1.3


# What is shown, and what is quoted


def test_markers_are_taken_out_of_what_is_shown_and_kept_in_the_quotation(assistant: Assistant):
    for question in QUESTIONS:
        answer = assistant.ask(question)
        for citation, sentence in zip(answer.citations, answer.sentences, strict=True):
            document = assistant.document(citation.source_id)
            assert not any(find_markers(sentence.text, document.marker_style, document.last_reference))
    both = quotes(assistant.ask(LEARNED))
    assert both["Garden volunteers learned pruning, listening and first aid in a course of six evenings."] == (
        "Garden volunteers learned pruning, listening and first aid in a course of six evenings (1-3)."
    )


def test_counts_in_brackets_are_shown(assistant: Assistant):
    sentences = [s.text for s in assistant.ask("In Sweden, was the effect of walking gone?").sentences]
    assert "In Sweden (14 groups) the effect was gone after eight months." in sentences


def test_an_opener_that_lost_its_context_is_not_shown(assistant: Assistant):
    both = quotes(assistant.ask("what did the course leave out about conflict between neighbours?"))
    shown_, quote = next((s, q) for s, q in both.items() if "conflict" in s)
    assert (shown_, quote) == (
        "The course left out conflict between neighbours.",
        "However, the course left out conflict between neighbours (2).",
    )


@pytest.mark.parametrize(
    ("quote", "sentence"),
    [
        ("However, peers rest.", "Peers rest."),
        ("On the other hand, peers rest.", "Peers rest."),
        ("For example, in Canada (14) peers rest [2].", "In Canada (14) peers rest."),
        ("Some studies, on the other hand, found none.", "Some studies found none."),
        ("Therefore it is so.", "It is so."),
        ("Similarly peers rest.", "Similarly peers rest."),
        ("Overall quality was low.", "Overall quality was low."),
        ("Finally,", "Finally,"),
        ("Thus the peers", "The peers"),
        ("rest at noon\n• sing at dusk", "rest at noon • sing at dusk"),
        ("They:\n\n• rest;\n• sing.", "They: rest; sing."),
    ],
)
def test_a_quotation_is_shown_without_markers_and_openers(quote: str, sentence: str):
    assert shown(DOCUMENT, quote) == sentence


DOCUMENT = Document(
    "a",
    Catalogue("T"),
    "A B. One. J 2001;1:1.",
    (Section((), 0, 21, "references"),),
    references=tuple(Reference(number, 0, 21, "A B. One. J 2001;1:1.", "A 2001") for number in range(1, 5)),
    marker_style="square",
)


@given(st.text("However, the (1-3)[2]peer. \n•", max_size=60))
def test_whatever_is_quoted_something_of_it_is_shown(quote: str):
    sentence = shown(DOCUMENT, quote)
    assert sentence == sentence.strip()
    letters = "".join(c for c in quote.casefold() if c.isalpha())
    assert "".join(c for c in sentence.casefold() if c.isalpha()) in letters


def test_a_statement_that_leans_on_the_one_before_is_quoted_with_it(assistant: Assistant):
    answer = assistant.ask("what did the training of walking leaders cover: maps, weather?")
    (citation,) = [c for c in answer.citations if "maps" in c.quote]
    assert citation.quote.startswith("Leaders of walking groups were trained for two days [3]. This training")


# The studies that the document itself credits


def test_studies_are_exactly_those_of_the_statement(assistant: Assistant):
    answer = assistant.ask(LEARNED)
    assert studies(answer, "learned pruning") == ["Ashdown 2011", "Cole 2012", "National Garden Board 2015"]
    assert studies(answer, "refresher") == ["Dahl 2016"]


def test_studies_of_a_list_item_are_those_of_the_whole_item(assistant: Assistant):
    answer = assistant.ask("what kept GSVs in their teams?")
    assert studies(answer, "Weekly coffee hours") == ["Cole 2012", "National Garden Board 2015"]


def test_studies_of_a_joined_quotation_are_those_of_its_statements(assistant: Assistant):
    answer = assistant.ask("what did the training of walking leaders cover: maps, weather?")
    assert studies(answer, "maps") == ["Kerr 2010", "Nord 2015"]


def test_a_range_that_lost_its_dash_credits_all_its_studies(assistant: Assistant):
    answer = assistant.ask("are walking groups cheap to set up for people with short sleep?")
    assert studies(answer, "cheap to set up") == ["Hall 2002", "Ibsen 2008", "Kerr 2010", "Lund 2013", "Moss 2014"]


def test_a_statement_without_markers_credits_nobody(assistant: Assistant):
    assert studies(assistant.ask("who brought sleepers to the clinic?"), "Bus drivers") == []


def test_a_study_is_shown_with_its_entry_and_its_retraction(assistant: Assistant):
    answer = assistant.ask("how much money did each plot receive?")
    (citation,) = [c for c in answer.citations if "40 euros" in c.quote]
    (study,) = citation.studies
    assert (study.label, study.number, study.retracted) == ("Gruber 2014", 5, True)
    assert study.reference == "Gruber H. Tools on loan [retracted in 2018]. Spade 2014;1:1-4."


def test_a_study_that_the_question_names_comes_first(settings: Settings, tmp_path: Path):
    text = "Volunteers rest at noon (1). Volunteers rest at dusk (2). Volunteers rest at dawn (3)."
    entries = "1. Ash P. Noon. J 2011;1:1.\n2. Birk L. Dusk. J 2012;1:1.\n3. Cole R. Dawn. J 2013;1:1.\n"
    files = {"rest.md": f"# A brief on breaks\n\n## Part\n\n{text}\n\n## References\n\n{entries}"}
    assistant = library_of(settings, tmp_path, files)
    for study in ("Ash 2011", "Birk 2012", "Cole 2013"):
        answer = assistant.ask(f"what did {study.split()[0]} find about volunteers who rest?")
        assert [credited.label for credited in answer.citations[0].studies] == [study]


# Abstaining


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("In Poland, was the effect of walking gone?", "“Poland”"),
        ("was MRSA measured in the walking trials?", "“MRSA”"),
        ("what did Zimmermann find about walking groups?", "“Zimmermann”"),
        ("what did walking groups do in 2022?", "“2022”"),
        ("zebra xylophone submarine?", "anything close to this question"),
    ],
)
def test_what_the_library_does_not_hold_is_named(assistant: Assistant, question: str, missing: str):
    answer = assistant.ask(question)
    assert answer.abstained
    assert (answer.sentences, answer.citations) == ((), ())
    assert missing in answer.uncovered
    assert answer.text == answer.note
    assert answer.note.startswith(CANNOT_ANSWER)
    assert len(answer.hits) >= 10


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("how much are leaders of walking groups paid?", "an amount of money"),
        ("what percentage of walkers slept longer?", "a share or percentage"),
    ],
)
def test_a_figure_that_no_statement_holds_is_missing(assistant: Assistant, question: str, missing: str):
    answer = assistant.ask(question, only=["walking-review-2021"])
    assert (answer.abstained, answer.uncovered) == (True, (missing,))


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_the_library_holds_is_not_refused(assistant: Assistant, question: str):
    answer = assistant.ask(question)
    assert (answer.abstained, answer.note, answer.uncovered) == (False, "", ())


def test_a_place_is_known_by_its_adjective(assistant: Assistant):
    assert not assistant.ask("was the effect gone in the Swedish walking groups?").abstained


def test_an_abbreviation_is_known_spelled_out(assistant: Assistant):
    assert not assistant.ask("did LGBT nurses take turns at the desk?").abstained


def test_what_the_askers_say_of_themselves_is_not_asked_for(assistant: Assistant):
    assert not assistant.ask("We are a team in Poland. How are walking leaders trained?").abstained


# Ranked passages


@pytest.mark.parametrize("question", [*QUESTIONS, "zebra xylophone submarine?"])
def test_at_least_ten_passages_come_in_rank_order(assistant: Assistant, question: str):
    hits = assistant.ask(question).hits
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert len(hits) >= 10
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert scores == [round(score, 4) for score in scores]
    assert len({hit.passage.id for hit in hits}) == len(hits)
    assert all(hit.text == hit.document.text[hit.passage.start : hit.passage.end] for hit in hits)


@pytest.mark.parametrize("k", [1, 3, 1000])
def test_search_gives_the_best_passages_and_no_more_than_asked_for(assistant: Assistant, k: int):
    hits = assistant.search(LEARNED, k)
    assert len(hits) == min(k, 21)
    assert [hit.passage.id for hit in hits[:3]] == [hit.passage.id for hit in assistant.ask(LEARNED).hits[: min(k, 3)]]


def test_search_finds_what_shares_no_vector_by_its_words(assistant: Assistant):
    assert any("HbA1c" in hit.text for hit in assistant.search("HbA1c", 2))


# Filters


def test_only_the_documents_named_are_searched(assistant: Assistant):
    answer = assistant.ask("what did volunteers and drivers learn?", only=["night-clinic"])
    assert {hit.document.source_id for hit in answer.hits} == {"night-clinic"}
    assert {citation.source_id for citation in answer.citations} == {"night-clinic"}


def test_only_documents_of_that_year_or_later_are_searched(assistant: Assistant):
    for since, expected in ((2020, {"walking-review-2021"}), (2019, {"walking-review-2021", "garden-brief-2019"})):
        assert {hit.document.source_id for hit in assistant.search(LEARNED, 30, since=since)} == expected


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"only": ["nowhere"]}, "no document with the id `nowhere`"),
        ({"only": ["night-clinic", "nowhere"]}, "no document with the id `nowhere`"),
        ({"since": 2031}, "no document of 2031 or later"),
        ({"only": ["night-clinic"], "since": 1900}, "no document of 1900 or later"),  # its year is not known
    ],
)
def test_a_filter_that_leaves_nothing_is_told(assistant: Assistant, filters: dict, message: str):
    with pytest.raises(SourceError, match=message) as caught:
        assistant.ask(LEARNED, **filters)
    assert caught.value.hint
    with pytest.raises(SourceError, match=message):
        assistant.search(LEARNED, **filters)


def test_a_document_that_is_not_there_is_told(assistant: Assistant):
    with pytest.raises(SourceError, match="no document with the id `nowhere`"):
        assistant.document("nowhere")


# Questions that are none


@pytest.mark.parametrize("question", ["", " ", "\n\t", "x" * 20_000, "peer " * 4_000])
def test_an_empty_or_endless_question_is_refused(assistant: Assistant, question: str):
    with pytest.raises(QuestionError) as caught:
        assistant.ask(question)
    assert caught.value.hint
    with pytest.raises(QuestionError):
        assistant.search(question)


@given(st.text(min_size=1, max_size=200).filter(str.strip))
def test_any_question_gets_an_answer_or_an_honest_refusal(assistant: Assistant, question: str):
    answer = assistant.ask(question)
    assert answer.question == question
    assert answer.abstained != bool(answer.sentences)
    json.dumps(answer_as_json(answer), ensure_ascii=False)


@pytest.mark.parametrize(
    "question", ['"', "'; DROP TABLE passages; --", "NEAR(a b) OR *", "peer* AND", "()[]{}", "-", "a"]
)
def test_what_a_query_language_would_read_is_only_words(assistant: Assistant, question: str):
    assert len(assistant.search(question)) == 10


# The same question gives the same answer


@pytest.mark.parametrize("question", [*QUESTIONS, "what did walking groups do in 2022?"])
def test_the_same_question_gives_the_same_bytes(assistant: Assistant, library: Settings, question: str):
    answers = []
    for each in (assistant, assistant, hash_assistant(library)):
        body = answer_as_json(each.ask(question))
        timings = body.pop("timings_ms")
        assert set(timings) == {"conversation", "retrieve", "answer", "total"}
        assert all(value >= 0 for value in timings.values())
        answers.append(json.dumps(body))
    assert len(set(answers)) == 1


def test_the_receipt_tells_questions_filters_and_states_apart(assistant: Assistant):
    asked = [
        assistant.ask(LEARNED),
        assistant.ask(TRAINED),
        assistant.ask(LEARNED, words=50),
        assistant.ask(LEARNED, only=["night-clinic"]),
        assistant.ask(LEARNED, [Turn("user", TRAINED)]),
    ]
    assert len({answer.receipt for answer in asked}) == len(asked)
    assert asked[0].receipt == assistant.ask(LEARNED).receipt


# Follow-ups


def test_a_follow_up_takes_the_question_before_along(assistant: Assistant):
    answer = assistant.ask("and for how long?", [Turn("user", TRAINED), Turn("assistant", "For two days.")])
    assert answer.question == "and for how long?"
    assert answer.standalone_question == TRAINED.rstrip("?") + ", and for how long?"
    assert "two days" in answer.sentences[0].text


def test_a_history_of_user_turns_only_is_enough(assistant: Assistant):
    with_answers = assistant.ask("and for how long?", [Turn("user", TRAINED), Turn("assistant", "For two days.")])
    without = assistant.ask("and for how long?", [Turn("user", TRAINED)])
    assert with_answers.standalone_question == without.standalone_question
    assert with_answers.sentences[0].text == without.sentences[0].text


def test_a_new_topic_leaves_the_history_behind(assistant: Assistant):
    question = "who brought sleepers to the night clinic when the last bus had gone?"
    answer = assistant.ask(question, [Turn("user", LEARNED)])
    assert answer.standalone_question == question
    assert answer.text == assistant.ask(question).text


def test_a_long_history_does_not_make_a_question_too_long(library: Settings):
    assistant = hash_assistant(library)
    turns = [Turn("user", "and why is that so? " * 150) for _ in range(60)]
    assert len(assistant.ask("and why?", turns).standalone_question) <= library.max_question


def test_a_greeting_is_answered_without_a_search(assistant: Assistant):
    answer = assistant.ask("Hello there!")
    assert answer.abstained
    assert answer.note.startswith("Hello")
    assert answer.hits == answer.citations == answer.uncovered == ()


def test_say_more_gives_a_longer_answer_to_the_same_question(assistant: Assistant):
    usual = assistant.ask(TRAINED, words=20)
    more = assistant.ask("say more", [Turn("user", TRAINED), Turn("assistant", usual.text)], words=20)
    assert more.standalone_question == TRAINED
    assert len(more.text) >= len(usual.text)
    assert more.text == assistant.ask(TRAINED, words=40).text


def test_asked_for_its_studies_an_answer_keeps_what_credits_one(assistant: Assistant):
    answer = assistant.ask("which studies were those?", [Turn("user", TRAINED)])
    assert answer.abstained or all(citation.studies for citation in answer.citations)


def test_the_parts_of_a_question_are_answered_each(assistant: Assistant):
    one, other = "how are walking leaders trained?", "what did garden volunteers learn?"
    both = assistant.ask(f"{one} {other}")
    quoted = {citation.quote for citation in both.citations}
    for question in (one, other):
        assert quoted & {citation.quote for citation in assistant.ask(question).citations}


def test_a_part_without_an_answer_is_named_beside_the_answer_to_the_other(assistant: Assistant):
    answer = assistant.ask(f"{TRAINED} What do garden volunteers earn per hour?")
    assert not answer.abstained
    assert any("earn per hour" in missing for missing in answer.uncovered)


def test_progress_is_told(assistant: Assistant):
    notes: list[str] = []
    assistant.ask(LEARNED, progress=notes.append)
    assert notes == ["Searching the library", "Choosing the statements that answer"]


# The library as a whole


def test_the_catalogue_lists_the_newest_document_first(assistant: Assistant):
    assert list(assistant.catalogue()) == ["walking-review-2021", "garden-brief-2019", "night-clinic"]


def test_an_assistant_opens_its_index_when_it_is_asked(settings: Settings):
    LiveIndex(settings.index, "any")  # no index yet: a page can start before the first document comes


def test_a_short_row_can_be_an_answer(assistant: Assistant):
    assert "34" in assistant.ask("how many volunteers came from Rotterdam?").text
