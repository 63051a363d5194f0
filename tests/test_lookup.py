"""Questions about the library itself are told apart from those about what documents say, and answered by its lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import hash_assistant, library_of
from hypothesis import given
from hypothesis import strategies as st
from lookups import CONTENT, LOOKUPS

from ingest.library import read_library
from rag.assistant import Assistant
from rag.cite import catalogue_lines, holds
from rag.contract import answer_as_json
from rag.errors import SourceError
from rag.lookup.asks import parse
from rag.lookup.places import countries
from rag.lookup.years import Years
from rag.mentions import Names
from rag.schema import Answer, Catalogue
from rag.settings import Settings

GARDEN, WALKING, NIGHT = "garden-brief-2019", "walking-review-2021", "night-clinic"
ROOT = Path(__file__).resolve().parents[1]
SHIPPED = Names({entry.source_id: entry.catalogue for entry in read_library(ROOT / "corpus").values()})


@pytest.mark.parametrize("question", LOOKUPS)
def test_a_question_about_the_library_is_recognised(question: str):
    ask = parse(question, SHIPPED.find(question).without)
    assert ask is not None
    assert {name: getattr(ask, name) for name in LOOKUPS[question]} == LOOKUPS[question]


@pytest.mark.parametrize("question", CONTENT)
def test_a_question_about_what_documents_say_is_not_taken_for_one(question: str):
    assert parse(question, SHIPPED.find(question).without) is None


@given(st.text(max_size=120))
def test_any_text_is_recognised_or_not_without_a_failure(question: str):
    found = SHIPPED.find(question)
    assert found.source_ids or (found.rest, found.without) == (question, question)
    parse(question, found.without)


def quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


ASKED: list[tuple[str, list[str]]] = [
    ("who wrote the garden brief?", ["Authors: Ada Writer; Ben Author"]),
    ("where was the garden brief published?", ["Published by: Evidence Desk", "Year: 2019"]),
    ("what kind of document is the Leeds review?", ["Kind: review"]),
    ("what is the newest document?", ["Walking groups and sleep: a review of seven studies", "Year: 2021"]),
    ("which is the oldest brief you have?", ["Shared gardens for people who live with pain", "Year: 2019"]),
    (
        "which documents are in the library?",
        [
            "Walking groups and sleep: a review of seven studies",
            "Shared gardens for people who live with pain",
            "A night clinic beside the bus station",
        ],
    ),
    (
        "which documents mention a listening course?",
        ["Shared gardens for people who live with pain", "A night clinic beside the bus station"],
    ),
    ("which documents do we hold on pruning?", ["Shared gardens for people who live with pain"]),
    (
        "which documents come from the UK?",
        ["Walking groups and sleep: a review of seven studies", "Place: Leeds, United Kingdom"],
    ),
    (
        "how many references does the Leeds review have?",
        ["World Walking Office. Who walks and why. Geneva: World Walking Office; 2016."],
    ),
    (
        "which cited studies come from Denmark?",
        ["Dahl E, Eck F, Falk G. Denmark's allotments. Plots 2016 Mar;2:5-8."],
    ),
    ("which of the references were published in 2010?", ["Kerr L, et al. Leading a group. Path. 2010;3: 4."]),
    (
        "which studies are cited for coffee hours?",
        [
            "Weekly coffee hours kept GSVs in their teams.",
            "Cole R. Coffee among beds. Garden Letters 2012;7:3.",
            "National Garden Board. Volunteers in numbers. Utrecht: National Garden Board; 2015.",
        ],
    ),
    (
        "where did the article on eight months later come out?",
        ["Lund M. Eight months later. Path. 2013;6: 77–80."],
    ),
    ("what is the full reference for Ibsen?", ["Ibsen J, Jarl K. Long walks, long nights. Sleep Notes. 2008;7: 20–31. "
                                               "pmid:19991999"]),
    (
        "summarise the garden brief",
        [
            "Garden support volunteers (GSVs) reported less pain after twelve weeks of planting in Study A (1).",
            "Weekly coffee hours kept GSVs in their teams.",
            "They also made new volunteers feel at home (2;3).",
        ],
    ),
    (
        "what is the Leeds review about?",
        [
            "To learn whether walking in groups improves the sleep of people with diabetes mellitus type two (DMTT).",
            "Walkers slept longer than people who stayed at home.",
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("question", "expected"), ASKED)
def test_a_question_about_the_library_is_answered_with_its_own_lines(
    assistant: Assistant, question: str, expected: list[str]
):
    answer = assistant.ask(question)
    assert not answer.abstained
    assert quotes(answer) == expected


@pytest.mark.parametrize("question", [question for question, _ in ASKED])
def test_every_citation_of_a_look_up_holds_and_its_lines_come_first(assistant: Assistant, question: str):
    answer = assistant.ask(question)
    for citation in answer.citations:
        assert holds(citation, assistant.document(citation.source_id))
    in_text = [citation.quote for citation in answer.citations if citation.kind == "text"]
    assert [hit.text for hit in answer.hits[: len(in_text)]] == in_text
    assert {number for sentence in answer.sentences for number in sentence.citations} == {
        citation.marker for citation in answer.citations
    }


def test_a_fact_of_the_catalogue_has_no_place_in_the_text(assistant: Assistant):
    (citation,) = answer_as_json(assistant.ask("who wrote the garden brief?"))["citations"]
    assert (citation["kind"], citation["char_start"], citation["char_end"]) == ("catalogue", None, None)
    assert citation["quote"] == "Authors: Ada Writer; Ben Author"


def test_a_quotation_of_the_catalogue_holds_only_while_the_catalogue_says_it(assistant: Assistant):
    (citation,) = assistant.ask("who wrote the garden brief?").citations
    assert not holds(citation, assistant.document(WALKING))


def test_a_count_is_the_only_sentence_that_is_no_quotation(assistant: Assistant):
    answer = assistant.ask("how many documents are in the library?")
    assert answer.sentences[0].text == "The library holds 3 documents."
    assert answer.sentences[0].citations == (1, 2, 3)
    assert [sentence.text for sentence in answer.sentences[1:]] == quotes(answer)


def test_an_entry_is_credited_beside_the_statement_that_cites_it(assistant: Assistant):
    answer = assistant.ask("which studies are cited for coffee hours?")
    assert [[study.number for study in citation.studies] for citation in answer.citations] == [[2, 3], [2], [3]]


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("is there a newer version of the garden brief?", "a newer document that replaces it"),
        ("which cited studies come from Peru?", "a cited study for Peru"),
        ("which documents are there from Kenya?", "a document from Kenya"),
        ("do the authors of the Leeds review declare competing interests?", "a statement of competing interests"),
    ],
)
def test_what_the_library_lacks_is_said(assistant: Assistant, question: str, missing: str):
    answer = assistant.ask(question)
    assert answer.abstained
    assert answer.uncovered == (missing,)


@given(st.builds(Catalogue, st.text(max_size=20), st.lists(st.text(max_size=9), max_size=3).map(tuple)))
def test_the_lines_of_a_catalogue_are_never_empty(known: Catalogue):
    assert all(line.partition(": ")[2].strip() for line in catalogue_lines(known).values())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("An Australian study with ten people", ("Australia",)),
        ("Alberta AJ, Ploski RR, Carlson SL. Addressing challenges.", ()),
        ("Frank AW. The wounded storyteller. London: University Press; 2013.", ()),
        ("Support in Bristol, UK: views", ("United Kingdom",)),
        ("articles in English were kept", ()),
        ("let us know", ()),
    ],
)
def test_a_country_is_told_from_an_author_a_publisher_and_a_language(text: str, expected: tuple[str, ...]):
    assert countries(text) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("what does the British review say about sleep?", (WALKING,)),
        ("what does the Dutch brief say about seeds?", (GARDEN,)),
        ("what does the 2021 review say about sleep?", (WALKING,)),
        ("what does the shared gardens brief say about seeds?", (GARDEN,)),
        ("what does the night clinic report say about drivers?", (NIGHT,)),
        ("what do people review in gardens?", ()),
    ],
)
def test_loose_mentions_name_a_document(assistant: Assistant, question: str, expected: tuple[str, ...]):
    assert assistant._library.current().names.find(question).source_ids == expected


def test_a_name_that_very_many_documents_bear_names_none():
    names = Names({f"d{n}": Catalogue(f"Title number {n} here", kind="rapid response") for n in range(40)})
    assert names.find("what does the rapid response say about sleep?").source_ids == ()


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"until": 2019}, {GARDEN}),
        ({"since": 2020, "until": 2022}, {WALKING}),
        ({"kind": "review"}, {WALKING}),
        ({"topic": "pruning"}, {GARDEN}),
        ({"topic": "listening course"}, {GARDEN, NIGHT}),
    ],
)
def test_filters_restrict_the_documents(assistant: Assistant, filters: dict[str, object], expected: set[str]):
    hits = assistant.search("what did people learn?", 30, **filters)  # type: ignore[arg-type]
    assert {hit.document.source_id for hit in hits} == expected


@pytest.mark.parametrize(
    ("filters", "message", "hint"),
    [
        ({"until": 1990}, "no document of 1990 or earlier", "2019 to 2021"),
        ({"since": 2020, "until": 2020}, "2020 or later and 2020 or earlier", "2019 to 2021"),
        ({"since": 2020, "only": [GARDEN]}, "no document of 2020 or later", "choose other years: 2019"),
        ({"kind": "novel"}, "no document of the kind `novel`", "rapid response; review"),
        ({"topic": "xylophones"}, "no document with `xylophones`", "other words"),
        ({"kind": "review", "since": 2030}, "no document of 2030 or later", "2019 to 2021"),
    ],
)
def test_a_filter_that_leaves_nothing_is_explained(
    assistant: Assistant, filters: dict[str, object], message: str, hint: str
):
    with pytest.raises(SourceError) as caught:
        assistant.ask("what did people learn?", **filters)  # type: ignore[arg-type]
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_a_passage_is_explained_by_its_words_its_statement_and_its_parts(assistant: Assistant):
    question = "which tools were missing xyz?"
    hits = assistant.search(question, 3)
    first = assistant.explain(question, hits)[0]
    assert first.statement == "They wrote down which tools were missing (5)."
    assert [(word.word, word.places) for word in first.words] == [
        ("tools", ("body", "studies")),
        ("missing", ("body",)),
    ]
    assert first.absent == ("xyz",)
    assert parts(assistant, question) == ["passage", "best statement", "words"]


def parts(assistant: Assistant, question: str) -> list[str]:
    """The names of the parts that make up the score of the best passage; that they do is asserted of all."""
    explained = assistant.explain(question, assistant.search(question, 8))
    for one in explained:
        assert sum(part.points for part in one.parts) == pytest.approx(one.hit.score, abs=0.002)
    return [part.name for part in explained[0].parts]


def test_a_passage_is_explained_by_the_study_the_section_and_the_successor_that_moved_it(
    settings: Settings, tmp_path: Path
):
    entries = "\n\n## References\n\n1. Ash P. Noon. J 2011;1:1.\n2. Birk L. Dusk. J 2012;1:1.\n"
    toml = '[[document]]\nid = "{0}"\nfile = "{0}.md"\ntitle = "{1}"\naliases = ["the {0} brief"]\n'
    assistant = library_of(
        settings,
        tmp_path,
        {
            "old.md": "# Rest at sea\n\n## Part\n\nSailors sleep little in storms.\n",
            "new.md": f"# Rest\n\n## Limitations\n\nFew volunteers rest at noon (1).{entries}",
            "library.toml": toml.format("old", "Rest at sea")
            + toml.format("new", "Rest of volunteers")
            + 'supersedes = ["old"]\n',
        },
    )
    assert parts(assistant, "what did Ash find about volunteers who rest?")[3:] == ["study named"]
    assert parts(assistant, "what are weak points of the new brief?")[3:] == ["section asked for"]
    assert parts(assistant, "how much do sailors sleep in storms?")[3:] == ["replaced by a newer document"]


@pytest.mark.parametrize(
    ("years", "inside", "outside", "words"),
    [
        (Years(2013, 2013), {2013}, {2012, 2014, None}, "2013"),
        (Years(2013, 0), {2013, 2026}, {2012, None}, "2013 or later"),
        (Years(0, 1999), {1950, 1999}, {2000, None}, "1999 or earlier"),
        (Years(2010, 2012), {2010, 2011, 2012}, {2009, 2013}, "2010 to 2012"),
    ],
)
def test_years_asked_for_have_bounds(years: Years, inside: set[int], outside: set[int | None], words: str):
    assert all(year in years and str(year) in years.each() for year in inside)
    assert not any(year in years for year in outside)
    assert str(years) == words


def test_a_question_of_both_kinds_is_answered_part_by_part(assistant: Assistant):
    answer = assistant.ask("who wrote the garden brief, and what did garden volunteers learn?")
    alone = assistant.ask("what did garden volunteers learn?")
    assert quotes(answer)[0] == "Authors: Ada Writer; Ben Author"
    assert quotes(answer)[1] == quotes(alone)[0]
    assert [citation.marker for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert {number for sentence in answer.sentences for number in sentence.citations} == {
        citation.marker for citation in answer.citations
    }
    assert [hit.rank for hit in answer.hits] == list(range(1, len(answer.hits) + 1))


def test_a_part_that_the_library_does_not_tell_is_named(assistant: Assistant):
    answer = assistant.ask("who wrote the garden brief, and which cited studies come from Peru?")
    assert quotes(answer) == ["Authors: Ada Writer; Ben Author"]
    assert answer.uncovered == ("a cited study for Peru (asked: “which cited studies come from Peru?”)",)


def test_when_no_part_is_told_the_whole_is_not(assistant: Assistant):
    answer = assistant.ask("which cited studies come from Peru, and what is reference 99?")
    assert answer.abstained
    assert len(answer.uncovered) == 2


def test_a_filter_holds_for_look_ups(library: Settings):
    answer = hash_assistant(library).ask("which documents are in the library?", kind="review")
    assert {citation.source_id for citation in answer.citations} == {WALKING}
