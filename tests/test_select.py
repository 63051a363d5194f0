"""An answer stops where what is left is clearly worse than what was said; who asks for more gets it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.assistant import Assistant
from rag.encode import encoder_fingerprint
from rag.evidence import weigh
from rag.index.reader import LiveIndex
from rag.reader import READ, Reading
from rag.schema import Hit
from rag.select import ENOUGH, READER_GAP, USUAL_WORDS, Choice, select
from rag.settings import Settings

LEARNED = "what did garden volunteers learn in their course?"


def choices(library: Settings, hits: tuple[Hit, ...], scores: list[list[float]], words: int) -> tuple[Choice, ...]:
    index = LiveIndex(library.index, encoder_fingerprint(library)).current()
    evidence = weigh(hits, Reading(tuple(map(tuple, scores))))
    return select(index, LEARNED, evidence.hits, words, evidence)


def read(chosen: Choice, hits: tuple[Hit, ...], scores: list[list[float]]) -> float:
    (n,) = (n for n, hit in enumerate(hits) if hit.passage.id == chosen.passage.id)
    return scores[n][hits[n].passage.statements.index(chosen.statements[-1])]


@given(st.lists(st.floats(-1, 1).map(lambda score: round(score, 2)), min_size=40, max_size=40))
def test_nothing_is_said_that_is_far_behind_the_best(assistant: Assistant, library: Settings, drawn: list[float]):
    hits = assistant.search(LEARNED, READ)[:READ]
    values = iter(drawn * 10)
    scores = [[next(values) for _ in hit.passage.statements] for hit in hits]
    chosen = choices(library, hits, scores, USUAL_WORDS)
    assert chosen
    best = -1.0
    for choice in chosen:
        assert choice is chosen[0] or choice.score >= chosen[0].score * ENOUGH - 1e-4
        own = read(choice, hits, scores)
        assert own >= best - READER_GAP - 1e-9
        best = max(best, own)


@pytest.mark.parametrize("gap", [READER_GAP * 1.5, 0.9])
def test_who_asks_for_a_longer_answer_gets_what_is_further_behind(assistant: Assistant, library: Settings, gap: float):
    hits = assistant.search(LEARNED, READ)[:READ]
    scores = [[0.9 - gap] * len(hit.passage.statements) for hit in hits]
    scores[0][0] = 0.9
    usual = choices(library, hits, scores, USUAL_WORDS)
    longer = choices(library, hits, scores, USUAL_WORDS * 2)
    assert len(usual) == 1
    assert (len(longer) > 1) == (gap < READER_GAP * 2)
