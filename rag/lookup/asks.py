"""Is a question about the library itself, and what does it ask? By its form alone, without looking anything up.

In: a question. Out: an `Ask`, or None for a question about what documents say. The form has to be that of a
question about making, holding or citing: the words "author", "paper" or "published" alone prove nothing ("what do
the authors recommend?"). What was tried stands in docs/lookup.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rag.lookup.forms import (
    ALL_DOCUMENTS,
    CARDINALS,
    CITED_FOR,
    CITED_WORKS,
    CITES_NAMED,
    COUNT,
    COUNTED_FROM,
    DOC_TOPIC,
    ENTRY,
    FINDS,
    FULL_REFERENCE,
    HELD,
    HOLD_WORD,
    HOLDINGS,
    LIST_OF_ENTRIES,
    LISTED,
    NAMED_WORK,
    NEWEST,
    NOT_LISTED,
    OF_AUTHORS,
    OF_LIBRARY,
    OLDEST,
    ONLY_ABOUT,
    ONLY_FROM,
    ORDERED,
    ORDERED_WORKS,
    ORDINALS,
    PUBLISHED_TAIL,
    RETRACTED,
    RETRACTED_NAME,
    ROLE,
    SAID_BY,
    SHARED,
    STANDS_FOR,
    SUMMARISE,
    SUMMARY,
    SURNAME,
    TAIL,
    WHOLE_LIBRARY,
    WORK_MAKING,
    WORKS_ABOUT,
    WORKS_ARE,
    WORKS_FROM,
)
from rag.lookup.making import FACTS, Fact
from rag.lookup.places import countries, names_of
from rag.lookup.years import YEARS, Years, years
from rag.terms import SMALL_WORDS, straight

Kind = Literal[
    "entry",  # the entry with a number
    "entries",  # the whole list of references, or how many there are
    "retracted",
    "cited for",  # the studies behind what is said on a topic
    "cited",  # entries by country, year, or topic
    "shared",  # entries that several lists have
    "named",  # the entries of an author
    "said by",  # what is credited to an author
    "work",  # where and by whom one cited study was published
    "fact",  # of a document: `facts` names which
    "holdings",  # documents by topic, kind, place, year; newest, oldest; how many
    "summary",
    "abbreviation",  # what it stands for
    "role",  # who holds it, other than an author's
]


LAST = -1
_TITLE = re.compile(r"“[^”]{20,}”")  # its words ask nothing


@dataclass(frozen=True, slots=True)
class Ask:
    """A question about the library.

    Attributes:
        numbers: of entries, LAST for the last one. topic: in the question's words, "" for none. countries, years: of
            the entries or documents: one of the countries.
        name: of an author, with the year and the "et al." that the question has. sure: it can be nothing else.
        facts: of a document that are asked for.
        count: "how many" is asked. order: "newest" or "oldest" is.
    """

    kind: Kind
    numbers: tuple[int, ...] = ()
    topic: str = ""
    name: str = ""
    sure: bool = False
    countries: tuple[str, ...] = ()
    years: Years | None = None
    facts: tuple[Fact, ...] = ()
    count: bool = False
    order: Literal["", "newest", "oldest"] = ""


def parse(question: str, rest: str = "") -> Ask | None:
    """What a question asks about the library; None when it asks about what documents say.

    `rest` is the question without the names of documents, whose places are no countries asked for.
    """
    question = _TITLE.sub("the document", straight(" ".join(question.split())))
    found = countries(rest or question, asked=True)
    numbers = _numbers(question)
    short = STANDS_FOR.search(question)
    if short:
        return Ask("abbreviation", topic=next(group for group in short.groups() if group))
    role = ROLE.search(question)
    if role:
        return Ask("role", topic=role["role"].lower())
    withdrawn = RETRACTED_NAME.search(question)
    if withdrawn and _is_author(withdrawn["name"]):
        return Ask("retracted", name=withdrawn["name"].removesuffix("'s"))
    if RETRACTED.search(question):
        described = WORK_MAKING.search(question)
        return Ask("retracted", numbers=numbers, topic=_tidy(described["topic"]) if described else "")
    if numbers:
        return Ask("entry", numbers=numbers)
    making = [fact for fact, pattern in FACTS if pattern.search(question)]
    named = CITES_NAMED.search(question)
    if named and not making and not countries(name := named["a"] or named["b"] or named["c"]):
        return Ask("named", topic=name)
    said = _said_by(rest) or _said_by(question)
    if said:
        return said
    full = FULL_REFERENCE.search(question)
    if full and not making:
        return Ask("work", topic=_tidy(next(group for group in full.groups() if group)))
    if making:
        return _making(question, tuple(making))
    if SUMMARY.search(question) or (rest != question and SUMMARISE.search(rest)):
        return Ask("summary")
    return _across(question) or _holdings(question, found) or _entries(question, found) or _named_work(question)


def _numbers(question: str) -> tuple[int, ...]:
    """The numbers of the entries that are asked for: "refs 5-7 and 9", "the fifth reference"."""
    entry = ENTRY.search(question)
    if entry is None:
        return ()
    if entry["word"]:
        return (CARDINALS.split("|").index(entry["word"].lower()) + 1,)
    if entry["nth"] and entry["nth"].lower() in ("last", "final"):
        return (LAST,)
    if entry["nth"]:
        return (ORDINALS.split("|").index(entry["nth"].lower()) + 1,)
    told = next(group for group in entry.groups() if group)
    numbers: list[int] = []
    for first, last in re.findall(r"(\d+)(?:\s*(?:[–-]|to)\s*(\d+))?", told):
        numbers += range(int(first), int(last or first) + 1)
    return tuple(dict.fromkeys(numbers))


def _said_by(question: str) -> Ask | None:
    """What an author found, about something or not."""
    said = next(filter(None, (form.search(question) for form in SAID_BY)), None)
    if said is None:
        return None
    name = (said["name"] or said["study"]).removesuffix("'s")
    first, topic = name.split()[0], _tidy(said.groupdict()["topic"] or "")
    if first.lower() in SMALL_WORDS or (topic and not _is_author(name)):
        return None
    sure = _is_surname(first) and said["name"] is not None and not said.group().istitle()
    return Ask("said by", name=name, sure=sure, topic=topic)


def _is_surname(word: str) -> bool:
    return SURNAME.fullmatch(word) is not None and not countries(word.removesuffix("s"))


def _is_author(name: str) -> bool:
    """True for a name that has the form of an author's: by its capital, a year, or an "et al."."""
    return _is_surname(name.split()[0]) or OF_AUTHORS.search(name) is not None


def _named_work(question: str) -> Ask | None:
    if FINDS.search(question) or not NAMED_WORK.match(question):
        return None
    return Ask("work", topic=question.rstrip("?.! "))


def _making(question: str, facts: tuple[Fact, ...]) -> Ask:
    if len(facts) > 1 and "authors" in facts and not {"funders", "citation", "published"} & set(facts):
        facts = tuple(fact for fact in facts if fact != "authors")  # "do the authors declare interests?"
    work = WORK_MAKING.search(question)
    if work and {"authors", "published"} & set(facts):
        return Ask("work", topic=_tidy(work["topic"]), facts=facts)
    return Ask("fact", facts=facts)


def _across(question: str) -> Ask | None:
    """The studies that lists share, or the oldest or newest of a list."""
    if FINDS.search(question):
        return None
    if SHARED.search(question):
        return Ask("shared")
    ordered = ORDERED_WORKS.search(question)
    if ordered is None:
        return None
    return Ask("cited", order="newest" if ordered["new"] else "oldest", topic=_tidy(ordered["topic"] or ""))


def _holdings(question: str, found: tuple[str, ...]) -> Ask | None:
    if not found and not years(question) and LIST_OF_ENTRIES.search(question):
        return Ask("entries", count=bool(COUNT.search(question)))
    if ALL_DOCUMENTS.search(question):
        return Ask("holdings", years=years(question))
    if WHOLE_LIBRARY.search(question):
        return Ask("holdings", count=bool(COUNT.search(question)))
    ordered = ORDERED.search(question)
    if ordered:
        new = ordered["new"] or ordered["newer"] or ordered["newest"]
        return Ask("holdings", order="newest" if new else "oldest")
    newest, oldest = NEWEST.search(question), OLDEST.search(question)
    if (newest or oldest) and OF_LIBRARY.search(question) and not FINDS.search(question):
        topic = DOC_TOPIC.search(question)
        return Ask("holdings", order="newest" if newest else "oldest", topic=_tidy(topic["topic"]) if topic else "")
    if not HOLDINGS.search(question) or FINDS.search(re.sub(HELD, " ", question, flags=re.IGNORECASE)):
        return None
    topic = DOC_TOPIC.search(question)
    when = years(question)
    if topic or when or found or HOLD_WORD.search(question) or COUNT.search(question):
        return Ask(
            "holdings",
            topic=_tidy(topic["topic"]) if topic else "",
            years=when,
            countries=found if not topic else (),
            count=bool(COUNT.search(question)),
        )
    return None


def _entries(question: str, found: tuple[str, ...]) -> Ask | None:
    cited_for = CITED_FOR.search(question)
    if cited_for:
        topic = next(group for group in cited_for.groups() if group)
        return Ask("cited for", topic=_tidy(topic))
    if FINDS.search(question) or NOT_LISTED.search(question):
        return None
    when = years(question)
    count = bool(COUNT.search(question))
    listed = LISTED.search(question) or COUNTED_FROM.search(question)
    asked = WORKS_FROM.search(question) or ONLY_FROM.search(question) or (listed and CITED_WORKS.search(question))
    if (found or when) and (not count or listed) and asked:
        about = WORKS_ABOUT.search(question) or ONLY_ABOUT.search(question)
        return Ask(
            "cited", countries=found, years=when, topic=_without(about["topic"], found) if about else "", count=count
        )
    about = next(filter(None, (form.search(question) for form in (WORKS_ABOUT, ONLY_ABOUT, WORKS_ARE))), None)
    if about and (not count or listed):  # "how many papers were about HIV?" counts a review's own
        return Ask("cited", topic=_tidy(about["topic"]), count=count)
    return None


def _without(topic: str, found: tuple[str, ...]) -> str:
    """A topic without the countries and years that are asked for beside it: "mothers" of "mothers in Canada"."""
    names = "|".join(re.escape(name) for country in found for name in names_of(country))
    if names:
        topic = re.sub(
            rf"(?:\b(?:in|from|of)\s+)?(?:\bthe\s+)?(?<!\w)(?:{names})(?!\w)", " ", topic, flags=re.IGNORECASE
        )
    return _tidy(" ".join(YEARS.sub(" ", topic).split()))


def _tidy(topic: str) -> str:
    """A topic without what follows it in the question."""
    topic = PUBLISHED_TAIL.sub("", topic.strip().rstrip("?.! "))
    return TAIL.sub("", topic).strip(" \"“”'?.!,")
