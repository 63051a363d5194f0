"""What leads an answer: the study or the figure that was asked for, in the words of the first sentence.

In: a question, the sentences of its answer. Out: what leads, or "" where that is not beyond doubt. A wrong figure in
front does more harm than none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.asked import asks_for_one_study
from rag.demands import is_known, kinds, names
from rag.schema import Citation, Document, Sentence
from rag.terms import any_case, content_words, stem

MOST_WORDS = 2 / 3  # of a question's words that have to stand by the one of several figures that leads
_ONES = "one|two|three|four|five|six|seven|eight|nine"
_NUMBER = (
    rf"\d+(?:[,.]\d+)*|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-(?:{_ONES}))?|{_ONES}"
    r"|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
)
_FIGURES = any_case(
    r"(?P<share>\b\d+(?:\.\d+)?\s?(?:%|per ?cent\b)|\b(?:(?:a|one|two|three)[- ])?(?:half|thirds?|quarters?|fifths?)\b"
    rf"|\b(?:{_NUMBER})\s(?:out\s)?of\s(?:the\s|their\s)?(?:{_NUMBER})\b)"
    rf"|(?<![\w$£€.,-])(?!(?:19|20)\d\d\b|one\b)(?:{_NUMBER})(?![\w.,]*\d)\b"
    r"(?![- ]?(?:(?:minute|hour|day|week|month|year)s?\b|%|per ?cent))"
)
_CLAUSE_END = re.compile(r"[,;:()—–]")
_OF_ALL = any_case(r"\sof\s(?:(?:all|the|their|its|these|those)\s)*")
_COUNTED = ("a number", "a share or percentage")  # kinds of figure
_PART = any_case(r"\b(?:many|number|percent(?:age)?|per cent|%|proportion|share|fraction) of\b")
_OF_WHAT = any_case(r"\bhow many\b|\b(?:number|percent(?:age)?|per cent|%|proportion|share|fraction) of\b")
_HOW_MUCH = any_case(r"\bhow (?:many|much|large|big|long|often)\b|\bwhat (?:percent|proportion|share|fraction)")
_RELATIVE = any_case(r"(?<=\w)(?<!\band)\swho\b")  # "volunteers who said" asks nobody's name
_NO_CONTENT = any_case(
    r"\b(?:percent(?:age)?|per cent|proportion|share|fraction|number|rate|many|much|large|big"
    r"|stud(?:y|ies)|trial|review|paper)\b"
)
# How a figure of another kind is printed.
_A_TIME = any_case(rf"\b(?:{_NUMBER})[- ](?:minute|hour|day|week|month|year)s?\b")
_FORMS = {
    "an amount of money": any_case(
        r"[$£€]\s?\d+(?:[,.]\d+)*|\b\d+(?:[,.]\d+)*\s?(?:dollars|pounds|euros|CAD|USD|GBP)\b"
    ),
    "a length of time": _A_TIME,
    "how often": _A_TIME,
    "a year": any_case(r"\b(?:19|20)\d\d\b"),
}


def lead(question: str, document: Document, sentences: Sequence[Sentence], citation: Citation) -> str:
    """What a question asks for, in the first sentence's words: a study, where it has one, or a figure beyond doubt."""
    asked = [demand.name for demand in kinds(question)]
    if asks_for_one_study(_RELATIVE.sub(" ", question)):
        return citation.studies[0].label if len(citation.studies) == 1 and _COUNTED[1] not in asked else ""
    if len(asked) != 1 or len(_HOW_MUCH.findall(question)) > 1 or not _knows(document, citation, question):
        return ""  # two figures are asked for, or one of something else
    return lead_figure(question, *(sentence.text for sentence in sentences))


def lead_figure(question: str, first: str, *others: str) -> str:
    """The figure of the kind asked for in the first sentence, in its words, where no sentence has another; else ""."""
    asked = kinds(question)
    if not asked:
        return ""
    kind = asked[0].name
    if kind in _COUNTED:
        return _figure(question, first, others, shares=kind == _COUNTED[1])
    found = {figure.group().casefold(): figure.group() for figure in _FORMS[kind].finditer(first)}
    other = {figure.group().casefold() for sentence in others for figure in _FORMS[kind].finditer(sentence)}
    return next(iter(found.values())) if len(found) == 1 and other <= found.keys() else ""


def _knows(document: Document, citation: Citation, question: str) -> bool:
    """True where what the question names is what the quotation is about, or stands in what is known of its document."""
    studies = (study.reference for study in citation.studies)
    texts = (citation.passage, *citation.section, *studies, document.catalogue.told)
    return all(is_known(name, [text.casefold() for text in texts]) for name in names(question))


@dataclass(frozen=True, slots=True)
class _Figure:
    """A share or a count in a sentence.

    Attributes:
        text: as printed.
        share: or a count.
        whole: of which a share is told before it: "45" in "88% of their 45".
        words: stems of the words that stand by it: up to the next figure, or where its part of the sentence ends.
        counted: those behind it, among which is what is counted; before it where it ends its part of the sentence.
    """

    text: str
    share: bool
    whole: bool
    words: frozenset[str]
    counted: frozenset[str]


def _figure(question: str, first: str, others: Sequence[str], *, shares: bool) -> str:
    """The share, or the count or share, by which the first sentence has what the question asks; "" where in doubt.

    Of several it is the one by which all the words of the question stand that stand by any, and most of its words.
    """
    found = [figure for figure in _figures(first) if figure.share or not shares]
    given = {figure.text for figure in _figures(question)}
    wanted = [figure for figure in found if figure.text not in given and not (figure.whole and _PART.search(question))]
    elsewhere = {figure.text for text in others for figure in _figures(text) if figure.share or not shares}
    if not wanted or not elsewhere <= {figure.text for figure in found}:
        return ""
    named = {stem(word) for name in names(question) for word in content_words(name)}
    asked = [word for word in _stems(_NO_CONTENT.sub(" ", question)) if word not in named]
    by = {figure: figure.words & set(asked) for figure in found}
    best = max(wanted, key=lambda figure: len(by[figure]))
    rivals = [figure for figure in wanted if figure.text != best.text]
    if not rivals:
        return best.text if by[best] or not asked else ""
    what = _OF_WHAT.search(question)
    counted = [word for word in _stems(question[what.end() :]) if word in asked][:1] if what else []
    clear = all(by[other] < by[best] for other in rivals) and len(by[best]) >= len(asked) * MOST_WORDS
    return best.text if clear and best.counted.issuperset(counted) else ""


def _figures(text: str) -> list[_Figure]:
    """The shares and counts of a sentence, in order."""
    found = list(_FIGURES.finditer(text))
    spans = [0, *(edge for figure in found for edge in figure.span()), len(text)]
    figures: list[_Figure] = []
    for place, figure in enumerate(found):
        before = _CLAUSE_END.split(text[spans[2 * place] : figure.start()])[-1]
        after = _stems(_CLAUSE_END.split(text[figure.end() : spans[2 * place + 3]])[0])
        own, counted = frozenset([*_stems(before), *after]), frozenset(after or _stems(before))
        whole = bool(figures) and figures[-1].share and _OF_ALL.fullmatch(before) is not None
        if whole:  # what is said of it is said of the share
            part = figures[-1]
            figures[-1] = replace(part, words=part.words | own, counted=frozenset(after))
        figures.append(_Figure(figure.group(), figure["share"] is not None, whole, own, counted))
    return figures


def _stems(text: str) -> list[str]:
    return [stem(word) for word in content_words(text)]
