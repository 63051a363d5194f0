"""Words are counted by the stem that the word index has for them."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.index.words import PassageWords, WordIndex
from rag.terms import stem

LETTERS = "abcdefghijklmnopqrstuvwxyzàáâãäåçèéêëìíîïñòóôõöùúûüýÿčšžABCÉÖ"


@given(st.lists(st.text(LETTERS, min_size=3, max_size=14), min_size=1, max_size=20))
def test_a_stem_is_the_one_of_the_word_index(spoken: list[str]):
    with TemporaryDirectory() as folder:
        index = WordIndex(Path(folder) / "words.sqlite", writable=True)
        index.add("a", "{}", [PassageWords("a-1", 0, "", "", " ".join(spoken), "")])
        index.commit()
        missing = [word for word in spoken if not index.passages_with(stem(word))]
        index.close()
    assert missing == []


@pytest.mark.parametrize(("word", "other"), [("Saponé", "sapone"), ("naïve", "naive"), ("José", "Jose")])
def test_accents_make_no_other_word(word: str, other: str):
    assert stem(word) == stem(other)
