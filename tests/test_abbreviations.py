"""A question with an abbreviation is also searched by what the library's documents mean by it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import library_of
from hypothesis import given
from hypothesis import strategies as st

from rag.glossary import MEANINGS, Glossary, abbreviates
from rag.index.layout import Layout
from rag.index.reader import Index
from rag.settings import Settings
from rag.terms import stem, words

PAIRS = [("WHO", "World Health Organization"), ("LHW", "lay health worker"), ("MI", "myocardial infarction")]


@pytest.mark.parametrize(
    ("question", "added"),
    [
        ("what does WHO advise?", ("world", "health", "organization")),
        ("who advises it?", ()),
        ("were LHWs paid, or was each LHW a volunteer?", ("lay", "health", "worker")),
        ("which workers are LHWs?", ("lay", "health")),
        ("do WHO and LHWs agree?", ("world", "health", "organization", "lay", "worker")),
        ("how are they paid?", ()),
    ],
)
def test_an_abbreviation_brings_the_words_that_it_stands_for(question: str, added: tuple[str, ...]):
    assert Glossary(PAIRS).spelled_out(question) == added


def test_of_many_meanings_the_commonest_count():
    meanings = ["multiple imputation", "motivational interviewing", "mitral insufficiency", "mercury intake"]
    found = Glossary([*PAIRS, *(("MI", long) for long in (*meanings, *meanings[1:]))]).spelled_out("MI?")
    assert found == ("motivational", "interviewing", "mitral", "insufficiency", "mercury", "intake")
    assert len(found) == 2 * MEANINGS


@given(st.lists(st.tuples(st.text(min_size=1, max_size=5), st.text(max_size=20))), st.text(max_size=60))
def test_no_word_comes_twice_and_none_of_the_question_comes_back(pairs: list[tuple[str, str]], question: str):
    question += " " + " ".join(short for short, _ in pairs)
    added = [stem(word) for word in Glossary(pairs).spelled_out(question)]
    assert len(set(added)) == len(added)
    assert not set(added) & {stem(word) for word in words(question)}


def test_another_document_is_found_by_the_long_form(settings: Settings, tmp_path: Path):
    """One document defines the abbreviation, another, which spells it out, is found by it; and that is explained."""
    files = {
        "clinics.md": "# Clinics\n\nClinics hired community garden stewards (CGSs) in spring.\n",
        "pay.md": "# Pay\n\nFor community garden stewards ten crowns were set aside.\n",
        "tea.md": "# Tea\n\nTea was served at noon in all of the halls.\n",
    }
    assistant = library_of(settings, tmp_path, files)
    hits = assistant.search("what was set aside for CGSs?")
    assert hits[0].document.source_id == "pay"
    first, *others = assistant.explain("what was set aside for CGSs?", hits)
    assert {"community", "garden", "steward"} <= {word.word for word in first.words}
    assert first.absent == ("cgss",)
    assert not any({"community", "steward"} & set(one.absent) for one in others)


def test_a_lost_document_leaves_the_abbreviations_of_the_others(settings: Settings, tmp_path: Path):
    defined = {"shed": "shed door stewards (SDSs)", "pond": "pond water stewards (PWSs)"}
    library_of(
        settings, tmp_path, {f"{name}.md": f"# {name}\n\nThere were {long}.\n" for name, long in defined.items()}
    )
    lost = next(path for path in (settings.index / "objects").glob("*.json") if "shed door" in path.read_text("utf-8"))
    lost.write_text("{", encoding="utf-8")
    index = Index(settings.index, Layout(settings.index).published())
    assert index.spelled_out("PWSs and SDSs?") == ("pond", "water", "steward")


@pytest.mark.parametrize(
    ("question", "may"),
    [
        ("what does WHO advise?", True),
        ("mHealth for LHWs", True),
        ("How are peers paid in Canada?", False),
        ("", False),
    ],
)
def test_only_a_capital_within_a_word_may_be_an_abbreviation(question: str, may: bool):
    assert abbreviates(question) is may
