"""Where things lie in an index folder, and which state is published. See docs/index-format.md.

    CURRENT                     one line: the name of the published generation
    library.json                what the runs did: a row a document, and the runs (`ingest.ledger`)
    writer.lock, writer.json    who is writing
    objects/<hash>.json .f16    a parsed document; vectors of its passages, then statements. Never changed, shared by
                                all generations that hold it
    generations/<name>/         manifest.json, library.json, passages.sqlite, chroma/. Never changed after publishing

A generation's name is a hash of what it holds, so the same library has the same name everywhere.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from rag.errors import IndexMismatchError, IndexMissingError

FORMAT = 2


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What shapes an index. Two indexes with different fingerprints cannot be mixed.

    Attributes:
        encoder: name and version. dim: length of a vector. max_tokens: longest text embedded.
        format: version of the files described above.
    """

    encoder: str
    dim: int
    max_tokens: int
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds: its fingerprint, and for each source id the hash of its object."""

    fingerprint: Fingerprint
    documents: Mapping[str, str]

    @property
    def name(self) -> str:
        """The generation's name: 16 hexadecimal digits of a hash of all that the manifest says."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:16]

    def to_json(self) -> str:
        """The manifest as it is written: sorted, so that equal manifests are equal bytes."""
        body = {"fingerprint": asdict(self.fingerprint), "documents": dict(self.documents)}
        return json.dumps(body, sort_keys=True, indent=1) + "\n"


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths in an index folder."""

    root: Path

    @property
    def current(self) -> Path:
        """The pointer to the published generation."""
        return self.root / "CURRENT"

    @property
    def library(self) -> Path:
        """What the last runs saw."""
        return self.root / "library.json"

    @property
    def generations(self) -> Path:
        """Folder of the generations."""
        return self.root / "generations"

    def generation(self, name: str) -> Path:
        """Folder of one generation."""
        return self.generations / name

    def object(self, digest: str) -> Path:
        """A parsed document."""
        return self.root / "objects" / f"{digest}.json"

    def vectors(self, digest: str) -> Path:
        """The vectors of a document: float16, a row a passage, then a row a statement, in order."""
        return self.root / "objects" / f"{digest}.f16"

    def pointer(self) -> str:
        """Name of the published generation, or "" when there is none."""
        try:
            return self.current.read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            return ""

    def published(self) -> str:
        """Name of the published generation; raises IndexMissingError when there is none."""
        name = self.pointer()
        if not name:
            raise IndexMissingError(
                f"no index at `{self.root}`",
                "build it with `python -m ingest`, or name another folder (--index, CITEWELL_INDEX)",
            )
        return name

    def readable(self) -> tuple[str, Manifest] | None:
        """Name and manifest of what is published, or None when there is nothing whole that this version can read."""
        try:
            name = self.published()
            manifest = self.manifest(name)
        except (IndexMissingError, IndexMismatchError):
            return None
        parts = [self.generation(name) / "passages.sqlite", self.generation(name) / "chroma"]
        parts += [path(digest) for digest in manifest.documents.values() for path in (self.object, self.vectors)]
        return (name, manifest) if all(part.exists() for part in parts) else None

    def documents_of_any_format(self, name: str) -> Mapping[str, str]:
        """What a generation holds, as far as it says so, whatever its format; empty when nothing can be told."""
        try:
            documents = json.loads((self.generation(name) / "manifest.json").read_text(encoding="utf-8"))["documents"]
            return {str(source_id): str(digest) for source_id, digest in documents.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def damaged(self, what: str) -> IndexMissingError:
        """The error for an index of which a part is lost or cannot be read."""
        return IndexMissingError(
            f"the index at `{self.root}` is damaged: {what}", "run `python -m ingest` to build it again"
        )

    def manifest(self, name: str) -> Manifest:
        """Read a generation's manifest; raises IndexMismatchError when its format is another."""
        path = self.generation(name) / "manifest.json"
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            found, documents = raw["fingerprint"], raw["documents"]
            if found["format"] != FORMAT:
                raise IndexMismatchError(
                    f"the index at `{self.root}` has format {found['format']}; this version reads format {FORMAT}",
                    "run `python -m ingest` to build it again",
                )
            return Manifest(Fingerprint(**found), dict(documents))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self.damaged(f"no readable `{path.name}` in `{name}`") from error


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file in one step: after a crash there is the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except OSError:
        partial.unlink(missing_ok=True)  # a full disk has better use for the room
        raise
