"""Teach the encoder what a larger one knows of our field.

In: groups (a question, its hits, labelled statements), the encoder as trained, and a teacher: any encoder that
sentence-transformers can open. Out: a folder in the form of sentence-transformers.

The student learns to spread its likeness over the statements of a batch as the teacher does (Hinton et al. 2015,
Distilling the knowledge in a neural network; for rankings Hofstätter et al. 2021), where the statements that answer are
raised first: the teacher knows more of the language, the labels know what answers. Passages are learned alike, by the
best of their statements. The questions of a batch are about one article, so that the statements are hard to tell apart.
"""

from __future__ import annotations

import json
import random
import shutil
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch

from rag.encode import Vectors
from rag.memory import Memory, key_of
from training.data import GOLD, Candidate, Group
from training.learning import descend, embed

SEED = 20261127
RATE = 5e-5
WARM_UP = 60  # steps
TEMPERATURE = 0.05
RAISED = 3.0  # what a statement that answers gains, in logits of the teacher
QUESTIONS, STATEMENTS, PASSAGES = 8, 40, 6  # of a batch
PASSAGE_SHARE = 0.5  # of the loss
TOKENS = {"question": 64, "statement": 112, "passage": 128}
SETS = {"library": 5, "covidqa": 3, "evidence_inference": 3}  # hits that are used of a question
POOLS = 60  # of questions on passages, which have no article in common


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question with the statements that answer it and the passages found for it."""

    question: str
    answers: frozenset[str]
    passages: tuple[Candidate, ...]


class Teacher:
    """Vectors of an encoder, remembered in a file, since making them takes longer than learning from them."""

    def __init__(self, name: str, kept: Path) -> None:
        self._name, self._memory = name, Memory(kept)
        self._known: dict[str, Vectors] = {}

    def learn(self, texts: Iterable[str]) -> None:
        """Make sure that the vectors of these texts are known."""
        wanted = {text: key_of(self._name, text) for text in texts}
        found = self._memory.get(list(wanted.values()))
        missing = [text for text, key in wanted.items() if key not in found]
        if missing:
            from sentence_transformers import SentenceTransformer

            model = SentenceTransformer(self._name, device="cpu")
            for first in range(0, len(missing), 512):
                own = missing[first : first + 512]
                rows = model.encode(own, normalize_embeddings=True).astype(np.float16)
                made = {wanted[text]: row.tobytes() for text, row in zip(own, rows, strict=True)}
                self._memory.keep(made)
                found |= made
                print(f"teacher: {first + len(own):,} of {len(missing):,} texts", flush=True)
        for text, key in wanted.items():
            self._known[text] = np.frombuffer(found[key], dtype=np.float16).astype(np.float32)

    def rows(self, texts: Sequence[str]) -> Any:
        """Vectors of texts that were learned, a row each."""
        return torch.tensor(np.stack([self._known[text] for text in texts]))


def lessons(groups: Sequence[Group]) -> dict[str, list[Lesson]]:
    """Lessons by what they are about: an article of the library, or a part of another set."""
    pools: defaultdict[str, list[Lesson]] = defaultdict(list)
    for group in groups:
        if group.set not in SETS:
            continue
        shown = tuple(one for one in (*group.gold, *group.hits[: SETS[group.set]]) if one.statements)
        answers = {
            text for one in shown for text, label in zip(one.statements, one.labels, strict=True) if label == GOLD
        }
        if shown:
            about = (
                group.document
                if group.set == "library"
                else str(int(sha256(group.id.encode()).hexdigest(), 16) % POOLS)
            )
            pools[f"{group.set} {about}"].append(Lesson(group.question, frozenset(answers), shown))
    return dict(pools)


def distil(groups: Sequence[Group], start: Path, teacher: Teacher, out: Path, minutes: float, log: Any) -> None:
    """Train the encoder in `start` for `minutes` and write it to `out`; the rate falls to 0 by the end."""
    from transformers import AutoModel, AutoTokenizer

    torch.manual_seed(SEED)
    torch.set_num_threads(2)
    picker = random.Random(SEED)
    pools = lessons(groups)
    every = [lesson for pool in pools.values() for lesson in pool]
    teacher.learn({lesson.question: None for lesson in every})
    teacher.learn({text: None for lesson in every for one in lesson.passages for text in one.statements})
    tokenizer = AutoTokenizer.from_pretrained(start)
    model = AutoModel.from_pretrained(start, add_pooling_layer=False).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.01)
    names, sizes = list(pools), [len(pool) for pool in pools.values()]
    started, step, running = time.monotonic(), 0, 0.0

    def embedded(texts: Sequence[str], kind: str) -> Any:
        return embed(model, tokenizer, texts, TOKENS[kind])

    while (spent := (time.monotonic() - started) / (minutes * 60)) < 1:
        pool = pools[picker.choices(names, sizes)[0]]
        asked = picker.sample(pool, min(QUESTIONS, len(pool)))
        statements, passages = _shown(asked, picker)
        for own in optimizer.param_groups:
            own["lr"] = RATE * min(1.0, (step + 1) / WARM_UP) * (1 - spent)
        questions = embedded([one.question for one in asked], "question")
        taught = teacher.rows([one.question for one in asked])
        right = torch.tensor([[float(text in one.answers) for text in statements] for one in asked])
        loss = _apart(
            questions @ embedded(statements, "statement").T,
            taught @ teacher.rows(statements).T + TEMPERATURE * RAISED * right,
        )
        best = torch.stack([(taught @ teacher.rows(one.statements).T).amax(dim=1) for one in passages], dim=1)
        right = torch.tensor([[float(bool(one.answers & {*p.statements})) for p in passages] for one in asked])
        texts = [one.prefix + " ".join(one.statements) for one in passages]
        loss = loss + PASSAGE_SHARE * _apart(
            questions @ embedded(texts, "passage").T, best + TEMPERATURE * RAISED * right
        )
        descend(model, optimizer, loss)
        step += 1
        running = float(loss.detach()) if step == 1 else 0.97 * running + 0.03 * float(loss.detach())
        if step % 20 == 0:
            log.write(
                json.dumps({"step": step, "loss": round(running, 4), "s": round(time.monotonic() - started)}) + "\n"
            )
            log.flush()
    shutil.copytree(start, out, dirs_exist_ok=True)
    model.eval().save_pretrained(out)


def _shown(asked: Sequence[Lesson], picker: random.Random) -> tuple[list[str], list[Candidate]]:
    """Statements and passages of a batch: two answers of each question, then what was found for any of them."""
    chosen: dict[str, None] = {}
    for one in asked:
        chosen |= dict.fromkeys(picker.sample(sorted(one.answers), min(2, len(one.answers))))
    rest = sorted({text for one in asked for passage in one.passages for text in passage.statements} - chosen.keys())
    picker.shuffle(rest)
    found = {passage.statements: passage for one in asked for passage in one.passages}
    passages = sorted(found.values(), key=lambda passage: (GOLD not in passage.labels, picker.random()))
    return [*chosen, *rest][:STATEMENTS], passages[:PASSAGES]


def _apart(student: Any, teacher: Any) -> Any:
    """Mean divergence of the student's softmax over each row from the teacher's."""
    aim, own = (teacher / TEMPERATURE).log_softmax(dim=1), (student / TEMPERATURE).log_softmax(dim=1)
    return (aim.exp() * (aim - own)).sum(dim=1).mean()
