"""Public question sets in the common form, line by line, and the split that their README fixes.

In: a folder with corpus.jsonl (id, title, text), queries.jsonl (id, text), qrels.tsv (query id, document id,
grade), answerable.jsonl and conversations.jsonl, as far as it has them. Out: frozen records. Nothing is read
ahead: a collection may be larger than memory.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from rag.errors import CitewellError
from rag.schema import Turn

Split = Literal["tune", "test", "all"]
Qrels = dict[str, dict[str, int]]  # query id → document id → grade, in the order of the file
# Sets whose split goes by the id of the question; in all others it goes by its first gold document.
SPLIT_BY_ITEM = frozenset({"clapnq", "canard"})
FORM = "a set is a folder with corpus.jsonl and with queries.jsonl and qrels.tsv, or with conversations.jsonl"
_FIELDS = {
    "corpus.jsonl": "id, title, text",
    "queries.jsonl": "id, text",
    "qrels.tsv": "query id, document id and grade, parted by tabs",
    "answerable.jsonl": "id, question, answers, and if known answerable, gold_ids, doc",
}
_RECORD = "each line is an object with the fields that eval/collections.py names"
_OF_CONVERSATIONS = "id, history (turns with role and text), question, rewrite, and if known gold_ids"


class CollectionError(CitewellError):
    """A public set lacks a file or a field, or a line of it cannot be read."""


@dataclass(frozen=True, slots=True)
class CorpusDocument:
    """A document of a collection; the title may be empty."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """A question of a collection."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """A follow-up question, the turns before it, and how a person completed it; a title counts as a turn."""

    id: str
    history: tuple[Turn, ...]
    question: str
    rewrite: str
    gold_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A question with its answers.

    Attributes:
        answerable: from the collection as it is, or None where nobody said.
        answers: any one of them is right.
        gold_ids: documents that hold the answer.
        article: what the gold documents are parts of, or "".
    """

    id: str
    question: str
    answerable: bool | None
    answers: tuple[str, ...]
    gold_ids: tuple[str, ...]
    article: str


def split_of(id_: str) -> Split:
    """`test` where the SHA-256 of the id, as a number, is divisible by five, else `tune`."""
    return "test" if int(hashlib.sha256(id_.encode()).hexdigest(), 16) % 5 == 0 else "tune"


def in_split(folder: Path, split: Split, item_id: str, gold_ids: Sequence[str]) -> bool:
    """Whether a question belongs to a split: by its first gold document, or by itself where it has none."""
    by_item = not gold_ids or folder.name in SPLIT_BY_ITEM
    return split == "all" or split_of(item_id if by_item else gold_ids[0]) == split


def sample(ids: Sequence[str], limit: int | None) -> frozenset[str]:
    """At most `limit` of the ids, spread over the file and the same each time: those with the least hashes."""
    by_hash = sorted(ids, key=lambda id_: hashlib.sha256(f"sample {id_}".encode()).digest())
    return frozenset(by_hash[:limit])


def has(folder: Path, name: str) -> bool:
    """Whether a folder holds a file. Raises CollectionError when the folder does not exist."""
    if not folder.is_dir():
        raise CollectionError(f"no such folder: `{folder}`", FORM)
    return (folder / name).is_file()


def count_lines(path: Path) -> int:
    """Lines that hold something."""
    return sum(1 for _ in _lines(path))


def read_corpus(folder: Path) -> Iterator[CorpusDocument]:
    """The documents. Raises CollectionError for an id that comes twice."""
    path = folder / "corpus.jsonl"
    seen: set[str] = set()
    for place, raw in _objects(path):
        id_ = _id(raw, place)
        if id_ in seen:
            raise CollectionError(f"{place}: the id `{id_}` came before", "give each document its own id")
        seen.add(id_)
        yield CorpusDocument(id_, _text(raw, "title", place, ""), _text(raw, "text", place))


def read_queries(folder: Path) -> Iterator[Query]:
    """The questions."""
    for place, raw in _objects(folder / "queries.jsonl"):
        yield Query(_id(raw, place), _text(raw, "text", place))


def read_qrels(folder: Path) -> Qrels:
    """Which documents are right for which question; a first line of column names is passed over."""
    path = folder / "qrels.tsv"
    qrels: Qrels = {}
    for number, line in _lines(path):
        cells = line.split("\t")
        grade = cells[-1].strip().lstrip("-")
        if len(cells) != 3 or not grade.isdigit():
            if number == 1:
                continue
            raise CollectionError(
                f"`{path}`, line {number}: not a judgement: `{line}`"[:200],
                hint(path),
            )
        qrels.setdefault(cells[0].strip(), {})[cells[1].strip()] = int(cells[2])
    return qrels


def read_conversations(path: Path) -> Iterator[Conversation]:
    """The follow-up questions of a file.

    A turn of role `context` is the title of what is talked about. Nobody asked it, so it becomes a turn of the
    assistant's.
    """
    for place, raw in _objects(path):
        turns = raw.get("history")
        if not isinstance(turns, list) or not all(isinstance(turn, dict) for turn in turns):
            raise CollectionError(f"{place}: no `history`", hint(path))
        history = tuple(
            Turn("user" if turn.get("role") == "user" else "assistant", _text(turn, "text", place)) for turn in turns
        )
        question, rewrite = _text(raw, "question", place), _text(raw, "rewrite", place)
        yield Conversation(_id(raw, place), history, question, rewrite, _texts(raw, "gold_ids", place))


def read_items(folder: Path) -> Iterator[Item]:
    """The questions with answers; gold documents that an item does not name are those of qrels.tsv."""
    qrels = read_qrels(folder) if has(folder, "qrels.tsv") else {}
    for place, raw in _objects(folder / "answerable.jsonl"):
        id_ = _id(raw, place)
        gold_ids = _texts(raw, "gold_ids", place) or relevant(qrels.get(id_, {}))
        answerable = raw.get("answerable")
        yield Item(
            id=id_,
            question=_text(raw, "question", place),
            answerable=None if answerable is None else bool(answerable),
            answers=_texts(raw, "answers", place),
            gold_ids=gold_ids,
            article=_text(raw, "doc", place, ""),
        )


def relevant(grades: Mapping[str, int]) -> tuple[str, ...]:
    """The documents with a grade above 0, in order."""
    return tuple(id_ for id_, grade in grades.items() if grade > 0)


def hint(path: Path) -> str:
    """What a file of the common form is to hold."""
    return f"a line of `{path.name}` holds: {_FIELDS.get(path.name, _OF_CONVERSATIONS)}"


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line.rstrip("\n")
    except FileNotFoundError:
        raise CollectionError(f"no such file: `{path}`", hint(path)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise CollectionError(f"cannot read `{path}`: {error}", "it is to be a text file in UTF-8") from error


def _objects(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each line with its place in words."""
    for number, line in _lines(path):
        place = f"`{path}`, line {number}"
        try:
            raw = json.loads(line)
        except ValueError:
            raw = None
        if not isinstance(raw, dict):
            raise CollectionError(f"{place}: not a JSON object", hint(path))
        yield place, raw


def _id(raw: Mapping[str, Any], place: str) -> str:
    value = raw.get("id")
    if isinstance(value, bool) or not isinstance(value, (str, int)) or value == "":
        raise CollectionError(f"{place}: no `id`", _RECORD)
    return str(value)


def _text(raw: Mapping[str, Any], name: str, place: str, default: str | None = None) -> str:
    value = raw.get(name, default)
    if not isinstance(value, str):
        raise CollectionError(f"{place}: no `{name}`, or no text in it", _RECORD)
    return value


def _texts(raw: Mapping[str, Any], name: str, place: str) -> tuple[str, ...]:
    value = raw.get(name, [])
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise CollectionError(f"{place}: `{name}` is not a list of texts", _RECORD)
    return tuple(value)
