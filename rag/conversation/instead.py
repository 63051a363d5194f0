"""A question that asks for another thing of the same → the question before with what it asks for changed.

In: the part that was typed and the question before. Out: a whole question, or None where the part is none of these:
"which journal?" after "how many people were in the Danish study?" asks which journal the Danish study was in.
"""

from __future__ import annotations

import re

from rag.conversation.phrases import Phrase, is_verb, noun_phrases
from rag.conversation.wording import capitalised, lowered, opened

_I = re.IGNORECASE
# What a study or a publication is in.
_WITHIN = re.compile(
    r"(?:in )?(which|what) ((?:\w+ )?(?:journal|year|country|city|town|state|province|region))"
    r"(?: (?:is|was|were) (?:it|that|this)(?: (?:in|published|printed|from|done))?)?",
    _I,
)
_COUNTS = re.compile(r"how many (?:of (?:them|those) )?(are|were) (?:there|they)(?: in (?:all|total|the end))?", _I)
_ASKS_FOR = re.compile(r"(?:(?:and|but|so) )?(how many|which|what) ", _I)


def instead(bare: str, previous: str, published: str | None) -> str | None:
    """The question before with what `bare` asks for in it; `published` is the study or document it speaks of."""
    within = _WITHIN.fullmatch(bare)
    if within and published:
        return f"{lowered(within[1])} {within[2]} was {published} in?"
    if counts := _COUNTS.fullmatch(bare):
        in_study = f"how many people {counts[1]} in {published}?" if published else None
        return _counted(previous, counts[1]) or in_study
    return _exchanged(bare, previous)


def _counted(previous: str, verb: str) -> str | None:
    """ "How many were there?" → "How many nurses in Utrecht were there?", going by the last of those spoken of."""
    many = [phrase for phrase in noun_phrases(previous) if phrase.many and not phrase.name]
    people = [phrase for phrase in many if phrase.person] or many
    if not people:
        return None
    last = people[-1]
    if any(map(is_verb, last.text.split()[1:])):  # "children with diabetes eat"
        return None
    place = re.match(r" (?:in|at|from) [^,;?]+", previous[last.end :])
    return f"how many {last.text.removeprefix('the ')}{place.group().rstrip() if place else ''} {verb} there?"


def _exchanged(bare: str, previous: str) -> str | None:
    """ "How many women?" after "how many people took part?" → "how many women took part?"."""
    new, old = _ASKS_FOR.match(bare), _ASKS_FOR.match(previous)
    if new is None or old is None or (new[1].casefold() == "how many") != (old[1].casefold() == "how many"):
        return None
    wanted, had = _first(bare, new.end()), _first(previous, old.end())
    if wanted is None or had is None or wanted.end != len(bare) or wanted.person != had.person:
        return None
    exchanged = f"{opened(bare + previous[had.end :])}?"
    return capitalised(exchanged) if previous[:1].isupper() else exchanged


def _first(text: str, at: int) -> Phrase | None:
    """The phrase that begins there."""
    return next((phrase for phrase in noun_phrases(text) if phrase.start == at), None)
