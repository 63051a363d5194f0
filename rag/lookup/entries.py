"""The reference lists: one entry, all of them, those of a country, a year or a topic, those behind a statement.

In: an `Ask` and the library. Out: entries to quote. An entry's country is told by its own words, or by the sentence
of the document that credits it ("An Australian study (17) …"), which is then quoted beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.lookup.asks import LAST, Ask
from rag.lookup.library import Library
from rag.lookup.places import countries, names_of
from rag.lookup.quoted import Found, Line, of_reference
from rag.lookup.years import Years
from rag.schema import Document, Hit, Passage, Reference, Statement
from rag.terms import SMALL_WORDS, content_words, stem, straight, words

MOST = 8  # entries shown
NEAR = 0.3  # cosine from which a statement is on a topic
BESIDE = 0.85  # of the best statement's score: another that has a part in it
STATEMENTS = 4
TITLE_WORDS = 40
COMPARED = 12  # entries embedded to find the one that is described
SAME_WORK = 0.35  # cosine from which an entry is the one described
_LEANS = re.compile(r"(?:this|these|those|they|it|its|their|such|he|she|the latter|participants)\b", re.IGNORECASE)
# Names of conditions and groups that titles give in short, or otherwise than people who ask.
_ALSO = (
    ("hepatitis c", "hcv", "hep c"), ("hepatitis b", "hbv"), ("tuberculosis", "tb"), ("hiv", "aids", "antiretroviral"),
    ("breastfeeding", "breast-feeding", "breast feeding"), ("burns", "burn"), ("veterans", "va"),
    ("mothers", "mums", "moms", "maternal"), ("kidney", "renal", "dialysis"), ("heart", "cardiac", "cardiovascular"),
    ("drug", "drugs", "injecting"), ("carers", "caregivers", "carer", "caregiver"),
)  # fmt: skip
_HELP = "aids"  # helps, where it is no name for HIV
# Words of a question that no title holds.
EMPTY = frozenset(
    [
        "study",
        "studies",
        "paper",
        "papers",
        "article",
        "articles",
        "trial",
        "trials",
        "reference",
        "references",
        "source",
        "sources",
        "cited",
        "cite",
        "work",
        "people",
        "living",
        "person",
        "persons",
        "patients",
        "fact",
        "point",
        "claim",
        "statement",
        "idea",
        "view",
        "finding",
        "findings",
        "role",
        "topic",
        "subject",
        "issue",
        "use",
        "research",
        "evidence",
        "brief",
        "review",
        "document",
        "list",
        "library",
    ]
)


def entry(library: Library, ask: Ask) -> Found:
    """The entries with the numbers asked for."""
    longest = 0
    lines = []
    for document in library.documents():
        longest = max(longest, len(document.references))
        last = document.references[-1:] if LAST in ask.numbers else ()
        lines += [of_reference(document, r) for r in last or document.references if last or r.number in ask.numbers]
    told = "that is the last" if LAST in ask.numbers else ", ".join(map(str, ask.numbers))
    return Found(tuple(lines[:MOST]), f"a reference {told}: the list has {longest} entries")


def everything(library: Library, ask: Ask) -> Found:
    """The reference lists as a whole: their length, and their first entries."""
    lines: list[Line] = []
    told = []
    for document in library.documents():
        if not document.references:
            continue
        count = len(document.references)
        entries = "1 entry" if count == 1 else f"{count} entries"
        told.append(f"the reference list of “{document.catalogue.title}” has {entries}")
        lines += [of_reference(document, r) for r in ([document.references[-1]] if ask.count else document.references)]
        if len(told) == MOST:
            break
    lead = "; ".join(told)
    if not ask.count and len(lines) > MOST:
        lead += f"; here are the first {MOST}" if len(told) == 1 else f"; here are {MOST} of them"
    return Found(tuple(lines[:MOST]), "a reference list", lead[:1].upper() + lead[1:] + ".")


def cited(library: Library, ask: Ask) -> Found:
    """The entries of a country, a year, a topic; the oldest or newest of them."""
    wanted = [name for country in ask.countries for name in names_of(country)] or content_words(ask.topic)
    found: list[tuple[int, Line, Line | None]] = []
    topics = topics_of(ask.topic)
    if not (ask.countries or ask.years or ask.order or topics):
        return Found((), "what the studies should have in common")
    for document in library.documents(wanted or list((ask.years or Years(0, 0)).each())):
        for credited in _credited(document):
            evidence = _meets(document, credited, ask, topics)
            if evidence is not None and not (ask.order and credited.reference.year is None):
                beside = None if evidence is _OWN else of_statement(document, evidence)
                found.append((credited.reference.year or 0, of_reference(document, credited.reference), beside))
    told = str(ask.years or "")
    if ask.order and found:
        best = (max if ask.order == "newest" else min)(year for year, *_ in found)
        told = str(best)
        found = [row for row in found if row[0] == best]
    lines: list[Line] = []
    for _, own, beside in found[:MOST]:
        lines += [own] if beside is None or beside in lines else [own, beside]
    if not lines and ask.kind == "cited" and ask.topic and not ask.countries and not ask.years:
        return cited_for(library, ask)
    what = " ".join(filter(None, (" or ".join(ask.countries), told, f"“{ask.topic}”" if ask.topic else "")))
    lead = ""
    if ask.count or len(found) > MOST:
        count = "1 cited study" if len(found) == 1 else f"{len(found)} cited studies"
        by = ", by their own words or those that credit them" if ask.countries or ask.topic else ""
        shown = f"; here are {MOST} of them" if len(found) > MOST else ""
        lead = f"{count} for {what}{by}{shown}."
    return Found(tuple(lines), f"a cited study for {what}", lead)


def cited_for(library: Library, ask: Ask) -> Found:
    """The statements nearest to a topic that credit studies, each with the entries that it credits."""
    asked = {stem(word) for word in content_words(ask.topic)} - stems(EMPTY)
    scored = []
    for hit in library.find(ask.topic):
        for place, statement in enumerate(hit.passage.statements):
            if statement.references:
                own = {stem(word) for word in words(hit.document.text[statement.start : statement.end])}
                shared = len(asked & own) / max(1, len(asked))
                if hit.statement_scores[place] >= NEAR or shared > 0.5:
                    scored.append((hit.statement_scores[place] + 0.3 * shared, -hit.rank, -place, hit, statement))
    scored.sort(key=lambda row: row[:3], reverse=True)
    lines: list[Line] = []
    shown = 0
    for score, _, place, hit, statement in scored:
        if score < scored[0][0] * BESIDE or shown == STATEMENTS:
            break
        new = [line for line in _entries(hit, statement) if line not in lines]
        if not new or (lines and len(lines) + len(new) > MOST):
            continue
        lines += [of_statement(hit.document, statement, before_it(hit.document, hit.passage, -place)), *new]
        shown += 1
    return Found(tuple(lines[: MOST + STATEMENTS]), f"a study cited for “{ask.topic}”")


def of_statement(document: Document, statement: Statement, before: Statement | None = None) -> Line:
    """A statement to quote, with the one before it where it leans on that."""
    numbers = (*(before.references if before else ()), *statement.references)
    start = (before or statement).start
    return Line(document, start, statement.end, tuple(sorted(set(numbers))), as_printed=False)


def before_it(document: Document, passage: Passage, place: int) -> Statement | None:
    """The statement before it, where the one at this place leans on it ("These findings suggest …")."""
    leans = place and _LEANS.match(document.text, passage.statements[place].start)
    return passage.statements[place - 1] if leans else None


def work(library: Library, ask: Ask) -> Found | None:
    """The entry that a question describes, by a name or by its topic; None when none is surely meant."""
    named = named_entries(library, ask.topic)
    if named:
        return Found(named)
    described = _by_topic(library, ask.topic)
    return Found((of_reference(*described),)) if described else None


def named_entries(library: Library, text: str) -> tuple[Line, ...]:
    """The entries whose label's name stands in a text; with a year in the text, those of that year if any is."""
    wanted = [word for word in re.sub(r"'s\b", "", straight(text)).split() if word[:1].isupper()]
    wanted = [word.strip('.,;:()?!"“”') for word in wanted]
    wanted = [word for word in wanted if len(word) > 2]
    wanted = [word for word in wanted if word.casefold() not in SMALL_WORDS]
    if not wanted:
        return ()
    found = [
        (document, reference)
        for document in library.documents(wanted)
        for reference in document.references
        if not set(straight(reference.label).split()).isdisjoint(wanted)
    ]
    of_year = [pair for pair in found if pair[1].year and str(pair[1].year) in text]
    found = of_year or found
    asked = stems(content_words(text)) - stems(EMPTY) - stems(word.casefold() for word in wanted)
    closer = [pair for pair in found if asked & stems(words(pair[1].text))]
    return tuple(of_reference(*pair) for pair in (closer if asked and closer else found)[:MOST])


def _by_topic(library: Library, topic: str) -> tuple[Document, Reference] | None:
    """The entry nearest to a description: of those that share a word, or are credited by what was found."""
    asked = stems(content_words(topic)) - stems(EMPTY)
    pool: dict[tuple[str, int], tuple[Document, Reference]] = {}
    shared: dict[tuple[str, int], int] = {}
    for document in library.documents(content_words(topic)):
        for reference in document.references:
            count = len(asked & also(reference.text))
            if count:
                key = (document.source_id, reference.number)
                pool[key], shared[key] = (document, reference), count
    for hit in library.find(topic)[:3]:
        for statement in hit.passage.statements:
            for reference in hit.document.references:
                if reference.number in statement.references:
                    pool.setdefault((hit.document.source_id, reference.number), (hit.document, reference))
    keys = sorted(pool, key=lambda key: (-shared.get(key, 0), key))[:COMPARED]
    if not keys:
        return None
    rows = library.encode([topic, *(_title(pool[key][1]) for key in keys)])
    cosines = rows[1:] @ rows[0]
    scores = [
        float(cosine) + 0.5 * shared.get(key, 0) / max(1, len(asked)) for key, cosine in zip(keys, cosines, strict=True)
    ]
    best = max(range(len(keys)), key=scores.__getitem__)
    sure = float(cosines[best]) >= SAME_WORK or (shared.get(keys[best], 0) >= max(1, len(asked)) / 2)
    return pool[keys[best]] if sure else None


@dataclass(frozen=True, slots=True)
class _Credited:
    reference: Reference
    statements: tuple[Statement, ...]


_OWN = Statement(0, 0)


def _credited(document: Document) -> Iterator[_Credited]:
    """Each entry with the statements that credit it."""
    by_number: dict[int, list[Statement]] = {}
    for passage in document.passages:
        for statement in passage.statements:
            for number in statement.references:
                by_number.setdefault(number, []).append(statement)
    for reference in document.references:
        yield _Credited(reference, tuple(by_number.get(reference.number, ())))


def _meets(document: Document, credited: _Credited, ask: Ask, topics: Sequence[frozenset[str]]) -> Statement | None:
    """What shows that an entry is one of those asked for: itself, or a statement; None when nothing does."""
    reference = credited.reference
    if ask.years and reference.year not in ask.years:
        return None
    evidence = _OWN
    asked = set(ask.countries)
    if asked and not asked & set(countries(reference.text)):
        telling = (
            s
            for s in credited.statements
            if len(s.references) == 1 and _lies_in(asked, countries(document.text[s.start : s.end]))
        )
        told = next(telling, None)
        if told is None:
            return None
        evidence = told
    if topics and not _on(topics, reference.text):
        told = next(
            (s for s in credited.statements if len(s.references) == 1 and _on(topics, document.text[s.start : s.end])),
            None,
        )
        if told is None:
            return None
        evidence = told
    return evidence


def _lies_in(asked: set[str], told: tuple[str, ...]) -> bool:
    return len(told) == 1 and told[0] in asked


def topics_of(topic: str) -> list[frozenset[str]]:
    """A topic as sets of stems, each a way to say it; empty for a topic without words of its own."""
    lower = " ".join(words(topic))
    ways = [lower]
    for names in _ALSO:
        for name in names:
            if f" {name} " in f" {lower} ":
                ways += [
                    f" {lower} ".replace(f" {name} ", f" {other} ").strip()
                    for other in names
                    if other not in (name, _HELP)
                ]
    sets = [frozenset(stems(content_words(way)) - stems(EMPTY)) for way in ways]
    return [found for found in sets if found]


def _on(topics: Sequence[frozenset[str]], text: str) -> bool:
    own = stems(words(text))
    return any(topic <= own for topic in topics)


def also(text: str) -> set[str]:
    """The stems of a text and of the other names of what it speaks of."""
    lower = f" {' '.join(words(text))} "
    more = [other for names in _ALSO if any(f" {name} " in lower for name in names) for other in names]
    return stems([*words(text), *(word for name in more for word in words(name))])


def stems(found: Iterable[str]) -> set[str]:
    """The stems of some words."""
    return {_stem(word) for word in found}


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    return stem(word)


def _entries(hit: Hit, statement: Statement) -> list[Line]:
    numbers = set(statement.references)
    return [of_reference(hit.document, r) for r in hit.document.references if r.number in numbers]


def _title(reference: Reference) -> str:
    """The entry without its authors, about: from the first stop on."""
    _, _, rest = reference.text.partition(". ")
    return " ".join((rest or reference.text).split()[:TITLE_WORDS])
