"""How questions are put together as text: small letters, question marks, two in one line.

In: pieces of questions. Out: text. Nothing here knows what was said before.
"""

from __future__ import annotations

import re

from rag.conversation.phrases import is_auxiliary

_I = re.IGNORECASE
WH = re.compile(r"^(?:who|what|which|where|when|why|how|whose)\b", _I)
_REQUESTS = re.compile(
    r"^(?:please |can you )?(?:compare|describe|explain|find|give|list|show|summari[sz]e|tell)\b", _I
)
# What comes before "that" where it is all that was said.
SAYING = r"(?:finds?|found|sa(?:y|ys|id)|show(?:s|ed|n)?|report(?:s|ed)?|thinks?|thought|claim(?:s|ed)?)"
THAT_IS = ", that is, "  # before a correction whose place is not plain
SCOPE = re.compile(r"^((?:in|according to|within|at)\s+[^,?]{3,60}),\s", _I)


def joined(previous: str, question: str) -> str:
    """Both, in one line: for a question whose place in the one before is not plain."""
    return f"{opened(previous)} – {lowered(question)}"


def put_beside(completed: str, previous: str) -> bool:
    """True for a question that stands beside the one before, as against one that took its place or corrects it."""
    beside = (f"{opened(previous)}, ", f"{opened(previous)} – ")
    return bool(previous) and completed.startswith(beside) and THAT_IS not in completed


def ends_asking(text: str) -> str:
    """The text with a question mark at its end."""
    return text.rstrip(" .!?,;:") + "?"


def asks(text: str) -> bool:
    """True for a question, as against something told."""
    first = text.split(" ", 1)[0].strip(",")
    return bool(text.rstrip().endswith("?") or WH.match(text) or is_auxiliary(first) or SCOPE.match(text))


def tells(text: str) -> bool:
    """True for a sentence that tells something, as against a question, words for a search, or a request."""
    return text.rstrip().endswith(".") and not asks(text) and not _REQUESTS.match(text)


def opened(question: str) -> str:
    """The question without its mark."""
    return question.strip().rstrip(" ?.!")


def lowered(text: str) -> str:
    """With a small first letter, unless it begins with a name."""
    first = text.split(" ", 1)[0]
    if first == "I" or first.startswith(("I'", "I’")) or sum(c.isupper() for c in first) > 1:
        return text
    ordinary = is_auxiliary(first) or WH.match(first) or re.match(r"(?:in|by|for|which|one|do|the|a|an)$", first, _I)
    return text[:1].lower() + text[1:] if ordinary else text


def capitalised(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]
