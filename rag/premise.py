"""Questions that take something for granted, and the statements that say it is not so.

In: a question, a statement. Out: whether the question presupposes ("why did X fall?", "since X works, …", "how much did
X go up?"), and whether the statement denies: says that there is none, that it was not so, or was not looked at. To a
question that presupposes wrongly, the statement that denies it is the answer.
"""

from __future__ import annotations

import re

_PRESUPPOSES = re.compile(
    r"^(?:[^.?!:]{0,40}[.:,–-]\s+)?(?:why|how come|since|because|given|as|seeing|considering|now that|knowing|"
    r"with\b(?! (?:respect|regards?) to).*,\s|by how (?:much|many)|how (?:much|many|far|strong\w*|big|large|well)\b)"
    r"|\b(?:didn|isn|wasn|doesn|aren|weren|don|hasn|haven|won)['’]t (?:it|they|he|she|we|there)\b\s*\?"
    r"|\b(?:right|correct|yes)\s*\?|\bi (?:read|heard|gather|understand)\b|\bwhich of the\b|\bwhy\b",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:no|not|never|none|neither|nor|cannot|without|fail(?:ed|s)? to|exclud\w+|unable|unclear|unknown|unchanged|"
    r"absence of|lack(?:ed|s|ing)?|insufficient|rather than|instead of|nobody|nothing|hardly|rarely)\b|n['’]t\b",
    re.IGNORECASE,
)


def presupposes(question: str) -> bool:
    """True for a question that takes something for granted by its form."""
    return _PRESUPPOSES.search(question.strip()) is not None


def denies(text: str) -> bool:
    """True for a statement that says that something is not there, not so, or was not looked at."""
    return _DENIES.search(text) is not None
