"""A correction inside a question → the question as it was meant.

In: "… for burn victims, sorry, I mean burns not burnout". Out: what was said, what was meant and instead of what; and
a question with the one in the place of the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.conversation.fragments import swapped
from rag.conversation.phrases import is_auxiliary, is_participle, is_verb, noun_phrases
from rag.conversation.wording import THAT_IS, WH, asks, capitalised, ends_asking, opened
from rag.terms import content_words

_FEW = r"[\w’'-]+(?: [\w’'-]+){0,3}"
_SORRY = r"(?:oh|oops|no|sorry|wait|excuse me|pardon|actually|er+m?|um+|well)"
_ONLY_SORRY = re.compile(rf"(?:{_SORRY}\b\W*)*", re.IGNORECASE)
_PAUSE = r"[\s,;:.–—-]{0,8}"
# Where a run of marks begins, or a long one would be tried from each of its places.
_MARKS = r"(?<![\s,;.…–—-])\s*[,;.…–—-]+\s*"
# "…, sorry, I mean X", "… sorry I meant X", "…, or rather X"; a mark stands before, as one pauses.
_TAKES_BACK = re.compile(
    rf"(?:{_MARKS}(?:{_SORRY}\b{_PAUSE}){{0,6}}|\s(?:{_SORRY}\b{_PAUSE}){{1,6}})I (?:mean|meant)\b{_PAUSE}"
    rf"|{_MARKS}(?:{_SORRY}\b{_PAUSE}){{0,6}}(?:or|no,?) rather\b{_PAUSE}",
    re.IGNORECASE,
)
# "…, no, sorry, X", where a few words follow.
_SAYS_SORRY = re.compile(
    rf"{_MARKS}(?:(?:no|oh)\b{_PAUSE})?(?:sorry|wait|oops|pardon)\b\s*[,:;–—-]+\s*"
    rf"(?={_FEW}\W*$|{_FEW},)(?!{_SORRY}\b|(?:who|what|which|where|when|why|how|is|are|do|does|did|can|should|I|we)\b)",
    re.IGNORECASE,
)
_NOT = re.compile(r"(.+?),?\s+(?:and not|not|rather than|instead of)\s+(.+)", re.IGNORECASE)
_NOT_BUT = re.compile(r"not\s+(.+?),?\s+but\s+(.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A question with a correction in it.

    Attributes:
        said: before the correction. meant: what it puts in its place.
        wrong: the words that it replaces, where they were told.
        rest: what the question goes on with behind the correction.
    """

    said: str
    meant: str
    wrong: str = ""
    rest: str = ""


def taken_back(question: str) -> TakenBack | None:
    """The question taken apart at its last correction; None for one without."""
    found = [*_TAKES_BACK.finditer(question)] or [*_SAYS_SORRY.finditer(question)]
    places = [match for match in found if content_words(_ONLY_SORRY.sub("", question[: match.start()], count=1))]
    if not places:
        return None
    said, meant = question[: places[-1].start()].strip(), opened(question[places[-1].end() :])
    if not content_words(meant):  # "I mean really"
        return None
    meant, pause, rest = meant.partition(",")
    if pause and not re.match(r"\s*(?:and )?not\b", rest, re.IGNORECASE):  # "Kemp, sorry, Barber, say about pay"
        return None if not meant.strip() else TakenBack(said, meant.strip(), rest=rest.strip())
    meant += pause + rest
    if turned := _NOT_BUT.fullmatch(meant):
        return TakenBack(said, turned[2], turned[1])
    if turned := _NOT.fullmatch(meant):
        return TakenBack(said, turned[1], turned[2])
    return TakenBack(said, meant) if said and meant else None


def put_right(question: str, back: TakenBack) -> str | None:
    """The question with what was meant in the place of what was said; None where its place is not plain."""
    if not back.wrong:
        return _meant(back)
    wrong = re.compile(rf"\b{re.escape(back.wrong)}\b", re.IGNORECASE)
    return ends_asking(wrong.sub(lambda _: back.meant, question)) if wrong.search(question) else None


def _meant(back: TakenBack) -> str | None:
    """What was meant takes the place of the last thing of its kind, or of the last word if both say what is done."""
    said, rest = back.said, back.rest
    if WH.match(back.meant) or is_auxiliary(back.meant.split()[0]):
        return ends_asking(capitalised(back.meant)) if asks(said) else None
    before, _, last = opened(said).rpartition(" ")
    if _says_what_is_done(back.meant) and _says_what_is_done(last):
        return ends_asking(f"{before} {back.meant} {rest}")
    changed = swapped(said, back.meant)
    if changed is None and (things := noun_phrases(said)) and things[-1].end == len(said) and noun_phrases(back.meant):
        changed = said[: things[-1].start] + back.meant
    if changed is not None:
        return ends_asking(f"{opened(changed)} {rest}")
    return None if rest else f"{opened(said)}{THAT_IS}{back.meant}?"


def _says_what_is_done(word: str) -> bool:
    return " " not in word and (is_verb(word) or is_participle(word))
