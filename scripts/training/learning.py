"""What all trainings do alike: texts to vectors in batches of like length, and a step down the gradient.

In: a model of transformers with its tokenizer and texts; a loss. Out: vectors with their gradients; changed weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

GROUP = 16  # texts of like length in one pass: padding is most of the cost
LARGEST = 1.0  # norm of the gradients, above which they are cut


def embed(model: Any, tokenizer: Any, texts: Sequence[str], tokens: int) -> Any:
    """Mean token vectors of the texts, in order, of length 1: shape (texts, dim). Cut off after `tokens`."""
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    rows: list[Any] = []
    for first in range(0, len(order), GROUP):
        group = [texts[place] for place in order[first : first + GROUP]]
        batch = tokenizer(group, padding=True, truncation=True, max_length=tokens, return_tensors="pt")
        hidden = model(**batch).last_hidden_state
        mask = batch["attention_mask"][:, :, None].float()
        rows.append(torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1))
    return torch.cat(rows)[torch.tensor(order).argsort()]


def descend(model: Any, optimizer: Any, loss: Any) -> None:
    """One step of the optimizer down the gradient of the loss."""
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), LARGEST)
    optimizer.step()
