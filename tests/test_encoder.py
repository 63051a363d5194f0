"""The encoder that comes with Citewell is the one that its fingerprint names, and says the same thing every time."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from fakes import HashEncoder, make_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.remember import VectorMemory
from rag import weights
from rag.encode import (
    DIM,
    Encoder,
    ShippedEncoder,
    encoder_fingerprint,
    open_encoder,
    unit,
)
from rag.errors import EncoderError

TEXTS = ["peer", "How should peers be trained?", "Weekly supervision helps peers. " * 30, "café 👩‍⚕️", ""]


def test_the_fingerprint_is_known_without_loading_anything(tmp_path: Path):
    assert encoder_fingerprint(make_settings(tmp_path)) == f"citewell-minilm@{weights.sha256('encoder.onnx')[:12]}"
    other = make_settings(tmp_path, encoder="somebody/model")
    assert encoder_fingerprint(other) == "sentence-transformers:somebody/model"


def test_rows_are_scaled_to_length_one_and_nothing_stays_nothing():
    rows = unit(np.array([[3.0, 4.0], [0.0, 0.0]], dtype=np.float32))
    assert rows.tolist() == [[pytest.approx(0.6), pytest.approx(0.8)], [0.0, 0.0]]


@pytest.mark.parametrize("name", sorted(weights.hashes()))
def test_the_weights_are_the_ones_named_and_small(name: str):
    path = weights.FOLDER / name
    assert hashlib.sha256(path.read_bytes()).hexdigest() == weights.sha256(name)
    assert path.stat().st_size <= 25_000_000


def test_other_weights_are_refused(tmp_path: Path):
    (tmp_path / "encoder.onnx").write_bytes(b"others")
    with pytest.raises(EncoderError, match=r"not the ones shipped: .* sha256") as caught:
        weights.session("encoder.onnx", 1, tmp_path)
    assert "git checkout" in caught.value.hint
    with pytest.raises(EncoderError, match="cannot be read"):
        weights.tokenizer(tmp_path)


@pytest.mark.encoder
def test_vectors_are_of_length_one_and_do_not_depend_on_their_neighbours(shipped: ShippedEncoder):
    texts = TEXTS[:4]
    together = shipped.encode_passages(texts)
    assert (together.shape, together.dtype) == ((4, DIM), np.float32)
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    for row, text in enumerate(texts):
        assert float(shipped.encode_passages([text])[0] @ together[row]) > 0.99999
    assert (shipped.encode_passages(texts) == together).all()


@pytest.mark.encoder
def test_what_means_the_same_is_nearer_than_what_does_not(shipped: ShippedEncoder):
    question, near, far = shipped.encode_questions(
        ["how are volunteers taught?", "Helpers were trained in an evening course.", "The bus leaves at noon."]
    )
    assert float(question @ near) > float(question @ far) + 0.2


@pytest.mark.encoder
def test_a_question_longer_than_the_limit_is_not_cut_off(shipped: ShippedEncoder):
    long = "peers rest at noon " * 200
    with_end = shipped.encode_questions([long, long + "and bake bread with their neighbours " * 30])
    assert float(with_end[0] @ with_end[1]) < 0.98
    assert np.linalg.norm(with_end, axis=1) == pytest.approx(np.ones(2), abs=1e-5)


@pytest.mark.encoder
def test_questions_and_passages_of_one_length_mean_the_same(shipped: ShippedEncoder):
    for text in TEXTS:
        if shipped.count_tokens(text) <= shipped.max_tokens:
            assert float((shipped.encode_questions([text]) @ shipped.encode_passages([text]).T)[0, 0]) > 0.99999


@pytest.mark.encoder
def test_no_texts_are_no_rows(shipped: ShippedEncoder):
    assert shipped.encode_passages([]).shape == shipped.encode_questions([]).shape == (0, DIM)


@pytest.mark.encoder
def test_the_number_of_threads_changes_nothing(tmp_path: Path, shipped: ShippedEncoder):
    one = open_encoder(make_settings(tmp_path), threads=1)
    assert np.allclose(one.encode_passages(TEXTS[:3]), shipped.encode_passages(TEXTS[:3]), atol=1e-5)


# Remembered vectors


@settings(max_examples=25)
@given(st.lists(st.sampled_from(("a", "b", "c d", "peers rest", "")), max_size=12))
def test_remembered_vectors_are_those_of_their_texts_in_order(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
):
    folder = tmp_path_factory.mktemp("memory")
    encoder: Encoder = HashEncoder(make_settings(folder))
    memory = VectorMemory(folder / "vectors.sqlite", encoder.fingerprint, encoder.dim)
    first = memory.encode(texts, encoder.encode_passages)
    again = memory.encode(texts, encoder.encode_passages)
    memory.close()
    assert (first == again).all()
    assert np.allclose(first, encoder.encode_questions(texts), atol=1e-3)
    assert encoder.passages == list(dict.fromkeys(texts))


def test_vectors_of_another_encoder_are_not_remembered(tmp_path: Path):
    for name in ("one/model", "two/model"):
        encoder = HashEncoder(make_settings(tmp_path, encoder=name))
        memory = VectorMemory(tmp_path / "vectors.sqlite", encoder.fingerprint, encoder.dim)
        memory.encode(["a", "b"], encoder.encode_passages)
        memory.close()
        assert encoder.passages == ["a", "b"]


@pytest.mark.parametrize("damage", [b"not a database, but long enough to be looked at" * 30, b"SQLite format 3\0"])
def test_a_damaged_memory_is_made_anew(tmp_path: Path, damage: bytes, caplog: pytest.LogCaptureFixture):
    (tmp_path / "vectors.sqlite").write_bytes(damage)
    encoder = HashEncoder(make_settings(tmp_path))
    for _ in range(2):
        memory = VectorMemory(tmp_path / "vectors.sqlite", encoder.fingerprint, encoder.dim)
        memory.encode(["a", "b"], encoder.encode_passages)
        memory.close()
    assert encoder.passages == ["a", "b"]
    assert [record.getMessage() for record in caplog.records] == [
        f"the remembered vectors at `{tmp_path / 'vectors.sqlite'}` are damaged: they are made again"
    ]


def test_a_memory_damaged_further_in_is_made_anew(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    encoder = HashEncoder(make_settings(tmp_path))
    path = tmp_path / "vectors.sqlite"
    for texts in (range(50), range(50)):
        memory = VectorMemory(path, encoder.fingerprint, encoder.dim)
        rows = memory.encode([f"text {n}" for n in texts], encoder.encode_passages)
        memory.close()
        data = path.read_bytes()
        path.write_bytes(data[:8192] + b"\xff" * (len(data) - 8192))
    assert np.allclose(rows, encoder.encode_questions([f"text {n}" for n in range(50)]), atol=1e-3)
    assert len(encoder.passages) == 100
    assert "damaged" in caplog.text


def test_more_texts_than_one_query_takes_are_remembered(tmp_path: Path):
    encoder = HashEncoder(make_settings(tmp_path))
    memory = VectorMemory(tmp_path / "vectors.sqlite", encoder.fingerprint, encoder.dim)
    texts = [f"text {n}" for n in range(1200)]
    memory.encode(texts, encoder.encode_passages)
    memory.encode(texts, encoder.encode_passages)
    memory.close()
    assert len(encoder.passages) == 1200
