"""Train the reader: late interaction over passages (see `rag.interaction`), grown from the encoder.

In: groups (a question, its hits, labelled statements) and the encoder that it grows from. Out: a torch module.

The loss is the softmax over all statements of all passages of a batch, and over "none of these", a likeness that is
learned as well (after the null answer of Devlin et al. 2019): statements of other questions' passages are negatives,
so are those of the hits that were found for the question and do not answer it. Half as much counts the softmax over
the passages. Two phases: statements alone with title and headings first, whole passages then.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from rag.interaction import DIM, Layout, lay_out
from rag.terms import content_words, stem
from training.data import GOLD, OTHER, Candidate, Group
from training.export import export
from training.learning import descend

SEED = 20261126
RATE, PROJECT_RATE, SCALAR_RATE = 6e-5, 5e-4, 2e-3
WARM_UP = 40  # steps
QUESTIONS = 12  # a step; twice as many in the first phase
CHUNK = 12  # passages of like length in one pass
FROZEN = 2  # layers that stay as they are, like the embeddings
TOKENS = 240  # of a passage in training
QUESTION_TOKENS = 48
ALONE = 0.25  # share of the time for the first phase
TAKEN_OUT = 0.1  # share of answered questions that are shown without what answers them
BARE = 0.1  # share of passages that are shown without title and headings
NEAR = -2  # label of a statement that shares half of its words with one that answers: neither right nor wrong
FAR = -1e4  # instead of minus infinity, whose differences are no numbers


class Tokens(nn.Module):  # type: ignore[misc]
    """The encoder's body; a vector of length 1 for each token, and a weight for it as a token of a question."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        from transformers import AutoModel

        self.body = AutoModel.from_pretrained(folder, attn_implementation="sdpa", add_pooling_layer=False)
        for frozen in (self.body.embeddings, *self.body.encoder.layer[:FROZEN]):
            frozen.requires_grad_(False)
        width = self.body.config.hidden_size
        self.project = nn.Linear(width, DIM, bias=False)
        self.weight = nn.Linear(width, 1)
        nn.init.zeros_(self.weight.weight)
        nn.init.zeros_(self.weight.bias)
        self.scale = nn.Parameter(torch.tensor(3.2))  # logarithms of what likenesses are multiplied by
        self.passage_scale = nn.Parameter(torch.tensor(3.2))
        self.even = nn.Parameter(torch.tensor(0.6))  # the likeness of "none of these"

    def forward(self, input_ids: Any, attention_mask: Any) -> tuple[Any, Any]:
        """Vectors of shape (texts, tokens, DIM) and weights, before the softmax, of shape (texts, tokens)."""
        hidden = self.body(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return nn.functional.normalize(self.project(hidden), dim=-1), self.weight(hidden).squeeze(-1)

    def start_from(self, layouts: Sequence[Layout]) -> None:
        """Project on the main directions of the tokens of some passages."""
        with torch.no_grad():
            rows = torch.cat([self._hidden(layout.ids) for layout in layouts])
            self.project.weight.copy_(torch.linalg.svd(rows.T @ rows)[0][:, :DIM].T)

    def _hidden(self, ids: Sequence[int]) -> Any:
        hidden = self.body(input_ids=torch.tensor([ids])).last_hidden_state[0]
        return nn.functional.normalize(hidden, dim=-1)


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage as it is shown in training."""

    prefix: str
    statements: tuple[str, ...]
    labels: tuple[int, ...]

    @property
    def answers(self) -> bool:
        """Whether a statement of it answers."""
        return GOLD in self.labels


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question with passages that answer it, and passages that were found for it and do not."""

    question: str
    gold: tuple[Shown, ...]
    others: tuple[Shown, ...]
    answerable: bool

    def texts(self, label: int) -> set[str]:
        """Statements of this label."""
        return {
            text
            for passage in (*self.gold, *self.others)
            for text, own in zip(passage.statements, passage.labels, strict=True)
            if own == label
        }


def lesson_of(group: Group) -> Lesson:
    """A group as a lesson; statements much like one that answers are set aside, as labels miss some of these."""
    every = [*group.hits, *group.gold]
    answers = [
        _stems(text) for one in every for text, label in zip(one.statements, one.labels, strict=True) if label == GOLD
    ]
    shown = [Shown(one.prefix, one.statements, _labels(one, answers)) for one in every]
    return Lesson(
        group.question,
        tuple(passage for passage in shown if passage.answers),
        tuple(passage for passage in shown if not passage.answers),
        group.answerable,
    )


def _labels(one: Candidate, answers: Sequence[set[str]]) -> tuple[int, ...]:
    def near(text: str) -> bool:
        own = _stems(text)
        return any(own and other and len(own & other) > 0.5 * min(len(own), len(other)) for other in answers)

    return tuple(
        NEAR if label == OTHER and near(text) else label for text, label in zip(one.statements, one.labels, strict=True)
    )


def _stems(text: str) -> set[str]:
    return {stem(word) for word in content_words(text)}


def apart(lesson: Lesson, picker: random.Random) -> Lesson:
    """A lesson of single statements, for the first phase."""

    def single(passages: Sequence[Shown]) -> list[Shown]:
        return [
            Shown(passage.prefix, (text,), (label,))
            for passage in passages
            for text, label in zip(passage.statements, passage.labels, strict=True)
            if label != NEAR
        ]

    rows = single([*lesson.gold, *lesson.others])
    others = [row for row in rows if not row.answers]
    picker.shuffle(others)
    return Lesson(lesson.question, tuple(row for row in rows if row.answers), tuple(others[:6]), lesson.answerable)


def train(
    groups: Sequence[Group], folder: Path, tokenizer: Any, minutes: float, log: Any, kept: Path, go_on: bool = False
) -> Tokens:
    """Train for `minutes`; the rates fall to 0 by the end of each phase.

    The model is saved to `kept` all along. With `go_on` it is taken from there, and learns from whole passages only.
    """
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    picker = random.Random(SEED)
    lessons = [lesson for lesson in map(lesson_of, groups) if lesson.gold or (lesson.others and not lesson.answerable)]
    model = Tokens(folder)
    if go_on:
        model.load_state_dict(torch.load(kept, weights_only=True))
    else:
        model.eval()
        samples = picker.sample([lesson.gold[0] for lesson in lessons if lesson.gold], 60)
        model.start_from([lay_out(tokenizer, one.prefix, one.statements, TOKENS) for one in samples])
        model.train()
        singles = [one for one in (apart(lesson, picker) for lesson in lessons) if one.gold or one.others]
        _phase(model, singles, tokenizer, minutes * ALONE, 2 * QUESTIONS, 3, log, kept)
        minutes *= 1 - ALONE
    _phase(model, lessons, tokenizer, minutes, QUESTIONS, 1, log, kept)
    model.eval()
    return model


def _phase(
    model: Tokens,
    lessons: Sequence[Lesson],
    tokenizer: Any,
    minutes: float,
    size: int,
    others: int,
    log: Any,
    kept: Path,
) -> None:
    body = [parameter for parameter in model.body.parameters() if parameter.requires_grad]
    scalars = [*model.weight.parameters(), model.scale, model.passage_scale, model.even]
    parts = ((body, RATE), ([model.project.weight], PROJECT_RATE), (scalars, SCALAR_RATE))
    optimizer = torch.optim.AdamW([{"params": own, "lr": rate} for own, rate in parts], weight_decay=0.01)
    picker = random.Random(SEED)
    started, step, running = time.monotonic(), 0, 0.0
    while True:
        order = list(lessons)
        picker.shuffle(order)
        for begin in range(0, len(order) - size + 1, size):
            spent = (time.monotonic() - started) / (minutes * 60)
            if spent >= 1:
                torch.save(model.state_dict(), kept)
                return
            for (_, rate), own in zip(parts, optimizer.param_groups, strict=True):
                own["lr"] = rate * min(1.0, (step + 1) / WARM_UP) * (1.0 - spent)
            loss = _loss(model, tokenizer, order[begin : begin + size], others, picker)
            descend(model, optimizer, loss)
            step += 1
            running = float(loss.detach()) if step == 1 else 0.96 * running + 0.04 * float(loss.detach())
            if step % 20 == 0:
                line = {"step": step, "loss": round(running, 4), "s": round(time.monotonic() - started)}
                log.write(json.dumps(line) + "\n")
                log.flush()
                print(line, flush=True)
                torch.save(model.state_dict(), kept)


def _loss(model: Tokens, tokenizer: Any, batch: Sequence[Lesson], others: int, picker: random.Random) -> Any:
    shown: list[tuple[int, Shown]] = []
    none = []  # for which questions nothing that is shown answers
    for place, lesson in enumerate(batch):
        gold = picker.sample(lesson.gold, min(len(lesson.gold), 1))
        if lesson.others and picker.random() < TAKEN_OUT:
            gold = []
        near = lesson.others[: 6 * others]
        rest = picker.sample(near, min(len(near), others + (not gold)))
        none.append(not gold)
        shown += [(place, passage) for passage in (*gold, *rest)]
    layouts = [
        lay_out(tokenizer, "" if picker.random() < BARE else one.prefix, one.statements, TOKENS) for _, one in shown
    ]
    statements, passages = likenesses(model, tokenizer, [lesson.question for lesson in batch], layouts)
    cells = [
        (own, text, label)
        for (own, one), layout in zip(shown, layouts, strict=True)
        for text, label in list(zip(one.statements, one.labels, strict=True))[: len(layout.spans)]
    ]
    right = torch.zeros(len(batch), len(cells) + 1, dtype=torch.bool)
    aside = torch.zeros_like(right)
    for row, lesson in enumerate(batch):
        answers, near_ones = lesson.texts(GOLD), lesson.texts(NEAR)
        for column, (own, text, label) in enumerate(cells):
            right[row, column] = own == row and label == GOLD
            aside[row, column] = not right[row, column] and (text in answers or text in near_ones)
        right[row, -1] = none[row]
    scale = model.scale.exp()
    scores = torch.cat([scale * statements, (scale * model.even).expand(len(batch), 1)], dim=1)
    loss = _listwise(scores, right, aside)
    right = torch.tensor([[own == row and one.answers for own, one in shown] for row in range(len(batch))])
    golds = [lesson.texts(GOLD) for lesson in batch]
    aside = torch.tensor([[bool(golds[row] & {*one.statements}) for _, one in shown] for row in range(len(batch))])
    return loss + 0.5 * _listwise(model.passage_scale.exp() * passages, right, aside & ~right)


def _listwise(scores: Any, right: Any, aside: Any) -> Any:
    """Softmax over a question's row, with all that is right taken together; rows without are left out."""
    told = right.any(dim=1)
    if not told.any():
        return scores.sum() * 0
    scores = scores.masked_fill(aside, FAR)
    return (scores.logsumexp(dim=1) - scores.masked_fill(~right, FAR).logsumexp(dim=1))[told].mean()


def likenesses(model: Tokens, tokenizer: Any, questions: Sequence[str], layouts: Sequence[Layout]) -> tuple[Any, Any]:
    """Likeness of questions with all statements of the passages, (questions, statements), and with the passages."""
    asked = []
    for question in questions:
        start, *own, end = tokenizer.encode(question).ids
        asked.append((start, *own[-QUESTION_TOKENS:], end))
    vectors, weights = _run(model, asked)
    inner = torch.zeros(weights.shape, dtype=torch.bool)
    for row, ids in enumerate(asked):
        inner[row, 1 : len(ids) - 1] = True
    shares = weights.masked_fill(~inner, FAR).softmax(dim=-1)
    texts, _ = _run(model, [layout.ids for layout in layouts])
    statements, passages = [], []
    for row, layout in enumerate(layouts):
        near = torch.einsum("qih,jh->qij", vectors, texts[row, : len(layout.ids)])
        best = torch.stack([near[:, :, first:end].amax(dim=-1) for first, end in layout.spans], dim=1)
        if layout.prefix > 1:
            best = torch.maximum(best, near[:, None, :, 1 : layout.prefix].amax(dim=-1))
        statements.append((best * shares[:, None]).sum(dim=-1))
        passages.append((best.amax(dim=1) * shares).sum(dim=-1))
    return torch.cat(statements, dim=1), torch.stack(passages, dim=1)


def _run(model: Tokens, rows: Sequence[Sequence[int]]) -> tuple[Any, Any]:
    """Vectors and weights of token rows, padded to the longest, in passes over rows of like length."""
    longest = max(map(len, rows))
    order = sorted(range(len(rows)), key=lambda place: len(rows[place]))
    found: list[Any] = [None] * len(rows)
    for first in range(0, len(order), CHUNK):
        chosen = order[first : first + CHUNK]
        width = max(len(rows[place]) for place in chosen)
        ids = torch.zeros(len(chosen), width, dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, place in enumerate(chosen):
            ids[row, : len(rows[place])] = torch.tensor(rows[place])
            mask[row, : len(rows[place])] = 1
        vectors, weights = model(ids, mask)
        vectors = nn.functional.pad(vectors, (0, 0, 0, longest - width))
        weights = nn.functional.pad(weights, (0, longest - width))
        for row, place in enumerate(chosen):
            found[place] = (vectors[row], weights[row])
    return torch.stack([one for one, _ in found]), torch.stack([one for _, one in found])


def export_reader(model: Tokens, target: Path) -> None:
    """Write the reader as ONNX with int8 weights, and what was learned beside as numbers: {"scale", "even"}."""
    inputs = {
        "input_ids": torch.tensor([[101, 2129, 102], [101, 3000, 102]]),
        "attention_mask": torch.ones(2, 3).long(),
    }
    outputs = {"vectors": {0: "batch", 1: "tokens"}, "weights": {0: "batch", 1: "tokens"}}
    export(model, inputs, outputs, target)


def figures(model: Tokens, tokenizer: Any, groups: Sequence[Group], shown: int = 8) -> dict[str, Any]:
    """On hits alone, as when asked: how often a right statement is first and among five, by set; and by cosine."""
    rows: dict[str, list[tuple[bool, ...]]] = {}
    with torch.no_grad():
        for group in groups:
            hits = [hit for hit in group.hits[:shown] if hit.statements]
            if not group.answerable or not hits:
                continue
            layouts = [lay_out(tokenizer, hit.prefix, hit.statements) for hit in hits]
            scores = likenesses(model, tokenizer, [group.question], layouts)[0][0].numpy()
            labels = np.array([label == GOLD for hit in hits for label in hit.labels])
            cosines = np.array([cosine for hit in hits for cosine in hit.cosines])
            found: list[bool] = []
            for values in (scores, cosines):
                order = np.argsort(-values)
                found += [bool(labels[order[0]]), bool(labels[order[:5]].any())]
            rows.setdefault(group.set, []).append(tuple(found))
    names = ("first", "five", "first, cosine", "five, cosine")
    told: dict[str, Any] = {}
    for name, own in rows.items():
        shares = [round(float(share), 4) for share in np.mean(own, axis=0)]
        told[name] = {"questions": len(own)} | dict(zip(names, shares, strict=True))
    return told
