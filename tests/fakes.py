"""What the tests put in the place of slow or outside things: an encoder, files, a length.

A fake enters by a parameter, the way that the real thing does; nothing is patched.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

import numpy as np

from ingest.assemble import assemble
from ingest.passages import Measure, with_passages
from ingest.read import read
from ingest.sync import sync
from rag.assistant import Assistant
from rag.cite import cite, holds
from rag.encode import Vectors, encoder_fingerprint, unit
from rag.index.reader import LiveIndex
from rag.reader import READ, Reading
from rag.schema import Catalogue, Document, Hit, Turn
from rag.settings import DEFAULT_ENCODER, Settings
from rag.terms import content_words, stem, words

ROOT = Path(__file__).resolve().parent.parent
BRIEFS = Path(__file__).parent / "briefs"
PATIENCE = 60.0  # seconds that a busy machine may take to open a new state
DIM = 2048  # so large that two words seldom fall together
ORIGINALS = os.environ.get("CITEWELL_ORIGINALS", "")
_TOKEN = re.compile(r"\w+|[^\w\s]")


class HashEncoder:
    """A bag of hashed word stems: texts that share words are near each other, on every machine the same.

    It keeps what it was asked to embed in `passages`; `fingerprint` is that of the encoder it stands in for.
    """

    dim = DIM

    def __init__(self, settings: Settings, max_tokens: int = 256) -> None:
        self.fingerprint = encoder_fingerprint(settings)
        self.max_tokens = max_tokens
        self.passages: list[str] = []

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.passages += texts
        return self._rows(texts)

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        return self._rows(texts)

    def count_tokens(self, text: str) -> int:
        return count_tokens(text)

    def _rows(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in content_words(text):
                key = self.fingerprint.encode()[:64]  # so that another encoder's vectors are others
                hashed = int.from_bytes(blake2b(stem(word).encode(), digest_size=8, key=key).digest(), "big")
                rows[row, hashed % self.dim] += 1 if hashed >> 63 else -1
        return unit(rows)


class WordReader:
    """A reader that finds a statement the better, the more of the question's words it holds; half of them is 0."""

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        asked = {stem(word) for word in content_words(question)}
        rows = tuple(
            tuple(
                2.0 * len(asked & {stem(word) for word in words(hit.document.text[s.start : s.end])}) / len(asked) - 1.0
                for s in hit.passage.statements
            )
            for hit in hits[:READ]
        )
        return Reading(rows)

    def confidence(self, scores: Sequence[Sequence[float]]) -> float | None:
        return max((score for row in scores for score in row), default=-1.0) / 2 + 0.5

    def expect(self, question: str) -> None:
        """Nothing is read ahead."""

    def remember(self, document: Document) -> None:
        """It keeps nothing."""


@dataclass
class Opener:
    """Opens a `HashEncoder` and counts how often it was asked to; `open_` of `sync`."""

    settings: Settings
    max_tokens: int = 256
    opened: list[HashEncoder] = field(default_factory=list)

    def __call__(self) -> HashEncoder:
        self.opened.append(HashEncoder(self.settings, self.max_tokens))
        return self.opened[-1]

    @property
    def embedded(self) -> list[str]:
        """All texts that were embedded."""
        return [text for encoder in self.opened for text in encoder.passages]


def count_tokens(text: str) -> int:
    """Words and punctuation marks, and two for the marks that an encoder sets around a text."""
    return len(_TOKEN.findall(text)) + 2


def make_settings(folder: Path, **values: object) -> Settings:
    """Settings that keep all they write inside `folder`, whatever the environment says."""
    places = {"index": folder / "index", "cache": folder / "cache", "library": folder / "uploads"}
    places["feedback"] = folder / "feedback.sqlite"
    return Settings(**{"encoder": DEFAULT_ENCODER, "words": 120, "threads": 1, **places, **values})


def hash_assistant(settings: Settings, reader: WordReader | None = None) -> Assistant:
    """An assistant over an index that a `HashEncoder` wrote."""
    encoder = HashEncoder(settings)
    return Assistant(LiveIndex(settings.index, encoder.fingerprint, PATIENCE), encoder, settings, reader)


def library_of(settings: Settings, folder: Path, files: Mapping[str, str]) -> Assistant:
    """An assistant over a library of these files, by their path inside `folder`/corpus."""
    sync([write_files(folder / "corpus", files)], settings, open_=Opener(settings))
    return hash_assistant(settings)


def copy_briefs(folder: Path) -> Path:
    """A copy of the tests' briefs in `folder`, to be changed at will."""
    shutil.copytree(BRIEFS, folder)
    return folder


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files, by their path inside `folder`."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def read_document(
    content: str | bytes, name: str = "brief.md", title: str = "", measure: Measure | None = None
) -> Document:
    """A file's content read as far as its passages."""
    data = content.encode() if isinstance(content, str) else content
    assembled = assemble(Path(name).stem, read(Path(name), data), Catalogue(title=title))
    return with_passages(assembled, measure or Measure(256, count_tokens))


def statements(document: Document) -> list[str]:
    """The statements' own text, in order."""
    return [document.text[s.start : s.end] for passage in document.passages for s in passage.statements]


def assert_exact(document: Document) -> None:
    """Assert that every part of a document is an exact span of its text, in order, none over another."""
    text = document.text
    _assert_tiles(text, [(s.start, s.end) for s in document.sections])
    for page, after in zip(document.pages, document.pages[1:], strict=False):
        assert (page.number, page.end) < (after.number, after.end)
        assert page.start < page.end == after.start
    if document.pages:
        assert document.pages[-1].end == len(text)
    for reference in document.references:
        assert text[reference.start : reference.end] == reference.text != ""
        assert _section_kind(document, reference.start, reference.end) == "references"
    numbers = {reference.number for reference in document.references}
    end = 0
    for place, passage in enumerate(document.passages):
        assert passage.id == f"{document.source_id}#{place:04d}"
        assert end <= passage.start < passage.end <= len(text)
        assert _section_kind(document, passage.start, passage.end) == "body"
        assert (passage.start, passage.end) == (passage.statements[0].start, passage.statements[-1].end)
        assert passage.page is None or _page(document, passage.start) == passage.page
        end = passage.start
        for statement in passage.statements:
            assert end <= statement.start < statement.end <= passage.end
            quote = text[statement.start : statement.end]
            assert quote == quote.strip() != ""
            assert "\n" not in quote
            assert set(statement.references) <= numbers
            citation = cite(document, passage, [statement], 1)
            assert text[citation.char_start : citation.char_end] == citation.quote == quote
            assert holds(citation, document)
            end = statement.end


def _assert_tiles(text: str, spans: Sequence[tuple[int, int]]) -> None:
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    assert edges == sorted(edges)
    for end, start in zip(edges[::2], edges[1::2], strict=True):
        assert not text[end:start].strip(), "text between two sections"


def _section_kind(document: Document, start: int, end: int) -> str:
    (section,) = [s for s in document.sections if s.start <= start and end <= s.end]
    return section.kind


def _page(document: Document, offset: int) -> int:
    (page,) = [p for p in document.pages if p.start <= offset < p.end]
    return page.number


def make_pdf(pages: Sequence[Sequence[str]], password: str | None = None) -> bytes:
    """A PDF of one font, a line a string; encrypted (AES) when a password is given, if only an empty one."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        shown = b" ".join(b"(" + _escaped(line) + b") Tj T*" for line in lines)
        stream = b"BT /F1 11 Tf 14 TL 60 760 Td " + shown + b" ET"
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        kids.append(len(objects) + 1)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    data = pdf_of(objects)
    return data if password is None else _encrypted(data, password)


def pdf_of(objects: Sequence[bytes], more: str = "") -> bytes:
    """A PDF file of these objects, the catalogue first; `more` stands in its trailer."""
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R {more} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def _escaped(line: str) -> bytes:
    return re.sub(rb"([\\()])", rb"\\\1", line.encode("latin-1"))


def _encrypted(data: bytes, password: str) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def child_environment(**settings: object) -> dict[str, str]:
    """Environment of a child process: this one's without its Citewell settings, and those given.

    `index="x"` is passed as `CITEWELL_INDEX=x`. The child can import the project and these fakes.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CITEWELL_")}
    path = os.pathsep.join((str(ROOT), str(ROOT / "tests")))
    named = {f"CITEWELL_{name.upper()}": str(value) for name, value in settings.items()}
    return {**kept, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8", **named}


def python(*arguments: object) -> list[str]:
    """The command line of a child Python."""
    return [sys.executable, *map(str, arguments)]


class Fatal(HashEncoder):
    """An encoder that takes the process down while it embeds: nothing is closed, nothing is flushed."""

    def __init__(self, settings: Settings, after: int) -> None:
        super().__init__(settings)
        self._left = after

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self._left -= 1
        if self._left < 0:
            os._exit(9)
        return super().encode_passages(texts)


def modules(*folders: str) -> Iterator[Path]:
    """The project's modules in the folders or files named, sorted."""
    for folder in folders:
        path = ROOT / folder
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


def said(*texts: str) -> list[Turn]:
    """Turns: one that begins with "A: " is the assistant's, any other the user's."""
    return [
        Turn("assistant", text.removeprefix("A: ")) if text.startswith("A: ") else Turn("user", text) for text in texts
    ]
