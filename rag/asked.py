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
