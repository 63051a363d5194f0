"""Train the reader: a shallow cross-encoder that reads question and passage together and scores each statement.

In: groups (a question, its hits, labelled statements) and the encoder that it grows from. Out: a torch module.
One pass over a passage scores all its statements in their context, which costs a third of scoring them one by one.
A statement's score is a logit beside a fixed 0 for "none of these answers": the loss is the softmax over all
statements of a question and that 0, so that the scores of a question say which statement answers and whether any does
(a null option as in Devlin et al. 2019 for SQuAD 2.0; listwise softmax after Cao et al. 2007).
"""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from training.data import GOLD, LOOKALIKE, Candidate, Group
from training.export import export
from training.pairs import Pairs, feed, pairs_of

SEED = 20261123
LAYERS = 3
HIDDEN = 128
RATE = 6e-5
HEAD_RATE = 5e-4
GROUPS = 8  # questions a step
CHUNK = 10  # passages of like length in one pass
NEGATIVES = 2
TAKEN_OUT = 0.15  # share of answered questions that are shown without the document that answers
EACH = 0.5  # weight of the loss of each statement by itself


class Reader(nn.Module):  # type: ignore[misc]
    """The first layers of the encoder, and a score for each statement from its tokens and the passage's first one."""

    def __init__(self, folder: Path, layers: int = LAYERS) -> None:
        super().__init__()
        from transformers import AutoModel

        self.body = AutoModel.from_pretrained(folder, attn_implementation="eager", add_pooling_layer=False)
        self.body.encoder.layer = self.body.encoder.layer[:layers]
        self.body.config.num_hidden_layers = layers
        width = self.body.config.hidden_size
        self.head = nn.Sequential(nn.Linear(2 * width, HIDDEN), nn.GELU(), nn.Dropout(0.1), nn.Linear(HIDDEN, 1))

    def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any, pool: Any) -> Any:
        """Logits of shape (passages, statements); `pool` holds each statement's share of its tokens."""
        tokens = self.body(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        statements = pool @ tokens
        first = tokens[:, :1].expand(-1, statements.shape[1], -1)
        return self.head(torch.cat([statements, first], dim=-1)).squeeze(-1)


def scores(model: Any, pairs: Sequence[Pairs]) -> list[Any]:
    """The logits of each passage's statements, in order, in passes over passages of like length."""
    order = sorted(range(len(pairs)), key=lambda i: len(pairs[i].ids))
    rows: list[Any] = [None] * len(pairs)
    for first in range(0, len(order), CHUNK):
        chosen = order[first : first + CHUNK]
        inputs = {name: torch.from_numpy(value) for name, value in feed([pairs[i] for i in chosen]).items()}
        for i, row in zip(chosen, model(**inputs), strict=True):
            rows[i] = row[: len(pairs[i].spans)]
    return rows


def chosen_for(group: Group, picker: random.Random) -> list[Candidate]:
    """The passages shown for a question in one epoch: some that answer, some that were found and do not."""
    every = [*group.hits, *group.gold]
    gold = [candidate for candidate in every if GOLD in candidate.labels]
    others = [candidate for candidate in every if GOLD not in candidate.labels]
    if group.answerable and gold and picker.random() < TAKEN_OUT:
        own = {candidate.source_id for candidate in gold}
        left = [candidate for candidate in others if candidate.source_id not in own]
        if len(left) >= 2:
            return left[: NEGATIVES + 1]
    tempting = [candidate for candidate in others if LOOKALIKE in candidate.labels]
    first = picker.sample(tempting, min(1 if gold else 2, len(tempting)))
    rest = [candidate for candidate in others if candidate not in first]
    rest = picker.sample(rest[:8], min(NEGATIVES + (0 if gold else 1) - len(first), len(rest[:8])))
    return [*picker.sample(gold, min(2, len(gold))), *first, *rest]


def train(groups: Sequence[Group], folder: Path, tokenizer: Any, epochs: int, minutes: float, log: Any) -> Any:
    """Train on the groups; stops after `minutes`, the rate falling to 0 by then or by the last epoch."""
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    model = Reader(folder).train()
    body, head = list(model.body.parameters()), list(model.head.parameters())
    optimizer = torch.optim.AdamW([{"params": body, "lr": RATE}, {"params": head, "lr": HEAD_RATE}], weight_decay=0.01)
    picker = random.Random(SEED)
    steps = epochs * (len(groups) // GROUPS)
    started, step, running = time.monotonic(), 0, 0.0
    rates = [RATE, HEAD_RATE]
    for _ in range(epochs):
        order = list(groups)
        picker.shuffle(order)
        for begin in range(0, len(order) - GROUPS + 1, GROUPS):
            spent = (time.monotonic() - started) / (minutes * 60)
            share = max(step / steps, spent)
            if share >= 1:
                model.eval()
                return model
            for rate, parameters in zip(rates, optimizer.param_groups, strict=True):
                parameters["lr"] = rate * min(1.0, (step + 1) / (0.06 * steps + 1)) * (1.0 - share)
            pairs, labels, owners = [], [], []
            for place, group in enumerate(order[begin : begin + GROUPS]):
                for candidate in chosen_for(group, picker):
                    pair = pairs_of(tokenizer, group.question, candidate.prefix, candidate.statements)
                    pairs.append(pair)
                    labels.append(torch.tensor([label == GOLD for label in candidate.labels[: len(pair.spans)]]))
                    owners.append(place)
            rows = scores(model, pairs)
            loss = torch.zeros(())
            for place in range(GROUPS):
                mine = [i for i, owner in enumerate(owners) if owner == place]
                if mine:
                    loss = loss + _loss(torch.cat([rows[i] for i in mine]), torch.cat([labels[i] for i in mine]))
            loss = loss / GROUPS
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step += 1
            running = 0.95 * running + 0.05 * float(loss) if step > 1 else float(loss)
            if step % 20 == 0:
                line = {"step": step, "of": steps, "loss": round(running, 4), "s": round(time.monotonic() - started)}
                log.write(json.dumps(line) + "\n")
                log.flush()
                print(line, flush=True)
    model.eval()
    return model


def _loss(logits: Any, gold: Any) -> Any:
    everything = torch.logsumexp(torch.cat([logits, torch.zeros(1)]), dim=0)
    right = torch.logsumexp(logits[gold], dim=0) if gold.any() else torch.zeros(())
    each = nn.functional.binary_cross_entropy_with_logits(logits, gold.float(), reduction="sum") / math.sqrt(
        len(logits)
    )
    return everything - right + EACH * each


def export_reader(model: Reader, target: Path) -> None:
    """Write the reader as ONNX with int8 weights."""
    pairs = [Pairs((101, 2129, 102, 3000, 3001, 102), 3, ((3, 5),)), Pairs((101, 2129, 102, 3000, 102), 3, ((3, 4),))]
    inputs = {name: torch.from_numpy(value) for name, value in feed(pairs).items()}
    export(model, inputs, "logits", {0: "passages", 1: "statements"}, target)


def figures(model: Reader, tokenizer: Any, groups: Sequence[Group], shown: int = 6) -> dict[str, float]:
    """On hits alone, as when asked: how often a right statement is first, and the area under the ROC of "answered"."""
    first, plain, count = 0, 0, 0
    answered: list[tuple[bool, float, float]] = []
    with torch.no_grad():
        for group in groups:
            hits = group.hits[:shown]
            pairs = [pairs_of(tokenizer, group.question, hit.prefix, hit.statements) for hit in hits]
            flat = torch.cat(scores(model, pairs)).numpy()
            labels = [label for hit, pair in zip(hits, pairs, strict=True) for label in hit.labels[: len(pair.spans)]]
            cosines = [c for hit, pair in zip(hits, pairs, strict=True) for c in hit.cosines[: len(pair.spans)]]
            if group.answerable:
                count += 1
                first += labels[int(np.argmax(flat))] == GOLD
                plain += labels[int(np.argmax(cosines))] == GOLD
            answered.append((group.answerable, float(np.logaddexp.reduce(flat)), max(cosines)))
    return {
        "questions": len(groups),
        "first": round(first / max(1, count), 4),
        "first, cosine": round(plain / max(1, count), 4),
        "auroc": _area([(a, s) for a, s, _ in answered]),
        "auroc, cosine": _area([(a, c) for a, _, c in answered]),
    }


def _area(pairs: Sequence[tuple[bool, float]]) -> float:
    from sklearn.metrics import roc_auc_score

    labels = [answer for answer, _ in pairs]
    return round(float(roc_auc_score(labels, [s for _, s in pairs])), 4) if len(set(labels)) == 2 else float("nan")
