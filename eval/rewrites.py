"""`python -m eval rewrites`: our stand-alone questions beside those that people wrote.

In: conversations with a human rewrite. Out: lines of a table: token F1 and exact match, for our
question and for the question left as it is, which is the floor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from eval.collections import CollectionError, Conversation, Split, in_split, read_conversations, sample
from eval.retrieval import cell, counted, markdown
from eval.statistics import figure
from eval.throwaway import Progress
from eval.tokens import exact_match, token_f1
from rag.conversation import standalone

UNCHANGED, OURS = "the question unchanged", "our stand-alone question"


def rewrites(path: Path, split: Split, limit: int | None, progress: Progress) -> Iterator[str]:
    """Measure the questions of a file, or a sample of them."""
    ids = [talk.id for talk in read_conversations(path) if in_split(path.parent, split, talk.id, talk.gold_ids)]
    if not ids:
        raise CollectionError(f"no questions of the split `{split}` in `{path}`", "leave out --split")
    chosen = sample(ids, limit)
    talks = [talk for talk in read_conversations(path) if talk.id in chosen]
    ours = {talk.id: standalone(talk.question, talk.history) for talk in counted(talks, progress)}
    yield f"{path.parent.name}, split {split}: {len(talks):,} of {len(ids):,} questions"
    yield from ["", "all of them", *_table(talks, ours)]
    needy = [talk for talk in talks if not exact_match(talk.question, talk.rewrite)]
    if 0 < len(needy) < len(talks):
        yield from ["", f"the {len(needy):,} that people changed", *_table(needy, ours)]
        alone = [talk for talk in talks if exact_match(talk.question, talk.rewrite)]
        yield from ["", f"the {len(alone):,} that people left as they are", *_table(alone, ours)]


def _table(talks: Sequence[Conversation], ours: dict[str, str]) -> Iterator[str]:
    rows = []
    for name, texts in ((UNCHANGED, [talk.question for talk in talks]), (OURS, [ours[talk.id] for talk in talks])):
        pairs = list(zip(texts, (talk.rewrite for talk in talks), strict=True))
        changed = sum(text != talk.question for text, talk in zip(texts, talks, strict=True)) / len(talks)
        scores = [cell(figure([score(found, gold) for found, gold in pairs])) for score in (token_f1, exact_match)]
        rows.append((name, *scores, f"{changed:.3f}"))
    yield from markdown(("", "token F1", "exact match", "changed"), rows)
