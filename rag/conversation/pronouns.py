"""Pronouns of a question → what they stand for, so that the question can be read on its own.

In: a question and the talk before it. Out: the question. Only the first pronoun of each kind is replaced: the ones
after it then refer to it inside the question. A pronoun that stands for something in the question itself stays.
"""

from __future__ import annotations

import re

from rag.conversation.phrases import TITLED, is_auxiliary, is_participle, is_verb, noun_phrases
from rag.conversation.referents import (
    DOCUMENT,
    GENERIC,
    STUDY,
    Kind,
    counted_out,
    doing_research,
    is_making,
    one_and_other,
    owner,
    place_named,
    publication,
    referent,
    same_noun,
    study_named,
    works_asked_for,
)
from rag.conversation.talk import Talk
from rag.conversation.wording import SAYING, SCOPE, capitalised, lowered
from rag.terms import stem

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
# "It" that stands for nothing: "is it cheaper to …", "how long does it take to …", "it seems that …"; but "is it cited
# for …" is about a thing.
_EMPTY_IT = re.compile(
    r"\b(?:is|was|would|will|can|could|may|should)(?:n['’]t)? it (?:be )?(?!(?:\w+ )?(?:\w+ed|done|made|paid) for\b)"
    r"(?:\w+ ){0,2}?\w+ (?:to|that|for|when|if)\b"
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
_OTHER = re.compile(
    r"\bthe other(?:\s+(?:one|brief|review|paper|document|publication|report|text|study|article)\b|"
    r"(?=\s*[?.,;!]|\s*$|\s+(?:is|was|do|does|did|says?|has)\b))",
    _I,
)
# Nothing but "and what about the other one?"
_MERELY = re.compile(
    r"(?:(?:and|but|so|ok(?:ay)?|what about|how about|what of|in|for|of|by|from|about|with|does)\b|\W)*", _I
)
# "What does the other one say about it?", "does the other agree?": the same of the other one.
_ASKS_WHAT = re.compile(r"(?:(?:and|but|so|ok(?:ay)?)\b\W*)?(?:what|how)? ?(?:do|does|did|has|is|was) ", _I)
_SAYS_SO = re.compile(
    r"\s*(?:(?:have to )?(?:say|find|think|report|conclude|recommend|advise|suggest)|agree|disagree|concur|differ|"
    r"(?:the )?same|different|about)(?: (?:on|about|with|to|of) (?:it|that|this|them|those))?[\s?.!]*",
    _I,
)
_OF_MAKING = re.compile(r"(?:who|when|where)\b", _I)
_NTH = re.compile(
    r"\bthe (first|second|third|fourth|fifth)(?:\s+(?:one|(?:stud|document|brief|review|paper|article|report)\w*)\b"
    r"|(?=\s*[?.,;!]|\s*$))",
    _I,
)
_WHICH_THAT = re.compile(r"\b(which|what) ([\w-]+) (?:was|were|is|are) (?:that|those|these|this|they|it)\b\??", _I)
_SHARE = re.compile(r"\b(?:many|most|some|all|any|none|few|half|which|one|share|percent|percentage) of\s+$", _I)
_OF_THOSE = re.compile(r"\b((?:which|any|some|all|most|none|many|one|each) of) (?:those|these|them)\b", _I)
# "Where were those done?" of works; "they" may as well be their authors.
_THOSE = re.compile(r"\b(is|are|was|were|have|has|of|in|from|by|for|did) (?:those|these)\b(?!\s+\w+s\b)", _I)
_SAID_SO = re.compile(rf"\b{SAYING}\s+$", _I)
_DETERMINED = re.compile(r"(?:the|my|our|your|an?|each|every)\b", _I)
_SUBJECTS = frozenset({"they", "he", "she"})
_OBJECTS = frozenset({"them", "him"})
_AFTER_VERB = re.compile(
    r"\b(?:on|of|to|for|by|with|about|from|in|at|than|like|do|drop|see|use|play|[a-z]{3,}(?:ed|ing))\s+$", _I
)
_RESEARCH = re.compile(
    r"\b(?:advise|analy[sz]e|argue|ask|cite|conclude|compare|find|found|include|interview|look|measure|mention|publish|"
    r"recommend|record|recruit|report|say|search|show|stud|suggest|survey|test|us[ei]|work|writ|wrote)\w*\b",
    _I,
)
_THEY_DO = re.compile(r"they (?:do|did)\b", _I)
_ONE_DOES = {"do": "does", "are": "is", "were": "was", "have": "has"}
_MANY_DO = re.compile(r"\b(do|are|were|have) $", _I)
_CLAUSE = re.compile(r"[,;:?!–]|\b(?:and|if|when|because|but|who|that|so|while|after|before)\b", _I)
_AS = re.compile(r"\bas \w+(?!.*\bas\b)", _I)
_SELF = re.compile(r"that (?:was|is) not\b|that's\b", _I)


def _agreeing(before: str, word: str, found: str) -> str:
    """ "Do they" → "does the brief"."""
    if word != "they" or not DOCUMENT.match(found.split()[-1]) or found.casefold().endswith("s"):
        return before
    return _MANY_DO.sub(lambda verb: _ONE_DOES[verb[1].casefold()] + " ", before)


def is_of_nothing(question: str) -> bool:
    """True where "it" stands for no thing: "is it cheaper to …?"."""
    return _EMPTY_IT.search(question) is not None


def resolved(question: str, talk: Talk) -> str:
    """The question with pronouns and pointing words replaced, as far as something fits."""
    question = _that_noun(question, talk)
    question = _the_study(question, talk)
    if works := works_asked_for(talk):
        question = _OF_THOSE.sub(rf"\1 the {works}", question)
        question = _THOSE.sub(rf"\1 the {works}", question)
    taken = frozenset(word for phrase in noun_phrases(question) for word in (phrase.text.casefold(), phrase.head))
    empty = [match.span() for match in _EMPTY_IT.finditer(question)]
    making = is_making(question)
    done: dict[Kind, str] = {}
    pieces, at = [], 0
    for match in _PRONOUN.finditer(question):
        word = match.group().casefold()
        kind = _KINDS[word]
        before = question[: match.start()]
        joins = not _POINTS_AFTER.search(before) and not is_verb((before.split() or [""])[-1])
        if match[2] and (joins or _SELF.match(question[match.start() :])):
            continue
        if word in ("that", "this") and _SAID_SO.search(before):
            continue  # all that was said
        if kind in done or (kind == "thing" and any(a <= match.start() < b for a, b in empty)):
            continue
        if _inside(kind, before, word in _OBJECTS):
            done[kind] = ""
            continue
        subject = word in _SUBJECTS or (word not in _OBJECTS and not _AFTER_VERB.search(before))
        there = taken | frozenset(text.casefold() for text in done.values())
        if making and kind == "thing" and not talk.topic:
            found = publication(talk)
        else:
            research = bool(subject and _RESEARCH.search(question))
            found = referent(kind, talk, there, subject, research)
            if kind == "many" and (research or _THEY_DO.search(question[match.start() :])):
                found = doing_research(found, talk)
            if kind == "thing" and found is None and (work := publication(talk)) not in done.values():
                found = work
        if found is None:
            continue
        done[kind] = found
        follows = re.match(r"\s+([\w’'-]+)", question[match.end() :])
        owned = word in _OWNED or (word == "her" and bool(follows) and not is_auxiliary(follows[1] if follows else ""))
        found = owner(found) if owned else found
        if _SHARE.search(before) and not found[:1].isupper() and not _DETERMINED.match(found):
            found = f"the {found}"
        pieces += [
            _agreeing(question[at : match.start()], word, found),
            capitalised(found) if match.group()[:1].isupper() else found,
        ]
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
        leading, noun, rest = match[2], match[3].casefold(), ""
        if leading[:1].islower() and is_participle(noun):  # "was that study retracted?"
            leading, noun, rest = "", leading.strip().casefold(), f" {match[3]}"
        if noun in GENERIC or leading.strip().casefold() in GENERIC or is_auxiliary(noun):
            return match.group()
        found = same_noun(noun, talk)
        if found is None and STUDY.fullmatch(noun):
            named = study_named(talk)
            return f"the {leading}{noun} by {named}{rest}" if named else match.group()
        return found + rest if found and not leading else match.group()

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


def the_other(question: str, talk: Talk) -> str:
    """ "Does the other brief agree?", "and the other?": the other of two documents, or of two that were listed."""
    match = _OTHER.search(question)
    found = one_and_other(talk) if match else None
    if match is None or found is None:
        return question
    asked, one, other = found
    if _MERELY.fullmatch(question[: match.start()]) and not question[match.end() :].strip(" ?.!"):
        return asked.replace(one, other)
    same = _ASKS_WHAT.fullmatch(question[: match.start()]) and _SAYS_SO.fullmatch(question[match.end() :])
    if same and not _OF_MAKING.match(asked):
        return asked.replace(one, other)
    return question[: match.start()] + other + question[match.end() :]


def one_of_them(question: str, talk: Talk) -> str:
    """ "The second one" → the second of what was listed, or set side by side, before."""
    match = _ORDINAL.search(question)
    two = counted_out(talk) if match and not talk.listed else None
    if match and two:
        chosen = two[0 if match[1].casefold() in ("first", "former") else 1]
        return question[: match.start()] + chosen + question[match.end() :]
    nth = _NTH.search(question)
    place = "first second third fourth fifth".split().index(nth[1].casefold()) if nth else 0  # noqa: SIM905
    listed = talk.listed or talk.older
    if nth is None or len(listed) <= max(place, 1):
        return question
    title = f"“{listed[place]}”" if len(listed[place].split()) >= TITLED else listed[place]
    return question[: nth.start()] + title + question[nth.end() :]


def which_was_that(question: str, talk: Talk) -> str:
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


def compared(question: str, talk: Talk) -> str:
    """ "Is the British one as keen on it?" → "… as keen on it as the Ontario brief?", which was spoken of before."""
    other = next((phrase for phrase in noun_phrases(talk.last) if DOCUMENT.match(phrase.head)), None)
    if (
        other is None
        or other.text in question
        or not _AS.search(question)
        or not any(DOCUMENT.match(phrase.head) for phrase in noun_phrases(question))
    ):
        return question
    return f"{question.rstrip(' ?.!')} as {other.text}?"


def scoped(question: str, completed: str, talk: Talk) -> str:
    """ "In Gillard's research, …" goes on to hold for a question that leans on the one before."""
    scope = SCOPE.match(talk.last)
    if scope is None or completed == question or SCOPE.match(completed):
        return completed
    return f"{scope[1]}, {lowered(completed)}"
