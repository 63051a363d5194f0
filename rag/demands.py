"""What a question demands of its answer: an amount of money, a share, a number, a time; things named.

In: a question. Out: demands, each of which can say whether a statement meets it. A statement on the same
topic that lacks what was demanded does not answer the question, however alike the two read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rag.schema import Document, Statement
from rag.terms import APOSTROPHES, SMALL_WORDS, any_case, straight, words

_NUMBER_WORDS = (
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    r"eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|dozen"
)
_UNITS = r"minutes?|hours?|days?|weeks?|months?|years?|decades?"


@dataclass(frozen=True, slots=True)
class Demand:
    """Something that a statement must hold to answer.

    Attributes:
        name: for people: "an amount of money".
        met_by: found in a statement that holds it.
    """

    name: str
    met_by: re.Pattern[str]


_FIGURE = rf"(?:\d+|{_NUMBER_WORDS})"
_PAY = r"(?:pay|paid|earn|costs?|charge|wages?|salary|spend)"
_PRICE = r"(?:salary|wage|pay rate|rate of pay|fee|price|cost)"
_MONEY = r"(?:dollars|pounds|euros|cad|usd|gbp)"
_KINDS: tuple[tuple[re.Pattern[str], Demand], ...] = (
    (
        any_case(
            rf"\bhow much\b.{{0,40}}\b{_PAY}\b|\b(hourly|per hour|an hour)\b|\bcosts? per\b|\bin {_MONEY}\b"
            rf"|\bwhat(['’]s|\s+(is|are|was|were))\s+(the\s+)?(\w+\s+)?{_PRICE}s?\b(?!-)"
            r"|\bwhat\b[^,;?]{0,40}\b((earn|charge)s?\b|costs?\s*(\?|$|per\b))"
        ),
        Demand("an amount of money", any_case(rf"[$£€]\s?\d|\d\s?{_MONEY}\b|\b{_MONEY} \d")),
    ),
    (
        any_case(r"\b(percent(age)?|per cent|proportion|what (share|fraction)|success rate)\b|\bwhat %|\bhow likely\b"),
        Demand(
            "a share or percentage",
            any_case(rf"%|\bper ?cent|\b(half|thirds?|quarters?)\b|\b{_FIGURE} (out )?of (the |their )?{_FIGURE}\b"),
        ),
    ),
    (
        any_case(r"\bhow (many|large|big)\b|\bthe number of\b|\bsample size\b|\bn ?= ?\?|\bhead ?count\b"),
        Demand("a number", any_case(rf"\b{_FIGURE}\b")),
    ),
    (
        any_case(
            r"\bhow long\b|\bover what period\b|\bhow soon\b|\bfor what length\b|"
            r"\bhow (many|much) (hours|days|weeks|months|years)\b"
        ),
        Demand("a length of time", any_case(rf"\b({_UNITS})\b|\bongoing\b|\blifelong\b")),
    ),
    (
        any_case(r"\bhow often\b|\bhow frequent"),
        Demand(
            "how often",
            any_case(
                rf"\b({_UNITS})\b|\b(daily|weekly|monthly|yearly|regular\w*|ongoing|frequent\w*|times? (a|per))\b|%"
            ),
        ),
    ),
    (
        any_case(r"\b(what|which) year\b|\bhow old\b.{0,20}\b(review|search|evidence)\b"),
        Demand("a year", re.compile(r"\b(19|20)\d\d\b")),
    ),
)

# Words for a part of a publication, and the headings under which it stands.
_PARTS = (
    (r"weak(ness|nesses| points?| spots?)?|limits?|limitations?|caveats?|shortcomings?|drawbacks?|how reliable",
     r"limit|weakness"),
    (r"aims?|aimed|purpose|goals?|set out to|objectives?|trying to (find|achieve|answer)|research questions?|"
     r"asked to find",
     r"objective|aim|purpose|question"),
    (r"conclude[sd]?|conclusions?|bottom line|take[- ]?home|upshot|main messages?|in short|sum(med)? up",
     r"conclusion|take home|key messages|key findings|summary"),
    (r"methods?|methodology|how was it done|what kind of (review|study)|study design|databases?|search(ed)?|inclusion|"
     r"exclusion|included|excluded|left out|leave out|criteria",
     r"method|search|what we did|criteria|appraisal|synthesis$"),
    (r"recommend(s|ed|ations?)?|implications?|next steps|future research", r"implication|recommend|future"),
)  # fmt: skip
PARTS = tuple((any_case(rf"\b(?:{asked})\b"), any_case(headings)) for asked, headings in _PARTS)


def headings_asked(question: str) -> re.Pattern[str] | None:
    """The headings under which the part of a publication stands that a question asks for, if it asks for one."""
    for asked, headings in PARTS:
        if asked.search(question):
            return headings
    return None


# A clause in which the asker says who they are: its names ask for nothing.
_ASKER = any_case(r"\b(we|we're|we’re|we've|our|i|i'm|i’m|i've|my|us|me)\b")
_CLAUSE = re.compile(r"[.;:?!–—]\s|\s[-–—]\s|,\s")
SHORT_ACRONYM = 2
_NAME = re.compile(rf"[^\W_][\w{APOSTROPHES}.-]*")


def kinds(question: str) -> tuple[Demand, ...]:
    """The kinds of thing that the question asks for."""
    return tuple(demand for pattern, demand in _KINDS if pattern.search(question))


def beside_asker(question: str) -> str:
    """The clauses of a question that do not say who asks; all of it where none is left."""
    return ". ".join(clause for clause in _CLAUSE.split(question) if not _ASKER.search(clause)) or question


def names(question: str) -> tuple[str, ...]:
    """What the question names: words with a capital inside a sentence, years, words with digits in them."""
    found: list[str] = []
    for clause in _CLAUSE.split(question):
        about_asker = _ASKER.search(clause) is not None
        for place, match in enumerate(_NAME.finditer(clause)):
            word = match.group().rstrip(f".{APOSTROPHES}-")
            word = re.sub(rf"[{APOSTROPHES}]s$", "", word)
            digits = any(character.isdigit() for character in word)
            capital = any(character.isupper() for character in word) and word.casefold() not in SMALL_WORDS
            if not word or (digits and word.isdigit() and len(word) < 4):
                continue
            if word.isupper() and len(word) <= SHORT_ACRONYM and not digits:
                continue  # "GP", "LA": as often another name of what the text calls otherwise
            # The first word of a clause has its capital for free, unless it has more of them ("HbA1c").
            if (digits and not about_asker) or (
                capital and not about_asker and (place > 0 or any(c.isupper() for c in word[1:]))
            ):
                found.append(word)
    return tuple(dict.fromkeys(found))


def credited(document: Document, named: Collection[str]) -> frozenset[int]:
    """Numbers of the document's references whose label holds one of the names, which are in lower case."""
    return frozenset(r.number for r in document.references if not set(r.label.casefold().split()).isdisjoint(named))


# What follows a name where a text speaks of a study by it: "Lund et al.", "Lund’s", "Lund (2012)".
AS_STUDY = rf"(?:\s+et\s+al\b|\s+and\s+colleagues\b|[{APOSTROPHES}]s\b|,?\s+\(?(?:19|20)\d\d)"


def speaks_of(document: Document, statement: Statement, named: Collection[str]) -> bool:
    """True where a statement tells of a study by one of the names, which are in lower case: "Lund et al. found …"."""
    text = document.text[statement.start : statement.end].casefold()
    return any(name in text and re.search(rf"\b{re.escape(name)}(?:{AS_STUDY}|\s*[\[(]\d)", text) for name in named)


# Names of one place: the adjective and its nouns, British and American, formal and not.
_PLACES = (
    ("british", "britain", "uk", "united kingdom", "england", "english", "london"),
    ("american", "america", "us", "usa", "united states", "states"),
    ("australian", "australia", "aussie", "oz"),
    ("canadian", "canada", "ontario", "toronto"),
    ("irish", "ireland"),
    ("dutch", "netherlands", "holland"),
    ("scottish", "scotland"),
    ("welsh", "wales"),
    ("swiss", "switzerland"),
    ("danish", "denmark"),
)


def is_known(name: str, texts: Sequence[str]) -> bool:
    """True when a name stands in one of the texts (lower case): as itself, by its beginning ("Canadian" for
    Canada), by another name of the place, or spelled out ("LGBT" for lesbian, gay, bisexual, transgender).
    """
    if name.isupper() and len(name) > 2 and any(_spelled_out(name).search(text) for text in texts):
        return True
    name = straight(name)
    parts = [part for part in name.split("-") if part != part.casefold()] or [name]  # "HIV-positive": HIV
    return all(
        any(_word_like(form).search(text) for form in _forms(word) for text in texts)
        for part in parts
        for word in words(part) or [part.casefold()]
    )


def _forms(word: str) -> tuple[str, ...]:
    for place in _PLACES:
        if word in place:
            return place
    return (word[: max(4, len(word) - 3)] if not word.isdigit() else word,)


def _word_like(form: str) -> re.Pattern[str]:
    any_apostrophe = re.escape(form).replace("'", f"[{APOSTROPHES}]")
    return re.compile(rf"\b{any_apostrophe}" + (r"\b" if len(form) < 4 else ""))


def _spelled_out(name: str) -> re.Pattern[str]:
    return re.compile(r"\W+(?:(?:and|or|of|the)\W+)?".join(rf"\b{letter}\w+" for letter in name.casefold()))
