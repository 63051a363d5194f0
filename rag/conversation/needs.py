"""How much a question needs of what was said before it, going by its form.

In: a question, and what was said. Out: what to search with beside it, whether it is a mere part of the question
before, and what is left of it after words for a change of topic.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.conversation.phrases import is_verb
from rag.conversation.pronouns import is_of_nothing
from rag.conversation.referents import is_making
from rag.conversation.talk import read_answer
from rag.conversation.wording import SAYING, asks
from rag.schema import Turn
from rag.terms import SMALL_WORDS, content_words

# Questions that are complete only with a few words of their own.
_ASKS = re.compile(
    r"^(?:why|who|where|when|how|how (?:long|often|many|much|large|big|old)|which|what|any|is|are|was|"
    r"were|did|does)\b",
    re.IGNORECASE,
)
_CHANGES = re.compile(
    r"^(?:(?:ok(?:ay)?|thanks|thank you|right|now|and now|well)[\s,.!–-]+)*"
    r"(?:(?:now |and now |on )?(?:to )?(?:something|a)? ?(?:(?:completely|quite|very) )?(?:else|other|"
    r"new|another|different)"
    r"(?: (?:thing|topic|question|subject|matter))?|change of (?:topic|subject)|(?:new|other|different|"
    r"another) (?:topic|question|thing|"
    r"subject)|(?:forget|leave|never ?mind)\b[^.:;?!,–-]{0,40}|by the way|moving on|on another (?:note|"
    r"topic|subject)|"
    r"unrelated(?: question)?|speaking (?:about|of) [^,]{2,40})\s*[.:;,!–-]+\s*",
    re.IGNORECASE,
)
# Openers of a part of a question, and words that point at all that was said.
_OPENS = re.compile(
    r"^(?:and|but|or|such as|like (?:what|which|who)|for example|for instance|e\.?g\.?|namely|"
    r"any (?:others?|more|reason)|"
    r"anything|anyone|which (?:ones?|of)|so (?:which|what|who|how|why|when|where)|what else|who else|"
    r"where else|compared to|"
    r"as opposed to|even|only|not)\b",
    re.IGNORECASE,
)
_THAT_WAY = re.compile(
    r"\b(?:like (?:that|this)|that way|this way|for (?:that|this|it)|"
    r"(?:about|after|against|by|from|in|of|on|to|with) (?:that|this|it)|"
    rf"{SAYING} (?:that|this|so))\b(?! [a-z])",
    re.IGNORECASE,
)
# "Did that help?", "why would this be?": all that was said, where the word after it is no noun of its.
_ALL = re.compile(
    r"\b(?:is|was|does|did|do|has|had|would|could|should|will|can|may|might) (?:that|this)\b(?:\s+([a-z]+))?",
    re.IGNORECASE,
)
_UNPLACED = re.compile(
    r"^(?:(?:and|but|so)\s+)?(?:(?:how|why|when|where)(?: (?:long|often|much|far))?\s+)?"
    r"(?:is|was|does|did|do|has|had|are|were|have|can|could|should|will|would) (?:it|they)\b",
    re.IGNORECASE,
)
_ARTICLES = frozenset({"a", "an", "the"})  # "was this a trial?" is about one thing
_EXPLAINS = re.compile(r"^(?:what(?:['’]s| is| are)|who(?:['’]s| is| are)|define|explain)\b", re.IGNORECASE)
# A sentence about oneself or someone spoken of, of some length, as against words for a search ("query definition").
_TELLS = re.compile(
    r"(?=(?:\S+\s+){4})(?:.*\s)?(?:I|we|my|our|us|I['’](?:m|d|ve)|we['’](?:re|d|ve)|"
    r"(?:he|she|they) (?:is|are|was|were|has|have|had))\b",
    re.IGNORECASE,
)
FEW = 1  # content words: with no more of them a question stands on nothing
MIDDLE = 4
UNSURE = 6  # with more of them nothing of the question before is taken along
LONG_SCENE = 60  # words
LONG_BEFORE = 20  # words; a longer question before drowns what is put beside it


def without_change(question: str) -> str:
    """What follows words for a change of topic ("something else: …", "forget money. …"); "" without such words."""
    match = _CHANGES.match(question)
    rest = question[match.end() :].strip() if match else ""
    return rest if len(content_words(rest)) > FEW else ""


def background(question: str, history: Sequence[Turn]) -> str:
    """The question with what was said just before it, to be searched with beside the question itself; else "".

    A short question may belong to the one before without a word that says so ("what would a trainer charge?"), and a
    completed one does. Half of the weight costs little when the topic has changed unsaid.
    """
    asked = [place for place, turn in enumerate(history) if turn.role == "user" and turn.text.strip()]
    if not asked or len(content_words(question)) > UNSURE or without_change(question):
        return ""
    before = [history[asked[-1]].text, *(read_answer(turn.text) for turn in history[asked[-1] + 1 :])]
    return " ".join((*before, question))


def scene_of(question: str, said: Sequence[str]) -> str:
    """What was told and not asked just before a question that says little itself; "" where nothing was.

    "One of our peers fell ill again. What could we have put on paper?" is a question only with what was told.
    """
    told: list[str] = []
    for text in reversed(said):
        if asks(text) or not _TELLS.match(text):
            break
        told.insert(0, text if text.endswith((".", "!")) else f"{text}.")
    scene = " ".join(told)
    short = len(content_words(question)) <= UNSURE and len(scene.split()) <= LONG_SCENE
    return scene if short and asks(question) and not any(c.isupper() for c in question[1:].replace(" I ", "")) else ""


def mere_part(question: str, previous: str) -> bool:
    """True when a question is so much a part of the one before that it can only be read beside it."""
    if len(previous.split()) > LONG_BEFORE or is_making(question):
        return False
    question = question.strip()
    content = content_words(question)
    if not content and " " in question:
        return True
    if _OPENS.match(question):
        return len(content) <= MIDDLE
    if _THAT_WAY.search(question) or _is_unplaced(question) or _of_all(question):
        return len(content) <= MIDDLE
    # "What are ETFs?" brings its own subject: a name, or something new to be explained; so does a lone word.
    asks = _ASKS.match(question) is not None and not _EXPLAINS.match(question)
    return len(content) <= FEW and asks and not any(c.isupper() for c in question[1:])


def _is_unplaced(question: str) -> bool:
    """A subject that was not replaced, so that nothing fitted: "did it get better?", but not "is it cheaper to …?"."""
    return _UNPLACED.match(question) is not None and not is_of_nothing(question)


def _of_all(question: str) -> bool:
    match = _ALL.search(question)
    if match is None:
        return False
    after = (match[1] or "").casefold()
    return not after or (after not in _ARTICLES and (after in SMALL_WORDS or (is_verb(after) and after[-3:] != "ing")))
