"""A reference list's lines → numbered entries with the label by which people call a study.

In: (text, number) of each entry and where it stands. Out: `Reference`. The entry is kept as printed; authors, year,
title, journal, DOI and PMID are read out of it as far as its form shows them, and left empty otherwise.
"""

from __future__ import annotations

import re

from rag.authoryear import surname
from rag.schema import Reference

_OWN_NUMBER = re.compile(r"^\[?(\d{1,4})[.)\]]\s+")
_IN_BRACKETS = re.compile(r"\[[^\]]*\]|pmid:?\s*\d+|doi:?\s*\S+|https?://\S+", re.IGNORECASE)
_YEAR_OF_ISSUE = re.compile(r"(?<![\d–-])((?:19|20)\d{2})([a-z]?)\)?(?=(?:\s+[A-Z][a-z]{2,8}\.?(?:\s+\d+)?)?\s*[;:])")
_YEAR_IN_BRACKETS = re.compile(r"\(((?:1[89]|20)\d{2})([a-z]?)(?:,[^()]*)?\)")
_ANY_YEAR = re.compile(r"(?<![\d–-])((?:19|20)\d{2})([a-z]?)(?![\d–-])")
_RETRACTED = re.compile(r"\bretract(?:ed|ion)\b", re.IGNORECASE)
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>]+")
_PMID = re.compile(r"\b(?:pmid|pubmed(?: id| pmid)?)\s*:?\s*(\d{4,9})\b", re.IGNORECASE)
# What ends the part to be read: identifiers, addresses and the links that a site adds to each entry.
_TAIL = re.compile(
    r"\s*(?:\bdoi\s*:|\(?https?://|\bpmid\s*:|\[pubmed|\bpubmed(?:\s(?:pmid|abstract|central)|:\s*\d)"
    r"|\bview article\b|\bgoogle scholar\b|\bcrossref\b|\bpmc\d|"
    r"[\[(](?:internet|online|cited|accessed)\b|\bavailable (?:from|at)\b|\bavailable:|\bepub\b|\bretrieved\b"
    r"|10\.\d{4,9}/)",
    re.IGNORECASE,
)

_CAPITAL = "".join(character for character in map(chr, range(0x41, 0x530)) if character.isupper())
_PARTICLE = r"(?:van|von|vom|zu|de|der|den|del|della|dela|di|da|dos|das|du|la|le|el|al|bin|ibn|ten|ter|af|av|st\.?)"
_SURNAME = (
    rf"(?:(?i:{_PARTICLE})[\s-])*(?:[dDlLOo]['’])?[{_CAPITAL}][\w'’‐-]*"
    rf"(?:[-‐–\s](?:(?i:{_PARTICLE})\s)?[{_CAPITAL}][\w'’‐-]+){{0,2}}"
)
# Some programs take the initial A for the article, or part two initials: "Murphy C a", "Turner a P", "Bancroft G V".
_PARTED = rf"(?:[{_CAPITAL}]\s[a{_CAPITAL}]|a(?:\s[{_CAPITAL}])?)(?=[,.])"
_INITIALS = (
    rf"(?:{_PARTED}|(?:[{_CAPITAL}][a-z]?\.[\s-]?){{1,5}}|[{_CAPITAL}]{{1,4}}(?:-[{_CAPITAL}]{{1,2}})?(?!\w|\.[{_CAPITAL}])"
    rf"|[{_CAPITAL}]\.?)"
)
_JUNIOR = r"(?:,?\s(?:Jr|Sr|II|III|2nd|3rd)\.?)?"
_AUTHOR = re.compile(rf"(?P<name>{_SURNAME},?\s{_INITIALS}{_JUNIOR})(?=[\s,;.:(&]|$|(?<=\s))")
_NEXT_AUTHOR = re.compile(r"\s*(?:[,;]\s*(?:&|and\b)?|&|and\b|…|\.\s?\.\s?\.)\s*")
_ET_AL = re.compile(r"[\s,;]*\bet\.?\s+al\b\.?", re.IGNORECASE)
_EDITORS = re.compile(r"[\s,]*\(?\b(?:eds?|editors?)\b\.?\)?[.,:]?", re.IGNORECASE)
_BETWEEN = re.compile(
    r"[\s.,:;]*(?:\(((?:1[89]|20)\d{2})[a-z]?(?:,[^()]*)?\)|((?:1[89]|20)\d{2})[a-z]?(?=[.,:;)]))?[\s.,:;]*"
)
_TITLE_END = re.compile(r"(?<=[?!])[”\"’]?\s+(?=\S)|(?<=[^\s.])\.[”\"’]?\s+(?=[^\s\da-z(\[])|,[”\"]\s+|\.\s+(?=In:)")
_SHORTENED = re.compile(r"(?:\b(?:vs|No|St|Vol|Dr|U\.S|U\.K|U\.S\.A|e\.g|i\.e|al|ed|eds|spp?|approx)|\b[A-Z])$")
# Where volume and pages begin: "2003;13:310", "13(2): 310", ", 13(2), 310".
_IMPRINT = (
    re.compile(
        r"[.,]?\s*\(?(?:1[89]|20)\d{2}[a-z]?\)?(?:\s[A-Z][a-z]{2,8}\.?(?:[-–/][A-Z][a-z]{2,8})?(?:\s\d{1,2})?)?\s*(?:;|:\s*\w*\d)"
    ),
    re.compile(r"[.,]?\s*;\s*\d"),
    re.compile(
        r"[.,]?\s(?:suppl\.?\s|vol\.?\s)?[A-Z]?\d+\s*(?:\([^()]*\)|suppl\.?\s*\d*)?\s*:\s*[\w–-]"
        r"|,\s*[A-Z]?\d+\s*(?:\([^()]*\))?\s*,\s*\w|,\s*(?:vol\.?\s)?\d+\s*(?:\(\d+[^()]*\))?\.?$|,?\s\w?\d+\s?[–-]\s?\w?\d+\.?$",
        re.IGNORECASE,
    ),
)
# A name in capitals throughout: of a journal whose volume nobody gives.
_JOURNAL = re.compile(
    rf"(?:[{_CAPITAL}][\w&'’.-]*|of|and|in|the|for|on|&|:|research)(?:,?\s(?:[{_CAPITAL}][\w&'’.-]*|of|and|in|the|for|on|&|research)){{0,8}}"
)


def parse_entry(text: str, number: int, start: int) -> Reference:
    """One entry. `start` is where `text` begins in the document; a number repeated in it is left out.

    A list whose saved form doubles its numbers ("1. 1. Bouchard L …") gives the entry without either.
    """
    while (own := _OWN_NUMBER.match(text)) and int(own.group(1)) == number:
        start += own.end()
        text = text[own.end() :]
    authors, rest = _authors(text)
    year, letter = _year(text)
    name = surname(authors[0]) if rest else _heading(text)
    title, journal = _title(text[rest:] if rest else text, bool(rest))
    if not rest and not authors:
        authors = (name,) if name else ()
    doi = _DOI.search(text)
    pmid = _PMID.search(text)
    return Reference(
        number=number,
        start=start,
        end=start + len(text),
        text=text,
        label=f"{name} {year}{letter}" if year else name,
        year=year,
        retracted=bool(_RETRACTED.search(text)),
        authors=authors,
        title=title,
        journal=journal,
        doi=doi.group().rstrip(".,;)]") if doi else "",
        pmid=pmid.group(1) if pmid else "",
    )


def _year(text: str) -> tuple[int | None, str]:
    bare = _IN_BRACKETS.sub(" ", text)
    for pattern in (_YEAR_OF_ISSUE, _YEAR_IN_BRACKETS):
        found = pattern.search(bare)
        if found:
            return int(found.group(1)), found.group(2)
    years = _ANY_YEAR.findall(bare)
    return (int(years[-1][0]), years[-1][1]) if years else (None, "")


def _authors(text: str) -> tuple[tuple[str, ...], int]:
    """The persons who begin the entry, and where what follows them begins; ((), 0) where none does."""
    names: list[str] = []
    at = end = 0
    while match := _AUTHOR.match(text, at):
        name = match["name"].rstrip(", ").strip()
        names.append(name.rstrip(".") if "," not in name and name.count(".") == 1 else name)
        end = match.end()
        more = _NEXT_AUTHOR.match(text, end)
        if more is None:
            break
        at = more.end()
    at = end
    if len(names) == 1 and re.match(r"\s[a-z]", text[at:]) and not _ET_AL.match(text, at):
        return (), 0  # "Vitamin A supplementation"
    if names:
        for pattern in (_ET_AL, _EDITORS):
            more = pattern.match(text, at)
            at = more.end() if more else at
    return tuple(names), at


def _heading(text: str) -> str:
    """The name of the organisation that stands in the place of authors, or how the entry begins."""
    year = re.search(r"[\s.,]*\((?:1[89]|20)\d{2}[a-z]?\)", text[:160])
    if year and len(_sentences(text[: year.start()])) == 1:
        return text[: year.start()].strip(" .,")[:160]
    first = _sentences(text)[0] if text.strip() else ""
    first = re.split(r":\s|,\s(?=\d)", first, maxsplit=1)[0]
    if "," in first and len(first.split(",")[0].split()) <= 4 and " and " not in first:
        first = first.split(",")[0]
    return first.strip(" .,")[:160]


def _title(rest: str, persons: bool) -> tuple[str, str]:
    """Title and journal from what follows the authors; the organisation's name is skipped first."""
    tail = _TAIL.search(rest)
    rest = rest[: tail.start()] if tail else rest
    of_name = None if persons else re.match(r".{2,160}?\((?:1[89]|20)\d{2}[a-z]?\)[\s.,]*", rest)
    if of_name:
        rest, persons = rest[of_name.end() :], True
    gap = _BETWEEN.match(rest)
    rest = rest[gap.end() :] if gap else rest
    imprint = next((found[-1] for found in (list(p.finditer(rest)) for p in _IMPRINT) if found), None)
    rest = rest if imprint else re.sub(r"[.,;]\s*\(?(?:1[89]|20)\d{2}\)?[.\s]*$", "", rest)
    pieces = _sentences(rest[: imprint.start()] if imprint and imprint.start() > 2 else rest)
    if not persons and len(pieces) > 1:
        pieces = pieces[1:]
    if not pieces:
        return "", ""
    if len(pieces) == 1 or not (imprint or _JOURNAL.fullmatch(_bare(pieces[-1]))):  # a book, or a page of the web
        return _bare(". ".join(pieces).replace("?.", "?")), ""
    last = len(pieces) - 1
    while last > 1 and len(pieces[last - 1].split()) <= 2 and pieces[last - 1].istitle():
        last -= 1  # a journal's shortened name: "Adm. Policy Ment. Health"
    return _bare(". ".join(pieces[:last]).replace("?.", "?")), _bare(re.sub(r"^In:?\s+", "", ". ".join(pieces[last:])))


def _bare(text: str) -> str:
    return text.strip(" “”\"'.,;:")


def _sentences(text: str) -> list[str]:
    pieces: list[str] = []
    start = 0
    for match in _TITLE_END.finditer(text):
        if _SHORTENED.search(text[start : match.start()]) or match.start() - start < 3:
            continue
        pieces.append(text[start : match.start()])
        start = match.end()
    pieces.append(text[start:])
    return [piece for piece in pieces if piece.strip()]
