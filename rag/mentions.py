"""Which documents of the library a question names: "the Ontario brief", "the London review", "MacLellan's paper".

In: a question and the names by which the library's documents go. Out: source ids, and the question without the names.
A name is an alias, an abbreviation in one, the title, an author's surname, or words of title, place, publisher, year or
kind beside a word for a publication. `Names` is made once a library: a question then costs look-ups of its own words
only.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.places import COUNTRIES, DEMONYMS, SIGNS
from rag.schema import Catalogue
from rag.terms import SMALL_WORDS, stem, straight, words

PUBLICATION = (
    r"(?:briefs?|reviews?|papers?|documents?|publications?|reports?|articles?|text|syntheses|synthesis|"
    r"metasynthesis|meta-synthesis|responses?|summary|authors?|team|reviewers?)"
)
# What stands for a document less plainly: "the Ontario people", "the Canadian one". Only beside what no other document
# goes by, where it does not go on to say which people ("the Ontario people who inject"), and where nothing else in the
# question is what another document goes by ("does the British one agree with Canadian practice?").
LOOSE = r"(?:people|folks?|crowd|lot|one|guide)"
MIN_TITLE_WORDS = 3  # a shorter title may be words of any question
MIN_SURNAME = 4  # letters
MIN_ABBREVIATION = 3  # letters
MOST_NAMED = 12  # documents: a name that more of them bear names none
BEFORE = 5  # words of a title before the word for a publication
_PUBLICATION = re.compile(PUBLICATION, re.IGNORECASE)
_LOOSE = re.compile(LOOSE, re.IGNORECASE)
_GOES_ON = re.compile(r"\s+(?:who|that|which|with|without|in|of|from|on|for|living|using|\w+ing)\b", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W_](?:[\w.]*[^\W_])?(?:[-‐][^\W_]+)*")
_PARTS = frozenset({"Scottish", "Welsh"})  # of a country whose documents do not go by them
_NAME = re.compile(r"\b[A-Z][A-Za-z]{5,}\b")
_POSSESSIVE = re.compile(r"['’]s\b")
_LEADING = re.compile(
    r"(?:\b(?:in|from|according to|going by|by|of|as told in|does|did)\s+)?(?:\b(?:the|this|that)\s+)?$", re.IGNORECASE
)
_THE = re.compile(r"\b(?:the|this|that|your|our)\s+$", re.IGNORECASE)
_FOLLOWING = re.compile(rf"\s+(?:et al\.?|and colleagues|{PUBLICATION}\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mention:
    """Documents named in a question.

    Attributes:
        source_ids: of the documents, sorted; empty when none is named.
        rest: the question without the names, for searching inside the documents; the question itself where
            hardly anything would be left.
        without: the question without the names, however short.
    """

    source_ids: tuple[str, ...]
    rest: str
    without: str


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    start: int
    end: int  # with a possessive ending


class Names:
    """The names by which the documents of a library go."""

    def __init__(self, catalogues: Mapping[str, Catalogue]) -> None:
        """Note the names of each document."""
        self._beside: dict[str, set[str]] = defaultdict(set)  # distinctive words: name beside a publication's word
        self._titled: dict[str, set[str]] = defaultdict(set)  # stems of titles: name together, after "the"
        self._surnames: dict[str, set[str]] = defaultdict(set)
        self._phrases: dict[str, dict[tuple[str, ...], set[str]]] = defaultdict(lambda: defaultdict(set))
        self._abbreviations: dict[str, set[str]] = defaultdict(set)  # of aliases: name alone, in capitals
        self._lone: dict[str, set[str]] = defaultdict(set)  # "the metasynthesis"
        self.written: dict[str, str] = {}  # names of one word, in lower case → as they are written
        for source_id, known in catalogues.items():
            self._note(source_id, known)

    def _note(self, source_id: str, known: Catalogue) -> None:
        for text in (known.title, *known.authors, *known.aliases, known.publisher, known.place):
            self.written |= {name.lower(): name for name in _NAME.findall(text)}
        aliases = [alias.strip() for alias in known.aliases if alias.strip()]
        city, _, country = known.place.partition(",")
        land = country.strip() or city.strip()
        nations = [name for name, known in DEMONYMS.items() if known == COUNTRIES.get(land) and name not in _PARTS]
        for name in (*aliases, city, known.kind, known.publisher, *nations):
            for word in words(name):
                if word not in SMALL_WORDS and not _PUBLICATION.fullmatch(word) and len(word) > 1:
                    self._beside[word].add(source_id)
        if known.year:
            self._beside[str(known.year)].add(source_id)
        for word in words(known.title):
            if word not in SMALL_WORDS:
                self._titled[stem(word)].add(source_id)
        for name in known.authors:
            surname = name.split()[-1] if name.strip() else ""
            if len(surname) >= MIN_SURNAME:
                self._surnames[surname.casefold()].add(source_id)
        for alias in aliases:
            spoken = tuple(token.word.casefold() for token in _tokens(alias))
            if spoken and (" " in alias or len(alias) > 8):
                self._phrases[spoken[0]][spoken].add(source_id)
            for word in alias.split():
                if word.isupper() and len(word) >= MIN_ABBREVIATION and word not in SIGNS:
                    self._abbreviations[word].add(source_id)
            last = alias.split()[-1]
            if _PUBLICATION.fullmatch(last):
                self._lone[last.casefold()].add(source_id)
        if len(known.title.split()) >= MIN_TITLE_WORDS:
            spoken = tuple(token.word.casefold() for token in _tokens(known.title))
            self._phrases[spoken[0]][spoken].add(source_id)

    def find(self, question: str) -> Mention:
        """The documents that the question names. A name that a few documents bear names them all."""
        tokens = list(_tokens(straight(question)))
        found: set[str] = set()
        spans: list[tuple[int, int]] = []
        for named, start, end in self._named(question, tokens):
            if 0 < len(named) <= MOST_NAMED:
                found |= named
                leading = _LEADING.search(question[:start])
                spans.append((leading.start() if leading else start, end))
        rest = question
        for start, end in _merged(spans):
            rest = rest[:start] + " " + rest[end:]
        rest = " ".join(rest.split()) if spans else question
        # What is left may be too little to search with ("what does the Ontario brief say?").
        return Mention(tuple(sorted(found)), rest if len(rest.split()) >= 3 else question, rest)

    def _named(self, question: str, tokens: Sequence[_Token]) -> Iterator[tuple[set[str], int, int]]:
        """Names in the question: whom they name, and where they stand."""
        for place, token in enumerate(tokens):
            word = token.word.casefold()
            yield from self._phrase(tokens, place)
            if word in self._beside:
                # Then within two words one for a publication: "the Toronto team's brief".
                for other in tokens[place + 1 : place + 3]:
                    between = question[token.end : other.start]
                    if _PUBLICATION.fullmatch(other.word) and not re.search(r"[,;:.?!]", between):
                        yield self._beside[word], token.start, other.end
                        break
                yield from self._loosely(question, tokens, place)
            named = self._abbreviations.get(token.word, set())
            if len(named) == 1 and stem(word) not in self._titled:  # else it may be what documents are about
                yield named, token.start, token.end
            if word in self._surnames:
                # A surname may be a common word ("Young"): it needs its capital, or a word for a publication after it.
                after = _FOLLOWING.match(question, token.end)
                if token.word[0].isupper() or (after and not after.group().lstrip().startswith(("et", "and"))):
                    yield self._surnames[word], token.start, after.end() if after else token.end
            if _PUBLICATION.fullmatch(word):
                if word in self._lone and _THE.search(question[: token.start]) and not _followed_by_of(question, token):
                    yield self._lone[word], token.start, token.end
                yield from self._by_title(question, tokens, place)

    def _loosely(self, question: str, tokens: Sequence[_Token], place: int) -> Iterator[tuple[set[str], int, int]]:
        """ "The Ontario people", for the one document that goes by the name."""
        name, named = tokens[place], self._beside[tokens[place].word.casefold()]
        if len(named) != 1 or name.word.isdigit() or not _THE.search(question[: name.start]):
            return
        for other in tokens[place + 1 : place + 2]:
            if _LOOSE.fullmatch(other.word) and not _GOES_ON.match(question, other.end):
                words = (token.word for token in tokens if token.word[0].isupper())
                if all(self._beside.get(word.casefold(), named) == named for word in words):
                    yield named, name.start, other.end

    def _phrase(self, tokens: Sequence[_Token], place: int) -> Iterator[tuple[set[str], int, int]]:
        """Aliases and titles that begin at this word; the longest."""
        known = self._phrases.get(tokens[place].word.casefold(), {})
        fitting = [
            spoken
            for spoken in known
            if tuple(token.word.casefold() for token in tokens[place : place + len(spoken)]) == spoken
        ]
        if fitting:
            spoken = max(fitting, key=len)
            yield known[spoken], tokens[place].start, tokens[place + len(spoken) - 1].end

    def _by_title(self, question: str, tokens: Sequence[_Token], place: int) -> Iterator[tuple[set[str], int, int]]:
        """Words of one title between "the" and the word for a publication: "the peer engagement brief"."""
        shared: set[str] | None = None
        for first in range(place - 1, max(-1, place - 1 - BEFORE), -1):
            word = tokens[first].word.casefold()
            if word in SMALL_WORDS:
                return
            own = self._titled.get(stem(word), set()) | self._beside.get(word, set())
            shared = own if shared is None else shared & own
            if not shared:
                return
            if _THE.search(question[: tokens[first].start]):
                yield shared, tokens[first].start, tokens[place].end
                return


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        ending = _POSSESSIVE.match(text, match.end())
        yield _Token(match.group(), match.start(), ending.end() if ending else match.end())


def _followed_by_of(question: str, token: _Token) -> bool:
    return re.match(r"\s+of\b", question[token.end :], re.IGNORECASE) is not None


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans without overlaps, the last first."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged[::-1]
