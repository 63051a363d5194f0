"""Countries that a text names, by the country, its adjective or a city.

In: text. Out: countries. A name needs its capital, since some mean other things as well ("Turkey").
"""

from __future__ import annotations

import re

from rag.places import SIGNS

# Words that hold a name and mean another thing: journals and languages say little of where a study was done.
_NOT = re.compile(
    r"\b(?:in English|English[- ](?:language|speaking)|Spanish[- ]speaking|French[- ]speaking|British Journal"
    r"|American Journal|Am J|Br J|New England Journal|Latin America\w*|North America\w*|South America\w*"
    r")\b"
    r"|\b[A-Z][\w'’-]+ (?!UK\b|US\b|USA\b|NHS\b)[A-Z]{1,3}\b(?=[,.]| et al)"  # an author: "Alberta AJ,"
    r"|(?<=[.?!] )[A-Z][\w ]+(?:, [A-Z][\w .]+)?:(?= [A-Z])"  # where a book was printed: "London: Sage"
)
_INFORMAL = {
    "down under": "Australia",
    "the states": "United States",
    "us studies": "United States",
    "us research": "United States",
}
_SHORT = 2  # letters: a name so short needs its capitals ("US")


_NAMES = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(SIGNS, key=len, reverse=True))) + r")(?!\w)")


def countries(text: str, *, asked: bool = False) -> tuple[str, ...]:
    """The countries that a text names, in its order. `asked`: in a question, small letters and "down under" do."""
    text = _NOT.sub(lambda match: " " * len(match.group()), text)
    found = [(match.start(), SIGNS[match.group()]) for match in _NAMES.finditer(text)]
    if asked:
        lower = text.lower()
        found += [(lower.index(words), country) for words, country in _INFORMAL.items() if words in lower]
        for name, country in SIGNS.items():
            small = re.search(rf"(?<!\w){re.escape(name.lower())}(?!\w)", lower)
            if small and (len(name) > _SHORT or name == "UK"):
                found.append((small.start(), country))
    return tuple(dict.fromkeys(country for _, country in sorted(found)))


def names_of(country: str) -> tuple[str, ...]:
    """The names by which a country goes."""
    return tuple(name for name, known in SIGNS.items() if known == country)
