"""`python -m eval articles`: answers over a library of whole articles, as a person would ingest them.

In: an index of articles, and questions on them: those of Evidence Inference, and our own in `eval/questions`. Out:
lines of a table: how often a quotation holds a gold sentence, how often a question is refused that its article does
not answer, and how often one is refused whose article was taken out. Nothing is embedded but the questions.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.collections import CollectionError, Split, read_items, sample, split_of
from eval.retrieval import cell, counted, markdown
from eval.statistics import figure
from eval.throwaway import HidingIndex, OneIndex, Progress
from eval.tokens import holds
from rag.assistant import Assistant
from rag.encode import Encoder
from rag.index.layout import Layout
from rag.reader import open_reader
from rag.schema import Turn
from rag.settings import Settings

OURS = Path(__file__).parent / "questions"
PUBLIC = "evidence_inference"


@dataclass(frozen=True, slots=True)
class Question:
    """A question on one article. `answers` are texts, any one of which is right; none where it is not answered."""

    id: str
    kind: str
    article: str
    text: str
    history: tuple[Turn, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of a question; `out` is whether it was refused with its article taken out."""

    kind: str
    answerable: bool
    refused: bool
    held: bool
    out: bool


def articles(
    bench: Path, split: Split, kind: str, limit: int | None, settings: Settings, encoder: Encoder, progress: Progress
) -> Iterator[str]:
    """Ask the index of the settings the questions on its articles, whose files are in `bench`/library."""
    index = HidingIndex(settings.index, Layout(settings.index).published())
    ids = {path.stem: path.stem.casefold() for path in (bench / "library").glob("*.md")}
    held = {article: source for article, source in ids.items() if source in set(index.source_ids)}
    if not held:
        raise CollectionError(
            f"the index at `{settings.index}` holds no article of `{bench / 'library'}`",
            "make one: `python -m ingest DIR/library --index INDEX`, then give --index INDEX",
        )
    known = [one for one in (*_public(bench), *_ours(bench)) if one.article in held]
    known = [one for one in known if split in (split_of(one.article), "all") and kind in (one.kind, "")]
    chosen = sample([one.id for one in known], limit)
    assistant = Assistant(OneIndex(index), encoder, settings, open_reader(settings))
    asked = []
    for question in counted([one for one in known if one.id in chosen], progress):
        index.hide(())
        answer = assistant.ask(question.text, question.history)
        quoted = any(holds(citation.quote, question.answers) for citation in answer.citations)
        index.hide([held[question.article]])
        out = assistant.ask(question.text, question.history).abstained
        asked.append(Asked(question.kind, bool(question.answers), answer.abstained, quoted, out))
    yield f"{len(held)} articles, {index.count:,} passages; {len(asked):,} questions, split {split}"
    yield ""
    yield from _table(asked)


def _public(bench: Path) -> Iterator[Question]:
    for item in read_items(bench / PUBLIC):
        yield Question(f"{PUBLIC} {item.id}", PUBLIC, item.article, item.question, (), item.answers)


def _ours(bench: Path) -> Iterator[Question]:
    texts: dict[str, str] = {}
    for file in sorted(OURS.glob("library-*.jsonl")):
        for raw in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            article = raw["document"]
            path = bench / "library" / f"{article}.md"
            if article not in texts:
                texts[article] = path.read_text(encoding="utf-8") if path.exists() else ""
            if texts[article]:
                answers = tuple(texts[article][place["start"] : place["end"]] for place in raw["answers"])
                history = tuple(Turn(turn["role"], turn["text"]) for turn in raw["history"])
                yield Question(raw["id"], raw["kind"], article, raw["question"], history, answers)


def _table(asked: Sequence[Asked]) -> Iterator[str]:
    kinds: Mapping[str, list[Asked]] = defaultdict(list)
    for one in asked:
        kinds[one.kind].append(one)
    ours = [one for one in asked if one.kind != PUBLIC]
    rows = [*kinds.items(), ("all of ours", ours)] if ours else list(kinds.items())
    yield from markdown(
        ("kind", "questions", "a gold sentence quoted", "refused", "refused without its article"),
        [
            (
                kind,
                str(len(group)),
                _share([one.held for one in group if one.answerable]),
                _share([one.refused for one in group]),
                _share([one.out for one in group]),
            )
            for kind, group in rows
        ],
    )


def _share(values: Sequence[bool]) -> str:
    return cell(figure([float(value) for value in values])) if values else "–"
