"""A question in several parts → its parts, each a question that stands alone.

In: a question. Out: its parts in order; the question itself where it has but one. "How are peers trained, and who pays
them?" is two questions: what answers the one says nothing of the other.
"""

from __future__ import annotations

import re

from rag.conversation.complete import complete
from rag.conversation.talk import Talk
from rag.terms import content_words

_ASKS = (
    r"(?:what|which|who|whom|whose|where|when|why|how|is|are|was|were|do|does|did|can|could|should|"
    r"would|will|has|have|may|must)"
)
_BETWEEN = re.compile(
    rf"\?\s*(?:(?:and|or|but|also)\s+)?(?=\w)|[,;]\s+(?:and\s+|but\s+)?(?:also\s+)?(?={_ASKS}\b)|"
    r"\s+and\s+(?:also\s+)?(?=(?:what|which|who|where|when|why|how)\b"
    r"|(?:is|are|was|were|do|does|did|can|should)\s+(?:it|they|there|this|that|these|those|any)\b)",
    re.IGNORECASE,
)
_BEGINS = re.compile(rf"(?:(?:for|by|in|to|with|on|at|of)\s+)?{_ASKS}\b", re.IGNORECASE)
_ONES = re.compile(r"(?:which|what)\s+(?:ones?|others?|of\s+(?:them|these|those))\b", re.IGNORECASE)
FEWEST = 2  # content words of a part
MOST = 4  # parts


def parts(question: str) -> tuple[str, ...]:
    """The parts of a question, at least one."""
    pieces = [piece.strip(" ,;?") for piece in _BETWEEN.split(question)]
    pieces = [piece for piece in pieces if piece]
    whole = (question,)
    if any(_ONES.match(piece) for piece in pieces[1:]):  # of what the part before speaks of
        return whole
    if not 1 < len(pieces) <= MOST or not all(_BEGINS.match(piece) and content_words(piece) for piece in pieces):
        return whole
    found: list[str] = []
    for piece in pieces:
        part = complete(piece, Talk(asked=tuple(found), alone=found[-1])) if found else piece
        if len(content_words(part)) < FEWEST:
            return whole
        found.append(part.rstrip(" ?") + "?")
    return tuple(found)
