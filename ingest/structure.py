"""Blocks → blocks under their headings: which heading is above which, where the article begins, what is
front matter, what is the reference list.

Formats with marked levels keep them. Text without marks is ordered by the names that sections customarily
have (Introduction, Methods, What we found, …): other headings stand below the last of those.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.blocks import Block
from rag.schema import SectionKind

_NOT_WORD = re.compile(r"[^\w]+")
REFERENCES = {"references", "reference list", "bibliography", "literature cited", "works cited", "reference"}
# Names of main sections: of articles, of guidelines, and of rapid responses and evidence briefs.
MAIN = REFERENCES | {
    "abstract", "summary", "executive summary", "introduction", "background", "methods", "method",
    "materials and methods", "results", "findings", "discussion", "conclusion", "conclusions",
    "acknowledgments", "acknowledgements", "author contributions", "authors contributions", "funding",
    "competing interests", "conflict of interest", "conflicts of interest", "supporting information",
    "appendix", "appendices", "questions", "question", "key messages", "key take home messages",
    "key findings", "the issue and why it s important", "what we found", "what we did",
    "factors that may impact local applicability", "suggested citation", "prepared by", "recommendations",
}  # fmt: skip
OF_ABSTRACT = {"objective", "objectives", "aim", "aims", "purpose", "design", "setting", "participants"}
OF_DISCUSSION = {"limitations", "strengths and limitations", "implications", "future research"}
_BEFORE_TITLE = {"abstract", "summary", "questions", "question", "prepared by"}
_NOT_TITLE = re.compile(
    r"https?://|@|^\w+:\s|\b(?:doi|issn|isbn|volume|vol\.|published|received|copyright|university)\b|©", re.IGNORECASE
)
MAX_TITLE_WORDS = 45
MIN_PROSE_WORDS = 40  # before the first heading: shorter lines are names and addresses


@dataclass(frozen=True, slots=True)
class Placed:
    """A block with its headings (outermost first, its own included if it is one) and the kind of section."""

    block: Block
    path: tuple[str, ...]
    kind: SectionKind


def arrange(blocks: Sequence[Block], known_title: str = "", stated: str = "") -> tuple[str, list[Placed]]:
    """Title and placed blocks, what stands before the title left out.

    `known_title` is what the catalogue says; without it, the title is the one that the format marks or that the file
    has `stated` and the text repeats, else the first heading of four words or more, else "".
    """
    start = _title_index(blocks, known_title or (stated if _repeated(blocks, stated) else ""))
    title = known_title
    if start is not None:
        title = known_title or blocks[start].text
        blocks = [replace(blocks[start], kind="title"), *blocks[start + 1 :]]
    levels = _levels(blocks)
    has_headings = any(level is not None for level in levels)
    placed: list[Placed] = []
    path: list[tuple[int, str]] = []
    kind: SectionKind = "body"
    reference_level = 0
    for block, level in zip(blocks, levels, strict=True):
        if level is not None:
            path = [*((depth, name) for depth, name in path if depth < level), (level, heading(block.text))]
            if folded(path[-1][1]) in REFERENCES:
                kind, reference_level = "references", level
            elif kind == "references" and level <= reference_level:
                kind = "body"
        here: SectionKind = kind
        if block.kind == "title" or (has_headings and not path and not _is_prose(block)):
            here = "front"
        placed.append(Placed(block, tuple(name for _, name in path), here))
    return title, placed


def folded(text: str) -> str:
    """A name as it is compared: lower case, words with single spaces, nothing else."""
    return _NOT_WORD.sub(" ", text.casefold()).strip()


def heading(text: str) -> str:
    """A heading as it is shown in a path: without the full stop of a run-in heading or a section's number.

    A number of three digits or more ("2015 in numbers") is none.
    """
    return re.sub(r"^\d{1,2}(\.\d+)*\.?\s+(?=\D)", "", text).rstrip(".: ")


def _repeated(blocks: Sequence[Block], stated: str) -> bool:
    wanted = folded(stated)
    return bool(wanted) and any(folded(block.text) == wanted for block in blocks[:40])


def _title_index(blocks: Sequence[Block], known_title: str) -> int | None:
    if known_title:
        wanted = folded(known_title)
        for index, block in enumerate(blocks):
            if folded(block.text) == wanted:
                return index
    for index, block in enumerate(blocks):
        if block.kind == "title":
            return index
    if known_title:
        return None
    for index, block in enumerate(blocks[:40]):
        if _is_prose(block) or (block.kind == "heading" and folded(heading(block.text)) in MAIN - _BEFORE_TITLE):
            break
        if block.kind == "heading" and block.level is None and len(block.text.split()) >= 4:
            return index
        if block.kind == "paragraph" and _is_long_title(block.text):
            return index
    return None


def _is_long_title(line: str) -> bool:
    words = line.split()
    return 4 <= len(words) <= MAX_TITLE_WORDS and line[-1] not in ".,;:" and not _NOT_TITLE.search(line)


def _is_prose(block: Block) -> bool:
    return block.kind in ("paragraph", "row") and len(block.text.split()) >= MIN_PROSE_WORDS


def _levels(blocks: Sequence[Block]) -> list[int | None]:
    """A level for each heading, from 1; None for what is no heading."""
    levels: list[int | None] = []
    main = ""  # the main section that is open
    in_abstract: set[str] = set()
    any_main = any(b.kind == "heading" and folded(heading(b.text)) in MAIN for b in blocks)
    last = 1
    for block in blocks:
        if block.kind != "heading":
            levels.append(None)
            continue
        name = folded(heading(block.text))
        if block.level is not None:
            level = block.level
        elif main == "abstract" and name not in in_abstract and name != "introduction":
            # A structured abstract repeats the names of the main sections; the second "Methods" ends it.
            level = 2 if name in MAIN | OF_ABSTRACT else 1
            in_abstract.add(name)
        elif block.text.endswith("."):
            level = last + 1 if last < 3 else last
        elif name in OF_DISCUSSION and main == "discussion":
            level = 2
        elif name in MAIN | OF_DISCUSSION or not any_main or not main:
            level = 1
        else:
            level = 2
        if block.level is None:
            if level == 1:
                main = name
            if not block.text.endswith("."):
                last = level
        levels.append(level)
    return levels
