"""In which form a question wants its answer: a list, a figure, a study.

In: a question, a sentence. Out: yes or no, or the figure that the sentence has for it.
"""

from __future__ import annotations

import re

from rag.demands import kinds

_LIST = re.compile(
    r"\b(?:what|which)\s+(?:\w+\s+){0,2}?(?:kinds?|types?|sorts?|subjects|topics|strategies|ways|steps|things|activities|"
    r"tasks|duties|illnesses|conditions|countries|factors|ingredients|reasons|challenges|benefits|barriers|skills|methods|"
    r"measures|outcomes|sources|elements|components|examples|groups)\b"
    r"|\blist\b|\btick-?list\b|\bexamples?\b|\bways to\b|\bsteps\b|\bname (?:the|some|all)\b|\bpros and cons\b"
    r"|\bwhat (?:helps|makes|are the)\b|\bsuch as\?",
    re.IGNORECASE,
)
_SIDES = re.compile(
    r"\b(?:pros and cons|mixed|differ\w*|agree\w*|disagree\w*|contrast\w*|compare\w*|both sides|of one mind|versus|vs|"
    r"always|on the other hand|see it like that|others|as keen|weigh up|either|cut both ways|two pictures)\b"
    r"|\b(?:does|do|is|are|did)\b[^?]*\bor\b|\btoo\?",
    re.IGNORECASE,
)
_WHICH = r"\b(?:which|what|whose)\s+(?:\w+\s+){0,2}"
_WHO_FOUND = r"\bwho\s+(?:found|showed|reported|studied|looked|says|said|recommends?)\b"
_ONE_STUDY = re.compile(
    rf"{_WHICH}(?:study|trial|paper|team|author|researcher|survey)\b(?!['’]s)|{_WHO_FOUND}", re.IGNORECASE
)
_STUDY = re.compile(
    rf"{_WHICH}(?:stud(?:y|ies)|trials?|papers?|teams?|authors?|researchers?|surveys?)\b|{_WHO_FOUND}", re.IGNORECASE
)
_ONES = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|"
    "nineteen"
)
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_COUNT = rf"\d+(?:[,.]\d+)*|(?:{_TENS})(?:-(?:one|{_ONES}))?|{_ONES}"
_UNIT = r"(?:minute|hour|day|week|month|year)s?"
_NOT_COUNTED = rf"(?!\s?(?:%|per ?cent|{_UNIT}\b))(?![\w.,]*\d)(?!-{_UNIT})\b"
_FORMS = {
    "an amount of money": r"[$£€]\s?\d+(?:[,.]\d+)*|\b\d+(?:[,.]\d+)*\s?(?:dollars|pounds|euros|CAD|USD|GBP)\b",
    "a share or percentage": r"\b\d+(?:\.\d+)?\s?(?:%|per ?cent\b)"
    r"|\b(?:a|one|two|three)[- ](?:half|thirds?|quarters?|fifths?)\b"
    rf"|\b(?:{_COUNT}|one)\s(?:out\s)?of\s(?:the\s|their\s)?(?:{_COUNT})\b",
    "a number": rf"(?<![\w$£€.,])(?!(?:19|20)\d\d\b)(?:{_COUNT}){_NOT_COUNTED}",
    "a length of time": rf"\b(?:{_COUNT}|one)[- ]{_UNIT}\b",
    "how often": rf"\b(?:{_COUNT}|one)[- ]{_UNIT}\b",
    "a year": r"\b(?:19|20)\d\d\b",
}


def asks_for_list(question: str) -> bool:
    """True for "which strategies …", "examples, please"."""
    return _LIST.search(question) is not None


def asks_for_study(question: str) -> bool:
    """True for "which study …", "who found that …"."""
    return _STUDY.search(question) is not None


def asks_for_one_study(question: str) -> bool:
    """True for "which study …", and not for "which studies …" or "what do the authors …"."""
    return _ONE_STUDY.search(question) is not None


def asks_for_sides(question: str) -> bool:
    """True for a question that wants two views: "do they agree?", "does it help or harm?"."""
    return _SIDES.search(question) is not None


def meets(question: str, text: str) -> bool:
    """True when a statement has every kind of figure that the question asks for."""
    return all(demand.met_by.search(text) for demand in kinds(question))


def lead_figure(question: str, first: str, *others: str) -> str:
    """The figure of the kind asked for in the first sentence, in its words, where no sentence has another; else ""."""
    demands = kinds(question)
    if not demands:
        return ""
    form = re.compile(_FORMS[demands[0].name], re.IGNORECASE)
    found = {figure.group().casefold(): figure.group() for figure in form.finditer(first)}
    other = {figure.group().casefold() for sentence in others for figure in form.finditer(sentence)}
    return next(iter(found.values())) if len(found) == 1 and other <= found.keys() else ""
