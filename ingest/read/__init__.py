"""Files in, blocks out: one module a format, chosen by the file's ending.

To add a format: a module with `read(data: bytes) -> list[Block]`, and its endings in `READERS`.
"""

from __future__ import annotations

import importlib
from pathlib import Path

from ingest.blocks import Block
from rag.errors import DocumentError

# Readers are imported when they are needed: a library of Markdown files never loads a PDF library.
READERS = {
    ".md": "ingest.read.markdown",
    ".markdown": "ingest.read.markdown",
    ".txt": "ingest.read.plain",
    ".text": "ingest.read.plain",
    ".pdf": "ingest.read.pdf",
}


def read(path: Path, data: bytes) -> list[Block]:
    """Read a file's content as blocks; `path` only tells the format.

    Raises DocumentError when the format is not known, or the file holds no text.
    """
    module = READERS.get(path.suffix.lower())
    if module is None:
        raise DocumentError(
            f"no reader for this kind of file: `{path.name}`",
            "save it as PDF, Markdown (.md) or plain text (.txt)",
        )
    if not data:
        raise DocumentError(f"the file is empty: `{path.name}`", "copy it again from where it came")
    blocks: list[Block] = importlib.import_module(module).read(data)
    if not any(block.text for block in blocks):
        raise DocumentError(f"no text found in `{path.name}`", "a scan? run text recognition (OCR) on it first")
    return blocks
