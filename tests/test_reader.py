"""A reader, where one is named, decides which statement leads and how passages are ranked."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import WordReader, hash_assistant, make_settings

from rag.assistant import Assistant
from rag.errors import EncoderError
from rag.evidence import weigh
from rag.reader import READ, Reading, open_reader
from rag.settings import Settings

LEARNED = "what did garden volunteers learn?"


def test_a_reader_that_cannot_be_had_is_told_with_a_hint(tmp_path: Path):
    with pytest.raises(EncoderError, match=r"could not load the reader: `.*nowhere`") as caught:
        open_reader(make_settings(tmp_path, reader=str(tmp_path / "nowhere")))
    assert "CITEWELL_READER" in caught.value.hint
    assert open_reader(make_settings(tmp_path, reader="none")) is None


def test_passages_that_were_read_go_by_their_best_statement(assistant: Assistant):
    hits = assistant.search("volunteers", READ + 4)
    scores = [[-0.5] * len(hit.passage.statements) for hit in hits[:READ]]
    scores[3][0] = 0.9
    weighed = weigh(hits, Reading(tuple(map(tuple, scores))))
    assert weighed.hits[0].passage == hits[3].passage
    assert [hit.rank for hit in weighed.hits] == list(range(1, len(hits) + 1))
    assert {hit.passage.id for hit in weighed.hits} == {hit.passage.id for hit in hits}
    assert [hit.passage.id for hit in weighed.hits[READ:]] == [hit.passage.id for hit in hits[READ:]]
    assert weighed.of(hits[3], 0) == 0.9
    assert weighed.of(hits[0], 0) == -0.5
    assert weighed.of(hits[READ], 0) == 0.0


def test_nothing_found_is_nothing_read():
    assert weigh((), Reading(())).hits == ()


def test_an_answer_is_led_by_the_statement_that_the_reader_prefers(library: Settings):
    answer = hash_assistant(library, WordReader()).ask(LEARNED)
    assert answer.sentences[0].text.startswith("Garden volunteers learned pruning")
    assert answer.hits == hash_assistant(library, WordReader()).search(LEARNED, len(answer.hits))


def test_the_shipped_reader_reads_ahead_and_answers_the_same(library: Settings, tmp_path: Path):
    settings = library.model_copy(update={"cache": tmp_path})
    document = hash_assistant(library).search(LEARNED, 1)[0].document
    hits = hash_assistant(library).search(LEARNED, READ)
    reader = open_reader(settings)
    assert reader is not None
    first = reader.read(LEARNED, hits)
    reader.remember(document)
    assert reader.read(LEARNED, hits) == first
    assert [len(row) for row in first.scores] == [len(hit.passage.statements) for hit in hits]
    assert all(-1.0 <= score <= 1.0 for row in first.scores for score in row)


def test_an_answer_tells_how_sure_the_reader_is(library: Settings):
    answer = hash_assistant(library, WordReader()).ask(LEARNED)
    assert answer.confidence is not None
    assert 0.5 < answer.confidence <= 1.0
    assert hash_assistant(library).ask(LEARNED).confidence is None
