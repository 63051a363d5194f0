"""The assistant: a question in, an `Answer` out. It wires the other modules and decides nothing of its own.

conversation → retrieve → select → judge → compose. The library on disk may change while it runs: each question
is answered from the newest published state, wholly.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any

from rag.compose import abstain, compose
from rag.conversation import REMEMBERED, other_language, parts, understand
from rag.demands import headings_asked
from rag.encode import Encoder, encoder_fingerprint, open_encoder, unit
from rag.errors import IndexMismatchError, QuestionError
from rag.evidence import Evidence, weigh
from rag.explain import Explanation, explain
from rag.filters import Filters
from rag.generate import open_model, reworded
from rag.index.reader import Index, LiveIndex
from rag.judge import Verdict, judge, nothing_near, unheard
from rag.lookup import Found, Library, about_library, as_answer
from rag.mentions import Mention
from rag.partwise import crediting, joined, side_by_side, together
from rag.reader import READ, Reader, open_reader
from rag.receipts import Request, code_version, depends_on, receipt_of
from rag.retrieve import retrieve
from rag.schema import Answer, Catalogue, Document, Hit, Turn
from rag.select import Choice, select
from rag.settings import Settings
from rag.suggest import Suggestion, next_questions, place, prepare, prepared
from rag.terms import whole
from rag.vague import about, is_vague, topic

HITS = 12
BACKGROUND = 0.5  # share of what was said before, where a question may belong to it


class Assistant:
    """Answers questions from one library."""

    def __init__(
        self,
        library: LiveIndex,
        encoder: Encoder,
        settings: Settings,
        reader: Reader | None = None,
        model: Any | None = None,
    ) -> None:
        """`library` gives the newest state at each question; `encoder` is the one it was written with.

        Without a reader statements are chosen by likeness and words. `model`, a LlamaIndex language model, may
        reword what is quoted; without one, answers are quotations.
        """
        self._reader = reader
        self._model = model
        self._prepared: tuple[str, tuple[Suggestion, ...]] = ("", ())
        self._library = library
        self._encoder = encoder
        self._settings = settings

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        only: Sequence[str] = (),
        since: int | None = None,
        until: int | None = None,
        kind: str = "",
        topic: str = "",
        words: int | None = None,
        progress: Callable[[str], None] | None = None,
        suggest: bool = True,
        as_written: bool = False,
    ) -> Answer:
        """Answer a question from the library, or say that it does not answer it.

        `history` oldest first; where it holds user turns only, those are answered first, as they would have been in
        the conversation. `only` (source ids), `since` and `until` (years), `kind` and `topic` restrict the documents;
        `words` is the answer's length. `suggest` adds next questions: those of the newest state of the library.
        `as_written`: the question is neither completed from the history nor are its slips mended.

        Raises QuestionError for an empty or overlong question, SourceError for a filter that leaves nothing.
        """
        tell = progress or (lambda _: None)
        question = whole(question)
        history = [Turn(turn.role, whole(turn.text)) for turn in history]
        started = time.perf_counter()
        self._check(question)
        index = self._library.current()
        sources = Filters(tuple(only), since, until, kind, topic).sources(index)
        if as_written:
            meant = understand(question, ())
        else:  # slips of the turns before would be carried into the question
            before: Sequence[Turn] = history
            if history and all(turn.role == "user" for turn in history):
                tell("Answering the questions before")
                before = self._conversation(history, only=only, since=since, until=until, kind=kind, topic=topic)
            said = [turn if turn.role == "assistant" else Turn("user", _mended(turn.text, index)) for turn in before]
            meant = understand(_mended(question, index), said, lambda text: _other(index, sources, text))
            if meant.before and self._leads_away(index, meant.asked, meant.question, sources):
                alone = understand(meant.asked, ())
                meant = replace(alone, wanted=meant.wanted, citation=meant.citation)
        understood = meant.question[: self._settings.max_question]
        filters = {"only": only, "since": since, "until": until, "kind": kind, "topic": topic}
        request = Request.of(question, history, filters, words or self._settings.words, as_written)
        receipt = receipt_of(request, depends_on(index.name, self._settings))
        if meant.reply:
            return self._reply(question, meant.reply, receipt, index, started)
        named = index.names.find(understood)
        after_conversation = time.perf_counter()
        tell("Searching the library")
        texts = (understood,) if meant.beside else parts(understood)
        asked = [named] if len(texts) == 1 else [index.names.find(text) for text in texts]
        self._expect(asked)
        hits = self._retrieve(index, named, sources, HITS, meant.before)
        several = len(asked) > 1
        found = [self._retrieve(index, part, sources, HITS) for part in asked] if several else [hits]
        hits = together([hits, *found]) if several else hits
        after_retrieve = time.perf_counter()
        tell("Choosing the statements that answer")
        limit = meant.words(words or self._settings.words)
        outside = bool(named.source_ids and sources and not set(named.source_ids) & set(sources))

        def look(text: str, part: Mention) -> Found | None:
            return None if outside else about_library(self._shelf(index, part, sources), text, part, limit)

        looked = [look(text, part) for text, part in zip(texts, asked, strict=True)]
        of_library = look(understood, named) if several and not any(looked) else looked[0]
        if several and any(looked):
            each_alone = [
                as_answer(one, question, text, own, index.superseded)
                if one
                else self._alone(index, question, text, part, own, limit // len(asked))
                for one, text, part, own in zip(looked, texts, asked, found, strict=True)
            ]
            answer = side_by_side(question, understood, texts, each_alone)
        elif of_library is not None:
            answer = as_answer(of_library, question, understood, hits, index.superseded)
        elif outside or not about(understood):
            nothing = "the document named, which is not among those chosen" if outside else "what the question is about"
            answer = abstain(question, understood, hits, (nothing,))
        else:
            weighed = [self._weigh(part.rest, own) for part, own in zip(asked, found, strict=True)]
            if any(weighed):
                found = [one.hits if one else own for one, own in zip(weighed, found, strict=True)]
                hits = together([*found, hits]) if several else found[0]
            each = [
                self._answered(index, part.rest, own, limit // len(asked), one)
                for part, own, one in zip(asked, found, weighed, strict=True)
            ]
            choices, verdict = joined([part.rest for part in asked], each)
            if meant.wanted == "studies":
                choices, verdict = crediting(choices, verdict)
            answer = compose(index, question, understood, hits, choices, verdict, limit)
            told = [one.confidence for one in weighed if one is not None and one.confidence is not None]
            answer = replace(answer, confidence=max(told, default=None))
        if meant.citation:
            answer = _quoting(answer, meant.citation)
        if self._model is not None:
            answer = reworded(self._model, answer)
        answer = replace(answer, vague=is_vague(understood, index.passages_with, index.count))
        if suggest:
            answer = replace(answer, suggestions=next_questions(self._suggestions(index), answer))
        ended = time.perf_counter()
        return replace(
            answer,
            receipt=receipt,
            generation=index.name,
            timings_ms={
                "conversation": _ms(started, after_conversation),
                "retrieve": _ms(after_conversation, after_retrieve),
                "answer": _ms(after_retrieve, ended),
                "total": _ms(started, ended),
            },
        )

    def _conversation(self, turns: Sequence[Turn], **filters: Any) -> list[Turn]:
        """The questions with the answers that they would have had; one that cannot be asked is left out."""
        told: list[Turn] = []
        for turn in turns[-REMEMBERED:]:
            with suppress(QuestionError):
                answer = self.ask(turn.text, told, suggest=False, **filters)
                told += [turn, Turn("assistant", answer.text)]
        return told

    def _alone(
        self, index: Index, question: str, text: str, part: Mention, hits: tuple[Hit, ...], limit: int
    ) -> Answer:
        """The answer to one part of a question, as if it were all of it."""
        weighed = self._weigh(part.rest, hits)
        hits = weighed.hits if weighed else hits
        return compose(index, question, text, hits, *self._answered(index, part.rest, hits, limit, weighed), limit)

    def _answered(
        self, index: Index, question: str, hits: tuple[Hit, ...], limit: int, evidence: Evidence | None
    ) -> tuple[tuple[Choice, ...], Verdict]:
        choices = select(index, topic(question), hits, limit, evidence)
        likely = evidence.confidence if evidence else None
        strange = unheard(evidence.words, index.passages_with) if evidence else ()
        return choices, judge(question, hits, choices, likely, strange)

    def _reply(self, question: str, reply: str, receipt: str, index: Index, started: float) -> Answer:
        """What is said to a greeting, or to a question in another language: nothing was searched."""
        spent = _ms(started, time.perf_counter())
        return Answer(
            question,
            question.strip(),
            abstained=True,
            sentences=(),
            citations=(),
            hits=(),
            note=reply,
            receipt=receipt,
            generation=index.name,
            timings_ms={"conversation": spent, "retrieve": 0.0, "answer": 0.0, "total": spent},
        )

    def search(
        self,
        question: str,
        k: int = 10,
        *,
        only: Sequence[str] = (),
        since: int | None = None,
        until: int | None = None,
        kind: str = "",
        topic: str = "",
    ) -> tuple[Hit, ...]:
        """The `k` best passages for a question, its slips mended, best first; filters as for `ask`."""
        question = whole(question)
        self._check(question)
        index = self._library.current()
        named = index.names.find(_mended(question.strip(), index))
        sources = Filters(tuple(only), since, until, kind, topic).sources(index)
        self._expect([named])
        hits = self._retrieve(index, named, sources, max(k, READ))
        evidence = self._weigh(named.rest, hits)
        return (evidence.hits if evidence else hits)[:k]

    def explain(self, question: str, hits: Sequence[Hit]) -> tuple[Explanation, ...]:
        """Why these passages were found for a question."""
        index = self._library.current()
        searched = index.names.find(_mended(whole(question).strip(), index)).rest
        return tuple(explain(index, searched, hit) for hit in hits)

    def document(self, source_id: str) -> Document:
        """A document with its text; raises SourceError for an id that is not in the library."""
        return self._library.current().document(source_id)

    def catalogue(self) -> Mapping[str, Catalogue]:
        """What is known of each document, newest first, then by title."""
        index = self._library.current()
        return dict(sorted(index.catalogues.items(), key=lambda item: (-(item[1].year or 0), item[1].title)))

    def prepare(self, progress: Callable[[str], None] = lambda _: None) -> None:
        """Do ahead what a question would wait for: read the passages, and try the questions to suggest.

        Of a state of the library for which this code has done it before, nothing is done.
        """
        index = self._library.current()
        if place(self._settings.cache, index.name, code_version()).exists():
            return
        if self._reader is not None:
            for number, source_id in enumerate(index.source_ids, start=1):
                progress(f"{number}/{len(index.source_ids)}  {source_id}: reading its passages")
                self._reader.remember(index.document(source_id))
        progress("preparing questions to suggest")
        prepare(index, lambda question: self.ask(question, suggest=False), self._settings.cache, code_version())

    def _suggestions(self, index: Index) -> tuple[Suggestion, ...]:
        """The questions prepared for this state of the library, by this code."""
        if self._prepared[0] != index.name or not self._prepared[1]:
            self._prepared = (index.name, prepared(place(self._settings.cache, index.name, code_version())))
        return self._prepared[1]

    def _check(self, question: str) -> None:
        if not question.strip():
            raise QuestionError("the question is empty", "ask, for example: how should peers be trained?")
        if len(question) > self._settings.max_question:
            raise QuestionError(
                f"the question has {len(question):,} characters; at most {self._settings.max_question:,} are read",
                "ask in a sentence or two, or raise CITEWELL_MAX_QUESTION",
            )

    def _retrieve(
        self, index: Index, named: Mention, sources: tuple[str, ...], k: int, before: str = ""
    ) -> tuple[Hit, ...]:
        """A question that names its documents is searched in them, without their names."""
        question = topic(named.rest)
        vector = self._encoder.encode_questions([question])[0]
        if before:
            joined = self._encoder.encode_questions([before])[0]
            vector = unit(((1 - BACKGROUND) * vector + BACKGROUND * joined)[None, :])[0]
        only = _both(sources, named.source_ids)
        headings = headings_asked(question) if named.source_ids else None
        return retrieve(index, question, vector, limit=k, only=only, headings=headings)

    def _leads_away(self, index: Index, question: str, completed: str, sources: tuple[str, ...]) -> bool:
        """True where a question leaves what was spoken of, unsaid, for something that is not in the library.

        What was said before would lend it a nearness of its own. One that leans on what was said ("why?", "what about
        the others?") leaves it only with words that stand nowhere in the library.
        """
        topics = about(question)
        if not topics or (completed != question and any(map(index.passages_with, topics))):
            return False
        return nothing_near(self._retrieve(index, index.names.find(question), sources, HITS))

    def _expect(self, asked: Sequence[Mention]) -> None:
        if self._reader is not None:
            for part in asked:
                self._reader.expect(topic(part.rest))

    def _weigh(self, question: str, hits: Sequence[Hit]) -> Evidence | None:
        if self._reader is None:
            return None
        reading = self._reader.read(topic(question), hits)
        return weigh(hits, reading, self._reader.confidence(reading.scores))

    def _shelf(self, index: Index, named: Mention, sources: tuple[str, ...]) -> Library:
        """What a question about the library itself may look at."""
        left = sources or index.source_ids
        own = tuple(source_id for source_id in named.source_ids if source_id in set(left))

        def find(topic: str) -> tuple[Hit, ...]:
            return self._retrieve(index, replace(named, rest=topic), sources, HITS)

        return Library(index, left, own, find, self._encoder.encode_passages)


def open_assistant(settings: Settings) -> Assistant:
    """An assistant over the index that the settings name.

    Raises IndexMissingError, or IndexMismatchError: by the encoder's name before it is loaded, by its length after.
    """
    library = LiveIndex(settings.index, encoder_fingerprint(settings))
    length = library.current().fingerprint.dim
    with ThreadPoolExecutor(1) as beside:  # each of the two takes as long as all the rest
        reader = beside.submit(open_reader, settings)
        encoder = open_encoder(settings)
    if encoder.dim != length:
        raise IndexMismatchError(
            f"the index at `{settings.index}` has vectors of length {length}; the encoder's have {encoder.dim}",
            "run `python -m ingest` into another folder (--index), or set CITEWELL_ENCODER to the one that built it",
        )
    return Assistant(library, encoder, settings, reader.result(), open_model(settings))


def _mended(text: str, index: Index) -> str:
    """The text with its slips mended; words of another language are none."""
    return text if other_language(text) else index.speller.mended(text)


def _other(index: Index, sources: tuple[str, ...], text: str) -> str:
    """The title of the other of two documents, where a text names one of them; else ""."""
    two, named = sources or tuple(index.source_ids), index.names.find(text).source_ids
    others = [source_id for source_id in two if source_id not in named]
    return index.catalogues[others[0]].title if (len(two), len(others)) == (2, 1) else ""


def _quoting(answer: Answer, marker: int) -> Answer:
    """What the answer quotes under this marker and no more; the answer itself where it has no such marker."""
    sentences = tuple(sentence for sentence in answer.sentences if marker in sentence.citations)
    shown = {number for sentence in sentences for number in sentence.citations}
    citations = tuple(citation for citation in answer.citations if citation.marker in shown)
    return replace(answer, sentences=sentences, citations=citations, contrasts=(), lead="") if sentences else answer


def _both(filtered: tuple[str, ...], named: tuple[str, ...]) -> tuple[str, ...]:
    """The documents that the question names, as far as the filter leaves them; else what the filter leaves."""
    kept = tuple(source_id for source_id in named if not filtered or source_id in filtered)
    return kept or filtered


def _ms(start: float, end: float) -> float:
    return round((end - start) * 1000, 1)
