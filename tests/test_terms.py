"""Words are counted by the stem that the word index has for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.index.words import PassageWords, WordIndex
from rag.terms import stem
from rag.weights import english

ACCENTED = ("Saponé", "naïve", "José", "Médecins", "Frontières", "Señores", "Ångström", "čekají")


def test_a_stem_is_the_one_of_the_word_index(tmp_path: Path):
    spoken = [*sorted(english()), *ACCENTED]
    index = WordIndex(tmp_path / "words.sqlite", writable=True)
    index.add("a", "{}", [PassageWords("a-1", 0, "", "", " ".join(spoken), "")])
    index.commit()
    missing = [word for word in spoken if not index.passages_with(stem(word))]
    index.close()
    assert missing == []


@pytest.mark.parametrize(("word", "other"), [("Saponé", "sapone"), ("naïve", "naive"), ("possibly", "possible")])
def test_what_makes_no_other_word(word: str, other: str):
    assert stem(word) == stem(other)
