"""Plain text → blocks, also as saved from a web page.

Headings have no marks there: a heading is a short line that stands alone, and that text follows. What
belongs to the site and not to the article (menus, "thumbnail", share buttons) is dropped.
"""

from __future__ import annotations

import re

from ingest.blocks import Block, clean, unseen
from ingest.read.decode import decode

ITEM = re.compile(r"^\s*(?P<marker>[•◦▪‣●○■*·–—-]|\d{1,3}[.)])\s+(?P<text>\S.*)$")
CAPTION = re.compile(r"^(fig(ure)?|table|box|appendix)\.?\s*\d", re.IGNORECASE)
FURNITURE = re.compile(
    r"^(skip to (main )?content|advertisement|download (pdf|article)|loading metrics|thumbnail|share|print|"
    r"browse subject areas|\?|wordpress image lightbox plugin|back to top|menu|search|sign in|log ?in|"
    r"view (large|article)|expand|citation tools|cookie (settings|policy)|accept( all)? cookies|"
    r"click through the \w+ taxonomy.*|for more information about .* subject areas, click here\.?|"
    r"https?://\S+|doi:\s?\S+)$",
    re.IGNORECASE,
)
_REGISTERED = re.compile(r"\d{6,}")  # the number of a trial
MAX_HEADING_WORDS = 16
MAX_RUN_IN_WORDS = 6
WRAPPED_AT = 100  # a text none of whose lines is longer was wrapped by hand or by a mail program


def read(data: bytes) -> list[Block]:
    """Blocks of a plain text; headings come without a level."""
    text = decode(data)
    groups = _groups(text)
    lines = [line for group in groups for line in group]
    wrapped = len(lines) > 20 and sorted(map(len, lines))[int(len(lines) * 0.95)] <= WRAPPED_AT
    blocks: list[Block] = []
    for group in groups:
        blocks += _blocks(group, wrapped)
    return [*unseen(text), *_drop_idle_headings(blocks)]


def _groups(text: str) -> list[list[str]]:
    """Lines between blank lines, without furniture. Form feeds count as blank lines."""
    groups: list[list[str]] = [[]]
    for line in text.replace("\f", "\n\n").split("\n"):
        if not clean(line):
            groups.append([])
        elif not FURNITURE.match(_without_bullet(clean(line))):
            groups[-1].append(line)
    return [group for group in groups if group]


def _without_bullet(line: str) -> str:
    match = ITEM.match(line)
    return match["text"] if match else line


def _blocks(group: list[str], wrapped: bool) -> list[Block]:
    blocks: list[Block] = []
    for line in group:
        item = ITEM.match(line)
        if item:
            bullet = item["marker"] if item["marker"][0].isdigit() else "•"
            blocks.append(Block("item", clean(item["text"]), marker=bullet.replace(")", ".")))
        elif blocks and wrapped:  # the line goes on where the one before it broke off
            last = blocks[-1]
            blocks[-1] = Block(last.kind, clean(f"{last.text} {line}"), marker=last.marker)
        else:
            blocks.append(Block("paragraph", clean(line)))
    if len(blocks) == 1 and blocks[0].kind == "paragraph" and looks_like_heading(blocks[0].text):
        return [Block("heading", blocks[0].text)]
    return blocks


def looks_like_heading(line: str) -> bool:
    """True for a short line without the end of a sentence, or a very short one with a full stop."""
    words = line.split()
    if not words or len(words) > MAX_HEADING_WORDS or CAPTION.match(line):
        return False
    if not (words[0][0].isupper() or words[0][0].isdigit()) or "@" in line or "http" in line:
        return False
    if not any(character.isalpha() for character in line) or _REGISTERED.search(line):
        return False
    if line.endswith("."):
        return len(words) <= MAX_RUN_IN_WORDS and "," not in line
    return line[-1] not in ",;:!"


def _drop_idle_headings(blocks: list[Block]) -> list[Block]:
    """A heading that no text follows is text itself: an author's name under "Prepared by", a stamp at the foot."""
    end = len(blocks)
    while end and blocks[end - 1].kind == "heading":
        end -= 1
    kept = end + 1 if len(blocks) - end > 1 else end
    return blocks[:kept] + [Block("paragraph", block.text) for block in blocks[kept:]]
