"""scripts/questions.py: what a second person is given, and how far two people's labels go together."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripting import script

BED = "Beans grow in the first bed.\n\nNobody counted the beans."
PATH = "Walkers rest at the gate."


questions = script("questions")


@pytest.fixture
def documents(tmp_path: Path) -> Any:
    """One article of two passages, and a passage of another."""
    (tmp_path / "covidqa").mkdir()
    texts = {"1#0": BED, "2#0": "A stray passage.", "1#1": PATH}
    lines = [json.dumps({"id": name, "title": "", "text": text}) for name, text in texts.items()]
    (tmp_path / "covidqa" / "corpus.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return questions.Documents(tmp_path)


def _item(number: int, document: str, answer: tuple[int, int] | None) -> dict[str, Any]:
    answers = [] if answer is None else [{"start": answer[0], "end": answer[1]}]
    item = {"id": f"q{number}", "set": "covidqa", "document": document, "question": "?", "history": []}
    return item | {"answerable": answer is not None, "answers": answers}


def test_an_article_of_passages_is_laid_out_whole_and_without_labels(documents: Any, tmp_path: Path) -> None:
    """This test ensures that a question without an answer can be judged by all passages, and blindly."""
    questions.sample([_item(1, "1#1", (0, 7)), _item(2, "1#0", None)], documents, tmp_path / "out", 1, 2, seed=1)
    assert (tmp_path / "out" / "1.txt").read_text(encoding="utf-8").splitlines() == [
        "# 1#0",
        "[1] Beans grow in the first bed.",
        "[2] Nobody counted the beans.",
        "# 1#1",
        "[1] Walkers rest at the gate.",
    ]
    asked = questions.read([tmp_path / "out" / "questions.jsonl"])
    assert {item["id"] for item in asked} == {"q1", "q2"}
    assert all(set(item) == {"id", "document", "history", "question"} for item in asked)


def test_agreement_counts_only_the_questions_given(documents: Any) -> None:
    """This test ensures that the labels of several files can be compared file by file."""
    first = [_item(1, "1#0", (0, 28)), _item(2, "1#0", None)]
    labels = [
        {"id": "q1", "document": "1#0", "answerable": True, "statements": [1, 2]},
        {"id": "q2", "document": "1#0", "answerable": True, "statements": [2]},
        {"id": "q9", "document": "1#0", "answerable": True, "statements": [1]},
    ]
    told = questions.agree(first, documents, labels)
    assert told["questions"] == 2
    assert told["answerable: agreement"] == 0.5
    assert told["answerable: kappa"] == 0.0
    assert told["share a sentence"] == 1.0
    assert told["of the first's sentences also the second's"] == 1.0
    assert told["of the second's sentences also the first's"] == 0.5


def test_numbers_hold_for_the_passage_they_were_given_in(documents: Any) -> None:
    """This test ensures that a question whose answer was found in another passage shares no sentence by accident."""
    label = {"id": "q1", "document": "1#0", "answerable": True, "statements": [1]}
    told = questions.agree([_item(1, "1#1", (0, len(PATH)))], documents, [label])
    assert told["answerable: agreement"] == 1.0
    assert told["share a sentence"] == 0.0
    assert told["of the first's sentences also the second's"] == 0.0


@given(st.text(alphabet="Ab1 .?\n", max_size=80))
def test_numbered_sentences_lie_in_order_and_leave_no_word_out(text: str) -> None:
    """This test ensures that a number always means the same stretch of the document."""
    spans = questions.numbered(text)
    assert all(0 <= a < b <= len(text) for a, b in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert "".join("".join(text[a:b] for a, b in spans).split()) == "".join(text.split())
