"""What a pronoun of the question stands for: phrases of the turns before, the likeliest first.

In: a talk (what was asked and answered before). Out: for "they", "it", "she", "that study", "there", "the first one"
a phrase, or None where nothing fits: a pronoun that nobody can place is left standing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from rag.conversation.phrases import POINTING, Phrase, noun_phrases
from rag.conversation.talk import Talk
from rag.terms import stem

Kind = Literal["one", "many", "thing"]  # he or she, they, it
_HE = re.compile(r"\b(?:he|she|him|his|her|hers|himself|herself)\b", re.IGNORECASE)
_PLACE = re.compile(r"\b(?:in|at)\s+((?:the\s+)?[A-Z][\w.'’-]*(?:[ ,]+[A-Z][\w.'’-]*)*)")
_EITHER = re.compile(r"\b(?:and|or|than|versus|vs)\b", re.IGNORECASE)
_AUTHORS = re.compile(r"\b(?:and (?:others|colleagues|co-workers)|et al\.?)$", re.IGNORECASE)
_DO = re.compile(r"\b(?:did|does)\s+$", re.IGNORECASE)
_DONE = re.compile(r"(?:(?: et)? al\b\.?)? (?:do|find|conclude|recommend|suggest|say|report|write|study|advise)\b")
_LINK = re.compile(r"\s(?:of|in|for|with|on|at|from|by)\s", re.IGNORECASE)
_ASKED_FOR = re.compile(r"\b(?:which|what|how(?: many)?)\s+$", re.IGNORECASE)
_BY = re.compile(r" by [A-Z][\w'’-]+(?:,? (?:and|&) [A-Z][\w'’-]+| et al\b)?")
_DOCUMENT = r"(?:brief|review|paper|text|document|publication|report|response|digest|(?:meta-?)?synthesis)"
_NUMBERED = re.compile(
    r"\b(?:reference|ref|entry|citation|source)\.?\s+(?:no\.?\s+|number\s+|#)?\d{1,3}\b"
    rf"(?:\s+(?:of|in|from)\s+the\s+(?:[\w’'-]+\s+){{0,3}}?{_DOCUMENT}\b)?",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:an?|one|another)\s+", re.IGNORECASE)
# What a document says of itself or of others, by any of these names.
STUDY = re.compile(r"(?:stud(?:y|ies)|papers?|trials?|surveys?|research|articles?|projects?)$")
DOCUMENT = re.compile(rf"(?:{_DOCUMENT}s?|(?:meta-?)?syntheses)$")
# A question about the making of a publication, which "it" is then: "who paid for it?", "what are its limitations?"
_PARTICULARS = (
    r"(?:authors?|limitations?|funders?|funding|doi|publisher|licen[cs]e|references?|reference list|citation)"
)
_MAKING = re.compile(
    r"\bwho (?:wrote|authored|compiled|prepared|fund(?:ed|s)|pa(?:id|ys) for|financed|sponsored|commissioned) "
    r"(?:it|this|that)\b|\b(?:when|where|(?:what|which) (?:year|date|journal)) (?:was|is) (?:it|this|that) "
    r"(?:(?:\w+ )?(?:published|written|printed)\b|in\W*$)|\bcite (?:it|this|that)\b|"
    r"\b(?:was|is|has) (?:it|this|that) (?:been )?(?:retracted|peer.reviewed|published)\b|"
    r"\bdid it (?:come out|appear)\b|"
    rf"\bits (?:\w+ )?{_PARTICULARS}\b|\b{_PARTICULARS} (?:of|for) (?:it|this|that)\b",
    re.IGNORECASE,
)
_PUBLICATION = re.compile(
    r"“[^”]+”|\b(?:[Tt]he|[Aa]n?|[A-Z][\w-]+['’]s)\s+(?:(?!(?:the|an?|of|in|on|by|for|with|from|to|and|or)\b)[\w’'-]+\s+){0,4}?"
    rf"(?:{_DOCUMENT}|study|trial|survey)\b(?:{_BY.pattern})?"
)
_WORK_NAMES = r"(?:cited\s+)?(?:studies|papers|trials|articles|references|sources|documents|briefs|reviews|reports)\b"
_WORKS = re.compile(rf"\b{_WORK_NAMES}", re.IGNORECASE)
_COUNTED = re.compile(rf"(?:and |so )?(?:how many|which|what) (?:\w+ )?{_WORK_NAMES}", re.IGNORECASE)
GENERIC = frozenset(
    """
    time times day days way ways point year years thing things case one ones kind kinds sort aspects reason
    reasons week day month hour session period rest lot part anything details information name names weeks
    months hours minutes sessions percent question questions article
    """.split()  # noqa: SIM905
)
TOPIC_MANY, TOPIC_THING = 9.0, 2.6  # what a topic is worth to "they" and to "it", beside a phrase said just before
LEAST = 1.3  # a phrase worth less is not taken for what a pronoun stands for
SAID, QUOTED = 0.3, -0.2  # what an answer is worth, beside 1.0 of the question before


def referent(
    kind: Kind, talk: Talk, taken: frozenset[str] = frozenset(), subject: bool = True, research: bool = True
) -> str | None:
    """The likeliest phrase for a pronoun, which is the `subject` of its question or not.

    `taken` are phrases that stand in the question itself, in lower case. `research`: the question is about what
    authors do; else "Tang and others" are not whom it is about.
    """
    if numbered := _NUMBERED.search(talk.last):
        if kind == "thing":
            return numbered.group()
        if kind == "many" and research and talk.listed:
            return talk.listed[0]
    beside = any(
        DOCUMENT.match(text.split()[-1]) for text in taken if text
    )  # one document does not speak of another as "it"
    about_one = talk.topic and any(_HE.search(text) for text in (*talk.asked, talk.answer, *talk.earlier))
    best: tuple[float, str] | None = None
    for weight, phrase, text in _candidates(talk):
        fit = _fit(kind, phrase)
        if (
            fit <= 0
            or phrase.text.casefold() in taken
            or phrase.head in taken
            or (kind == "thing" and (_opens(phrase, text) or _acts(phrase, text, talk.quoted)))
            or (beside and DOCUMENT.match(phrase.head))
            or (kind == "many" and talk.quoted and not (research or phrase.many) and _acts(phrase, text, True))
        ):
            continue
        # A subject likes to go on as the subject, an object as an object.
        score = weight + fit + 0.4 * (phrase.subject == subject)
        if kind == "thing":
            score += 0.3 * (text in talk.asked and _is_work(phrase)) - 0.5 * _is_place(phrase, text)
        score -= phrase.person and not research and _AUTHORS.search(phrase.text) is not None
        if score > (best[0] if best else LEAST):
            best = (score, _named_again(phrase, text))
    if talk.topic and talk.topic.casefold() not in taken:
        weight = {"one": 9.0, "many": TOPIC_MANY * (not about_one), "thing": TOPIC_THING * (not about_one)}[kind]
        if weight and (best is None or weight > best[0]):
            return talk.topic
    return best[1] if best else None


def doing_research(found: str | None, talk: Talk) -> str | None:
    """What "they" did who searched, found and the like: the publication asked about, where nobody was asked about."""
    if found and any(
        phrase.text == found and (phrase.person or phrase.name)
        for text in (*talk.asked, talk.answer)
        for phrase in noun_phrases(text)
        if text in talk.asked or _AUTHORS.search(found)
    ):
        return found
    named = list(_PUBLICATION.finditer(talk.alone))
    return _ARTICLE.sub("the ", named[-1].group()) if named else found


def is_making(question: str) -> bool:
    """True for a question about the making of a publication: "who wrote it?"."""
    return _MAKING.search(question) is not None


def publication(talk: Talk) -> str | None:
    """The document or study that was asked about last, or the one study of the answer whose author was."""
    named = _NUMBERED.search(talk.last)
    if named:
        return named.group()
    answers = (talk.answer, *reversed(talk.earlier))
    asked = " ".join(talk.asked)
    for text in (talk.last, talk.answer, *reversed(talk.asked[:-1]), *answers[1:]):
        for match in reversed(list(_PUBLICATION.finditer(text))):
            if text not in answers or any(word in asked for word in re.findall(r"\bby (\S+)", match.group())):
                return _ARTICLE.sub("the ", match.group())
    for text in reversed(talk.asked[-2:]):
        for phrase in noun_phrases(text):
            if _acts(phrase, text, talk.quoted):
                return f"the study by {phrase.text}"
    return None


def one_and_other(talk: Talk) -> tuple[str, str, str] | None:
    """The last question about one of two documents, or of two that were listed; that one in it, and the other."""
    two = talk.listed or talk.older
    for text in reversed(talk.asked):
        if len(two) == 2 and (two[0] in text) != (two[1] in text):
            return text, *(two if two[0] in text else reversed(two))
        named = [match.group() for match in _PUBLICATION.finditer(text)]
        for name in named + [phrase.text for phrase in noun_phrases(text) if phrase.name and phrase.person]:
            if (other := talk.other(name)) and name in text:
                return text, name, f"“{other}”"
    return None


def _candidates(talk: Talk) -> Iterator[tuple[float, Phrase, str]]:
    """Phrases, with what their place is worth and their text: of the last question, of the last answer, of older ones.

    What the last question asked for ("which colleagues …?") is said better by its answer.
    """
    texts = [(1.0 / (1 + age), text) for age, text in enumerate(reversed(talk.asked[-3:]))]
    said = QUOTED if talk.quoted else SAID
    texts += [(said, talk.answer), *((said, text) for text in talk.earlier[-1:])]
    for weight, text in texts:
        phrases = with_tails(joined(noun_phrases(text), text))
        unsaid = 0.4 if talk.quoted else 1.1
        for place, phrase in enumerate(phrases):
            near = 0.01 * (place + 1) / len(phrases)
            phrase = _owned(phrase, phrases[:place])
            answered = bool(talk.answer) and text is talk.last and _ASKED_FOR.search(text[: phrase.start]) is not None
            yield weight + 0.2 * phrase.subject - 0.3 * phrase.linked - unsaid * answered + near, phrase, text


def _opens(phrase: Phrase, text: str) -> bool:
    """A lone word that opens a sentence, and has its capital for that: "Garden" of "Garden support workers"."""
    opens = text[: phrase.start].rstrip()[-1:] in ("", ".", "!", "?")
    return opens and phrase.name and " " not in phrase.text


def _is_work(phrase: Phrase) -> bool:
    return STUDY.fullmatch(phrase.head) is not None or DOCUMENT.match(phrase.head) is not None


def _named_again(phrase: Phrase, text: str) -> str:
    """The phrase as one speaks of it again: "the training" after "what training …?", a study with its author."""
    if STUDY.fullmatch(phrase.head):
        by = _BY.match(text, phrase.end)
        return _ARTICLE.sub("the ", phrase.text) + (by.group() if by else "")
    asked_for = _ASKED_FOR.search(text[: phrase.start]) and phrase.text[:1].islower()
    return f"the {phrase.text}" if asked_for else phrase.text


def _is_place(phrase: Phrase, text: str) -> bool:
    return phrase.name and re.search(r"\b(?:in|at|from) $", text[: phrase.start]) is not None


def _acts(phrase: Phrase, text: str, whatever: bool) -> bool:
    """Somebody named who does something as authors do, or `whatever`: "Tang" of "what did Tang find?"."""
    does = _DO.search(text[: phrase.start]) is not None and (whatever or _DONE.match(text, phrase.end) is not None)
    return does and phrase.name and phrase.person


def owner(phrase: str) -> str:
    """A phrase as the owner of something: "the peers'", "Gillard's"."""
    return phrase + ("'" if phrase.endswith("s") and phrase[:1].islower() else "'s")


def _owned(phrase: Phrase, before: Sequence[Phrase]) -> Phrase:
    """ "Their programme" after "the trainees" is the trainees' programme."""
    possessive, _, rest = phrase.text.partition(" ")
    if rest and possessive.casefold() in ("their", "its", "his", "her"):
        owners = [other for other in before if other.subject and other.many == (possessive.casefold() == "their")]
        if owners:
            return replace(phrase, text=f"{owner(owners[-1].text)} {rest}")
    return phrase


def joined(phrases: Sequence[Phrase], text: str) -> list[Phrase]:
    """The phrases, those of several that "and" or "or" joins as one: "common stocks and preferred stocks"."""
    result: list[Phrase] = []
    for phrase in phrases:
        before = result[-1] if result else None
        if before and before.many and phrase.many and text[before.end : phrase.start] in (" and ", " or "):
            whole = f"{before.text}{text[before.end : phrase.start]}{phrase.text}"
            result[-1] = replace(before, text=whole, head=phrase.head, end=phrase.end)
        else:
            result.append(phrase)
    return result


def with_tails(phrases: Sequence[Phrase]) -> list[Phrase]:
    """The phrases, each followed by what its end names: "the trial" after "the nurses in the trial"."""
    result: list[Phrase] = []
    for phrase in phrases:
        result.append(phrase)
        link = None if phrase.titled else _LINK.search(phrase.text)
        if link is not None:
            tails = noun_phrases(f"of {phrase.text[link.end() :]}")
            begins = phrase.end - len(phrase.text) + link.end() - len("of ")
            result += [
                replace(tail, start=begins + tail.start, end=begins + tail.end, subject=False, linked=True)
                for tail in tails[:1]
            ]
    return result


def _fit(kind: Kind, phrase: Phrase) -> float:
    if phrase.text.split()[0].casefold() in POINTING or phrase.head in GENERIC:
        return 0.0
    match kind:
        case "one":
            return 1.0 if phrase.name and phrase.person and not phrase.many else 0.0
        case "many":
            if phrase.many:
                return 1.0 + 0.3 * phrase.person
            return 0.5 if phrase.person else 0.0
        case _:
            if phrase.titled:
                return 1.2  # a title that was spoken of
            if phrase.many or (phrase.person and not phrase.name):
                return 0.0
            return 1.0 - 0.2 * phrase.name


def same_noun(noun: str, talk: Talk) -> str | None:
    """A fuller phrase for a noun that was spoken of: "the live album" for "that album"."""
    wanted = stem(noun)
    for text in (talk.answer, *reversed(talk.asked), *reversed(talk.earlier)):
        for phrase in reversed(noun_phrases(text)):
            words = phrase.text.split()
            if stem(phrase.head) == wanted and len(words) > 1 + (words[0].casefold() == "the"):
                author = _BY.match(text, phrase.end) if STUDY.fullmatch(phrase.head) else None
                return _ARTICLE.sub("the ", phrase.text) + (author.group() if author else "")
    return None


def works_asked_for(talk: Talk) -> str | None:
    """The studies or documents that the last question asked for, or whose number: "cited studies"."""
    if talk.works:
        return talk.works
    asked = _WORKS.search(talk.last) if talk.listed or _COUNTED.match(talk.last) else None
    return asked.group() if asked else None


def study_named(talk: Talk) -> str | None:
    """Whose study was spoken of: "Badger and Royse", for "the study"."""
    for text in (talk.answer, *reversed(talk.asked)):
        for phrase in noun_phrases(text):
            if phrase.name and phrase.person and (" and " in phrase.text or "et al" in text):
                return phrase.text
    return None


def place_named(talk: Talk) -> str | None:
    """Where: the place named last after "in" or "at"."""
    for text in (talk.answer, *reversed(talk.asked)):
        found = _PLACE.findall(text)
        if found:
            return str(found[-1]).rstrip(".")
    return None


def counted_out(talk: Talk) -> tuple[str, str] | None:
    """The two that the last question set beside each other: "renting or buying"; for "the first one", "the latter"."""
    for match in _EITHER.finditer(talk.last):
        before = [phrase for phrase in noun_phrases(talk.last) if phrase.end <= match.start()]
        after = [phrase for phrase in noun_phrases(talk.last) if phrase.start >= match.end()]
        if before and after and match.start() - before[-1].end <= 1 and after[0].start - match.end() <= 5:
            return before[-1].text, after[0].text
    return None
