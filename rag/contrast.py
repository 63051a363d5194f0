"""Where the evidence does not agree: two statements on one point that pull in opposite directions.

In: statements. Out: whether they differ. A statement has directions: words of benefit or of harm, turned round by a
negation before them in the same clause ("no harmful effects", "not always constructive"), each with the things near it
that it is said of. Two statements of different studies differ when they say opposite things of one uncommon thing; or,
in one section, when they are near in meaning and the text sets the later one against what stands before ("on the other
hand"). Precise rather than eager: a pair that is missed is still in the library, a pair that is none misleads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.encode import Vectors
from rag.schema import Document, Passage, Statement
from rag.terms import SMALL_WORDS, stem

_GOOD = (
    r"benefi\w+|improv\w+|empower\w*|freedom|freeing|positive\w*|helpful|useful|valuable|recommend\w*|constructive|essential|"
    r"satisf\w+|confiden\w+|pride|hopeful|effective\w*|successful\w*|stable|supportive|welcom\w+|safe|enhanc\w+|advantag\w+|"
    r"better|feasible|reliable|worthwhile|engaged"
)
_BAD = (
    r"harm\w*|burn(?:ed|ing|t)?[- ]?out|burnout|stress\w*|distress\w*|suffer\w*|wors\w+|risks?|vulnerab\w+|relapse\w*|"
    r"concerns?|worr\w+|difficult\w*|daunt\w*|pressure|burden\w*|conflict\w*|barriers?|frustrat\w+|anxi\w+|fear\w*|stigma\w*|"
    r"discriminat\w+|prejudice|reject\w*|criticism|detract\w*|negative\w*|poor\w*|confus\w+|unsure|undermin\w+|adverse|"
    r"ineffective|unsafe|discomfort|challeng\w+|drawbacks?|detriment\w*"
)
_NEGATION = r"no|not|none|never|neither|nor|without|cannot|n't|hardly|rarely|failed to"
_LESS = (
    r"reduc\w+|alleviat\w+|eas(?:e|ed|es|ing)|"
    r"prevent\w*|remov\w+|free of|absence of|combat\w*|overcom\w+|lack(?:ed|s|ing)?"
)
_WORD = re.compile(
    rf"(?P<good>\b(?:{_GOOD})\b)|(?P<bad>\b(?:{_BAD})\b)|(?P<turn>\b(?:{_NEGATION})\b)|(?P<less>\b(?:{_LESS})\b)|(?P<stop>[,;:.()]|\b(?:but|while|whereas|"
    r"although|though|however|yet)\b)|(?P<word>[^\W_]+(?:[-'’][^\W_]+)*)",
    re.IGNORECASE,
)
# At the beginning of a statement, or after its first words: "Some studies, on the other hand, …".
_SETS_AGAINST = re.compile(
    r"(?:yet|others)\b|(?:(?:[\w'’-]+ ){0,3}[\w'’-]+, )?"
    r"(?:however|nevertheless|on the other hand|in contrast|by contrast|conversely|on the contrary)\b",
    re.IGNORECASE,
)
_BOTH = re.compile(
    r"\b(?:while|whereas|but|although|though)\b.*\b(?:others?|some)\b|\bsome\b.*\b(?:while|whereas|but) others\b",
    re.IGNORECASE,
)
_STEADY = re.compile(r"stable|unchanged|no different", re.IGNORECASE)
# Words of every study, which make no point.
_EMPTY_WORDS = """
    feel felt show shown caus therefor mai situat expert report find found studi particip review author data level time
    peer worker client support programm program experi role relat effect develop includ provid health servic care outcom
    associ contribut psw similar make seen case gain abil give integr
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())
_SMALL = frozenset(SMALL_WORDS) | {"alwai", "veri", "onli", "other", "becaus"}
REACH = 8  # words between a direction and what it is said of
THINGS = 2  # nearest to a direction, before it and after it
LESS_REACH = 4  # words over which "reduce", "lack" and the like turn a direction round
NEAR = 0.4  # cosine from which statements of one section are on one point
NEAR_ENOUGH = 0.3  # the same for statements that share an uncommon thing
UNCOMMON = 0.12  # share of the passages that hold a word which makes a point
APART = 2500  # characters between statements that a text sets against each other


@dataclass(frozen=True, slots=True)
class Side:
    """A statement as one side of a point.

    Attributes:
        vector: of length 1.
        directions: stems of things, with +1 for good and -1 for bad said of them.
        whole: +1 or -1 when all that it says points one way, else 0.
        both: the statement itself tells of two views.
    """

    document: Document
    passage: Passage
    statement: Statement
    vector: Vectors
    directions: frozenset[tuple[str, int]]
    whole: int
    both: bool


def side(document: Document, passage: Passage, place: int, vector: Vectors) -> Side:
    """A passage's statement at `place` with the directions in which it points."""
    statement = passage.statements[place]
    text = document.text[statement.start : statement.end]
    found = directions(text)
    signs = {sign for _, sign in found}
    both = len(signs) == 2 and _BOTH.search(text) is not None
    return Side(document, passage, statement, vector, found, signs.pop() if len(signs) == 1 else 0, both)


@lru_cache(maxsize=8192)
def directions(text: str) -> frozenset[tuple[str, int]]:
    """What good and bad is said of which things: ("supervis", -1) for "supervision was not constructive"."""
    found: set[tuple[str, int]] = set()
    for clause in _clauses(text):
        steady = any(_STEADY.fullmatch(word) for _, word in clause)
        for place, (kind, _) in enumerate(clause):
            if kind not in ("good", "bad") or (steady and kind == "bad"):
                continue
            turned = sum(other == "turn" for other, _ in clause[:place])
            turned += sum(other == "less" for other, _ in clause[max(0, place - LESS_REACH) : place])
            sign = (1 if kind == "good" else -1) * (-1 if turned % 2 else 1)
            found.add(("", sign))
            for near in (clause[max(0, place - REACH) : place][::-1], clause[place + 1 : place + 1 + REACH]):
                found |= {(thing, sign) for thing in _things(near)}
    return frozenset(found)


def _things(words: Sequence[tuple[str, str]]) -> list[str]:
    """The nearest things in a stretch of a clause, whose nearest word comes first."""
    stems = [stem(word) for kind, word in words if kind == "word" and word.isalpha()]
    return [thing for thing in stems if thing not in _EMPTY and thing not in _SMALL][:THINGS]


def _clauses(text: str) -> list[list[tuple[str, str]]]:
    clauses: list[list[tuple[str, str]]] = [[]]
    for match in _WORD.finditer(text):
        kind = match.lastgroup or "word"
        if kind == "stop":
            clauses.append([])
        else:
            clauses[-1].append((kind, match.group()))
    return clauses


def differ(one: Side, other: Side, common: Callable[[str], float]) -> bool:
    """True when two statements differ on one point. `common` gives the share of passages that hold a stem."""
    if one.statement == other.statement and one.document.source_id == other.document.source_id:
        return False
    same_document = one.document.source_id == other.document.source_id
    if same_document and set(one.statement.references) & set(other.statement.references):
        return False
    opposed = {thing for thing, sign in one.directions if thing and (thing, -sign) in other.directions}
    opposed -= {thing for thing, sign in one.directions if (thing, -sign) in one.directions}
    likeness = float(one.vector @ other.vector)
    credited = not same_document or bool(one.statement.references and other.statement.references)
    if credited and likeness >= NEAR_ENOUGH and any(common(thing) <= UNCOMMON for thing in opposed):
        return True
    if not same_document or one.passage.section != other.passage.section or one.whole * other.whole != -1:
        return False
    first, last = sorted((one, other), key=lambda each: each.statement.start)
    near = likeness >= NEAR and last.statement.start - first.statement.end <= APART
    return near and (set_against(last) if credited else _says_so(last, last.statement.start))


def set_against(one: Side) -> bool:
    """True where a statement, or the passage that it stands in, opens against what stands before it."""
    return _says_so(one, one.statement.start) or _says_so(one, one.passage.start)


def _says_so(one: Side, start: int) -> bool:
    return _SETS_AGAINST.match(one.document.text, start) is not None
