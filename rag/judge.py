"""Does what was found answer the question? A first rule on evidence.

In: the question, what was found, what was selected. Out: a verdict, with what is missing in words. Four things
must hold: something near enough was found; what the question names (a place, a study, an illness, a population) is in
the documents found; the kind of thing it demands (money, a share, a number, a time) stands in a statement selected; the
reader, where there is one, does not all but rule it out, nor doubt it where the question rests on a word that the
library never uses, or on a matter or a study of which nothing quoted speaks. Rates: docs/quality.md, docs/reader.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.demands import beside_asker, credited, is_known, kinds, names, speaks_of
from rag.index.texts import passage_text, studies_text
from rag.interaction import Word
from rag.schema import Document, Hit
from rag.select import Choice
from rag.spelling import twins
from rag.terms import stem
from rag.thesaurus import related
from rag.topics import matters, unheld
from rag.vague import about

# Below this cosine of the best statement nothing found is about the question, unless words say otherwise.
NEAR = 0.25
WORDS_NEAR = 0.25
# Confidence of the reader below which hardly an answered question lies and most questions on other matters do.
UNLIKELY = 0.15
MET_SHARE = 0.9  # of the best statement's score
# A word that stands nowhere in the library matters by its share of the question's weight, times how unlike it is to the
# nearest in what was read. From this on, nothing is answered unless the reader is sure; if it is, the answer says so.
STRANGE = 0.07
SURE = 0.7
SURE_OF_MATTER = 0.8  # where it is on a matter or a study of which nothing quoted speaks
_AND_ASKS = re.compile(r"\band (?=(?:what|which|who|where|when|why|how)\b)", re.IGNORECASE)
# Stems of what is asked with, and asked for in, which a text may well do without; and of verbs that staff use every day
# and texts seldom: what somebody dreads is called a concern there. They do not name what a question is about.
_ASKED_WITH = frozenset(
    map(
        stem,
        """
        minute hour day week month year hourly weekly yearly average per size far near proportion percentage share
        smallest biggest largest main principal chief major minor usual common happen come answer enter left last
        begin began start stop finish quit carry stay stick wait arrive return hunt seek sought spot notice guess
        reckon wonder imagine expect realise realize forget remember frighten scare upset annoy bother worry dread
        fear hate love like enjoy please hope wish crave prefer suffer wear wore tire drain exhaust cope struggle
        manage handle deal juggle fail crack collapse chat talk speak moan grumble complain mention shout argue
        quarrel blame praise thank beg hurt harm damage ruin spoil soften ease soothe boost raise lower shrink grow
        worsen tackle fix mend solve suit fit deserve count weigh pull push drag drop throw grab catch hold hand bring
        send put turn bear pick choose chose swap switch lose lost
        """.split(),  # noqa: SIM905
    )
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the library answers, and what it lacks when it does not."""

    answered: bool
    missing: tuple[str, ...] = ()


def nothing_near(hits: Sequence[Hit]) -> bool:
    """True where neither meaning nor words bring anything found near to what was searched."""
    best = max((score for hit in hits for score in hit.statement_scores), default=0.0)
    return best < NEAR and max((hit.words for hit in hits), default=0.0) < WORDS_NEAR


def unheard(words: Sequence[Word], passages_with: Callable[[str], int]) -> tuple[str, ...]:
    """Words that a question rests on, that no passage holds and that nothing found is like; other words for them count.

    `passages_with` gives the number of passages that hold a stem.
    """
    strange = [word.text for word in words if word.weight * (1 - word.likeness) >= STRANGE and word.text.isalpha()]
    named = {word: set(about(word)) - _ASKED_WITH for word in strange}
    return tuple(
        word
        for word, roots in named.items()
        if roots and not any(map(passages_with, {*roots, *map(stem, (*related(word), *twins(word.casefold())))}))
    )


def judge(
    question: str,
    hits: Sequence[Hit],
    choices: Sequence[Choice],
    confidence: float | None = None,
    strange: Sequence[str] = (),
) -> Verdict:
    """Judge what was selected for a question.

    `confidence` is the reader's probability that what was found answers, None where that is not known; `strange` are
    the words of the question that are unheard of.
    """
    if not hits or not choices:
        return Verdict(False, ("anything on this question",))
    choices_best = max(choice.score for choice in choices)
    if nothing_near(hits):
        return Verdict(False, ("anything close to this question",))
    # A figure in a statement far behind the best one is about something else.
    near = [choice for choice in choices if choice.score >= choices_best * MET_SHARE]
    documents = list({hit.document.source_id: hit.document for hit in hits}.values())
    known = _texts(documents)
    named, asked = names(question), beside_asker(question)
    missing = [f"“{name}”" for name in named if not is_known(name, known)]
    absent = unheld(asked, known)
    missing += [f"“{matter}”" for matter in absent if f"“{matter}”" not in missing]
    authors = _authors(documents, named)
    own = _on_studies(near, authors) if authors else near
    figures = [demand for demand in kinds(question) if not any(demand.met_by.search(choice.text) for choice in own)]
    # What is asked in addition ("…, and how much does it cost?") leaves the rest its answer.
    also = [demand for demand in figures if demand not in kinds(_AND_ASKS.split(question)[0])]
    missing += [demand.name for demand in figures if demand not in also]
    if not missing and confidence is not None and confidence < UNLIKELY:
        missing.append("anything close to this question")
    answered = not missing
    missing += [demand.name for demand in also]
    nowhere = [word for word in strange if not (names(f"of {word}") and (word in named or is_known(word, known)))]
    nowhere = [word for word in nowhere if not matters(word) or unheld(word, known)]
    elsewhere = [author for author in authors if not _on_studies(choices, (author,))]
    elsewhere += [matter for matter in unheld(asked, _passages(choices)) if matter not in (*absent, *nowhere)]
    missing += [f"“{word}”, which stands nowhere in it" for word in nowhere if word not in " ".join(absent)]
    missing += [f"“{matter}”, of which nothing found speaks" for matter in elsewhere]
    sure = max(SURE if nowhere else 0.0, SURE_OF_MATTER if elsewhere else 0.0)
    return Verdict(answered and (confidence is None or confidence >= sure), tuple(missing))


def _authors(documents: Sequence[Document], named: Sequence[str]) -> tuple[str, ...]:
    """Those of the names that are first authors in the reference lists of the documents."""
    firsts = {reference.label.partition(" ")[0] for document in documents for reference in document.references}
    return tuple(name for name in named if name in firsts)


def _on_studies(choices: Sequence[Choice], authors: Sequence[str]) -> list[Choice]:
    """The choices from passages on the studies of one of the authors."""
    own = frozenset(author.casefold() for author in authors)
    return [
        choice
        for choice in choices
        if any(
            not credited(choice.document, own).isdisjoint(statement.references)
            or speaks_of(choice.document, statement, own)
            for statement in choice.passage.statements
        )
    ]


def _texts(documents: Sequence[Document]) -> tuple[str, ...]:
    """Lower-case texts in which a name of the question may stand: the documents, and what is known of them."""
    catalogue = " ".join(document.catalogue.told for document in documents)
    return (*(document.text.casefold() for document in documents), catalogue.casefold())


def _passages(choices: Sequence[Choice]) -> tuple[str, ...]:
    """The passages quoted from, with their titles, headings and the studies that they credit, in lower case."""
    return tuple(
        f"{passage_text(choice.document, choice.passage)} {studies_text(choice.document, choice.passage)}".casefold()
        for choice in choices
    )
