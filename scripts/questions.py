"""Training questions: from what people write to what the repository keeps, and back.

    python scripts/questions.py build AUTHORING.jsonl OUT.jsonl --bench DIR
    python scripts/questions.py check FILE.jsonl [...] --bench DIR
    python scripts/questions.py sample FILE.jsonl [...] --bench DIR --out DIR [--documents N --each N --seed N]
    python scripts/questions.py agree FILE.jsonl [...] --bench DIR --labels LABELS.jsonl
    python scripts/questions.py cues FILE.jsonl [...] --bench DIR

Authors quote the sentences that answer; the repository keeps where they stand: document, offsets (code points in
the document's text, start inclusive, end exclusive) and the first 16 digits of the sentence's sha256, never the text.
`build` turns the one into the other, `check` holds kept files against the documents. Both report slips, and leaks: a
question should not be made of the words of its answer.

`sample` lays out articles with numbered sentences, and questions without their labels, for a second person, who writes
a line a question: {"id", "document", "answerable", "statements": [numbers]}. `agree` compares: share and Cohen's kappa
(1960) for "does the document answer it?", and for which sentences do.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ingest.sentences import split_sentences
from rag.terms import content_words, stem

KINDS = {
    "factual", "numeric", "list", "synthesis", "study", "comparison", "follow_up",
    "near_miss", "unanswerable", "false_premise",
}  # fmt: skip
UNANSWERED = {"near_miss", "unanswerable"}
SPANS = ("answers", "lookalikes")
ALIKE = 0.8  # shared part of two questions' words from which they are near duplicates
NEW_WORDS = 1 / 3  # of a question's content words have to be absent from the sentences that answer it


class Documents:
    """Texts of the public sets by set and document id."""

    def __init__(self, bench: Path) -> None:
        """`bench` holds a folder a set."""
        self._bench = bench

    @cache  # noqa: B019 - one object a run
    def passages(self, name: str) -> dict[str, str]:
        """Texts of a set in the common form, by id."""
        with (self._bench / name / "corpus.jsonl").open(encoding="utf-8") as file:
            return {item["id"]: item["text"] for item in map(json.loads, file)}

    def parts(self, name: str, article: str) -> list[str]:
        """The documents that an article is kept in: itself, or its passages in their order."""
        if name == "library":
            return [article]
        return [document for document in self.passages(name) if document.partition("#")[0] == article]

    @cache  # noqa: B019
    def text(self, name: str, document: str) -> str | None:
        """A document's text, or None if there is none."""
        if name == "library":
            path = self._bench / name / f"{document}.md"
            return path.read_text(encoding="utf-8") if path.exists() else None
        return self.passages(name).get(document)


def sha(text: str) -> str:
    """The first 16 digits of a text's sha256."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def located(item: dict[str, Any], text: str) -> Iterator[str]:
    """Replace the quotations of an item by their places; yields what is wrong."""
    for key in SPANS:
        places = []
        for quote in item.get(key, []):
            count = text.count(quote)
            if count != 1 or not quote.strip():
                yield f"{key}: stands {count} times in the document: {quote[:70]!r}"
                continue
            start = text.find(quote)
            places.append({"start": start, "end": start + len(quote), "sha": sha(quote)})
        item[key] = places


def problems(item: dict[str, Any], text: str | None) -> Iterator[str]:
    """What is wrong with a kept item."""
    if text is None:
        yield f"no document {item.get('document')!r} in {item.get('set')!r}"
        return
    if item.get("kind") not in KINDS:
        yield f"no such kind: {item.get('kind')!r}"
    if not str(item.get("question", "")).strip():
        yield "no question"
    if item.get("answerable") is not (item.get("kind") not in UNANSWERED):
        yield "answerable does not fit the kind"
    if bool(item.get("answers")) is not bool(item.get("answerable")):
        yield "answers where there are none, or none where there should be"
    if not item.get("answerable") and not item.get("missing"):
        yield "says nothing of what is missing"
    if (item.get("kind") == "follow_up") is not bool(item.get("history")):
        yield "history and kind do not fit"
    if item.get("history") and not item.get("standalone"):
        yield "a follow-up needs its stand-alone form"
    for key in SPANS:
        for place in item.get(key, []):
            if sha(text[place["start"] : place["end"]]) != place["sha"]:
                yield f"{key}: the document has another text at {place['start']}"


def new_words(item: dict[str, Any], text: str) -> float:
    """Share of the question's content words that are absent from the sentences that answer it, or tempt."""
    asked = asked_words(item)
    places = item["answers"] or item["lookalikes"]
    found = {stem(word) for place in places for word in content_words(text[place["start"] : place["end"]])}
    return len(asked - found) / len(asked) if asked else 1.0


def asked_words(item: dict[str, Any]) -> frozenset[str]:
    """Stems of a question's content words, in its stand-alone form."""
    return frozenset(stem(word) for word in content_words(item.get("standalone") or item["question"]))


def near_duplicates(items: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Questions on one article that share nearly all their words and are not meant as a pair."""
    by_article = defaultdict(list)
    for item in items:
        by_article[article(item)].append((item, asked_words(item)))
    return [
        (one["id"], other["id"])
        for asked in by_article.values()
        for (one, a), (other, b) in combinations(asked, 2)
        if a and len(a & b) >= ALIKE * len(a | b) and not one["note"].endswith(other["id"])
    ]


def article(item: dict[str, Any]) -> str:
    """What the split goes by: the document, or the one that a passage is from."""
    return str(item["document"]).partition("#")[0]


def cues(items: list[dict[str, Any]]) -> dict[str, float]:
    """Area under the ROC curve of "is it answered?" from the question's words alone; pairs are those of `note`."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.pipeline import make_pipeline

    held = [int(hashlib.sha256(article(item).encode()).hexdigest(), 16) % 5 == 0 for item in items]
    texts = [item.get("standalone") or item["question"] for item in items]
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    model = make_pipeline(words, LogisticRegression(C=3, class_weight="balanced", max_iter=2000))
    learned = [number for number, test in enumerate(held) if not test]
    model.fit([texts[number] for number in learned], [items[number]["answerable"] for number in learned])

    def area(numbers: list[int]) -> float:
        truth = [items[number]["answerable"] for number in numbers]
        if len(set(truth)) < 2:
            return float("nan")
        scores = model.predict_proba([texts[number] for number in numbers])[:, 1]
        return round(float(roc_auc_score(truth, scores)), 3)

    asked = [number for number, test in enumerate(held) if test]
    pairs = [number for number in asked if items[number]["note"]]
    return {
        "test questions": len(asked),
        "area": area(asked),
        "of these in pairs": len(pairs),
        "area, pairs": area(pairs),
    }


def report(items: list[dict[str, Any]], documents: Documents) -> int:
    """Print slips and counts; returns how many slips there are."""
    slips = 0
    novel = []
    seen: dict[str, str] = {}
    for item in items:
        text = documents.text(item["set"], item["document"])
        for problem in problems(item, text):
            print(f"{item['id']}: {problem}")
            slips += 1
        key = " ".join(sorted({stem(word) for word in content_words(item["question"])})) + str(item.get("history"))
        for other in (seen.get(key), seen.get(item["id"])):
            if other:
                print(f"{item['id']}: the same as {other}")
                slips += 1
        seen[key] = seen[item["id"]] = item["id"]
        if text is not None and item["answerable"]:
            share = new_words(item, text)
            novel.append(share > NEW_WORDS)
            if share <= NEW_WORDS:
                print(f"  {item['id']}: {share:.2f} new words: {item['question'][:90]}", file=sys.stderr)
    for one, other in near_duplicates(items):
        print(f"  {one}: nearly the same words as {other}", file=sys.stderr)
    kinds = Counter(item["kind"] for item in items)
    print(f"{len(items)} questions, {len({item['document'] for item in items})} documents, {dict(kinds.most_common())}")
    if novel:
        print(f"{sum(novel) / len(novel):.3f} of the answerable have more than a third of new words (aim .85)")
    return slips


def numbered(text: str) -> list[tuple[int, int]]:
    """Spans of a document's sentences, line by line; the numbers that a second person labels with count from 1."""
    spans, start = [], 0
    for line in text.split("\n"):
        spans += [(start + a, start + b) for a, b in split_sentences(line)]
        start += len(line) + 1
    return spans


def sample(items: list[dict[str, Any]], documents: Documents, out: Path, many: int, each: int, seed: int) -> None:
    """Write what a second person needs to label `each` questions on `many` articles, without the labels.

    An article of passages is laid out whole; its numbers begin anew with each passage, which a line `# id` opens.
    """
    picker = random.Random(seed)
    chosen = picker.sample(sorted({(item["set"], article(item)) for item in items}), many)
    out.mkdir(parents=True, exist_ok=True)
    asked = []
    for name, source in chosen:
        lines = []
        for document in documents.parts(name, source):
            text = documents.text(name, document) or ""
            lines += [f"# {document}"] * (document != source)
            lines += [f"[{n}] {text[a:b]}" for n, (a, b) in enumerate(numbered(text), start=1)]
        (out / f"{source}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        own = [item for item in items if article(item) == source]
        for item in picker.sample(own, min(each, len(own))):
            asked.append({key: item[key] for key in ("id", "document", "history", "question")})
    (out / "questions.jsonl").write_text("".join(json.dumps(item) + "\n" for item in asked), encoding="utf-8")


def agree(items: list[dict[str, Any]], documents: Documents, labels: list[dict[str, Any]]) -> dict[str, float]:
    """How far a second person's labels go with the first one's; labels of other files' questions are left aside."""
    by_id = {item["id"]: item for item in items}
    pairs, shared, first, second = [], [], [], []
    for label in labels:
        if label["id"] not in by_id:
            continue
        item = by_id[label["id"]]
        pairs.append((bool(item["answerable"]), bool(label["answerable"])))
        if pairs[-1] != (True, True):
            continue
        read_in = label.get("document", item["document"])  # a mended question may have gone to another passage
        spans = numbered(documents.text(item["set"], read_in) or "")
        theirs = [spans[n - 1] for n in label["statements"]]
        ours = [(place["start"], place["end"]) for place in item["answers"] if read_in == item["document"]]
        hit = [any(a < d and c < b for c, d in ours) for a, b in theirs]
        found = [any(a < d and c < b for c, d in theirs) for a, b in ours]
        shared.append(any(hit))
        first.append(sum(found) / len(item["answers"]))
        second.append(sum(hit) / len(hit) if hit else 0.0)
    same = sum(a is b for a, b in pairs) / len(pairs)
    yes = [sum(pair[side] for pair in pairs) / len(pairs) for side in (0, 1)]
    chance = yes[0] * yes[1] + (1 - yes[0]) * (1 - yes[1])
    count = max(1, len(shared))
    return {
        "questions": len(pairs),
        "answerable: agreement": round(same, 3),
        "answerable: kappa": round((same - chance) / (1 - chance), 3) if chance < 1 else 1.0,
        "both say answered": len(shared),
        "share a sentence": round(sum(shared) / count, 3),
        "of the first's sentences also the second's": round(sum(first) / count, 3),
        "of the second's sentences also the first's": round(sum(second) / count, 3),
    }


def read(paths: list[Path]) -> list[dict[str, Any]]:
    """The items of JSON lines files."""
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def main(arguments: list[str]) -> int:
    """Build or check; exit code 1 when there are slips."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("build", "check", "sample", "agree", "cues"))
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--bench", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("var/second"), help="where `sample` writes")
    parser.add_argument("--documents", type=int, default=7)
    parser.add_argument("--each", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--labels", type=Path, help="what the second person wrote")
    options = parser.parse_args(arguments)
    documents = Documents(options.bench)
    if options.command == "check":
        return 1 if report(read(options.paths), documents) else 0
    if options.command == "sample":
        sample(read(options.paths), documents, options.out, options.documents, options.each, options.seed)
        return 0
    if options.command == "agree":
        for name, value in agree(read(options.paths), documents, read([options.labels])).items():
            print(f"{name:<45}{value}")
        return 0
    if options.command == "cues":
        for name, value in cues(read(options.paths)).items():
            print(f"{name:<45}{value}")
        return 0
    source, target = options.paths
    items = read([source])
    slips = 0
    for item in items:
        text = documents.text(item["set"], item["document"])
        for problem in located(item, text or ""):
            print(f"{item['id']}: {problem}")
            slips += 1
    slips += report(items, documents)
    target.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), encoding="utf-8")
    return 1 if slips else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
