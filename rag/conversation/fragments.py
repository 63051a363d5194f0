"""A part of a question, or a correction → the question before with that part in its place.

In: what was asked and the talk before it. Out: a whole question, or None where it is one already: "and for
volunteers?" after "how are nurses paid?" asks how volunteers are paid.
"""

from __future__ import annotations

import re
from dataclasses import replace

from rag.conversation.instead import instead
from rag.conversation.phrases import Phrase, is_auxiliary, noun_phrases, tokens
from rag.conversation.pronouns import resolved
from rag.conversation.referents import publication
from rag.conversation.talk import Talk
from rag.conversation.wording import THAT_IS, WH, asks, capitalised, ends_asking, lowered, opened
from rag.terms import content_words

_I = re.IGNORECASE
_LEAD = re.compile(
    r"^(?:(?:and|but|so|or|also|then|ok(?:ay)?|yes|no|well|right|hm+|pity|thanks|i see|sure|great|"
    r"good)\b[\s,.!:;–-]*)+",
    _I,
)
_WHAT_ABOUT = re.compile(
    r"^(?:(?:and|but|so|or)\s+)?(?:what about|how about|what of|same for|and in the case of)\s+", _I
)
_BARE = re.compile(
    r"^(?:by |for |since |in |to |with |from |at )?(?:why(?: not)?|how(?: so| come)?|when|where|who|"
    r"whom|what|which(?: ones?)?|"
    r"how (?:long|often|many|much|old|far|soon|big|large))(?: (?:then|exactly|times|people))?$",
    _I,
)
# "When was that?", "in which group was that?": "that" is all that was said.
_OF_ALL = re.compile(
    r"^(?:(?:in|for|at|by|from|with|among) )?"
    r"(?:when|where|how (?:long|often|much)|how many(?: [\w’'-]+)?|(?:what|which) [\w’'-]+) "
    r"(?:is|was|were) (?:that|this)(?: (?:then|exactly))?$",
    _I,
)
_APPENDED = frozenset("in at during before after without within under over since until when if while because".split())  # noqa: SIM905
_SWAPPED = frozenset("for of to about by on with from against".split())  # noqa: SIM905
_CORRECTS = re.compile(
    r"^(?:no|nope|sorry|not that|wrong|actually)?[\s,.:;–-]*(?:i (?:meant|mean)|i was asking (?:about|"
    r"for)|i['’]m asking about|"
    r"rather)\s*[,:]?\s*(?:what about\s+)?",
    _I,
)
_NO_BUT = re.compile(r"^(?:no|nope|sorry|not that)(?: one)?\s*[,:;–-]+\s*", _I)
_ONE = re.compile(r"(?:\b((?:the|an?|this|that)\s+)|^)((?:(?!ones?\b)[\w’'-]+\s+){1,3})one(s?)\b", _I)
_DESCRIBED = re.compile(r"(?:the\s+)?(?:(?:un)?paid|[\w-]+ed)\s+", _I)  # "paid peers", "trained volunteers"
_LINK = re.compile(r"\b(?:of|in|for|with|on|at|from|about|by|among)\s+", _I)
_OWNERS = re.compile(r"(?:his|her|its|their)\b", _I)
_NUMBER = re.compile(r"(?:(?:number|no\.?|ref(?:erence)?\.?|#)\s*)?(\d{1,4})", _I)
LONG_FRAGMENT = 6  # words; a longer one is a question of its own


def fragment(question: str, talk: Talk) -> str | None:
    """A question that is only a part of one, put into the question before; None when it is a whole one."""
    previous = talk.alone
    if not previous or not asks(previous):
        return None
    bare = _LEAD.sub("", question).strip().rstrip("?!. ")
    about = _WHAT_ABOUT.sub("", question.strip()) if _WHAT_ABOUT.match(question.strip()) else None
    if about is not None:
        rest = about.rstrip("?!. ")
        if not rest:
            return None
        if (other := _renumbered(previous, rest)) is not None:
            return other
        if WH.match(rest):
            return ends_asking(capitalised(rest))
        if re.match(r"the [\w’'-]+ of\b", rest, _I):
            return f"What about {rest}?"
        part = _with_noun(rest, talk) or rest
        if (own := _in_place(previous, "about", part)) is not None:
            return own
        # Beside the question before, a pronoun stands for what is said there.
        return swapped(previous, resolved(part, talk)) or f"{opened(previous)}, and what about {part}?"
    if not bare:
        return None
    if (other := _renumbered(previous, bare)) is not None:
        return other
    if bare.startswith("“") and bare.endswith("”"):
        return swapped(previous, bare) or f"{opened(previous)}, and {bare}?"
    if (other := instead(bare, previous, publication(talk))) is not None:
        return other
    if _BARE.match(bare):
        return _asked_on(previous, bare)
    if _OF_ALL.match(bare):
        return f"{opened(previous)}, and {lowered(bare)}?"
    words = bare.split()
    first = words[0].casefold()
    verbs = any(is_auxiliary(word) for word in words) or bool(re.search(r"\b(?:how|what|who|which)\b", bare, _I))
    if len(words) > LONG_FRAGMENT or verbs or WH.match(bare):
        if (
            first in _APPENDED
            and not any(is_auxiliary(word) for word in words[:2])
            and question.strip()[:4].casefold() in ("and ", "but ", "or w")
        ):
            return f"{opened(previous)}, and {bare}?"
        return None
    if first in _SWAPPED or first in _APPENDED:
        return _with_part(previous, bare)
    leads = _LEAD.match(question) is not None and not re.match(r"(?:any|tell|give|show|say|more)\b", bare, _I)
    if leads and len(words) <= 4 and noun_phrases(bare):
        part = _with_noun(bare, talk) or bare
        return swapped(previous, part) or f"{opened(previous)}, and {lowered(part)}?"
    return None


def _renumbered(previous: str, part: str) -> str | None:
    """The question with another number in the place of its only one, a year for a year."""
    number = _NUMBER.fullmatch(part)
    if number is None:
        return None
    like = [old for old in re.finditer(r"\b\d+\b", previous) if (len(old.group()) == 4) == (len(number[1]) == 4)]
    return previous[: like[0].start()] + number[1] + previous[like[0].end() :] if len(like) == 1 else None


def _asked_on(previous: str, bare: str) -> str:
    """ "Did he win?" and "why?" → "Why did he win?"; else the two joined."""
    words = tokens(previous)
    if (
        words
        and is_auxiliary(words[0].text)
        and not bare.casefold().startswith(("who", "what", "which", "how many", "how much", "how come", "why not"))
    ):
        return f"{capitalised(bare)} {lowered(previous).rstrip(' ?.!')}?"
    return f"{opened(previous)}, and {lowered(bare)}?"


def _with_part(previous: str, part: str) -> str:
    """The question with "for volunteers" in the place of its own "for …", or at its end."""
    preposition, _, rest = part.partition(" ")
    if (own := _in_place(previous, preposition, rest)) is not None:
        return own
    if preposition.casefold() in _SWAPPED and any(phrase.person for phrase in noun_phrases(rest)):
        return swapped(previous, rest, alone=False) or f"{opened(previous)} {lowered(part)}?"
    return f"{opened(previous)} {lowered(part)}?"


def _in_place(previous: str, preposition: str, rest: str) -> str | None:
    """The question with another thing after a preposition of its own; a time is none for a place, "in" and "at"."""
    own = re.search(rf"\b{preposition}\s+", previous, _I)
    if own is None:
        return None
    near = own.end() - own.start() + 4
    phrases = [phrase for phrase in noun_phrases(previous[own.start() :]) if phrase.start <= near]
    new = noun_phrases(f"{preposition} {rest}")
    if phrases and new and (preposition.casefold() in _SWAPPED or phrases[0].name == new[0].name):
        return ends_asking(previous[: own.end()] + rest + previous[own.start() + phrases[0].end :])
    return None


def swapped(previous: str, part: str, alone: bool = True) -> str | None:
    """The question before with a phrase of it changed for one of the same kind; None when it has none.

    `alone`: no preposition stood before the part, so that a capital makes it a name.
    """
    new = noun_phrases(part)
    if _OWNERS.match(part):  # "and their adherence?" is that of somebody in the question
        return None
    if len(new) != 1 or (len(part.split()) > LONG_FRAGMENT and not new[0].titled):
        return None
    if new[0].start > 4 and not _DESCRIBED.fullmatch(part[: new[0].start]):
        return None
    named = replace(new[0], name=new[0].name or (alone and part[:1].isupper()))
    phrases = _all_phrases(previous)
    like = [phrase for phrase in phrases if phrase.head == new[0].head] or [
        phrase for phrase in phrases if _same_kind(phrase, named)
    ]
    if not like:
        return None
    old = like[-1]
    head = re.search(rf"\b{re.escape(old.head)}\b", previous[old.start : old.end], _I)
    head_end = old.start + head.end() if head and not old.titled else old.end
    before, after = previous[: old.start], previous[head_end:]
    # "What does Kemp say?" is a question about a name; "and pay?" after "peers?" is none.
    return ends_asking(before + part + after) if old.name or content_words(before + after) else None


def _all_phrases(text: str) -> list[Phrase]:
    """The phrases of a text and those inside them: "peers with asthma" are two."""
    phrases = {phrase.start: phrase for phrase in noun_phrases(text)}
    for link in _LINK.finditer(text):
        for inner in noun_phrases(text[link.end() :])[:1]:
            if inner.start == 0:
                phrases.setdefault(link.end(), replace(inner, start=link.end(), end=inner.end + link.end()))
    return [phrases[start] for start in sorted(phrases)]


def _same_kind(old: Phrase, new: Phrase) -> bool:
    return (old.person, old.name) == (new.person, new.name) and (old.many == new.many or old.person)


def corrected(question: str, talk: Talk) -> str | None:
    """ "No, I meant the Canadian one": the question before with that part changed."""
    match = _CORRECTS.match(question) or _NO_BUT.match(question)
    if match is None or not talk.alone or not match.group().strip(" ,.:;–-"):
        return None
    part = question[match.end() :].strip().rstrip("?!. ")
    if not part or content_words(part) == []:
        return None
    if WH.match(part) or is_auxiliary(part.split()[0]):
        return ends_asking(capitalised(resolved(part, talk)))
    if _ONE.search(part):
        named = _with_noun(part, talk)
        if named is None:
            return None
        part = named
    first = part.split()[0].casefold()
    if first in _SWAPPED or first in _APPENDED:
        return _with_part(talk.alone, part)
    return swapped(talk.alone, part) or f"{opened(talk.alone).split(THAT_IS)[0]}{THAT_IS}{lowered(part)}?"


def _with_noun(part: str, talk: Talk) -> str | None:
    """ "The Canadian one" → "the Canadian study"; None without a "one", or where nothing fits."""
    one = _ONE.search(part)
    noun = _noun_of_one(one[2], bool(one[3]), talk) if one else None
    if one is None or noun is None:
        return None
    return f"{part[: one.start()]}{one[1] or ''}{one[2]}{noun}{part[one.end() :]}"


def _noun_of_one(describing: str, many: bool, talk: Talk) -> str | None:
    """What "the Canadian one" is one of: the main word of a phrase that is described in like manner."""
    capital = describing.strip()[:1].isupper()
    for text in (talk.last, talk.answer):
        phrases = [phrase for phrase in noun_phrases(text) if phrase.many == many and len(phrase.text.split()) > 1]
        described = [phrase for phrase in phrases if any(word[:1].isupper() for word in phrase.text.split()[:-1])]
        chosen = (described if capital else []) or phrases
        if chosen:
            return chosen[-1].head
    return None
