"""PDF → characters in their places, with pypdfium2: the first reader, for it knows where each character stands.

In: the file's bytes. Out: `Sheet`s, one a page, with segments of text (a line's part up to a wide gap) and the text
that nobody sees: written in white on white, in no ink, tiny, or off the page. Nothing is put in order here.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from typing import Any

from ingest.blocks import raised
from rag.errors import DocumentError

TINY = 2.0  # points: smaller letters cannot be read
WIDE_GAP = 1.1  # of the letter size: a gap that parts cells or columns
WHITE = 250
BLANK = -1  # the angle of a space
_Char = tuple[str, float, float, float, float, float, bool, int]  # letter, x0, x1, y0, y1, size, bold, quarter turns


@dataclass(slots=True)
class Segment:
    """Text on one baseline without a wide gap; coordinates in points, y upwards."""

    text: str
    x0: float
    x1: float
    y0: float
    y1: float
    size: float
    bold: bool
    order: int = 0


@dataclass(slots=True)
class Sheet:
    """A page.

    Attributes:
        aside: text that runs in another direction than the page.
        hidden: why it is not seen → the text.
        unmapped: share of characters that the file does not map to any letter.
    """

    width: float
    height: float
    segments: list[Segment] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    hidden: dict[str, str] = field(default_factory=dict)
    label: str = ""
    unmapped: float = 0.0


@dataclass(slots=True)
class Volume:
    """A file: its pages, its outline as (level from 0, title), its properties."""

    sheets: list[Sheet]
    outline: list[tuple[int, str]]
    properties: dict[str, str]


def open_volume(data: bytes) -> Volume:
    """Read a file. Raises DocumentError when it asks for a password, ValueError when it cannot be read."""
    import pypdfium2
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD or "password" in str(error).casefold():
            raise DocumentError("the PDF asks for a password", "save a copy without one") from error
        raise ValueError(str(error)) from error
    try:
        sheets = []
        for number in range(len(document)):
            try:
                page = document[number]
            except pypdfium2.PdfiumError as error:
                raise ValueError(f"page {number + 1}: {error}") from error
            sheet = _sheet(page, raw)
            sheet.label = document.get_page_label(number)
            sheets.append(sheet)
            page.close()
        outline = []
        for item in document.get_toc(max_depth=6):
            outline.append((item.level, item.get_title()))
            if len(outline) > 2000:
                break
        return Volume(sheets, outline, document.get_metadata_dict(skip_empty=True))
    except (pypdfium2.PdfiumError, UnicodeDecodeError) as error:
        raise ValueError(str(error)) from error
    finally:
        document.close()


@dataclass(slots=True)
class _Ink:
    """How a text object is drawn."""

    bold: bool = False
    why_hidden: str = ""
    turns: int = 0


def _sheet(page: Any, raw: Any) -> Sheet:
    left, bottom, right, top = page.get_cropbox()
    sheet = Sheet(right - left, top - bottom)
    backgrounds, images = _backgrounds(page, raw)
    textpage = page.get_textpage()
    try:
        count = raw.FPDFText_CountChars(textpage.raw)
        inks: dict[int, _Ink] = {}
        chars: list[_Char] = []
        hidden: dict[str, list[str]] = {}
        angles: dict[int, int] = {}
        unmapped = 0
        box = raw.FS_RECTF()
        for index in range(max(count, 0)):
            code = raw.FPDFText_GetUnicode(textpage.raw, index)
            generated = raw.FPDFText_IsGenerated(textpage.raw, index) == 1
            if generated and code != 0x20:
                chars.append(("\n", 0, 0, 0, 0, 0, False, BLANK))
                continue
            letter = "-" if code in (0x02, 0xFFFE) else chr(code) if 0x20 <= code < 0x110000 else ""
            if not raw.FPDFText_GetLooseCharBox(textpage.raw, index, ctypes.byref(box)):
                continue
            if not letter or letter == "\ufffd" or 0xE000 <= code <= 0xF8FF:
                unmapped += 1
                if not letter:
                    continue
            x0, x1, y0, y1 = box.left, box.right, box.bottom, box.top
            if letter == " " or generated:
                chars.append((" ", x0, x1, y0, y1, 0, False, BLANK))
                continue
            obj = raw.FPDFText_GetTextObject(textpage.raw, index)
            key = ctypes.addressof(obj.contents) if obj else 0
            if key not in inks:
                inks[key] = _ink(obj, raw) if obj else _Ink()
                inks[key].turns = round(raw.FPDFText_GetCharAngle(textpage.raw, index) / 1.5707963) % 4
            size = abs(y1 - y0) or 1.0
            middle = ((x0 + x1) / 2, (y0 + y1) / 2)
            why = inks[key].why_hidden
            if why and _inside(middle, images if why == "in no ink" else backgrounds):
                why = ""
            if not (left - size < middle[0] < right + size and bottom - size < middle[1] < top + size):
                why = "off the page"
            elif max(size, abs(x1 - x0)) < TINY:
                why = "tiny"
            if why:
                hidden.setdefault(why, []).append(letter)
                chars.append((" ", x0, x1, y0, y1, 0, False, BLANK))
                hidden[why].append("")
                continue
            angle = inks[key].turns
            angles[angle] = angles.get(angle, 0) + 1
            chars.append((letter, x0, x1, y0, y1, size, inks[key].bold, angle))
        turned = max(angles, key=lambda angle: angles[angle], default=0)
        sheet.segments = _segments([c for c in chars if c[7] in (turned, BLANK)], turned)
        for other in sorted(angles.keys() - {turned}):  # a stamp in the margin, heads of a table set upright
            sheet.aside += [s.text for s in _segments([c for c in chars if c[7] in (other, BLANK)], other)]
        if turned % 2:
            sheet.width, sheet.height = sheet.height, sheet.width
        sheet.hidden = {why: "".join(letters) for why, letters in hidden.items()}
        sheet.unmapped = unmapped / max(1, count)
    finally:
        textpage.close()
    return sheet


def _inside(point: tuple[float, float], boxes: list[tuple[float, float, float, float]]) -> bool:
    return any(x0 <= point[0] <= x1 and y0 <= point[1] <= y1 for x0, y0, x1, y1 in boxes)


def _backgrounds(
    page: Any, raw: Any
) -> tuple[list[tuple[float, float, float, float]], list[tuple[float, float, float, float]]]:
    """Boxes of what is painted under text: coloured areas with pictures, and pictures alone."""
    areas: list[tuple[float, float, float, float]] = []
    images: list[tuple[float, float, float, float]] = []
    for number, item in enumerate(page.get_objects(max_depth=4)):
        if number > 20_000:
            break
        if item.type == raw.FPDF_PAGEOBJ_IMAGE or item.type == raw.FPDF_PAGEOBJ_SHADING:
            box = _bounds(item)
            images += [box] if box else []
        elif item.type == raw.FPDF_PAGEOBJ_PATH:
            colour = _colour(item.raw, raw)
            if colour is not None and min(colour[:3]) < WHITE and colour[3]:
                box = _bounds(item)
                areas += [box] if box else []
    return areas + images, images


def _bounds(item: Any) -> tuple[float, float, float, float] | None:
    try:
        left, bottom, right, top = item.get_bounds()
    except Exception:  # the library raises its own error for objects without bounds
        return None
    return (left, bottom, right, top) if right > left and top > bottom else None


def _colour(obj: Any, raw: Any) -> tuple[int, int, int, int] | None:
    r, g, b, a = (ctypes.c_uint(0) for _ in range(4))
    if not raw.FPDFPageObj_GetFillColor(obj, ctypes.byref(r), ctypes.byref(g), ctypes.byref(b), ctypes.byref(a)):
        return None
    return r.value, g.value, b.value, a.value


def _ink(obj: Any, raw: Any) -> _Ink:
    mode = raw.FPDFTextObj_GetTextRenderMode(obj)
    colour = _colour(obj, raw)
    why = ""
    if mode in (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP):
        why = "in no ink"
    elif colour is not None and mode == raw.FPDF_TEXTRENDERMODE_FILL:
        why = "white" if min(colour[:3]) >= WHITE or colour[3] == 0 else ""
    font = raw.FPDFTextObj_GetFont(obj)
    bold = bool(font) and (raw.FPDFFont_GetWeight(font) >= 600 or _named_bold(font, raw))
    return _Ink(bold, why)


def _named_bold(font: Any, raw: Any) -> bool:
    buffer = ctypes.create_string_buffer(128)
    raw.FPDFFont_GetBaseFontName(font, buffer, 128)
    return any(word in buffer.value.lower() for word in (b"bold", b"black", b"heavy", b"semibold", b"demi"))


def _segments(chars: list[_Char], turned: int) -> list[Segment]:
    segments: list[Segment] = []
    run: list[_Char] = []

    def close() -> None:
        while run and run[-1][0] in " \n":
            run.pop()
        if run:
            segments.append(_segment(run, len(segments)))
        run.clear()

    for char in chars:
        if char[0] in " \n" and char[5] == 0:
            if char[0] == "\n":
                close()
            elif run and run[-1][0] != " ":
                run.append((" ", *_turn(char[1:5], turned), 0, False, BLANK))
            continue
        here = (char[0], *_turn(char[1:5], turned), *char[5:])
        if run:
            last = next(c for c in reversed(run) if c[0] != " ")
            size = max(last[5], here[5])
            middle, before = (here[3] + here[4]) / 2, (last[3] + last[4]) / 2
            if here[1] - last[2] > WIDE_GAP * size or here[1] < last[1] - size or abs(middle - before) > 0.7 * size:
                close()
        run.append(here)
    close()
    return segments


def _turn(box: tuple[float, ...], turned: int) -> tuple[float, float, float, float]:
    x0, x1, y0, y1 = box
    if turned == 3:
        return y0, y1, -x1, -x0
    if turned == 2:
        return -x1, -x0, -y1, -y0
    if turned == 1:
        return -y1, -y0, x0, x1
    return x0, x1, y0, y1


def _segment(run: list[_Char], order: int) -> Segment:
    solid = [char for char in run if char[0] != " "]
    heights = sorted(char[4] - char[3] for char in solid)
    size = heights[len(heights) // 2]
    base = sorted(char[3] for char in solid)[len(solid) // 2]
    parts: list[str] = []
    up: list[str] = []
    reach = 0.0
    near = False  # raised numbers stand close behind a word, whatever space the file puts there
    for char in [*run, None]:
        high = (
            char is not None
            and (char[0].isdigit() or char[0] in ",-–")
            and char[4] - char[3] < 0.85 * size
            and char[3] - base > 0.18 * size
        )
        if high and char is not None:
            near = near if up else char[1] - reach < 0.35 * size
            up.append(char[0])
            continue
        if up:
            if parts[-2:-1] and parts[-1] == " " and near:
                parts.pop()
            parts.append(raised("".join(up)))
            up = []
        if char is not None:
            parts.append(char[0])
            reach = char[2] if char[0] != " " else reach
    return Segment(
        "".join(parts),
        min(char[1] for char in solid),
        max(char[2] for char in solid),
        min(char[3] for char in solid if char[4] - char[3] >= 0.85 * size),
        max(char[4] for char in solid),
        size,
        sum(char[6] for char in solid) * 2 > len(solid),
        order,
    )
