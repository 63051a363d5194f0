"""Questions that the library answers, for a reader who wants to go on or who asked something vague.

In: an index, and a way to ask. Out: for each generation of the library, questions made by rule from headings and from
the studies that statements credit, each of which was asked and was answered from the very place that it was made of.
A document's questions are asked when it is new, by `python -m ingest` and by the page in the background, and kept in
the cache folder for later generations; an answer before that has none.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import islice, zip_longest
from pathlib import Path

from rag.index.reader import Index
from rag.memory import Memory, key_of
from rag.schema import Answer, Document, Hit
from rag.terms import content_words, stem
from rag.vague import about

MOST = 60  # candidates that are asked, over all new documents, where these are few
LEAST = 6  # candidates of each new document that are asked, however many there are
ASKED = "suggestions.sqlite"
SHOWN = 3
TITLE_WORDS = 16  # a longer title makes no question
_PLAIN = re.compile(
    r"^(?:\d[\d.]*\s*)?(?:abstract|introduction|background|methods?|results?|discussion|conclusions?|limitations?|"
    r"summary|objectives?|aims?|references?|acknowledg\w*|funding|competing interests|author contributions|"
    r"what we (?:did|found)|"
    r"key messages|questions?|declarations?|appendi\w+|supplement\w*|abbreviations)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b[A-Z][\w’'-]+(?: et al|[’']s (?:study|group)| and colleagues)")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question that is answered, and the place that its answer begins with."""

    question: str
    source_id: str
    section: tuple[str, ...]
    start: int


def place(cache: Path, generation: str, code: str) -> Path:
    """The file that holds the questions of a generation, as this code answers them."""
    return cache / "suggestions" / f"{generation}-{code}.json"


def prepared(file: Path) -> tuple[Suggestion, ...]:
    """The questions that were prepared; none when there is no such file, or it is not whole."""
    try:
        return _read(file.read_bytes())
    except (OSError, ValueError, TypeError, KeyError):
        return ()


def prepare(index: Index, ask: Callable[[str], Answer], cache: Path, code: str) -> None:
    """Make the questions of new documents, ask them, and keep for the generation all that were answered.

    What was asked for a document is kept by its content, so that it is not asked again in the next generation.
    """
    keys = {source_id: key_of(code, index.content(source_id)) for source_id in index.source_ids}
    with closing(Memory(cache / ASKED)) as memory:
        known = memory.get(list(keys.values()))
        new = [source_id for source_id, key in keys.items() if key not in known]
        for source_id in new:
            made = _answered(index.document(source_id), ask, max(LEAST, MOST // len(new)))
            known[keys[source_id]] = _written(tuple(made))
            memory.keep({keys[source_id]: known[keys[source_id]]})  # at once: there may be thousands to come
    by_document = (_read(known[key]) for key in keys.values())
    file = place(cache, index.name, code)
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.{os.getpid()}")
    partial.write_bytes(_written(tuple(row for rows in zip_longest(*by_document) for row in rows if row)))
    partial.replace(file)


def next_questions(prepared: Sequence[Suggestion], answer: Answer) -> tuple[str, ...]:
    """Up to three prepared questions on what was found nearest, which the answer does not answer already.

    To a vague question they are sharper ones, those with its word first; to one about nothing, whatever is prepared.
    """
    told = {(citation.source_id, citation.char_start) for citation in answer.citations}
    asked = answer.question.casefold().strip()
    left = [row for row in prepared if row.question.casefold() != asked]
    places = {place: rank for rank, place in enumerate(_places(answer.hits))}
    near = [row for row in left if (row.source_id, row.section) in places]
    near.sort(key=lambda row: places[row.source_id, row.section])
    if answer.vague:
        wanted = set(about(answer.standalone_question))
        found = {hit.document.source_id for hit in answer.hits}
        with_word = [row for row in left if wanted & _stems(row.question)]
        near = [*with_word, *near, *(row for row in left if row.source_id in found or not wanted)]
    else:
        near = [row for row in near if (row.source_id, row.start) not in told]
    return tuple(dict.fromkeys(row.question for row in near))[:SHOWN]


def _places(hits: Sequence[Hit]) -> list[tuple[str, tuple[str, ...]]]:
    return list(dict.fromkeys((hit.document.source_id, hit.passage.section) for hit in hits))


@lru_cache(maxsize=20_000)
def _stems(question: str) -> frozenset[str]:
    return frozenset(map(stem, content_words(question)))


def _read(data: bytes) -> tuple[Suggestion, ...]:
    return tuple(Suggestion(**{**row, "section": tuple(row["section"])}) for row in json.loads(data))


def _written(rows: Sequence[Suggestion]) -> bytes:
    return json.dumps([asdict(row) for row in rows], ensure_ascii=False).encode()


def _answered(document: Document, ask: Callable[[str], Answer], most: int) -> Iterator[Suggestion]:
    for wordings, source_id, section in islice(_candidates(document), most):
        for question in wordings:
            answer = ask(question)
            first = answer.citations[0] if answer.citations else None
            if first and (first.source_id, first.section) == (source_id, section):
                yield Suggestion(question, source_id, section, first.char_start)
                break


def _candidates(document: Document) -> Iterator[tuple[tuple[str, ...], str, tuple[str, ...]]]:
    """Questions of a document with the section that should answer each: a heading, then a study, in turn.

    Each has its wordings: plain, and with the document's title, for what many documents have a section on.
    """
    sections = dict.fromkeys(passage.section for passage in document.passages if passage.section)
    title = document.catalogue.title
    headings = [
        (_of_heading(section[-1], title), document.source_id, section)
        for section in sections
        if not _PLAIN.match(section[-1]) and content_words(section[-1])
    ]
    studies: dict[str, tuple[tuple[str, ...], str, tuple[str, ...]]] = {}
    labels = {reference.number: reference for reference in document.references}
    for passage in document.passages:
        for statement in passage.statements:
            text = document.text[statement.start : statement.end]
            if len(statement.references) == 1 and _NAMED.search(text):
                label = labels[statement.references[0]].label
                name = label.rsplit(" ", 1)[0]
                if name in text:
                    studies.setdefault(label, ((f"What did {name} find?",), document.source_id, passage.section))
    for pair in zip_longest(headings, studies.values()):
        yield from (row for row in pair if row is not None)


def _of_heading(heading: str, title: str) -> tuple[str, ...]:
    heading = heading.strip().rstrip(".:")
    if heading.endswith("?"):
        return (heading,)
    plain = (f"What was found on “{heading}”?",) if len(content_words(heading)) > 1 else ()
    named = (f"What was found on “{heading}” in “{title}”?",) if 0 < len(title.split()) <= TITLE_WORDS else ()
    return plain + named
