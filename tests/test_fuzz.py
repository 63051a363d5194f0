"""A damaged file of any kind is read exactly or refused with a reason; `python tests/fuzz.py 10000` tries more."""

from __future__ import annotations

import random

from fuzz import mutated, run, seeds

from ingest.read import READERS


def test_damaged_files_are_read_exactly_or_refused_and_nothing_else():
    results = list(run(300))
    assert len(results) == 300
    assert {result for _, result in results} > {"read"}


def test_damage_is_the_same_each_time_and_touches_every_reader():
    assert {READERS["." + name.rsplit(".", 1)[1]] for name, _ in seeds()} == set(READERS.values())
    data = seeds()[0][1]
    assert mutated(data, random.Random(7)) == mutated(data, random.Random(7)) != data
