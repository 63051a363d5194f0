"""Train the encoder on questions like those that staff ask: one command from data to weights.

    python scripts/train_reader.py OUT --bench DIR [--epochs N] [--minutes N]

In: the questions kept in `eval/questions/` (ours, with the places of the sentences that answer, and of those that only
look as if they did) and public sets under DIR. Out: a folder in the form of sentence-transformers, a `log.jsonl` with
the curve, and figures on documents that were not trained on. Needs `.venv` with torch; seeded.

Method: a bi-encoder trained with the softmax of the cosine of a question with its sentence against the other sentences
of the batch and hard negatives (Karpukhin et al. 2020, Dense Passage Retrieval; Henderson et al. 2017). Documents
whose sha256 is divisible by five are `test` and are only looked at by the last figures.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from questions import Documents, read  # noqa: E402

from ingest.sentences import split_sentences  # noqa: E402
from rag.encode import weights_folder  # noqa: E402

SEED = 20261122
TEMPERATURE = 0.05
RATE = 3e-5
BATCH = 32
NEGATIVES = 1
MAX_TOKENS = 128
GROUP = 16
PARAGRAPHS = 0.2  # share of examples that are trained against a whole paragraph instead of a sentence


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
        return int(hashlib.sha256(self.document.encode()).hexdigest(), 16) % 5 == 0


def ours(documents: Documents) -> Iterator[Example]:
    """The questions kept in the repository that have an answer."""
    for item in read(sorted((ROOT / "eval" / "questions").glob("*.jsonl"))):
        text = documents.text(item["set"], item["document"])
        if not item["answers"] or text is None:
            continue
        spans = [(place["start"], place["end"]) for place in item["answers"]]
        yield Example(
            item.get("standalone") or item["question"],
            tuple(text[a:b] for a, b in spans),
            tuple(_line(text, a, b) for a, b in spans),
            tuple(text[p["start"] : p["end"]] for p in item["lookalikes"]),
            item["set"],
            item["document"],
        )


def public(bench: Path) -> Iterator[Example]:
    """COVID-QA, Evidence Inference, ClapNQ and SciFact's training claims, as far as they are answered."""
    for name in ("covidqa", "evidence_inference"):
        texts = {item["id"]: item["text"] for item in read([bench / name / "corpus.jsonl"])}
        for item in read([bench / name / "answerable.jsonl"]):
            for passage in item["gold_ids"][:1]:
                text = texts[passage]
                sentences = [text[a:b] for a, b in split_sentences(" ".join(text.split()))]
                answers = [s for s in sentences if any(_overlaps(a, s) for a in item["answers"])]
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


def _overlaps(answer: str, sentence: str) -> bool:
    answer = " ".join(answer.split())
    return bool(answer) and (answer in sentence or (len(sentence.split()) > 4 and sentence in answer))


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


def train(examples: Sequence[Example], out: Path, epochs: int, minutes: float, log: Any) -> None:
    """Fine-tune the shipped encoder on the examples and write it to `out`."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    torch.manual_seed(SEED)
    torch.set_num_threads(2)
    weights = weights_folder()
    tokenizer = AutoTokenizer.from_pretrained(weights)
    model = AutoModel.from_pretrained(weights).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.01)
    picker = random.Random(SEED)
    steps = epochs * (len(examples) // BATCH)
    started, step = time.monotonic(), 0

    def embed(texts: Sequence[str]) -> Any:
        """Vectors of the texts, in order; in groups of like length, since padding is most of the cost."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        rows: list[Any] = []
        for first in range(0, len(order), GROUP):
            group = [texts[i] for i in order[first : first + GROUP]]
            batch = tokenizer(group, padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
            tokens = model(**batch).last_hidden_state
            mask = batch["attention_mask"][:, :, None].float()
            rows.append(torch.nn.functional.normalize((tokens * mask).sum(1) / mask.sum(1), dim=1))
        back = torch.tensor(order).argsort()
        return torch.cat(rows)[back]

    for epoch in range(epochs):
        order = list(examples)
        picker.shuffle(order)
        for first in range(0, len(order) - BATCH + 1, BATCH):
            chosen = order[first : first + BATCH]
            texts, owners = [], []
            for place, example in enumerate(chosen):
                whole = example.paragraphs and picker.random() < PARAGRAPHS
                texts.append(picker.choice(example.paragraphs if whole else example.answers))
                owners.append(place)
            for place, example in enumerate(chosen):
                for other in picker.sample(example.others, min(NEGATIVES, len(example.others))):
                    texts.append(other)
                    owners.append(place)
            share = step / max(1, steps)
            for group in optimizer.param_groups:
                group["lr"] = RATE * min(1.0, (step + 1) / (0.1 * steps + 1)) * (1.0 - share)
            scores = embed([example.question for example in chosen]) @ embed(texts).T / TEMPERATURE
            # A text that answers a question too is no negative of it.
            for row, example in enumerate(chosen):
                for column, text in enumerate(texts):
                    if column != row and (text in example.answers or text in example.paragraphs):
                        scores[row, column] = -1e4
            loss = torch.nn.functional.cross_entropy(scores, torch.arange(len(chosen)))
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step += 1
            if step % 10 == 0:
                curve = {"step": step, "of": steps, "epoch": epoch, "loss": round(float(loss), 4)}
                log.write(json.dumps(curve) + "\n")
                log.flush()
                print(f"  {time.monotonic() - started:6.0f} s  {curve}", file=sys.stderr)
            if time.monotonic() - started > minutes * 60:
                break
        if time.monotonic() - started > minutes * 60:
            print("time is up", file=sys.stderr)
            break
    shutil.copytree(weights, out, dirs_exist_ok=True)
    model.eval().save_pretrained(out)


def precision(folder: Path, examples: Sequence[Example]) -> dict[str, float]:
    """How often a sentence that answers comes first among answers and lookalikes, and the mean reciprocal rank."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu")
    first = reciprocal = 0.0
    for example in examples:
        texts = [*example.answers, *example.others]
        vectors = model.encode([example.question, *texts], normalize_embeddings=True)
        order = (vectors[1:] @ vectors[0]).argsort()[::-1]
        rank = next(place for place, index in enumerate(order, start=1) if index < len(example.answers))
        first += rank == 1
        reciprocal += 1 / rank
    count = max(1, len(examples))
    return {"questions": len(examples), "first": round(first / count, 4), "mrr": round(reciprocal / count, 4)}


def main(arguments: Sequence[str]) -> int:
    """Train, and print the figures of the new encoder beside those of the old one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--bench", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=60, help="stop training after this time")
    parser.add_argument("--only-ours", action="store_true", help="leave the public sets out")
    options = parser.parse_args(arguments)
    examples = list(ours(Documents(options.bench)))
    if not options.only_ours:
        examples += public(options.bench)
    held = [example for example in examples if example.is_test]
    kept = [example for example in examples if not example.is_test]
    names = sorted({example.set for example in examples})
    print({name: sum(e.set == name for e in kept) for name in names}, "trained on;", len(held), "held back")
    options.out.mkdir(parents=True, exist_ok=True)
    with (options.out / "log.jsonl").open("w", encoding="utf-8") as log:
        train(kept, options.out, options.epochs, options.minutes, log)
    for name in names:
        chosen = [e for e in held if e.set == name and e.others][:300]
        if chosen:
            print(name, "before", precision(weights_folder(), chosen), "after", precision(options.out, chosen))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
