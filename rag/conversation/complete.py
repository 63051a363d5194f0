"""A question that leans on what was said → one that can be read on its own.

In: the question and the talk before it. Out: a question again, which a reader is shown and can take back. Pronouns
become what they stand for, a fragment takes its place in the question before, a correction changes a part of it.
Only the first pronoun of each kind is replaced: the ones after it then refer to it inside the question.
"""

from __future__ import annotations

import re

from rag.conversation.phrases import Phrase, is_auxiliary, is_verb, noun_phrases, tokens
from rag.conversation.referents import (
    GENERIC,
    STUDY,
    Kind,
    Talk,
    counted_out,
    owner,
    place_named,
    referent,
    same_noun,
    study_named,
)
from rag.terms import content_words, stem

_I = re.IGNORECASE
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("he", "she", "him", "his", "her", "hers"), "one"),
    **dict.fromkeys(("they", "them", "their", "theirs", "those", "these"), "many"),
    **dict.fromkeys(("it", "its", "that", "this"), "thing"),
}
_OWNED = frozenset({"his", "their", "its", "hers", "theirs"})
# Words after which "that", "those" and the like stand alone: a verb, a mark, the end.
_PRONOUN = re.compile(
    r"\b(?:(he|she|him|his|hers|her|they|them|theirs|their|its|it)\b|(that|this|those|these)\b"
    r"(?=\s+(?:is|are|was|were|did|do|does|had|have|has|can|could|will|would|should|[a-z]+ed|done|seen|"
    r"made|in|on|at|of|"
    r"from)\b|\s*[?.,;!]|\s*$))",
    _I,
)
# Before these, "that" and "those" point; elsewhere they may join ("the nurse that helped").
_POINTS_AFTER = re.compile(
    r"(?:^|[,;:.!?–-]|\b(?:is|are|was|were|do|does|did|of|to|for|by|in|with|about|from|on|than|like|"
    r"purchase|and|many))\s*$",
    _I,
)
# "It" that stands for nothing: "is it cheaper to …", "how long does it take to …", "it seems that …".
_EMPTY_IT = re.compile(
    r"\b(?:is|was|would|will|can|could|may|should)(?:n['’]t)? it (?:be )?(?:\w+ ){0,2}?\w+ (?:to|that|for|when|if)\b"
    r"|\bit (?:is|was|would be) (?:\w+ )?\w+ (?:to|that|for|when|if)\b|\bit(?:['’]s)? (?:seems?|rains?|"
    r"takes?|costs?)\b"
    r"|\bdo(?:es)? it (?:take|cost|matter)\b|\bit was for\b|\bit (?:like )?(?:this|that)(?: way)?\b|"
    r"\b(?:kn[eo]w|got|get) it\b"
    r"|\b(?:is|was)n['’]t it\b",
    _I,
)
_THAT_NOUN = re.compile(r"\b(this|that|these|those|such)\s+((?:[a-z]+\s)?)([a-z][\w-]*)\b", _I)
_THE_STUDY = re.compile(
    r"\bthe(?: same)?\s+(study|studies|paper|trial|survey|research|article|project|programme|program|course|scheme|"
    r"training|team|group|authors?|researchers|trainees|participants|interviewees)\b(?!\s+(?:of|on|by|"
    r"in|from|that|who|with)\b)",
    _I,
)
_THERE = re.compile(
    r"(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )(?<!been )\b(?:over |up )?there\b(?! (?:is|are|was|were)\b)", _I
)
_ORDINAL = re.compile(
    r"\bthe (first|second|former|latter|other)(?: one)?\b(?=\s*[?.,;!]|\s*$|\s+(?:is|was|do|does|did|than|of)\b)", _I
)
_WHICH_THAT = re.compile(r"\b(which|what) ([\w-]+) (?:was|were|is|are) (?:that|those|these|this|they|it)\b\??", _I)
_SHARE = re.compile(r"\b(?:many|most|some|all|any|none|few|half|which|one|share|percent|percentage) of\s+$", _I)
_DETERMINED = re.compile(r"(?:the|my|our|your|an?|each|every)\b", _I)
_OBJECTS = frozenset({"them", "him"})
_AFTER_VERB = re.compile(
    r"\b(?:on|of|to|for|by|with|about|from|in|at|than|like|do|drop|see|use|play|[a-z]{3,}(?:ed|ing))\s+$", _I
)
_CLAUSE = re.compile(r"[,;:?!–]|\b(?:and|if|when|because|but|who|that|so|while|after|before)\b", _I)
_SELF = re.compile(r"that (?:was|is) not\b|that's\b", _I)
_SCOPE = re.compile(r"^((?:in|according to|within|at)\s+[^,?]{3,60}),\s", _I)
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
_APPENDED = frozenset("in at during before after without within under over since until when if while because".split())  # noqa: SIM905
_SWAPPED = frozenset("for of to about by on with from against".split())  # noqa: SIM905
_CORRECTS = re.compile(
    r"^(?:no|nope|sorry|not that|wrong|actually)?[\s,.:;–-]*(?:i (?:meant|mean)|i was asking (?:about|"
    r"for)|i['’]m asking about|"
    r"rather)\s*[,:]?\s*(?:what about\s+)?",
    _I,
)
_NO_BUT = re.compile(r"^(?:no|nope|sorry|not that)(?: one)?\s*[,:;–-]+\s*", _I)
_ONE = re.compile(r"\b(the|an?|this|that)\s+((?:[\w’'-]+\s+){1,3})ones?\b", _I)
_WH = re.compile(r"^(?:who|what|which|where|when|why|how|whose)\b", _I)
LONG_FRAGMENT = 6  # words; a longer one is a question of its own


def complete(question: str, talk: Talk) -> str:
    """The question, completed where the talk before allows it; else as it is."""
    if not talk.asked and not talk.topic:
        return question
    question = _which_was_that(question, talk)
    corrected = _corrected(question, talk)
    if corrected:
        return corrected
    whole = _fragment(question, talk)
    if whole:
        return whole
    return _scoped(question, _resolved(question, talk), talk)


def joined(previous: str, question: str) -> str:
    """Both, in one line: for a question whose place in the one before is not plain."""
    return f"{_open(previous)} – {_low(question)}"


def ends_asking(text: str) -> str:
    """The text with a question mark at its end."""
    return text.rstrip(" .!?,;:") + "?"


# Pronouns


def _resolved(question: str, talk: Talk) -> str:
    question = _one_of_them(question, talk)
    question = _that_noun(question, talk)
    question = _the_study(question, talk)
    taken = frozenset(word for phrase in noun_phrases(question) for word in (phrase.text.casefold(), phrase.head))
    empty = [match.span() for match in _EMPTY_IT.finditer(question)]
    done: dict[Kind, str] = {}
    pieces, at = [], 0
    for match in _PRONOUN.finditer(question):
        word = match.group().casefold()
        kind = _KINDS[word]
        before = question[: match.start()]
        joins = not _POINTS_AFTER.search(before) and not is_verb((before.split() or [""])[-1])
        if match[2] and (joins or _SELF.match(question[match.start() :])):
            continue
        if kind in done or (kind == "thing" and any(a <= match.start() < b for a, b in empty)):
            continue
        if _inside(kind, before, word in _OBJECTS):
            done[kind] = ""
            continue
        subject = word not in _OBJECTS and not _AFTER_VERB.search(before)
        found = referent(kind, talk, taken | frozenset(text.casefold() for text in done.values()), subject)
        if found is None:
            continue
        done[kind] = found
        follows = re.match(r"\s+([\w’'-]+)", question[match.end() :])
        owned = word in _OWNED or (word == "her" and bool(follows) and not is_auxiliary(follows[1] if follows else ""))
        found = owner(found) if owned else found
        if _SHARE.search(before) and not found[:1].isupper() and not _DETERMINED.match(found):
            found = f"the {found}"
        pieces += [question[at : match.start()], _capital(found) if match.group()[:1].isupper() else found]
        at = match.end()
    result = "".join((*pieces, question[at:]))
    place = place_named(talk) if _THERE.search(result) else None
    return _THERE.sub(f"in {place}", result, count=1) if place else result


def _inside(kind: Kind, before: str, is_object: bool) -> bool:
    """True when something before the pronoun, in the question itself, is what it stands for.

    An object is not the subject of its own clause: "how do nurses look on them?"
    """
    phrases = noun_phrases(before)
    if (is_object or (kind == "thing" and _AFTER_VERB.search(before))) and not _CLAUSE.search(before):
        phrases = ()
    match kind:
        case "one":
            return any(phrase.name and phrase.person for phrase in phrases)
        case "many":
            return any(phrase.many and (phrase.person or phrase.subject) for phrase in phrases)
        case _:
            return any(not phrase.many and not phrase.person and phrase.subject for phrase in phrases)


def _that_noun(question: str, talk: Talk) -> str:
    """ "That album" → "the live album", where one was spoken of."""

    def fuller(match: re.Match[str]) -> str:
        noun = match[3].casefold()
        if noun in GENERIC or match[2].strip().casefold() in GENERIC or is_auxiliary(noun):
            return match.group()
        found = same_noun(noun, talk)
        if found is None and STUDY.fullmatch(noun):
            named = study_named(talk)
            return f"the {match[2]}{noun} by {named}" if named else match.group()
        return found if found and not match[2] else match.group()

    return _THAT_NOUN.sub(fuller, question, count=1)


def _the_study(question: str, talk: Talk) -> str:
    def named(match: re.Match[str]) -> str:
        noun = match[1].casefold()
        found = same_noun(noun, talk)
        if found:
            return found if found.casefold().startswith("the ") or found[:1].isupper() else f"the {found}"
        who = study_named(talk)
        if who and STUDY.fullmatch(noun):
            return f"the {noun} by {who}"
        return match.group()

    return _THE_STUDY.sub(named, question, count=1)


def _one_of_them(question: str, talk: Talk) -> str:
    match = _ORDINAL.search(question)
    two = counted_out(talk) if match else None
    if match is None or two is None:
        return question
    return (
        question[: match.start()]
        + two[0 if match[1].casefold() in ("first", "former") else 1]
        + question[match.end() :]
    )


def _which_was_that(question: str, talk: Talk) -> str:
    """ "Which team was that?", after "One US team found …" → "Which US team found …?" """
    match = _WHICH_THAT.search(question)
    if match is None:
        return question
    for phrase in noun_phrases(talk.answer):
        if phrase.subject and stem(phrase.head) == stem(match[2]):
            described = re.sub(r"^(?:one|an?|the|some)\s+", "", phrase.text, flags=_I)
            told = re.split(r"[.;]\s|[.;]$", talk.answer[phrase.end :])[0].strip()
            return f"{question[: match.start()]}{match[1]} {described} {told}?{question[match.end() :]}"
    return question


def _scoped(question: str, completed: str, talk: Talk) -> str:
    """ "In Gillard's research, …" goes on to hold for a question that leans on the one before."""
    scope = _SCOPE.match(talk.last)
    if scope is None or completed == question or _SCOPE.match(completed):
        return completed
    return f"{scope[1]}, {_low(completed)}"


# Fragments and corrections


def _fragment(question: str, talk: Talk) -> str | None:
    """A question that is only a part of one, put into the question before; None when it is a whole one."""
    previous = talk.last
    if not previous or not _asks(previous):
        return None
    bare = _LEAD.sub("", question).strip().rstrip("?!. ")
    about = _WHAT_ABOUT.sub("", question.strip()) if _WHAT_ABOUT.match(question.strip()) else None
    if about is not None:
        rest = about.rstrip("?!. ")
        if not rest:
            return None
        if _WH.match(rest):
            return ends_asking(_capital(rest))
        if re.match(r"the [\w’'-]+ of\b", rest, _I):
            return f"What about {rest}?"
        resolved = _resolved(rest, talk)
        return _swapped(previous, resolved) or f"{_open(previous)}, and what about {resolved}?"
    if not bare:
        return None
    if _BARE.match(bare):
        return _asked_on(previous, bare)
    words = bare.split()
    first = words[0].casefold()
    verbs = any(is_auxiliary(word) for word in words) or bool(re.search(r"\b(?:how|what|who|which)\b", bare, _I))
    if len(words) > LONG_FRAGMENT or verbs or _WH.match(bare):
        if (
            first in _APPENDED
            and not any(is_auxiliary(word) for word in words[:2])
            and question.strip()[:4].casefold() in ("and ", "but ", "or w")
        ):
            return f"{_open(previous)}, and {_resolved(bare, talk)}?"
        return None
    if first in _SWAPPED or first in _APPENDED:
        return _with_part(previous, bare)
    leads = _LEAD.match(question) is not None and not re.match(r"(?:any|tell|give|show|say|more)\b", bare, _I)
    if leads and len(words) <= 4 and noun_phrases(bare):
        return _swapped(previous, bare) or f"{_open(previous)}, and {_low(bare)}?"
    return None


def _asks(text: str) -> bool:
    """True for a question, as against something told."""
    first = text.split(" ", 1)[0].strip(",")
    return bool(text.rstrip().endswith("?") or _WH.match(text) or is_auxiliary(first) or _SCOPE.match(text))


def _asked_on(previous: str, bare: str) -> str:
    """ "Did he win?" and "why?" → "Why did he win?"; else the two joined."""
    words = tokens(previous)
    if (
        words
        and is_auxiliary(words[0].text)
        and not bare.casefold().startswith(("who", "what", "which", "how many", "how much"))
    ):
        return f"{_capital(bare)} {_low(previous).rstrip(' ?.!')}?"
    return f"{_open(previous)}, and {_low(bare)}?"


def _with_part(previous: str, part: str) -> str:
    """The question with "for volunteers" in the place of its own "for …", or at its end."""
    preposition, _, rest = part.partition(" ")
    own = re.search(rf"\b{preposition}\s+", previous, _I)
    if own:
        phrases = [phrase for phrase in noun_phrases(previous[own.end() :]) if phrase.start <= 4]
        new = noun_phrases(f"{preposition} {rest}")
        if phrases and new and phrases[0].name == new[0].name:
            end = own.end() + phrases[0].end
            return ends_asking(previous[: own.end()] + rest + previous[end:])
    if preposition.casefold() in _SWAPPED and (swapped := _swapped(previous, rest)):
        return swapped
    return f"{_open(previous)} {_low(part)}?"


def _swapped(previous: str, part: str) -> str | None:
    """The question before with a phrase of it changed for one of the same kind; None when it has none."""
    new = noun_phrases(part)
    if len(new) != 1 or new[0].start > 4 or len(part.split()) > LONG_FRAGMENT:
        return None
    phrases = noun_phrases(previous)
    like = [phrase for phrase in phrases if phrase.head == new[0].head] or [
        phrase for phrase in phrases if _same_kind(phrase, new[0])
    ]
    if not like:
        return None
    old = like[-1]
    head_end = old.start + previous[old.start : old.end].casefold().find(old.head) + len(old.head)
    return ends_asking(previous[: old.start] + part + previous[head_end:])


def _same_kind(old: Phrase, new: Phrase) -> bool:
    return (old.person, old.name) == (new.person, new.name) and (old.many == new.many or old.person)


def _corrected(question: str, talk: Talk) -> str | None:
    """ "No, I meant the Canadian one": the question before with that part changed."""
    match = _CORRECTS.match(question) or _NO_BUT.match(question)
    if match is None or not talk.last or not match.group().strip(" ,.:;–-"):
        return None
    part = question[match.end() :].strip().rstrip("?!. ")
    if not part or content_words(part) == []:
        return None
    if _WH.match(part) or is_auxiliary(part.split()[0]):
        return ends_asking(_capital(_resolved(part, talk)))
    one = _ONE.search(part)
    if one:
        noun = _noun_of_one(one[2], talk)
        if noun is None:
            return None
        part = f"{part[: one.start()]}{one[1]} {one[2]}{noun}{part[one.end() :]}"
    first = part.split()[0].casefold()
    if first in _SWAPPED or first in _APPENDED:
        return _with_part(talk.last, part)
    return _swapped(talk.last, part) or f"{_open(talk.last)}, that is, {_low(part)}?"


def _noun_of_one(describing: str, talk: Talk) -> str | None:
    """What "the Canadian one" is one of: the main word of a phrase that is described in like manner."""
    capital = describing.strip()[:1].isupper()
    for text in (talk.last, talk.answer):
        phrases = [phrase for phrase in noun_phrases(text) if not phrase.person and len(phrase.text.split()) > 1]
        described = [phrase for phrase in phrases if any(word[:1].isupper() for word in phrase.text.split()[:-1])]
        chosen = (described if capital else []) or phrases
        if chosen:
            return chosen[-1].head
    return None


def _open(question: str) -> str:
    return question.strip().rstrip(" ?.!")


def _low(text: str) -> str:
    """With a small first letter, unless it begins with a name."""
    first = text.split(" ", 1)[0]
    if first == "I" or first.startswith(("I'", "I’")) or sum(c.isupper() for c in first) > 1:
        return text
    ordinary = is_auxiliary(first) or _WH.match(first) or re.match(r"(?:in|by|for|which|one|do|the|a|an)$", first, _I)
    return text[:1].lower() + text[1:] if ordinary else text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
