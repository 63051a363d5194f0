"""Follow-ups: does a question stand alone, and if not, with what is it completed?

In: the question and the turns before it. Out: the question to search with. A question that leans on what was
said ("and for how long?", "why?", "what about volunteers?") takes the question before it along.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.schema import Turn
from rag.terms import content_words

# Words that take up what was said, whatever follows them.
_GOES_ON = re.compile(
    r"^(?:and|but|so|or|also|then|no|nope|sorry|same|what about|how about|what of|how so|which ones?|what else|"
    r"anything else|any (?:more|others?)|more on|go on|for how long|say more|tell me more)\b",
    re.IGNORECASE,
)
# Questions that are complete only with a few words of their own.
_ASKS = re.compile(
    r"^(?:why|who|where|when|how|how (?:long|often|many|much|large|big|old)|which|what|any|is|are|was|were|did|does)\b",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:it|its|they|them|their|theirs|that|those|these|this|he|she|his|her|him|the (?:same|other|former|latter|"
    r"first|second|last) (?:one|study|paper|group|review|brief)?|(?:the|that|this) (?:study|studies|authors?|"
    r"programmes?|programs?|course|trial|survey|group|team|participants|finding|result|paper)\b"
    r"(?! (?:of|on|about|by)))\b"
    r"|\b(?<!is )(?<!are )(?<!was )(?<!were )there\b",
    re.IGNORECASE,
)
# In a short question these point out of it more often than into it.
_POINTS_BACK = re.compile(r"\b(?:it|that|this|the others?)\b(?!\s+(?:is|was)\b)|\bsuch as\b", re.IGNORECASE)
FEW = 1  # content words: with no more of them a question stands on nothing
SHORT = 2
MIDDLE = 4
UNSURE = 6  # with more of them nothing of the question before is taken along
LONG = 7  # with more of them it stands by itself, whatever it points to


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question, completed with the last question that stood alone when it leans on what was said."""
    asked = [turn.text.strip() for turn in history if turn.role == "user" and turn.text.strip()]
    chain = [question]
    while asked and leans(chain[0]):
        chain.insert(0, asked.pop())
    return " ".join(chain)


def background(question: str, history: Sequence[Turn]) -> str:
    """The question before, where one that seems to stand alone may yet belong to it; else "".

    A short question without a pronoun ("what would a trainer charge?") can be either. It is searched as it is, with a
    little of the question before: that costs little when the topic has changed.
    """
    asked = [turn.text for turn in history if turn.role == "user" and turn.text.strip()]
    if not asked or leans(question) or len(content_words(question)) > UNSURE:
        return ""
    return asked[-1]


def leans(question: str) -> bool:
    """True when a question needs what was said before it.

    A pronoun counts only when little stands before it in the question itself: in "How many learners signed up,
    and who were they?" it points to the learners.
    """
    question = question.strip()
    content = len(content_words(question))
    if content <= FEW or _GOES_ON.match(question):
        return content <= LONG
    if content <= SHORT and _ASKS.match(question):
        return True
    if content <= MIDDLE and _POINTS_BACK.search(question):
        return True
    pointer = _POINTS.search(question)
    return pointer is not None and content <= LONG and len(content_words(question[: pointer.start()])) <= FEW
