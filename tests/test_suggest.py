"""A suggested question always has an answer in the library, and preparing them costs an answer nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fakes import Opener, hash_assistant, library_of, write_files

from ingest.sync import sync
from rag.assistant import Assistant
from rag.index.layout import Layout
from rag.index.reader import Index
from rag.schema import Answer, Document
from rag.settings import Settings
from rag.suggest import LEAST, place, prepare
from rag.suggest import prepared as prepared_in

ASKED = [
    "what did garden volunteers learn?",
    "training",
    "In Poland, was the effect of walking gone?",
    "how long did walkers sleep?",
]


@pytest.fixture
def prepared(assistant: Assistant) -> Assistant:
    """An assistant whose suggestions are prepared, as after an ingest."""
    assistant.prepare()
    return assistant


@pytest.mark.parametrize("question", ASKED)
def test_every_suggestion_is_answered(prepared: Assistant, question: str):
    suggestions = prepared.ask(question).suggestions
    assert len(suggestions) <= 3
    assert len(set(suggestions)) == len(suggestions)
    assert question not in suggestions
    for suggestion in suggestions:
        assert not prepared.ask(suggestion).abstained


def test_some_question_gets_suggestions(prepared: Assistant):
    assert any(prepared.ask(question).suggestions for question in ASKED)


def test_a_suggestion_says_what_the_answer_does_not_say_already(prepared: Assistant):
    for question in ASKED:
        answer = prepared.ask(question)
        told = {(citation.source_id, citation.char_start) for citation in answer.citations}
        for suggestion in answer.suggestions:
            first = prepared.ask(suggestion).citations[0]
            assert (first.source_id, first.char_start) not in told


def test_an_answer_waits_for_no_suggestion(library: Settings, tmp_path: Path):
    """And has none where they were not prepared, or their file is not whole."""
    assistant = hash_assistant(library.model_copy(update={"cache": tmp_path}))
    assert assistant.ask(ASKED[0]).suggestions == ()
    assert not (tmp_path / "suggestions").exists()
    assistant.prepare()
    (file,) = (tmp_path / "suggestions").iterdir()
    assert any(assistant.ask(question).suggestions for question in ASKED)
    file.write_text("[{", encoding="utf-8")  # cut off
    again = hash_assistant(library.model_copy(update={"cache": tmp_path}))
    assert again.ask(ASKED[0]).suggestions == ()


def test_nothing_is_suggested_where_nothing_is_wanted(prepared: Assistant):
    assert prepared.ask(ASKED[0], suggest=False).suggestions == ()


WOODEN = ("fence", "gate", "bench", "shed", "table", "stool", "ladder", "trellis", "barrel", "crate")
BRIEF = "# {topic} in gardens\n\n## Mending of {topic}\n\nThe {topic} of gardens were mended by {people} volunteers.\n"


def brief(topic: str, people: int) -> dict[str, str]:
    return {f"{topic}.md": BRIEF.format(topic=topic, people=people)}


@dataclass
class Asking:
    """Asks an assistant, and keeps what it asked."""

    assistant: Assistant
    asked: list[str]

    def __call__(self, question: str) -> Answer:
        self.asked.append(question)
        return self.assistant.ask(question, suggest=False)


def published(settings: Settings) -> Index:
    return Index(settings.index, Layout(settings.index).published())


def test_only_a_new_document_is_asked_about(settings: Settings, tmp_path: Path):
    """The questions of the others are kept, and go on to be suggested; those of a removed one are not."""

    def after(change: Callable[[], object]) -> tuple[list[str], set[str]]:
        change()
        index = published(settings)
        ask = Asking(hash_assistant(settings), [])
        prepare(index, ask, settings.cache, "code")
        return ask.asked, {row.source_id for row in prepared_in(place(settings.cache, index.name, "code"))}

    def add(topic: str) -> object:
        return sync([write_files(folder, brief(topic, 12))], settings, open_=Opener(settings))

    folder = tmp_path / "corpus"
    first, _ = after(lambda: library_of(settings, tmp_path, brief("fences", 14)))
    assert any("fences" in question for question in first)
    then, suggested = after(lambda: add("ponds"))
    assert then
    assert all("ponds" in question for question in then)
    assert suggested == {"fences", "ponds"}
    (folder / "fences.md").unlink()
    last, suggested = after(lambda: sync([folder], settings, open_=Opener(settings)))
    assert (last, suggested) == ([], {"ponds"})


def test_other_code_asks_again(assistant: Assistant, library: Settings, tmp_path: Path):
    counts = []
    for code in ("one", "two", "one"):
        ask = Asking(assistant, [])
        prepare(published(library), ask, tmp_path, code)
        counts.append(len(ask.asked))
    assert counts[0] == counts[1] > counts[2] == 0


class Copies(Index):
    """As many copies of one document as wanted."""

    def __init__(self, document: Document, many: int) -> None:
        self.name = "copies"
        self.copies = {f"copy-{n}": replace(document, source_id=f"copy-{n}") for n in range(many)}
        self.source_ids = tuple(self.copies)  # type: ignore[misc]
        self.document = self.copies.__getitem__  # type: ignore[assignment]

    def content(self, source_id: str) -> str:
        return source_id


def test_each_of_many_documents_is_asked_about(settings: Settings, tmp_path: Path):
    """However many there are, some candidates of each are tried; where there are few, more of them."""
    sections = "".join(f"## Mending of {word}s\n\nThe {word}s were mended.\n\n" for word in WOODEN)
    (document,) = map(library_of(settings, tmp_path, {"wood.md": f"# Wood\n\n{sections}"}).document, ["wood"])
    nothing = hash_assistant(settings).ask("is it good?", suggest=False)

    def tried(many: int) -> Counter[str]:
        asked: Counter[str] = Counter()
        prepare(Copies(document, many), lambda question: asked.update([question]) or nothing, tmp_path / str(many), "")
        return asked

    assert len(tried(1)) == 2 * len(WOODEN)  # each in two wordings, since none is answered
    assert set(tried(100).values()) == {100}
    assert len(tried(100)) == 0  # kept, though it was not answered
    assert len(tried(90)) == 2 * LEAST
