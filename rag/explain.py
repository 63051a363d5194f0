"""Why a passage was found: which words and which statement brought it up, and the score of each part.

In: a question and a hit of it. Out: an `Explanation`, for `rag search --explain`. It recomputes nothing that the
ranking decided: parts and weights are the ranking's own.
"""

from __future__ import annotations

from dataclasses import dataclass

from rag.index.reader import Index
from rag.index.texts import passage_body, studies_text
from rag.retrieve import WEIGHTS
from rag.schema import Hit
from rag.terms import content_words, stem, words


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the question, or of what its abbreviations stand for, that the passage has.

    Attributes:
        places: "title", "headings", "body", "studies". passages: of the library in which its stem stands.
    """

    word: str
    places: tuple[str, ...]
    passages: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the score: its value, its weight, and what they make together."""

    name: str
    value: float
    weight: float

    @property
    def points(self) -> float:
        """What the part adds."""
        return round(self.value * self.weight, 4)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a hit stands where it stands.

    Attributes:
        statement: the one most like the question, of the document, to the character.
        parts: they add up to the hit's score, but for rounding.
        words: of the question that the passage has, in its order, then of what its abbreviations stand for.
        absent: words of the question that the passage lacks.
    """

    hit: Hit
    statement: str
    parts: tuple[Part, ...]
    words: tuple[Word, ...]
    absent: tuple[str, ...]


def explain(index: Index, question: str, hit: Hit) -> Explanation:
    """Explain a hit; `question` is what was searched with."""
    document, passage = hit.document, hit.passage
    best = max(range(len(passage.statements)), key=hit.statement_scores.__getitem__)
    statement = passage.statements[best]
    parts = [
        Part("passage", hit.meaning, WEIGHTS.passage),
        Part("best statement", hit.statement_scores[best], WEIGHTS.statement),
        Part("words", hit.words, WEIGHTS.words),
    ]
    if hit.part:
        parts.append(Part("section asked for", hit.part, WEIGHTS.part))
    if hit.credited:
        parts.append(Part("study named", round(hit.credited, 4), WEIGHTS.credited))
    rest = round(hit.score - sum(part.points for part in parts), 3)
    if rest < -0.01:
        parts.append(Part("replaced by a newer document", 1.0, rest))
    fields = {
        "title": document.catalogue.title,
        "headings": " ".join(passage.section),
        "body": passage_body(document, passage),
        "studies": studies_text(document, passage),
    }
    stems = {name: {stem(word) for word in words(text)} for name, text in fields.items()}
    found, absent = [], []
    own = content_words(question)
    for word in (*own, *index.spelled_out(question)):
        places = tuple(name for name, held in stems.items() if stem(word) in held)
        if places:
            found.append(Word(word, places, index.passages_with(stem(word))))
        elif word in own:
            absent.append(word)
    return Explanation(hit, document.text[statement.start : statement.end], tuple(parts), tuple(found), tuple(absent))
