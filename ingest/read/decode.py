"""Bytes → text for the formats that are text. In: the file's bytes. Out: str with line feeds only."""

from __future__ import annotations

from rag.errors import DocumentError


def decode(data: bytes, declared: str = "") -> str:
    """Decode as a byte-order mark says, or as the file has `declared`, or UTF-8, else by the most likely encoding.

    Raises DocumentError for bytes that are no text in any encoding we can tell.
    """
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if data.startswith(mark):
            return _lines(data.decode(encoding, errors="replace"))
    try:
        text = _as_declared(data, declared) or data.decode("utf-8")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(data).best()
        if best is None:
            raise DocumentError(
                "the bytes are text in no encoding that can be told", "save the file as UTF-8"
            ) from None
        text = str(best)
    if "\x00" in text:
        raise DocumentError("the file is not text: it holds zero bytes", "was it renamed from another format?")
    return _lines(text)


def _as_declared(data: bytes, declared: str) -> str:
    """The text in the encoding that the file names; "" where it names none, or wrongly."""
    try:
        return data.decode(declared) if declared and not declared.casefold().startswith("utf-16") else ""
    except (UnicodeDecodeError, LookupError):
        return ""


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
