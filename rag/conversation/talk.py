"""What was said before a question: the questions, each completed, and what was answered.

In: the texts of turns. Out: a talk, in which referents are looked for. Nothing here knows what a question means.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from rag.schema import CANNOT_ANSWER

Other = Callable[[str], str]  # text → title of the other of two documents, where it names one; else ""
_MARKER = re.compile(r"\s*\[\d+(?:[,;–-]\d+)*\]")
_ENTRY = re.compile(r"([A-Z][\w'’-]+) [A-Z]{1,3}[,.]")
_FIELD = re.compile(r"[A-Z][a-z]+(?: by)?: ")  # a line of the catalogue
_SIDE = re.compile(r"\s*\([^)]*\)")
TITLE_WORDS = 20
ANSWER_READ = 400  # characters of an answer in which pronouns look


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said before a question.

    Attributes:
        topic: what the conversation is about as a whole, where its opening says so (a title).
        asked: the questions before, each completed, newest last.
        alone: the last of them that was not put beside one before it.
        answer: what the assistant said last, after the last question; "" where that is not known.
        earlier: the answers before that, newest last.
        listed: what the last answer lists, each by a name for it.
        older: what the last answer before it listed that listed anything.
        works: what was asked for last where it was the works behind an answer: "cited studies".
        quoted: the answers are quotations, which speak of more than what was asked.
        other: tells the other of two documents.
    """

    topic: str = ""
    asked: tuple[str, ...] = ()
    alone: str = ""
    answer: str = ""
    earlier: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    older: tuple[str, ...] = ()
    works: str = ""
    quoted: bool = False
    other: Other = lambda text: ""

    @property
    def last(self) -> str:
        """The question before."""
        return self.asked[-1] if self.asked else ""

    def with_question(self, question: str, beside: bool) -> Talk:
        """The talk after one more question, which stands `beside` the one before or alone; it has no answer yet."""
        return Talk(
            self.topic,
            (*self.asked, question),
            self.alone if beside else question,
            earlier=(*self.earlier, self.answer) if self.asked else (),
            older=self.listed or self.older,
            quoted=self.quoted,
            other=self.other,
        )


def topic_of(opening: str) -> str:
    """The thing that a title names: "Badger" of "Badger (animal) - Diet"; "" for an opening that is no title."""
    if len(opening.split()) > TITLE_WORDS or opening.rstrip().endswith(("?", "!", ".")):
        return ""
    return _SIDE.sub("", opening.split(" - ")[0]).strip()


def read_answer(text: str) -> str:
    """The beginning of an answer without its citation markers; "" for one that says that there is none."""
    if text.startswith(CANNOT_ANSWER):
        return ""
    text = _MARKER.sub("", text).strip()
    # A word cut through would be taken for another: "ref" of "refer".
    return text if len(text) <= ANSWER_READ else text[: ANSWER_READ + 1].rsplit(maxsplit=1)[0]


def is_quoted(text: str) -> bool:
    """True for an answer in quotations, each with its marker."""
    return _MARKER.search(text) is not None


def listed(text: str) -> tuple[str, ...]:
    """What an answer lists: titles and names as they are, entries of a reference list by their first author."""
    items = [item.strip(" ,") for item in _MARKER.split(text)]
    entries = [_ENTRY.match(item) for item in items]
    names = [
        entry[1] if entry else "" if item.endswith((".", "!", "?")) or _FIELD.match(item) else item
        for item, entry in zip(items, entries, strict=True)
    ]
    return tuple(name for name in names if name)
