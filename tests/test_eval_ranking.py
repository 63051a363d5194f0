"""The figures of public sets are those of the textbook."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from eval.answerable import area
from eval.retrieval import MEASURES, best_of, evaluate, write_run
from eval.tokens import exact_match, holds, token_f1


def test_measures_are_those_of_the_textbook() -> None:
    qrels = {"a": {"x": 2, "y": 1, "z": 0}, "b": {"x": 1}, "c": {"x": 1}}
    ranked = {"a": [("z", 3.0), ("x", 2.0), ("w", 1.0), ("y", 0.5)], "b": [], "c": [("x", 1.0)]}
    ndcg = (2 / math.log2(3) + 1 / math.log2(5)) / (2 + 1 / math.log2(3))
    expected = [[ndcg, 0, 1], [0, 0, 1], [1, 0, 1], [1, 0, 1], [1, 0, 1], [1 / 2, 0, 1]]
    values = evaluate(ranked, qrels)
    assert len(values) == len(MEASURES)
    for got, wanted in zip(values, expected, strict=True):
        assert got == pytest.approx(wanted)


def test_equal_scores_keep_the_order_in_which_they_were_found() -> None:
    qrels = {"a": {"first": 1}}
    for order in (["first", "zebra"], ["zebra", "first"]):
        ranks = evaluate({"a": [(document, 0.5) for document in order]}, qrels)[-1]
        assert ranks == [1 / (1 + order.index("first"))]


def test_a_document_scores_what_its_best_passage_scores() -> None:
    assert best_of([("a", 0.9), ("b", 0.8), ("a", 0.7)]) == [("a", 0.9), ("b", 0.8)]
    assert len(best_of((str(number), 1.0) for number in range(500))) == 100


def test_a_run_file_has_falling_scores(tmp_path: Path) -> None:
    path = tmp_path / "new" / "run.trec"
    write_run(path, {"q": [("a", 0.5), ("b", 0.5), ("c", 0.4999)]})
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(row[0], row[1], row[2], row[3], row[5]) for row in rows] == [
        ("q", "Q0", "a", "1", "citewell"),
        ("q", "Q0", "b", "2", "citewell"),
        ("q", "Q0", "c", "3", "citewell"),
    ]
    scores = [float(row[4]) for row in rows]
    assert scores == sorted(set(scores), reverse=True)


def test_area_under_the_curve() -> None:
    assert area([0.9, 0.8], [0.1, 0.2]) == 1
    assert area([0.1], [0.9]) == 0
    assert area([0.5, 0.5], [0.5]) == 0.5
    assert area([0.3, 0.7], [0.5, 0.3]) == pytest.approx((0.5 + 2) / 4)
    assert area([], [0.5]) is None


def test_words_are_compared_without_case_and_punctuation() -> None:
    assert exact_match("What did Zappa do?", "what did zappa do") == 1
    assert exact_match("What did he do?", "What did Zappa do?") == 0
    assert token_f1("What did he do?", "What did Zappa do?") == pytest.approx(0.75)
    assert token_f1("", "?") == 1
    assert token_f1("", "Zappa") == 0


def test_an_answer_is_held_in_a_row_or_by_most_of_its_words() -> None:
    text = "Of the 92 crews, half napped before a shift."
    assert holds(text, ["half napped before the shift"]) == 1
    assert holds(text, ["9"]) == 0  # a word, not a piece of one
    assert holds(text, ["all crews napped before a shift"]) == 1  # four of five
    assert holds(text, ["crews slept on board", "none"]) == 0
    assert holds(text, ["crews crews crews shift"]) == 0  # each as often as it stands there
    assert holds(text, ["the"]) == 0  # nothing but an article is no answer
