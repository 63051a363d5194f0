"""Late interaction: what is remembered of a passage is what was read, and a statement scores by its best tokens."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from rag import weights
from rag.interaction import DIM, TOKENS, Asked, Interaction, Text, lay_out, likeness, packed, unpacked
from rag.memory import Memory

VOCABULARY = ("peers", "were", "trained", "for", "2012", "(n", "=", "40)", "naïve", "👩‍⚕️", "pre-test/post-test")
WORDS = st.lists(st.sampled_from(VOCABULARY), max_size=40)
STATEMENTS = st.lists(WORDS.map(" ".join), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def tokenizer():
    return weights.tokenizer()


@given(prefix=WORDS.map(" ".join), statements=STATEMENTS)
def test_each_statement_has_tokens_of_its_own_in_order(tokenizer, prefix: str, statements: list[str]):
    layout = lay_out(tokenizer, prefix, tuple(statements))
    ends = [layout.prefix, *(place for span in layout.spans for place in span)]
    assert ends == sorted(ends)
    assert all(first < end for first, end in layout.spans)
    assert len(layout.ids) <= TOKENS
    for statement, (first, end) in zip(statements, layout.spans, strict=False):
        if statement and len(layout.spans) == len(statements) and end < TOKENS - 1:
            assert list(layout.ids[first:end]) == tokenizer.encode(statement).ids[1:-1]


@given(
    vectors=arrays.arrays(np.float32, st.tuples(st.integers(4, 30), st.just(DIM)), elements=st.floats(-1, 1, width=32)),
    cut=st.integers(1, 3),
)
def test_what_is_remembered_is_what_was_read_to_within_half_a_step(vectors: np.ndarray, cut: int):
    text = Text(vectors, cut, ((cut, cut + 1), (cut + 1, len(vectors))))
    again = unpacked(packed(text))
    assert (again.prefix, again.spans) == (text.prefix, text.spans)
    assert np.abs(again.vectors - vectors).max() <= np.abs(vectors).max(initial=0) / 127 / 2 + 1e-6


def test_a_statement_scores_by_its_best_token_for_each_token_of_the_question():
    axes = np.eye(4, DIM, dtype=np.float32)
    asked = Asked(axes[:2], np.array([0.75, 0.25], dtype=np.float32))
    text = Text(np.stack([axes[3], axes[3], axes[0], axes[2], axes[1]]), 1, ((2, 3), (3, 4), (4, 5)))
    assert likeness(asked, text) == (0.75, 0.0, 0.25)


def test_title_and_headings_count_for_each_statement():
    axes = np.eye(3, DIM, dtype=np.float32)
    asked = Asked(axes[:2], np.array([0.5, 0.5], dtype=np.float32))
    text = Text(np.stack([axes[2], axes[1], axes[2], axes[0], axes[2]]), 2, ((3, 4), (4, 5)))
    assert likeness(asked, text) == (1.0, 0.5)


def test_a_passage_that_was_read_is_not_read_again_and_scores_the_same(tmp_path: Path):
    asked = "How long was the training?"
    passages = [
        ("Peers. Training. ", ("Peers were trained for two weeks.", "They liked it.")),
        ("Pay. ", ("Nobody was paid.",)),
    ]
    fresh = Interaction(1, Memory(tmp_path / "one.sqlite"))
    first, met = fresh.score(asked, passages)
    memory = Memory(tmp_path / "two.sqlite")
    ahead = Interaction(1, memory)
    ahead.remember(passages)
    kept = (tmp_path / "two.sqlite").read_bytes()
    ahead.expect(asked)
    assert ahead.score(asked, passages[::-1]) == (first[::-1], met)
    assert ahead.score(asked, passages) == (first, met) == fresh.score(asked, passages)
    assert (tmp_path / "two.sqlite").read_bytes() == kept
    assert first[0][0] > first[1][0]


def test_a_passage_longer_than_what_is_read_has_a_score_for_each_statement(tmp_path: Path):
    said = tuple(f"Peers in programme {n} met every week and spoke of what they had seen there." for n in range(60))
    (scores,), _ = Interaction(1, Memory(tmp_path / "m.sqlite")).score("How often did peers meet?", [("Peers. ", said)])
    assert len(scores) == 60
    assert scores[-1] == min(scores)


def test_a_cache_folder_that_cannot_be_written_only_costs_time(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    (tmp_path / "cache").write_text("a file where the folder should be")
    reader = Interaction(1, Memory(tmp_path / "cache" / "m.sqlite"))
    assert reader.score("Do peers help?", [("", ("Peers help.",))]) == reader.score(
        "Do peers help?", [("", ("Peers help.",))]
    )
    assert "cannot be remembered" in caplog.text


@pytest.mark.parametrize("question", ["", "?", "peer " * 2000])
def test_any_question_can_be_asked(tmp_path: Path, question: str):
    scores, _ = Interaction(1, Memory(tmp_path / "m.sqlite")).score(question, [("", ("Peers help.",))])
    assert -1.0 <= scores[0][0] <= 1.0


def test_words_share_the_questions_weight_and_the_one_that_was_read_is_nearest(tmp_path: Path):
    question = "Did peers carry naloxone, the well-known remedy?"
    _, words = Interaction(1, Memory(tmp_path / "m.sqlite")).score(question, [("", ("Peers help their clients.",))])
    assert [word.text for word in words] == ["Did", "peers", "carry", "naloxone", "the", "well-known", "remedy"]
    assert 0.8 < sum(word.weight for word in words) <= 1.0 + 1e-5  # the rest is for marks
    likeness = {word.text: word.likeness for word in words}
    assert max(likeness, key=lambda text: likeness[text]) == "peers"
    assert likeness["naloxone"] < likeness["peers"] - 0.2
    assert Interaction(1, Memory(tmp_path / "m.sqlite")).score(question, []) == ([], ())
