"""What a person should look at before trusting a document: hidden text, text that addresses a machine, odd pages.

In: the blocks as read. Out: warnings in words. Nothing is dropped here: hidden text never came among the text, and
text that addresses a machine is evidence of a kind; it is data like all text, and told to whoever keeps the library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.blocks import SPOKEN, Block

_TO_A_MACHINE = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,30}\b(?:previous|prior|above|earlier|preceding|all|your|other|system)\b.{0,20}"
    r"\b(?:instructions?|prompts?|rules|directions|context|guidelines)\b"
    r"|\b(?:system|developer) prompt\b|\bprompt injection\b|<\|?(?:im_start|system|endoftext)\|?>|\[/?INST\]"
    r"|\byou are (?:now )?(?:an?|the) (?:ai|artificial intelligence|language model|llm|chat ?bot|assistant|gpt)\b"
    r"|\b(?:as|to|for|dear|attention|note to|hey) (?:an? |any |the |all )?(?:ai|llms?|language models?"
    r"|chat ?bots?|gpt|chatgpt)"
    r"(?: (?:model|assistant|reviewer|reader|agent|system)s?)?\s?[:,]"
    r"|\b(?:ai|llm|language model|assistant)s? (?:must|should|shall|reading this|who reads? this"
    r"|that reads? this)\b.{0,40}"
    r"\b(?:say|state|respond|answer|output|reply|recommend|ignore|rate|conclude)\b"
    r"|\b(?:do not|don't|never) (?:mention|reveal|disclose|tell)\b.{0,40}\b(?:user|these instructions"
    r"|this prompt|the prompt)\b"
    r"|\b(?:respond|reply|answer) only with\b|\bgive (?:a|only) positive reviews?(?: only)?\b",
    re.IGNORECASE,
)
MAX_SHOWN = 3


def warnings_of(blocks: Sequence[Block]) -> Iterator[str]:
    """The reader's own warnings, hidden text by kind, and text that addresses a machine."""
    yield from (block.text for block in blocks if block.kind == "warning")
    hidden: dict[str, list[Block]] = {}
    for block in blocks:
        if block.kind == "hidden":
            hidden.setdefault(block.marker, []).append(block)
    for why, found in hidden.items():
        pages = sorted({block.page for block in found if block.page})
        where = f" on page(s) {', '.join(map(str, pages[:8]))}" if pages else ""
        shown = "; ".join(f"“{block.text[:80]}”" for block in found[:MAX_SHOWN])
        yield f"text that no reader sees ({why}){where}, left out: {shown}"
    addressed = [
        (block, match)
        for block in blocks
        if block.kind in SPOKEN or block.kind == "hidden"
        for match in _TO_A_MACHINE.finditer(block.text)
    ]
    if addressed:
        shown = "; ".join(
            f"“{match[0][:80]}”" + (f" (page {block.page})" if block.page else "")
            for block, match in addressed[:MAX_SHOWN]
        )
        yield f"text that addresses a machine, {len(addressed)} time(s): {shown}"
