"""The types that flow through Citewell, all frozen: Document → Section → Passage → Hit → Answer.

A document has one normalised text. Every other part of it is a span in that text: character offsets
(code points), start inclusive, end exclusive, so that `text[start:end]` is the part, to the character.
No bare dict and no library's own node crosses a room's border.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

SectionKind = Literal["front", "body", "references"]
MarkerStyle = Literal["round", "square", "superscript", "author-year", "none"]
Role = Literal["user", "assistant"]
Layout = Literal["prose", "list"]
CitationKind = Literal["text", "catalogue"]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is known of a document as a publication; empty where nobody said.

    Attributes:
        year: of publication, or None.
        kind: "rapid response", "qualitative metasynthesis", …
        url: address of the original, for `python -m ingest fetch` and for readers.
        aliases: other names by which people call it ("the Ontario brief").
        supersedes: source ids of the documents that this one replaces.
        digest: True for a restatement by the project that stands in for an original.
    """

    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    publisher: str = ""
    place: str = ""
    kind: str = ""
    licence: str = ""
    url: str = ""
    doi: str = ""
    aliases: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = ()
    digest: bool = False

    @property
    def told(self) -> str:
        """All by which the publication may be named, in one text."""
        return " ".join(
            (self.title, *self.authors, self.publisher, self.place, str(self.year), self.kind, self.doi, *self.aliases)
        )


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of text under one heading, up to the next heading of any level.

    Attributes:
        path: headings, outermost first; empty before the first heading.
        kind: "front" (title, authors, notes about the file), "body", or "references".
    """

    path: tuple[str, ...]
    start: int
    end: int
    kind: SectionKind = "body"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the original, counted from 1; `label` is the number printed on it, where the file says ("iii")."""

    number: int
    start: int
    end: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry of the document's own reference list.

    Attributes:
        number: as the document counts it.
        text: the entry without its number.
        label: how people call the study: "Creamer 2012", "Kemp 2012a" where the entry says so.
        retracted: the entry itself announces a retraction.
        authors: as printed, surname first; the organisation where no person is named.
        journal: or the publisher of a book; what is printed behind the title.
    """

    number: int
    start: int
    end: int
    text: str
    label: str
    year: int | None = None
    retracted: bool = False
    authors: tuple[str, ...] = ()
    title: str = ""
    journal: str = ""
    doi: str = ""
    pmid: str = ""


@dataclass(frozen=True, slots=True)
class Marker:
    """A group of reference markers in running text: `(1-3)`, `[13–15]`, `¹²`, `(Hall, 2001; Lund, 2003)`.

    Attributes:
        start, end: span, brackets included.
        numbers: entries meant, ascending; empty when they cannot be told.
        repaired: True when a range had lost its dash and the list proves what it was.
    """

    start: int
    end: int
    numbers: tuple[int, ...]
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence or one list item's sentence.

    Attributes:
        references: numbers of the entries that its own markers point to; inside a list item, where it has none, those
            of the item; ascending.
    """

    start: int
    end: int
    references: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, a list, or a part of a long one; what is retrieved.

    Attributes:
        id: made of the source id and the position.
        section: heading path, outermost first.
        page: of its first character, or None where the source has no pages.
    """

    id: str
    source_id: str
    section: tuple[str, ...]
    start: int
    end: int
    statements: tuple[Statement, ...]
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was read: one text, and spans in it.

    Attributes:
        glossary: abbreviations that the document defines for itself, (short, long).
        marker_style: how it points to its references.
        markers: all of the body, with what they mean.
        warnings: what was suspicious while reading, in words.
        origins: where each field of the catalogue came from, (field, place): ("year", "first page").
    """

    source_id: str
    catalogue: Catalogue
    text: str
    sections: tuple[Section, ...]
    pages: tuple[Page, ...] = ()
    references: tuple[Reference, ...] = ()
    glossary: tuple[tuple[str, str], ...] = ()
    marker_style: MarkerStyle = "none"
    passages: tuple[Passage, ...] = ()
    warnings: tuple[str, ...] = ()
    markers: tuple[Marker, ...] = ()
    origins: tuple[tuple[str, str], ...] = ()

    @property
    def last_reference(self) -> int:
        """The highest number in the reference list; 0 without one."""
        return max((reference.number for reference in self.references), default=0)

    def page_at(self, offset: int) -> int | None:
        """The number of the page on which a character stands; None where the source has no pages."""
        return next((page.number for page in self.pages if page.start <= offset < page.end), None)


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a conversation."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found.

    Attributes:
        rank: from 1.
        score: rounded to four places; higher is better; comparable within one question only.
        meaning: cosine of question and passage.
        words: word score, as a share of what a passage with all the question's words would have, 0 to 1.
        statement_scores: cosine of the question with each statement of the passage, in order.
        part: 1 where it stands in the part of a publication that was asked for ("weak points": Limitations), else 0.
        credited: share of its best statement's studies that the question names.
    """

    rank: int
    passage: Passage
    document: Document
    score: float
    meaning: float
    words: float
    statement_scores: tuple[float, ...]
    part: float = 0.0
    credited: float = 0.0

    @property
    def text(self) -> str:
        """The passage's own text, to the character."""
        return self.document.text[self.passage.start : self.passage.end]


@dataclass(frozen=True, slots=True)
class Study:
    """A primary study that a document credits for a statement: an entry of its reference list."""

    label: str
    number: int
    reference: str
    retracted: bool = False


@dataclass(frozen=True, slots=True)
class Cue:
    """A sign of how strong the evidence is, with the words of the text that show it."""

    kind: str
    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Citation:
    """An exact quotation and where it stands. Made in `rag.cite` only.

    Attributes:
        marker: its number in the answer, from 1.
        quote: `text[char_start:char_end]` of the document, to the character.
        kind: "text", or "catalogue" for a fact known only from `library.toml`: the quotation is the catalogue's
            line, in which the offsets count.
        passage: text of the passage that holds the quotation.
        superseded_by: source ids of documents in the library that replace this one.
    """

    marker: int
    source_id: str
    title: str
    year: int | None
    section: tuple[str, ...]
    page: int | None
    quote: str
    char_start: int
    char_end: int
    passage: str
    passage_start: int
    studies: tuple[Study, ...] = ()
    cues: tuple[Cue, ...] = ()
    superseded_by: tuple[str, ...] = ()
    kind: CitationKind = "text"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an answer as shown, with the markers of its citations.

    Attributes:
        generated: worded by a language model from the quotations cited.
        point: number of the point that it makes, from 0, the most direct one; sentences on one point stand together.
    """

    text: str
    citations: tuple[int, ...]
    generated: bool = False
    point: int = 0

    @property
    def marked(self) -> str:
        """The sentence with its markers behind it: "Peers rest at noon. [1][2]"."""
        return self.text + " " + "".join(f"[{n}]" for n in self.citations)


CANNOT_ANSWER = "The library does not answer this."  # how the note of an answer that abstains begins


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or the statement that there is none (`abstained`: no sentences, no citations).

    Attributes:
        standalone_question: the question as it was understood.
        note: what an abstaining answer says; of another, what went wrong in its making, else empty.
        uncovered: what the library does not answer, in words.
        suggestions: questions that the library does answer.
        contrasts: pairs of citation markers whose quotations differ on the same point; shown side by side.
        confidence: probability that the library answers, from 0 to 1; None where nothing judged it.
        layout: "list" when the question asks for several things, each sentence then being an item.
        lead: what a question for a figure or a study asks for, in the first sentence's words or as its study's label.
        vague: the question is too wide to be answered in a few sentences; `suggestions` then are sharper ones.
        as_of: how far the evidence reaches, in words ("published 2013 to 2015"), empty when nothing is cited.
        receipt: hash of question, library state, settings and code version.
        generation: name of the published index state that was read.
    """

    question: str
    standalone_question: str
    abstained: bool
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    note: str = ""
    uncovered: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    contrasts: tuple[tuple[int, int], ...] = ()
    confidence: float | None = None
    layout: Layout = "prose"
    lead: str = ""
    vague: bool = False
    as_of: str = ""
    receipt: str = ""
    generation: str = ""
    timings_ms: Mapping[str, float] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The answer in one string: sentences with their markers, or the abstaining note."""
        if self.abstained:
            return self.note
        return " ".join(sentence.marked for sentence in self.sentences)
