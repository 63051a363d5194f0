"""PDFs drawn by hand for the tests: text of any size, weight, place and colour, with properties, outline and labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fakes import pdf_of


@dataclass(frozen=True)
class Text:
    """A line of text; y counts from the bottom of a page of 595 by 842 points. `ink` are operators such as `1 g`."""

    text: str
    x: float
    y: float
    size: float = 10
    bold: bool = False
    ink: str = "0 g 0 Tr"
    turned: bool = False


def draw(
    pages: Sequence[Sequence[Text]],
    properties: str = "",
    outline: Sequence[tuple[str, int]] = (),
    labels: str = "",
    under: str = "",
) -> bytes:
    """The file; `under` is drawn first on each page, `outline` holds (title, page from 0)."""
    objects = [b"", b"", _font("Helvetica"), _font("Helvetica-Bold"), f"<< {properties} >>".encode()]
    kids = []
    for page in pages:
        shown = "\n".join(
            f"BT {t.ink} /F{2 if t.bold else 1} {t.size} Tf "
            f"{'0 1 -1 0' if t.turned else '1 0 0 1'} {t.x} {t.y} Tm ({_escaped(t.text)}) Tj ET"
            for t in page
        )
        stream = f"{under}\n{shown}".encode("cp1252")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        kids.append(len(objects) + 1)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>".encode()
        )
    root = "<< /Type /Catalog /Pages 2 0 R"
    if outline:
        first = len(objects) + 2
        objects.append(f"<< /First {first} 0 R /Last {first + len(outline) - 1} 0 R /Count {len(outline)} >>".encode())
        for place, (title, page) in enumerate(outline):
            after = f"/Next {first + place + 1} 0 R" if place + 1 < len(outline) else ""
            dest = f"/Dest [{kids[page]} 0 R /Fit]"
            objects.append(f"<< /Title ({_escaped(title)}) /Parent {first - 1} 0 R {dest} {after} >>".encode())
        root += f" /Outlines {first - 1} 0 R"
    objects[0] = f"{root} {labels} >>".encode()
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>".encode()
    return pdf_of(objects, "/Info 5 0 R")


def paragraph(words: str, x: float, y: float, size: float = 10, width: int = 40) -> list[Text]:
    """Lines of about `width` characters, one below the other."""
    lines = [""]
    for word in words.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [Text(line, x, y - place * size * 1.2, size) for place, line in enumerate(lines)]


def _font(name: str) -> bytes:
    return f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
