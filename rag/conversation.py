"""Follow-ups: does a question stand alone, and if not, with what is it completed?

In: the question and the turns before it. Out: the question to search with. A question that leans on what was
said ("and for how long?", "why?", "what about volunteers?") takes the question before it along.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.schema import Turn
from rag.terms import content_words

_OPENS = re.compile(
    r"^(?:and|but|so|or|also|then|no|what about|how about|what of|why|how so|how come|which ones?|who|where|when|"
    r"for how long|how long|how often|how many|how much|any|is that|are those|does that|did that|same|sorry)\b",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:it|its|they|them|their|theirs|that|those|these|this|there|he|she|his|her|him|ones?|"
    r"the (?:study|studies|paper|review|brief|same|other|former|latter|first|second|authors?|document|programmes?|"
    r"programs?|course|trial|survey|group|team|participants))\b",
    re.IGNORECASE,
)
SHORT = 3  # content words: a question with no more of them seldom stands alone
LONG = 7  # with more of them, and pointing nowhere, it does


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question, completed with the last question that stood alone when it leans on what was said."""
    asked = [turn.text for turn in history if turn.role == "user" and turn.text.strip()]
    if not asked or not leans(question):
        return question
    before = standalone(asked[-1], [turn for turn in history[: _last_user(history)]])
    return f"{before.rstrip()} {question.lstrip()}"


def leans(question: str) -> bool:
    """True when a question needs what was said before it."""
    content = len(content_words(question))
    if content <= SHORT:
        return True
    opens = _OPENS.match(question.strip()) is not None
    points = _POINTS.search(question) is not None
    return content <= LONG and (opens or points)


def _last_user(history: Sequence[Turn]) -> int:
    return max(place for place, turn in enumerate(history) if turn.role == "user" and turn.text.strip())
