"""The reliability plot of the reader's probability: one point a bin, on the diagonal where it says what is true."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET

import pytest
from scripting import SCRIPTS

sys.path.append(str(SCRIPTS))

from training.plot import LEFT, SIDE, TOP, reliability

SPACE = "{http://www.w3.org/2000/svg}"


def points(svg: str) -> list[tuple[float, float]]:
    found = [group.find(f"{SPACE}circle") for group in ET.fromstring(svg).iter(f"{SPACE}g")]
    return [(float(point.get("cx", "")), float(point.get("cy", ""))) for point in found if point is not None]


def test_each_bin_is_a_point_at_what_was_said_and_what_was_true():
    drawn = points(reliability({"library": [(40, 0.25, 0.25), (60, 0.75, 1.0)], "other": [(9, 0.5, 0.0)]}))
    assert drawn == [
        (LEFT + 0.25 * SIDE, TOP + 0.75 * SIDE),
        (LEFT + 0.75 * SIDE, TOP),
        (LEFT + 0.5 * SIDE, TOP + SIDE),
    ]


def test_names_of_sets_are_text_and_never_markup():
    svg = reliability({"<script>alert(1)</script>": [(1, 0.5, 0.5)]})
    assert "<script" not in svg
    assert "&lt;script&gt;alert(1)&lt;/script&gt; (1)" in svg


def test_more_sets_than_colours_are_refused():
    with pytest.raises(ValueError, match="zip"):
        reliability({str(number): [(1, 0.5, 0.5)] for number in range(9)})
