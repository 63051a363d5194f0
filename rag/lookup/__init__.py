"""Questions about the library itself: who wrote it, what is reference 5, which studies are cited, what do we hold.

In: a question, the documents it names, the library. Out: the answer in the library's own lines, or that it lacks
them; None when the question is about what documents say. `asks` tells the two apart, by the question's form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.lookup.asks import Ask, parse
from rag.lookup.credits import said_by
from rag.lookup.entries import cited, cited_for, entry, everything, named_entries, work
from rag.lookup.forms import SUMMARY
from rag.lookup.holdings import holdings
from rag.lookup.library import Library
from rag.lookup.lines import facts
from rag.lookup.making import FACTS
from rag.lookup.meaning import abbreviation, role
from rag.lookup.overlap import named_in, shared
from rag.lookup.quoted import Found, as_answer
from rag.lookup.retractions import retracted
from rag.lookup.summary import summary
from rag.mentions import PUBLICATION, Mention
from rag.terms import content_words, stem

__all__ = ["Found", "Library", "about_library", "as_answer"]

FEW = 3  # documents: with no more of them "who wrote it?" is asked of all
LONE = 1  # words beside what a fact is asked with, where it is asked of all of a few; one more with an "it"
MIN_SHARED = 2  # words of its title that name a document
_OF_ENTRIES = frozenset({"authors", "published", "citation", "doi"})  # facts that an entry tells
_BOTH = re.compile(r"\bin both\b", re.IGNORECASE)
_PUBLICATION = re.compile(rf"\bthe\b.{{0,60}}\b{PUBLICATION}\b", re.IGNORECASE)
_IT = re.compile(r"\b(?:it|this|they|these|documents|briefs|papers|publications)\b", re.IGNORECASE)


def about_library(library: Library, question: str, named: Mention, words: int) -> Found | None:
    """What the library itself tells on a question, or None for a question about something else.

    `words`: about how long a summary may be.
    """
    ask = parse(question, named.without)
    if ask is None:
        return None
    match ask.kind:
        case "entry":
            return entry(library, ask)
        case "entries":
            return everything(library, ask)
        case "retracted":
            return retracted(library, ask, named.without)
        case "cited for":
            found = cited_for(library, ask)
            found = found if found.lines else cited(library, ask)
            return found if found.lines else None  # the passages may tell it in another way
        case "cited":
            return cited(library, ask)
        case "holdings":
            return holdings(library, ask, question)
        case "named":
            return named_in(library, ask.topic, several=_BOTH.search(question) is not None)
        case "shared":
            return shared(library)
        case "said by":
            return _said_by(library, ask, words)
        case "work":
            return _work(library, ask, question)
        case "fact":
            source_ids = _meant(library, question, [form for fact, form in FACTS if fact in ask.facts])
            return facts(library, ask.facts, source_ids) if source_ids else _work(library, ask, question)
        case "abbreviation":
            return abbreviation(library, ask)
        case "role":
            return role(library, ask)
        case "summary":
            source_ids = _meant(library, question, [SUMMARY])
            documents = [library.index.document(source_id) for source_id in source_ids]
            return summary(documents, words) if documents else None


def _work(library: Library, ask: Ask, question: str) -> Found | None:
    """A cited study's entry; a document of the library whose title was described comes first."""
    by_title = _by_title(library, question)
    if by_title and ask.facts:
        return facts(library, ask.facts, by_title)
    if ask.topic:
        return work(library, ask)
    named = named_entries(library, question) if set(ask.facts) <= _OF_ENTRIES else ()
    return Found(named) if named else None


def _said_by(library: Library, ask: Ask, words: int) -> Found | None:
    """What is credited to an author's studies; of an author of documents their summary, or what they say on a topic."""
    surname = ask.name.split()[0].casefold()
    own = [
        library.index.document(source_id)
        for source_id in library.left
        if any(surname in author.casefold().replace(",", " ").split() for author in library.known(source_id).authors)
    ]
    if own and ask.topic:
        return None
    found = said_by(library, ask)
    return found if not own or (found and found.lines) else summary(own, words)


def _meant(library: Library, question: str, forms: Sequence[re.Pattern[str]]) -> tuple[str, ...]:
    """The documents that a question is about: those named, the one whose title it shares, all of a few.

    `forms` are those by which the question was recognised.
    """
    if library.named or len(library.left) == 1:
        return library.reach
    by_title = _by_title(library, question)
    if by_title or len(library.left) > FEW:
        return by_title
    beside = _beside(question, forms)
    if beside > LONE + bool(_IT.search(question)) or named_entries(library, question):
        return ()
    return library.left


def _beside(question: str, forms: Sequence[re.Pattern[str]]) -> int:
    """How many words a question has that the forms neither have nor need."""
    count = 0
    for word in content_words(question):
        if any(re.search(rf"\b{re.escape(word)}", form.pattern) for form in forms):
            continue
        without = re.sub(rf"\b{re.escape(word)}\b", "_", question, flags=re.IGNORECASE)
        if without != question and all(form.search(without) for form in forms):
            question, count = without, count + 1
    return count


def _by_title(library: Library, question: str) -> tuple[str, ...]:
    """The document whose title shares most words with a question about "the … brief"; none if it is not one."""
    if not _PUBLICATION.search(question):
        return ()
    asked = {stem(word) for word in content_words(question)}
    shared = {
        source_id: len(asked & {stem(word) for word in content_words(library.known(source_id).title)})
        for source_id in library.left
    }
    best = max(shared.values(), default=0)
    nearest = [source_id for source_id, count in shared.items() if count == best]
    return tuple(nearest) if best >= MIN_SHARED and len(nearest) == 1 else ()
