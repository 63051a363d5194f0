"""A reader, where one is named, decides which statement leads and how passages are ranked."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import WordReader, hash_assistant, make_settings
from hypothesis import given
from hypothesis import strategies as st

from rag.assistant import Assistant
from rag.errors import EncoderError
from rag.evidence import logistic, weigh
from rag.reader import READ, open_reader
from rag.settings import Settings

LEARNED = "what did garden volunteers learn?"


def test_a_reader_that_cannot_be_had_is_told_with_a_hint(tmp_path: Path):
    with pytest.raises(EncoderError, match=r"could not load the reader: `.*nowhere`") as caught:
        open_reader(make_settings(tmp_path, reader=str(tmp_path / "nowhere")))
    assert "CITEWELL_READER" in caught.value.hint
    assert open_reader(make_settings(tmp_path, reader="none")) is None


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=5))
def test_probabilities_keep_the_order_of_logits(logits: list[float]):
    probabilities = [logistic(value) for value in sorted(logits)]
    assert probabilities == sorted(probabilities)
    assert all(0.0 <= probability <= 1.0 for probability in probabilities)


def test_passages_that_were_read_go_by_their_best_statement(assistant: Assistant):
    hits = assistant.search("volunteers", READ + 4)
    logits = [[-5.0] * len(hit.passage.statements) for hit in hits[:READ]]
    logits[3][0] = 9.0
    weighed = weigh(hits, logits)
    assert weighed.hits[0].passage == hits[3].passage
    assert [hit.rank for hit in weighed.hits] == list(range(1, len(hits) + 1))
    assert {hit.passage.id for hit in weighed.hits} == {hit.passage.id for hit in hits}
    assert [hit.passage.id for hit in weighed.hits[READ:]] == [hit.passage.id for hit in hits[READ:]]
    assert weighed.confidence == weighed.scores[0][0] == max(max(row) for row in weighed.scores)


def test_nothing_found_is_nothing_to_be_confident_of():
    assert weigh((), ()).confidence == 0.0


def test_an_answer_is_led_by_the_statement_that_the_reader_prefers(library: Settings):
    answer = hash_assistant(library, WordReader()).ask(LEARNED)
    assert answer.sentences[0].text.startswith("Garden volunteers learned pruning")
    assert answer.confidence is not None
    assert 0.5 < answer.confidence <= 1.0
    assert answer.hits == hash_assistant(library, WordReader()).search(LEARNED, len(answer.hits))


def test_without_a_reader_there_is_no_confidence(assistant: Assistant):
    assert assistant.ask(LEARNED).confidence is None


def test_each_part_of_a_question_is_read_by_itself(library: Settings):
    answer = hash_assistant(library, WordReader()).ask(
        "what did garden volunteers learn, and how long did walkers sleep?"
    )
    quotes = " ".join(citation.quote for citation in answer.citations)
    assert "pruning" in quotes
    assert "42 minutes" in quotes
