"""What is found depends on what the library holds, and never on how the index came about."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from fakes import HashEncoder, Opener, hash_assistant, make_settings, write_files
from hypothesis import given
from hypothesis import strategies as st

from ingest.sync import sync
from rag.contract import answer_as_json
from rag.encode import unit
from rag.index.exact import ExactVectors
from rag.index.layout import Layout
from rag.index.reader import Index
from rag.settings import Settings

TOPICS = ("training", "pay", "supervision", "boundaries", "outreach", "recovery", "stigma", "funding")
QUESTIONS = ("how are peers trained?", "what about pay and funding?", "who gives supervision in recovery?")


def brief(number: int, version: int = 0) -> str:
    """A brief of four passages; each version says something else."""
    parts = [
        f"## Part {part}\n\nPeers in programme {number} find {TOPICS[(number + part + version) % len(TOPICS)]} with "
        f"{TOPICS[(number * part + 1) % len(TOPICS)]} important in {number * 7 % 13} of {number + 13} sites.\n"
        for part in range(4)
    ]
    return f"# Programme {number} and its peers\n\n" + "\n".join(parts)


def answers(settings: Settings) -> list[str]:
    assistant = hash_assistant(settings)
    found = []
    for question in QUESTIONS:
        body = answer_as_json(assistant.ask(question))
        del body["timings_ms"]
        found.append(json.dumps(body, sort_keys=True))
    return found


def test_an_index_built_in_ten_steps_answers_as_one_built_at_once_to_the_byte(tmp_path: Path):
    once, steps = make_settings(tmp_path / "once"), make_settings(tmp_path / "steps")
    folder = tmp_path / "corpus"
    for step in range(10):  # each adds three, changes one, and takes one away that comes back
        write_files(folder, {f"b{number:02}.md": brief(number) for number in range(step * 3, step * 3 + 3)})
        write_files(folder, {f"b{step:02}.md": brief(step, version=step + 1)})
        (folder / f"b{step * 3 + 2:02}.md").unlink()
        sync([folder], steps, open_=Opener(steps))
        write_files(folder, {f"b{step:02}.md": brief(step), f"b{step * 3 + 2:02}.md": brief(step * 3 + 2)})
    sync([folder], steps, open_=Opener(steps))
    sync([folder], once, open_=Opener(once))
    assert answers(steps) == answers(once)
    assert Layout(steps.index).published() == Layout(once.index).published()


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=6),
    st.integers(0, 2**32 - 1),
    st.integers(1, 12),
    st.lists(st.integers(0, 7), max_size=4),
)
def test_the_nearest_are_the_nearest(sizes: list[int], seed: int, limit: int, only: list[int]):
    """Of all passages, or of those of the documents asked for, one of which may not be there."""
    random = np.random.default_rng(seed)
    rows = unit(random.standard_normal((sum(sizes), 8)).astype(np.float32))
    rows[-1] = rows[0]  # two that are the same
    ends = np.cumsum(sizes)
    spans = {
        f"d{number}": (int(end - size), int(end)) for number, (size, end) in enumerate(zip(sizes, ends, strict=True))
    }
    ids = [f"p{row:03}" for row in range(len(rows))]
    vectors = ExactVectors(ids, spans, rows)
    question = unit(random.standard_normal((1, 8)).astype(np.float32))[0]

    found = vectors.nearest(question, limit, [f"d{number}" for number in only])
    within = [row for number in only for row in range(*spans.get(f"d{number}", (0, 0)))] if only else range(len(rows))
    expected = sorted({(-float(vectors.cosines(question, [ids[row]])[ids[row]]), ids[row]) for row in within})[:limit]
    assert list(found.values()) == pytest.approx([-score for score, _ in expected], abs=1e-6)


def test_chroma_finds_what_comparing_one_by_one_finds(settings: Settings, tmp_path: Path):
    """Beyond the size up to which all are compared, Chroma answers."""
    folder = write_files(tmp_path / "corpus", {f"b{number:02}.md": brief(number) for number in range(12)})
    sync([folder], settings, open_=Opener(settings))
    name = Layout(settings.index).published()
    exact, graph = Index(settings.index, name), Index(settings.index, name, exact=10)
    vector = HashEncoder(settings).encode_questions([QUESTIONS[1]])[0]
    for only in ((), ("b03", "b07")):
        one, other = (index.by_meaning(vector, 12, only) for index in (exact, graph))
        assert sorted(one.values()) == pytest.approx(sorted(other.values()), abs=1e-3)
    exact.close()
    graph.close()


def test_a_question_to_a_small_library_never_opens_chroma(library: Settings):
    """Which takes a second to import, and may write into its folder."""
    name = Layout(library.index).published()
    chroma = Layout(library.index).generation(name) / "chroma"
    before = {path: os.stat(path).st_mtime_ns for path in chroma.rglob("*")}
    assert hash_assistant(library).ask("what did garden volunteers learn?").citations
    assert {path: os.stat(path).st_mtime_ns for path in chroma.rglob("*")} == before
