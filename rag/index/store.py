"""Parsed documents on the disk, by content: written once, never changed, shared by generations."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from pydantic import TypeAdapter

from rag.encode import Vectors
from rag.index.layout import Fingerprint, Layout, write_atomically
from rag.schema import Catalogue, Document

CATALOGUE = TypeAdapter(Catalogue)


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Document]:
    return TypeAdapter(Document)


@dataclass(frozen=True, slots=True)
class _Abbreviations:
    """The one field of a document that is read of all of them: a third of the time that the document takes."""

    glossary: tuple[tuple[str, str], ...] = ()


_ABBREVIATIONS = TypeAdapter(_Abbreviations)


def write_object(
    layout: Layout, fingerprint: Fingerprint, document: Document, passages: Vectors, statements: Vectors
) -> str:
    """Keep a document with the vectors of its passages and statements, a row each, in order.

    Returns its hash: of the document and of what shapes the vectors. Raises ValueError for another number of
    vectors than the document has passages and statements.
    """
    expected = ((len(document.passages), fingerprint.dim), (_statements(document), fingerprint.dim))
    if (passages.shape, statements.shape) != expected:
        raise ValueError(f"{passages.shape} and {statements.shape} vectors, expected {expected}")
    data = _adapter().dump_json(document)
    digest = _digest(fingerprint, data)
    if not layout.object(digest).exists():
        rows = np.concatenate([passages, statements]).astype(np.float16)
        write_atomically(layout.vectors(digest), rows.tobytes())
        write_atomically(layout.object(digest), data)
    return digest


def kept(layout: Layout, fingerprint: Fingerprint, digest: str) -> bool:
    """Whether a document and its vectors are kept under a hash, whole and of this fingerprint."""
    try:
        data = layout.object(digest).read_bytes()
        return _digest(fingerprint, data) == digest and layout.vectors(digest).exists()
    except OSError:
        return False


def read_document(layout: Layout, digest: str) -> Document:
    """The document kept under a hash."""
    return _adapter().validate_json(layout.object(digest).read_bytes())


def read_glossary(layout: Layout, digest: str) -> tuple[tuple[str, str], ...]:
    """The abbreviations that the document kept under a hash defines."""
    return _ABBREVIATIONS.validate_json(layout.object(digest).read_bytes()).glossary


def read_vectors(layout: Layout, digest: str, document: Document, dim: int) -> tuple[Vectors, Vectors]:
    """The vectors of its passages and of its statements: float32, a row each, in order."""
    rows = np.fromfile(layout.vectors(digest), dtype=np.float16).reshape(-1, dim).astype(np.float32)
    return rows[: len(document.passages)], rows[len(document.passages) :]


def read_rows(path: str, dim: int, first: int, count: int) -> bytes:
    """Some rows of a document's vectors, read alone, as they are kept; raises ValueError when there are not as many."""
    width = dim * np.dtype(np.float16).itemsize
    with open(path, "rb", buffering=0) as file:
        file.seek(first * width)
        data = file.read(count * width)
    if len(data) != count * width:
        raise ValueError(f"{len(data)} bytes, expected {count * width}")
    return data


def as_vectors(data: bytes, dim: int) -> Vectors:
    """Rows as `read_rows` gives them: float32 of shape (rows, dim)."""
    return np.frombuffer(data, dtype=np.float16).reshape(-1, dim).astype(np.float32)


def _statements(document: Document) -> int:
    return sum(len(passage.statements) for passage in document.passages)


def _digest(fingerprint: Fingerprint, data: bytes) -> str:
    return hashlib.sha256(repr(fingerprint).encode() + b"\n" + data).hexdigest()[:32]
