"""The speed is measured on text that is made up, the same each time, and shaped like real documents."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from fakes import assert_exact, child_environment, python

from rag.bench import PASSAGES, Row, as_text, made_up


@pytest.mark.parametrize("passages", [1, PASSAGES, 2 * PASSAGES + 3])
def test_made_up_documents_have_the_passages_asked_for_and_exact_spans(passages: int):
    documents = list(made_up(passages))
    assert sum(len(document.passages) for document in documents) == passages
    for document in documents:
        assert_exact(document)


def test_made_up_text_is_the_same_each_time():
    assert list(made_up(PASSAGES)) == list(made_up(PASSAGES))


def test_figures_are_shown_as_a_table_and_memory_only_where_it_is_told():
    row = Row(20_000, 100_000, (20.0, 41.5), (33.0, 60.0), (15.0, 30.5), 1.5, None)
    head, line = as_text([row]).splitlines()
    assert head.split()[0] == "passages"
    assert line.split() == ["20,000", "100,000", "20.0", "41.5", "33.0", "60.0", "15.0", "30.5", "1.50", "not", "told"]


@pytest.mark.encoder
def test_an_index_made_for_measuring_is_used_again(tmp_path: Path):
    command = python("-m", "rag", "bench", "--passages", "80", "--questions", "2", "--folder", tmp_path, "--json")

    def run() -> bytes:
        return subprocess.run(command, env=child_environment(), cwd=tmp_path, capture_output=True, check=True).stdout

    (row,) = json.loads(run())
    assert (row["passages"], row["statements"]) == (80, 400)
    assert min(*row["search"], *row["answer"], *row["unread"], row["cold_cpu"]) > 0
    made = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("objects/*")}
    run()
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("objects/*")} == made
