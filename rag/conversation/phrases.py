"""The things that a text speaks of: its noun phrases, found by rule.

In: a question or an answer. Out: phrases in order, each with what a pronoun needs to know of it: one or several,
a person or a thing, whether the sentence is about it. There is no tagger here: a phrase is a run of words between
the small words and the verbs of English, so a rare verb may end up in a phrase.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.terms import SMALL_WORDS

_TOKEN = re.compile(r"\d{1,3}(?:,\d{3})+\b|[^\W_](?:[\w.]*[^\W_])?(?:[-'’&][^\W_]+)*['’]?(?<!\.)|[^\w\s]")
_AUXILIARIES = frozenset(
    """
    is are was were am be been being do does did has have had can could will would shall should may might must
    isn't aren't wasn't weren't doesn't don't didn't hasn't haven't hadn't can't couldn't won't wouldn't
    shouldn't
    """.split()  # noqa: SIM905
)
_DETERMINERS = frozenset(
    """
    a an the this that these those my our your their his her its some any no each every both all several many
    few most another one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen
    """.split()  # noqa: SIM905
) | frozenset(
    ten + unit
    for ten in ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
    for unit in ("", "-one", "-two", "-three", "-four", "-five", "-six", "-seven", "-eight", "-nine")
)
_DOES = frozenset({"do", "does", "did", "can", "will", "should"})
_THEY = frozenset({"i", "you", "we", "they", "he", "she"})
POINTING = frozenset("this that these those".split())  # noqa: SIM905
_BEFORE_NOUNS = frozenset({"a", "an", "some", "any", "no", "both", "all"} | POINTING)
_OWNERS = frozenset("my our your their his her its".split())  # noqa: SIM905
_CLAUSES = frozenset({"who", "living"})  # what goes on to say which people
_LINKS = frozenset("of in for with on at from about by among per".split())  # noqa: SIM905
_SMALL = (
    SMALL_WORDS
    | _AUXILIARIES
    | _LINKS
    | frozenset(
        """
    besides instead nearly always often usually still already yet ever mainly mostly simply almost away back yes
    per via upon whether although though since until towards toward along across behind near like etc ago well
    also too well-known nationwide worldwide only exactly anything something nothing everything anyone someone
    everyone nobody pity right correct mr mrs besides according regarding concerning including during within
    without between good bad well better best worse different able likely same such else many much first last
    next large larger small big long longer old high low cheap cheaper satisfied true sure
    alike later earlier sooner s enough
    """.split()  # noqa: SIM905
    )
)
# Common verbs in their first form; regular endings are taken off before a word is looked up.
_VERBS = frozenset(
    """
    accept act add advise affect agree aim allow answer appear apply ask assess attend avoid base be become begin
    believe belong benefit bring build burn buy call care carry cause change check choose cite claim come compare
    conclude concur consider contain continue cope cost cover create deal decide decline define depend describe
    develop die differ disagree discuss do drop earn employ encourage end enjoy examine exclude exist expect
    experience explain face fail fall feel find finish fit follow form found gain get give go grow hand handle harm
    hurt
    happen have hear help hide hire hit hold identify ignore improve include increase influence inform
    interview involve
    join keep know lack last lead learn leave let like limit list live look lose lower make manage matter mean measure
    meet mention mind miss mix move need note notice occur offer open own paid pay perform pick play prefer prepare
    prevent produce prove provide publish put
    quit raise reach react read receive recommend represent record recruit reduce
    refer reject relapse release remain remember remove report require respond return reveal run say search see seem
    sell send serve set shape share show sign sit sleep
    solve speak spend stand start stay stop struggle study suffer
    suggest supervise support take talk teach tell tend think train treat trust try turn understand use view visit
    wait want watch wear win wish wonder work worry write wrote written went took made said found began
    became came gave got knew left led lost met ran saw sent spoke stood taught thought told understood wore won
    motivate engage retain attract inspire protect evaluate deliver integrate recognise recognize
    summarise summarize
    brought built bought caught chose drew fell felt heard held kept meant paid sat sold slept spent stuck wrote born
    grew done gone seen given taken shown known
    """.split()  # noqa: SIM905
)
_ENDINGS = (("ies", "y"), ("es", ""), ("s", ""), ("ied", "y"), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"))
# What was done, irregular.
_PARTICIPLES = frozenset(
    """
    been born bought broken brought built burnt chosen done drawn driven fallen felt forgotten found given gone grown
    heard held hidden hurt kept known led left lost made meant met paid put read run said seen sent shown sold spent
    spoken stuck taken taught thought told understood withdrawn won worn written
    """.split()  # noqa: SIM905
)
# Words that say what a thing is like or how it is done, and name none: "useful", "formally"; with some that end alike.
_DESCRIBES = re.compile(
    r"(?!(?:family|supply|reply|assembly|anomaly|monopoly|ally|vegetable|variable|timetable|handful)$)"
    r"(?:[a-z-]{3,}(?:ful|ous|less|ly|able|ible)|difficult|easy|hard|important|necessary|effective|common|rare|safe|"
    r"general|particular|manual|relevant|clear|recent|similar|ready|free|cost-effective|e\.g|i\.e)"
)
_QUALIFIES = re.compile(r"[a-z-]{3,}(?:ic|al|ive|ary|ful|ous|able|less)")  # what stands before a noun
# Nouns as often as verbs: "the VA study", "renal volunteers", "Tang's training".
_EITHER = re.compile(
    r"(?:stud(?:y|ies)|trials?|volunteers?|work|training|care|support|changes?|use|reports?|interviews?|"
    r"records?|reviews?|"
    r"results?|costs?|limits?|lives|talks?|supervision|meetings?|settings?|findings?|feelings?|drinking|practice|"
    r"views?|experiences?|benefits?|needs?|shows?|plays?|albums?|record|tour|turns?|visits?|influences?|shape)$"
)
_PEOPLE = frozenset(
    """
    people staff men women children peers police team group band family couple public crew nurses folk board
    criteria phenomena
    """.split()  # noqa: SIM905
)
_PERSON = re.compile(
    r"(?:er|or|ist|ian|ee|ant|man|woman|child|peer|person|client|patient|nurse|spouse|friend|mother|father|"
    r"volunteer|staff|people|men|women|peers|team|group|family|adult|author)s?$",
    re.IGNORECASE,
)
_THING = re.compile(
    r"(?:paper|order|matter|number|answer|chapter|letter|factor|sector|error|burnout|disorder|computer|"
    r"literature|power|character|centre|center|quarter|water|weather|career|border|behaviou?r|labou?r)s?$",
    re.IGNORECASE,
)
LONGEST = 9  # words of a phrase
TITLED = 3  # words in quotation marks, from which they are a title


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase.

    Attributes:
        text: as it can stand in another sentence: "the job" for "this job", without "some" and "any".
        head: its main word in lower case: "programme" of "the programme for trainees".
        start, end: where it stands in its text, leading words included.
        subject: the sentence is about it: it stands before the main verb.
        name: its main word has a capital.
        many: it is more than one, or a group that people call "they".
        person: it may be a person, or people.
        linked: it hangs on a phrase before it, by "of", "on" and the like.
    """

    text: str
    head: str
    start: int
    end: int
    subject: bool
    name: bool
    many: bool
    person: bool
    linked: bool = False

    @property
    def titled(self) -> bool:
        """It is a title in quotation marks."""
        return self.text.startswith("“")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a mark, and where it begins."""

    text: str
    start: int

    @property
    def low(self) -> str:
        """In lower case, with a straight apostrophe."""
        return self.text.casefold().replace("’", "'")


def tokens(text: str) -> list[Token]:
    """Words and marks, in order."""
    return [Token(match.group(), match.start()) for match in _TOKEN.finditer(text)]


def is_auxiliary(word: str) -> bool:
    """True for "did", "should" and the like."""
    return word.casefold().replace("’", "'") in _AUXILIARIES


def is_verb(word: str) -> bool:
    """True for a word that may be a verb, going by itself."""
    return bool(word) and _is_verb([Token(word, 0)], 0)


def describes(word: str) -> bool:
    """True for "useful", "formally" and the like: how something is, and no thing."""
    return _DESCRIBES.fullmatch(word) is not None


def is_participle(word: str) -> bool:
    """True for "funded", "burnt" and the like: what was done to somebody, and no thing."""
    return word in _PARTICIPLES or (len(word) > len("need") and word.endswith("ed") and not word.endswith("eed"))


@lru_cache(maxsize=512)
def noun_phrases(text: str) -> tuple[Phrase, ...]:
    """The noun phrases of a text, in order."""
    words = tokens(text)
    found: list[Phrase] = []
    at = 0
    subject_open = True
    while at < len(words):
        if words[at].text in ".?!;:":
            subject_open = True
        if (title := _title(text, words, at)) is not None:
            found.append(title)
            at = next((n for n in range(at, len(words)) if words[n].start >= title.end), len(words))
            continue
        end = _end(words, at, subject_open)
        if end is None:
            at += 1
            continue
        lead = at > 0 and words[at - 1].low in _LINKS
        # In "which papers did the team read?" the papers are asked for and the team is the subject.
        wanted = at > 0 and words[at - 1].low in ("what", "which", "many", "much", "whose")
        subject = subject_open and not lead and not wanted
        if subject:
            end = _with_links(words, end)
        phrase = _phrase(text, words, at, _with_who(words, end) if _of_people(words[end - 1]) else end, subject)
        if phrase is not None:
            found.append(replace(phrase, linked=lead and len(found) > 0))
            subject_open = subject_open and not subject
        at = end
    return tuple(found)


def _title(text: str, words: list[Token], at: int) -> Phrase | None:
    """A title in quotation marks that begins here, which is one thing however many it speaks of."""
    if words[at].text != "“":
        return None
    start, end = words[at].start, next((word.start + 1 for word in words[at:] if word.text == "”"), 0)
    title = text[start:end]
    if len(title.split()) < TITLED:
        return None
    return Phrase(title, "publication", start, end, subject=False, name=True, many=False, person=False)


def _end(words: list[Token], at: int, subject: bool = False) -> int | None:
    """Where the run of words that begins here ends; None when none does."""
    if words[at].low in ("many", "much") and at > 0 and words[at - 1].low == "how":
        return None
    start, owned = at, False
    while at < len(words) and (words[at].low in _DETERMINERS or words[at].text.replace(",", "").isdigit()):
        at += 1
    first = at
    joined = False
    while at < len(words) and at - start < LONGEST:
        word = words[at]
        if not word.text[0].isalnum():
            break
        capital = word.text[0].isupper() and ((at > 0 and words[at - 1].text not in ".?!:") or len(word.text) > 1)
        if word.low == "and" and at > first and _capital(words, at - 1):
            if _capital(words, at + 1):
                at, joined = at + 1, True
                continue
            if at + 1 < len(words) and words[at + 1].low in ("colleagues", "others", "co-workers"):
                return at + 2
        if (word.low in _SMALL and not (word.low == "all" and at > first)) or (
            word.low in _DETERMINERS - {"all"} and at > first
        ):
            break
        noun_here = at > start or (at > 0 and (words[at - 1].low in _DETERMINERS | _LINKS))
        if at > first and word.low.endswith("ed") and len(word.low) > 4 and words[at - 1].low.endswith("s"):
            break  # "the learners signed up"
        named = capital and at > first
        last = at + 1 == len(words) or not words[at + 1].text[0].isalnum()
        noun = (
            at > first
            and bool(_EITHER.fullmatch(word.low))
            and (start < first or owned or not subject or _QUALIFIES.fullmatch(words[at - 1].low) is not None)
        )
        noun = noun or (at == start > 0 and _is_asked_for(words, at)) or (at > first and _in_compound(words, start, at))
        if first == start and at > 0 and _is_done(words, at):
            break
        noun = noun and not (subject and last and start > 0 and words[start - 1].low in _DOES)
        if _is_verb(words, at) and not named and not noun and not (noun_here and at == first):
            break
        owned = owned or word.low.endswith(("'s", "s'"))
        at += 1
    while at > first and _says_how(words[at - 1].text) and (at - first > 1 or start == first):
        at -= 1  # "the study retracted", "who funded", "is training useful"; but "the bereaved"
    if at == first:
        return None
    return at if not (joined and words[at - 1].low == "and") else at - 1


def _in_compound(words: list[Token], start: int, at: int) -> bool:
    """ "Peer support workers", as against "peers support workers" and "does a peer support workers?"."""
    before, low = words[at - 1].low, words[at].low
    does = start > 0 and words[start - 1].low in _DOES
    alike = before.endswith("s") or before in _PEOPLE or low.endswith(("s", "ed", "ing"))
    return not does and not alike and bool(_EITHER.fullmatch(low)) and words[at - 1].text.islower()


def _is_done(words: list[Token], at: int) -> bool:
    """ "Did Lund reward the nurses?": whatever it is, it is what somebody named did."""
    word, follows = words[at], words[at + 1].low if at + 1 < len(words) else "."
    name = at
    while name > 0 and _capital(words, name - 1) and "'" not in words[name - 1].low:
        name -= 1
    named = 0 < name < at and words[name - 1].low in ("did", "does")
    ends = follows in _DETERMINERS | _LINKS or not follows[0].isalnum()
    return named and word.text.islower() and not word.low.endswith("s") and ends


def _is_asked_for(words: list[Token], at: int) -> bool:
    """ "What training is useful?", as against "what helps?"."""
    follows = at + 1 < len(words) and words[at + 1].low in _AUXILIARIES
    return follows and words[at - 1].low in ("what", "which", "whose") and bool(_EITHER.fullmatch(words[at].low))


def _says_how(word: str) -> bool:
    return is_participle(word) or describes(word)


def _with_links(words: list[Token], end: int) -> int:
    """A subject goes on over "of", "in", "for" to the next run: "peers in hospitals"."""
    if end + 1 < len(words) and words[end].low in _LINKS:
        further = _end(words, end + 1)
        if further is not None and further - end <= LONGEST // 2 + 1:
            return further
    return end


def _of_people(word: Token) -> bool:
    return bool(_PERSON.search(word.low)) and not _THING.search(word.low)


def _with_who(words: list[Token], end: int) -> int:
    """ "People who survived fires" is one phrase, as far as its clause is short."""
    if end >= len(words) or words[end].low not in _CLAUSES:
        return end
    close = next((at for at in range(end, len(words)) if not words[at].text[0].isalnum()), len(words))
    return close if 1 < close - end <= LONGEST // 2 + 2 else end


def _phrase(text: str, words: list[Token], at: int, end: int, subject: bool) -> Phrase | None:
    first = at
    while words[first].low in _BEFORE_NOUNS:
        first += 1
        if first == end:
            return None
    close = words[end - 1].start + len(words[end - 1].text)
    whole = text[words[first].start : close].rstrip("'’")
    leading = words[first - 1].low if first > at else ""
    if leading in POINTING:
        whole = f"the {whole}"
    elif leading in ("a", "an"):
        whole = f"{leading} {whole}"
    elif words[first].low in _DETERMINERS:
        whole = whole[:1].lower() + whole[1:]
    link = next((i for i in range(first, end) if words[i].low in _LINKS | _CLAUSES), end)
    head = words[link - 1]
    together = any(words[i].low == "and" for i in range(first, link))
    low = head.low.rstrip("'")
    if not any(character.isalpha() for character in low):
        return None
    counted = words[first].low in _DETERMINERS - {"the", "one", "another", "each", "every"} - _OWNERS
    plural = (low.endswith("s") and not low.endswith(("ss", "us", "is", "'s"))) or low in _PEOPLE
    lettered = len(head.text) == 1 and link - 1 > first and words[link - 2].text.islower()  # "hepatitis C"
    name = head.text[0].isupper() and (words[first].start > 0 or len(head.text) > 1) and not lettered
    if name and plural and first == end - 1 and _of_people(head) and (first == 0 or words[first - 1].text in ".?!"):
        whole, name = whole.lower(), False  # "Participants liked it": the capital is that of the sentence
    return Phrase(
        text=whole,
        head=low,
        start=words[at].start,
        end=close,
        subject=subject,
        name=name and (first > 0 or end - first > 1 or not subject),
        many=plural or together or (counted and plural),
        person=(name and not _THING.search(low)) or (bool(_PERSON.search(low)) and not _THING.search(low)),
    )


def _capital(words: list[Token], at: int) -> bool:
    return 0 <= at < len(words) and words[at].text[0].isupper() and words[at].low not in _SMALL


def _is_verb(words: list[Token], at: int) -> bool:
    low = words[at].low
    if low in _AUXILIARIES or (at > 0 and words[at - 1].low in ("to", *_THEY) and not low.endswith(("'", "'s"))):
        return True
    if at > 0 and words[at - 1].low in _DETERMINERS | _LINKS:
        return False
    return low in _VERBS or any(
        low.endswith(ending) and low[: -len(ending)] + first in _VERBS for ending, first in _ENDINGS
    )
