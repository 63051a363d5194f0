"""Abbreviations that a document defines for itself: "peer support workers (PSWs)".

Method: Schwartz AS, Hearst MA. A simple algorithm for identifying abbreviation definitions in biomedical
text. Pacific Symposium on Biocomputing 2003;8:451-62. In: text. Out: (short, long) pairs, both in the
singular, first definition wins.
"""

from __future__ import annotations

import re

_SHORT = re.compile(r"\(([A-Za-z][A-Za-z0-9&/-]{1,9})\)")


def find_glossary(text: str) -> tuple[tuple[str, str], ...]:
    """The abbreviations defined in the text, in the order of their definitions."""
    found: dict[str, str] = {}
    for match in _SHORT.finditer(text):
        short = match.group(1)
        plural = short.endswith("s") and len(short) > 2
        letters = short[:-1] if plural else short
        if sum(character.isupper() for character in letters) < 2 or letters in found:
            continue
        before = re.split(r"[.;:!?()\n]", text[max(0, match.start() - 200) : match.start()])[-1].split()
        window = " ".join(before[-min(len(letters) + 5, 2 * len(letters)) :])
        long = _long_form(letters, window)
        if long and letters not in long.split():
            found[letters] = long[:-1] if plural and long.endswith("s") else long
    return tuple(found.items())


def _long_form(short: str, window: str) -> str:
    """The shortest ending of `window` whose letters spell `short`, or ""."""
    at = len(window)
    for place in range(len(short) - 1, -1, -1):
        letter = short[place].casefold()
        if not letter.isalnum():
            continue
        at -= 1
        while at >= 0 and (window[at].casefold() != letter or (place == 0 and at > 0 and window[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return ""
    long = window[window.rfind(" ", 0, at) + 1 :] if at else window
    return long if len(long) > len(short) else ""
