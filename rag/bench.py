"""How fast and how large: a throw-away index of made-up text, asked by the real encoder, warm and cold.

In: a number of passages, a folder. Out: a `Row` of figures. The text is made of made-up words that are as unevenly
common as those of a library (Zipf), among them `FIELD` words that the questions use; vectors are random, with a
passage's statements near it. An index that is already there is used again. Building and measuring run in processes
of their own, so that the memory measured is that of answering.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numpy as np

from rag.encode import Vectors, open_encoder, unit
from rag.errors import CitewellError
from rag.interaction import DIM as READING_DIM
from rag.interaction import Text, key, packed
from rag.memory import Memory
from rag.reader import READINGS, reading_of
from rag.schema import Catalogue, Document, Passage, Reference, Section, Statement
from rag.settings import NO_READER, Settings, load_settings

P = ParamSpec("P")
T = TypeVar("T")

PASSAGES = 40  # of a document
STATEMENTS = 5  # of a passage
WORDS = 24  # of a statement
VOCABULARY = 60_000
OFFSET = 10  # flattens the top: the commonest word of content stands in about half of the passages
NEAR = 0.6  # a statement's vector is its passage's, plus so much of its own
WARM_UP = 5
_SMALL = "the of and to in a for with that by on were as from was are at their an not"
SMALL = tuple(_SMALL.split())
_FIELD = """
    peer support health workers training service staff programme clients study group care people community mental
    treatment experience role evidence recovery volunteers supervision pay wages burnout relapse boundaries review
    hiv diabetes housing outreach trust disclosure stigma counselling hospital nurses sessions weeks interviews
    satisfaction incentives money retention motivation self-esteem medication appointments adherence mentors
    guidelines managers policy funding harm reduction drug use women men youth older adults families carers
"""
FIELD = tuple(_FIELD.split())
QUESTIONS = (
    "how should peers be trained?",
    "what helps to keep volunteers from leaving?",
    "do wages change how satisfied the workers are?",
    "which boundaries are hard for people who are both client and staff?",
    "how often should supervision take place?",
    "what did the interviews with nurses say about trust?",
    "does peer support reduce harm among people who use drugs?",
    "how can managers make the role clearer?",
    "what is known about burnout and relapse among outreach workers?",
    "are incentives for keeping appointments worth the money?",
    "how do older adults in housing programmes feel about disclosure?",
    "why is adherence to medication better with a mentor?",
)


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of one size; times in milliseconds of the wall clock, but `cold_cpu` in seconds of processor time.

    Attributes:
        search, answer: p50 and p95, warm. unread: those of a search whose hits no reader looks at.
        memory: the most held, in megabytes; None where the system does not tell.
    """

    passages: int
    statements: int
    search: tuple[float, float]
    answer: tuple[float, float]
    unread: tuple[float, float]
    cold_cpu: float
    memory: float | None


def bench(
    sizes: Sequence[int], folder: Path, settings: Settings, questions: int = 60, tell: Callable[[str], None] = print
) -> Iterator[Row]:
    """Figures for each size; `questions` is how many are asked warm. Indexes lie in `folder`, one a size."""
    for passages in sizes:
        home = folder / f"passages-{passages}"
        tell(f"{passages:,} passages: building, or using what lies in `{home}`")
        in_own_process(_build, home, passages, settings)
        tell(f"{passages:,} passages: asking")
        yield in_own_process(_measure, home, passages, settings, questions)


def in_own_process(work: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
    """Run a function of a module in a fresh process; errors come back as they are."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments, **options).result()


def made_up(passages: int, seed: int = 0) -> Iterator[Document]:
    """Documents with so many passages in all; the same for the same seed."""
    chance = np.random.default_rng(seed)
    vocabulary = np.array([*FIELD, *(_word(place) for place in range(VOCABULARY - len(FIELD)))])
    weights = 1.0 / (np.arange(VOCABULARY) + OFFSET)
    weights /= weights.sum()
    for number in range(-(-passages // PASSAGES)):
        count = min(PASSAGES, passages - number * PASSAGES)
        yield _document(number, count, chance, vocabulary, weights)


def _document(number: int, count: int, chance: np.random.Generator, vocabulary: Any, weights: Any) -> Document:
    source_id = f"made-up-{number:05d}"
    title = f"{_word(number).capitalize()} {_word(number + 7)}: brief {number}"
    picked = chance.choice(vocabulary, size=(count, STATEMENTS, WORDS), p=weights)
    small = chance.integers(0, len(SMALL), size=(count, STATEMENTS, WORDS // 2))
    text = title + "\n\n"
    rows = []
    for place in range(count):
        statements = []
        for at in range(STATEMENTS):
            words = [str(word) for word in picked[place, at]]
            words[1::2] = [SMALL[n] for n in small[place, at]]
            sentence = " ".join(words).capitalize() + f" ({at + 1})."
            statements.append(Statement(len(text), len(text) + len(sentence), (at + 1,)))
            text += sentence + " "
        text = text[:-1] + "\n\n"
        start, end = statements[0].start, statements[-1].end
        rows.append(Passage(f"{source_id}#{place:04d}", source_id, ("Findings",), start, end, tuple(statements)))
    body = Section(("Findings",), len(title) + 2, len(text))
    references = []
    first = len(text)
    for entry in range(1, STATEMENTS + 1):
        label = f"{_word(number * STATEMENTS + entry).capitalize()} 2001"
        line = f"{label.split()[0]} A. {' '.join(map(str, picked[0, entry % STATEMENTS][:8]))}. Made Up. 2001."
        references.append(Reference(entry, len(text), len(text) + len(line), line, label, 2001))
        text += line + "\n"
    listed = Section(("References",), first, len(text), "references")
    known = Catalogue(title, (f"Ada {_word(number + 3).capitalize()}",), 1990 + number % 35, kind="made-up brief")
    front = Section((), 0, len(title) + 2, "front")
    return Document(
        source_id, known, text, (front, body, listed), (), tuple(references), (), "round", tuple(rows)
    )  # fmt: skip


def _word(number: int) -> str:
    """A made-up word, another for each number."""
    syllables = ("ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "wo", "xu", "za")
    word = ""
    number += 16 * 16
    while number:
        number, rest = divmod(number, 16)
        word += syllables[rest]
    return word + "n"


def _build(home: Path, passages: int, settings: Settings) -> None:
    from rag.index.layout import Fingerprint, Layout
    from rag.index.writer import Draft, writing

    encoder = open_encoder(settings)
    fingerprint = Fingerprint(encoder.fingerprint, encoder.dim, encoder.max_tokens)
    there = Layout(home).readable()
    if there is not None and there[1].fingerprint == fingerprint:
        return
    chance = np.random.default_rng(1)
    readings = Memory(home / READINGS)
    with writing(home):
        draft = Draft(home, fingerprint)
        for document in made_up(passages):
            rows = _random(chance, len(document.passages), encoder.dim)
            own = _random(chance, len(rows) * STATEMENTS, encoder.dim)
            draft.put(document, rows, unit(np.repeat(rows, STATEMENTS, axis=0) + NEAR * own))
            readings.keep(
                {key(reading_of(document, passage)): made_up_reading(chance) for passage in document.passages}
            )
        draft.publish()


def made_up_reading(chance: np.random.Generator) -> bytes:
    """What a reader would remember of a passage, made up: its size is right."""
    end = 1 + STATEMENTS * WORDS
    spans = tuple((first, first + WORDS) for first in range(1, end, WORDS))
    return packed(Text(_random(chance, end, READING_DIM), 1, spans))


def _random(chance: np.random.Generator, rows: int, dim: int) -> Vectors:
    return unit(chance.standard_normal((rows, dim), dtype=np.float32))


def _measure(home: Path, passages: int, settings: Settings, questions: int) -> Row:
    from rag.assistant import open_assistant

    own = load_settings(**{**settings.model_dump(), "index": home, "cache": home})
    assistant = open_assistant(own)
    asked = _questions(3 * questions + 2 * WARM_UP)
    warm_up, asked = asked[: 2 * WARM_UP], asked[2 * WARM_UP :]
    for question in warm_up[:WARM_UP]:
        assistant.ask(question)
    searched = [_timed(assistant.search, question) for question in asked[::3]]
    answered = [_timed(assistant.ask, question) for question in asked[1::3]]
    memory = _most_memory()
    alone = open_assistant(load_settings(**{**own.model_dump(), "reader": NO_READER}))
    for question in warm_up[WARM_UP:]:
        alone.search(question)
    unread = [_timed(alone.search, question) for question in asked[2::3]]
    times = [_percentiles(values) for values in (searched, answered, unread)]
    return Row(passages, passages * STATEMENTS, times[0], times[1], times[2], _cold(own), memory)


def _timed(work: Callable[[str], object], question: str) -> float:
    begin = time.perf_counter()
    work(question)
    return (time.perf_counter() - begin) * 1000


def _questions(count: int) -> list[str]:
    """Plain questions, each once as it is, then with words of the made-up text, so that none is asked twice."""
    chance = np.random.default_rng(2)
    asked = list(QUESTIONS[:count])
    while len(asked) < count:
        base = QUESTIONS[len(asked) % len(QUESTIONS)].rstrip("?")
        word = _word(int(chance.zipf(1.3)) % VOCABULARY)
        asked.append(f"{base} of the {chance.choice(FIELD)} {word}?")
    return asked


def _percentiles(values: Sequence[float]) -> tuple[float, float]:
    return round(float(np.percentile(values, 50)), 1), round(float(np.percentile(values, 95)), 1)


_COLD = """
import sys
from rag.assistant import open_assistant
from rag.settings import load_settings
open_assistant(load_settings(index=sys.argv[1], cache=sys.argv[2])).ask(sys.argv[3])
"""


def _cold(settings: Settings) -> float:
    """Processor seconds of a question from a fresh process, as `rag ask` asks it."""
    before = os.times()
    command = [sys.executable, "-c", _COLD, str(settings.index), str(settings.cache), QUESTIONS[0]]
    ended = subprocess.run(command, capture_output=True, check=False)
    if ended.returncode:
        raise CitewellError(f"`rag ask` failed: {ended.stderr.decode(errors='replace').strip()}", "run it by hand")
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return round(spent, 2)


def _most_memory() -> float | None:
    if sys.platform == "win32":
        return None
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / (1 << 20 if sys.platform == "darwin" else 1 << 10), 1)


def as_text(rows: Sequence[Row]) -> str:
    """The figures as a table."""
    head = ("passages", "statements", "search p50", "p95 ms", "answer p50", "p95 ms", "search without reader p50",
            "p95 ms", "cold CPU s", "memory MB")  # fmt: skip
    lines = [
        (
            f"{r.passages:,}",
            f"{r.statements:,}",
            *(f"{value:.1f}" for value in (*r.search, *r.answer, *r.unread)),
            f"{r.cold_cpu:.2f}",
            f"{r.memory:,.0f}" if r.memory is not None else "not told",
        )
        for r in rows
    ]
    widths = [max(len(row[column]) for row in (head, *lines)) for column in range(len(head))]
    return "\n".join("  ".join(cell.rjust(w) for cell, w in zip(row, widths, strict=True)) for row in (head, *lines))
