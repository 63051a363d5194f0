"""What the reader learns from: questions with the sentences that answer, ours and public ones.

In: `eval/questions/` and a folder of public sets. Out: `Example`s, for the encoder, and `Group`s, for the reader: a
question with the passages that our own retrieval brings up for it, each statement labelled. Documents (for ClapNQ
items) whose sha256 is divisible by five are `test`: never trained on, looked at only by the last figures.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from ingest.sentences import split_sentences  # noqa: E402
from rag.schema import Document, Hit  # noqa: E402
from rag.terms import content_words  # noqa: E402

SETS = ("covidqa", "evidence_inference")
HITS = 10  # passages kept of a question's hits
GOLD, OTHER, LOOKALIKE = 1, 0, -1


@dataclass(frozen=True, slots=True)
class Example:
    """A question, the texts that answer it, and texts that do not though they look so."""

    question: str
    answers: tuple[str, ...]
    paragraphs: tuple[str, ...]
    others: tuple[str, ...]
    set: str
    document: str

    @property
    def is_test(self) -> bool:
        """Whether its document may not be trained on."""
        return is_test(self.document)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage as the reader sees it.

    Attributes:
        source_id: its document.
        prefix: title and headings. statements: their texts, in order. labels: GOLD, OTHER or LOOKALIKE for each.
        meaning, words: of the hit. cosines: of the question with each statement.
    """

    source_id: str
    prefix: str
    statements: tuple[str, ...]
    labels: tuple[int, ...]
    meaning: float
    words: float
    cosines: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A question with its hits, best first, and whether the library answers it.

    Attributes:
        gold: passages that hold an answer and are not among the hits.
    """

    id: str
    set: str
    document: str
    kind: str
    question: str
    answerable: bool
    hits: tuple[Candidate, ...]
    gold: tuple[Candidate, ...]

    @property
    def is_test(self) -> bool:
        """Whether its document may not be trained on."""
        return is_test(self.document)


def is_test(document: str) -> bool:
    """The split that all sets share."""
    return int(hashlib.sha256(document.encode()).hexdigest(), 16) % 5 == 0


def is_dev(document: str) -> bool:
    """An eighth of the documents that are not `test`: for tuning."""
    return not is_test(document) and int(hashlib.sha256(document.encode()).hexdigest(), 16) // 10 % 8 == 1


def load_groups(out: Path) -> tuple[list[Group], list[Group], list[Group]]:
    """The groups that were kept: to train on, to tune on, and held back."""
    every: list[Group] = []
    for path in sorted(out.glob("groups*.pickle")):  # our own files: one group after the other
        with path.open("rb") as file, contextlib.suppress(EOFError):
            while True:
                every.append(pickle.load(file))
    dev = [group for group in every if is_dev(group.document)]
    test = [group for group in every if group.is_test]
    return [g for g in every if not g.is_test and not is_dev(g.document)], dev, test


def read(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """The items of JSON lines files."""
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


@cache
def texts(bench: Path, name: str) -> dict[str, str]:
    """Texts of a set by document or passage id."""
    if name == "library":
        return {path.stem: path.read_text(encoding="utf-8") for path in sorted((bench / name).glob("*.md"))}
    return {item["id"]: item["text"] for item in read([bench / name / "corpus.jsonl"])}


def questions(bench: Path) -> Iterator[dict[str, Any]]:
    """Our own questions whose document is there; `article` is what the split goes by."""
    for item in read(sorted((ROOT / "eval" / "questions").glob("*.jsonl"))):
        text = texts(bench, item["set"]).get(item["document"])
        if text is not None:
            yield item | {"text": text, "article": item["document"].partition("#")[0]}


def encoder_examples(bench: Path) -> list[Example]:
    """Questions with texts that answer and others, for the encoder."""
    return [*_ours(bench), *_public(bench)]


def _ours(bench: Path) -> Iterator[Example]:
    for item in questions(bench):
        text = item["text"]
        if item["answers"]:
            spans = [(place["start"], place["end"]) for place in item["answers"]]
            yield Example(
                item.get("standalone") or item["question"],
                tuple(text[a:b] for a, b in spans),
                tuple(_line(text, a, b) for a, b in spans),
                tuple(text[p["start"] : p["end"]] for p in item["lookalikes"]),
                item["set"],
                item["article"],
            )


def _public(bench: Path) -> Iterator[Example]:
    """COVID-QA, Evidence Inference, ClapNQ and SciFact's training claims, as far as they are answered."""
    for name in SETS:
        for item in read([bench / name / "answerable.jsonl"]):
            for passage in item["gold_ids"][:1]:
                text = texts(bench, name)[passage]
                sentences = [text[a:b] for a, b in split_sentences(" ".join(text.split()))]
                answers = [s for s in sentences if any(overlaps(a, s) for a in item["answers"])]
                others = [s for s in sentences if s not in answers and len(s.split()) > 5]
                if answers and item["answerable"]:
                    yield Example(item["question"], tuple(answers[:2]), (), tuple(others[:8]), name, str(item["doc"]))
    for item in read([bench / "clapnq" / "answerable.jsonl"]):
        cited = [sentence for group in item.get("cited_sentences") or [] for sentence in group]
        if item["answerable"] and cited:
            yield Example(item["question"], tuple(cited[:3]), (), (), "clapnq", str(item["id"]))
    for item in read([bench / "scifact" / "claims.jsonl"]):
        if item["sentence_ids"] and len(item["evidence"].split()) < 90:
            yield Example(item["claim"], (item["evidence"],), (), (), "scifact", str(item["doc_id"]))


def overlaps(answer: str, sentence: str) -> bool:
    """Whether a sentence holds an answer, or is a part of it."""
    answer, sentence = _flat(answer), _flat(sentence)
    return bool(answer) and (answer in sentence or (len(sentence.split()) > 4 and sentence in answer))


def _flat(text: str) -> str:
    return " ".join(text.replace("*", "").replace("\\", "").split())


def _line(text: str, start: int, end: int) -> str:
    """The paragraph around a span, at most 120 words of it."""
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    line = text[first : last if last >= 0 else len(text)]
    words = line.split()
    if len(words) <= 120:
        return line
    before = len(text[first:start].split())
    begin = max(0, min(before - 40, len(words) - 120))
    return " ".join(words[begin : begin + 120])


def groups(bench: Path, work: Path, progress: Callable[[str], None] = print) -> Iterator[Group]:
    """Questions with what the shipped encoder's retrieval finds, over three libraries and ClapNQ's passages."""
    from eval.collections import read_corpus
    from eval.throwaway import built
    from ingest.sync import sync
    from rag.encode import encoder_fingerprint, open_encoder
    from rag.index.reader import LiveIndex
    from rag.settings import load_settings

    settings = load_settings(index=work / "library")
    encoder = open_encoder(settings)
    ours = list(questions(bench))
    sync([bench / "library"], settings)
    index = LiveIndex(settings.index, encoder_fingerprint(settings)).current()
    names = {source_id.casefold(): source_id for source_id in index.source_ids}
    finder = _Finder(index, encoder, {name: (id_,) for name, id_ in names.items()})
    yield from (finder.ours(item) for item in ours if item["set"] == "library")
    yield from _clapnq(bench, encoder)
    progress("covidqa: embedding")
    with built(read_corpus(bench / "covidqa"), settings, encoder, lambda _: None) as collection:
        finder = _Finder(collection.index, encoder, {id_: (id_,) for id_ in collection.index.source_ids})
        yield from _asked(bench, "covidqa", ours, finder)
    progress("evidence_inference: reading")
    documents = {made.source_id: made for made in map(_as_document(encoder), read_corpus(bench / "evidence_inference"))}
    yield from _asked(bench, "evidence_inference", ours, _WordFinder(documents))


def _asked(bench: Path, name: str, ours: list[dict[str, Any]], finder: _Finder | _WordFinder) -> Iterator[Group]:
    yield from (finder.ours(item) for item in ours if item["set"] == name)
    for item in read([bench / name / "answerable.jsonl"]):
        if item["answerable"] and item["gold_ids"]:
            yield finder.public(item, name)


def _as_document(encoder: Any) -> Callable[[Any], Any]:
    from eval.throwaway import as_document

    return lambda document: as_document(document, encoder)


class _Asker:
    """Makes groups; how passages are found is the business of the two below."""

    def ours(self, item: dict[str, Any]) -> Group:
        """The group of a question of ours."""
        text = item["text"]
        answers = [text[p["start"] : p["end"]] for p in item["answers"]]
        tempting = [text[p["start"] : p["end"]] for p in item["lookalikes"]]
        question = item.get("standalone") or item["question"]
        found = self._labelled(question, answers, tempting, self._held(item["document"]))
        return Group(item["id"], item["set"], item["article"], item["kind"], question, item["answerable"], *found)

    def public(self, item: dict[str, Any], name: str) -> Group:
        """The group of a question of a public set."""
        found = self._labelled(item["question"], item["answers"], (), tuple(item["gold_ids"]))
        return Group(f"{name}-{item['id']}", name, str(item["doc"]), "public", item["question"], True, *found)

    def _held(self, document: str) -> tuple[str, ...]:
        return (document,)

    def _found(self, question: str, limit: int, only: tuple[str, ...]) -> Sequence[Hit]:
        raise NotImplementedError

    def _labelled(
        self, question: str, answers: Sequence[str], tempting: Sequence[str], held: tuple[str, ...]
    ) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
        hits = self._found(question, HITS, ())
        own = [
            hit
            for hit in self._found(question, 400, held)
            if any(
                overlaps(told, hit.document.text[statement.start : statement.end])
                for told in (*answers, *tempting)
                for statement in hit.passage.statements
            )
        ]
        known = {hit.passage.id for hit in hits}
        return (
            tuple(_candidate(hit, answers, tempting, held) for hit in hits),
            tuple(_candidate(hit, answers, tempting, held) for hit in own if hit.passage.id not in known),
        )


class _Finder(_Asker):
    """Passages by our own retrieval."""

    def __init__(self, index: Any, encoder: Any, sources: dict[str, tuple[str, ...]]) -> None:
        self._index, self._encoder, self._sources = index, encoder, sources

    def _held(self, document: str) -> tuple[str, ...]:
        return self._sources.get(document.casefold(), self._sources.get(document, ()))

    def _found(self, question: str, limit: int, only: tuple[str, ...]) -> Sequence[Hit]:
        from rag.retrieve import retrieve

        return retrieve(self._index, question, self._encoder.encode_questions([question])[0], limit=limit, only=only)


class _WordFinder(_Asker):
    """Passages by words alone: nothing has to be embedded, and cosines are 0."""

    def __init__(self, documents: dict[str, Document]) -> None:
        from rag.index.texts import passage_body, passage_prefix
        from rag.index.words import PassageWords, WordIndex

        self._documents = documents
        self._words = WordIndex(Path(tempfile.mkdtemp()) / "words.sqlite", writable=True)
        for source_id, document in documents.items():
            rows = [
                PassageWords(
                    passage.id,
                    ordinal,
                    passage_prefix(document.catalogue.title, passage.section),
                    "",
                    passage_body(document, passage),
                    "",
                )
                for ordinal, passage in enumerate(document.passages)
            ]
            self._words.add(source_id, "{}", rows)

    def _found(self, question: str, limit: int, only: tuple[str, ...]) -> Sequence[Hit]:
        scores = self._words.search(content_words(question), limit, only)
        hits = []
        for rank, (id_, place) in enumerate(self._words.places(list(scores)).items(), start=1):
            score = scores[id_]
            document = self._documents[place.source_id]
            passage = document.passages[place.ordinal]
            hits.append(Hit(rank, passage, document, score, 0.0, 0.0, (0.0,) * len(passage.statements)))
        return hits


def _candidate(hit: Hit, answers: Sequence[str], tempting: Sequence[str], held: tuple[str, ...]) -> Candidate:
    from rag.index.texts import passage_prefix, statement_text

    labels = []
    for statement in hit.passage.statements:
        raw = hit.document.text[statement.start : statement.end]
        own = hit.document.source_id in held
        gold = own and any(overlaps(answer, raw) for answer in answers)
        like = own and any(overlaps(answer, raw) for answer in tempting)
        labels.append(GOLD if gold else LOOKALIKE if like else OTHER)
    return Candidate(
        hit.document.source_id,
        passage_prefix(hit.document.catalogue.title, hit.passage.section),
        tuple(statement_text(hit.document, statement) for statement in hit.passage.statements),
        tuple(labels),
        hit.meaning,
        hit.words,
        hit.statement_scores,
    )


def conversations(bench: Path) -> Iterator[Group]:
    """CANARD's questions as people completed them; the answers of one conversation are one passage, at most five."""
    turns: dict[str, dict[int, dict[str, Any]]] = {}
    for item in read([bench / "canard" / "conversations.jsonl"]):
        name, _, number = item["id"].partition("<::>")
        turns.setdefault(name, {})[int(number)] = item
    for own in turns.values():
        said = {n: own[n + 1]["history"][-1]["text"] for n in own if n + 1 in own}
        told = {n: text for n, text in said.items() if len(text.split()) > 3 and "know" not in text.lower()[:14]}
        if len(told) < 3:
            continue
        for number in told:
            item = own[number]
            near = sorted(sorted(told, key=lambda n: (abs(n - number), n))[:5])
            labels = tuple(GOLD if n == number else OTHER for n in near)
            context = item["history"][0]
            title = context["text"] if context["role"] == "context" else ""
            gold = Candidate(item["id"], title, tuple(told[n] for n in near), labels, 0.0, 0.0, (0.0,) * len(near))
            yield Group(item["id"], "canard", item["id"], "public", item["rewrite"], True, (), (gold,))


def _clapnq(bench: Path, encoder: Any) -> Iterator[Group]:
    """Questions with the one passage they are asked of; half of them it does not answer."""
    for item in read([bench / "clapnq" / "answerable.jsonl"]):
        cited = [sentence for group in item.get("cited_sentences") or [] for sentence in group]
        vector = encoder.encode_questions([item["question"]])[0]
        candidates = []
        for passage in item["passages"][:1]:
            sentences = [s for s in passage["sentences"] if s.strip()][:12]
            cosines = encoder.encode_passages([" ".join(s.split()[:150]) for s in sentences]) @ vector
            labels = [GOLD if any(overlaps(c, s) for c in cited) else OTHER for s in sentences]
            candidates.append(
                Candidate(passage["id"], passage["title"] + ". ", tuple(sentences), tuple(labels), 0.5, 0.5,
                          tuple(float(c) for c in cosines))
            )  # fmt: skip
        if bool(item["answerable"]) is bool(cited):
            yield Group(f"clapnq-{item['id']}", "clapnq", str(item["id"]), "public", item["question"],
                        bool(item["answerable"]), tuple(candidates), ())  # fmt: skip
