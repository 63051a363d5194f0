"""The two publications as they were saved: read to the last marker, and answered from.

They belong to their publishers and do not come with the project: name their folder in CITEWELL_ORIGINALS.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakes import ORIGINALS, assert_exact, count_tokens, make_settings

from ingest.assemble import Assembled, assemble
from ingest.find import find
from ingest.passages import Measure, with_passages
from ingest.read import read
from ingest.structure import REFERENCES, folded
from ingest.sync import sync
from rag.assistant import Assistant
from rag.cite import holds
from rag.encode import ShippedEncoder
from rag.index.reader import LiveIndex
from rag.markers import find_markers
from rag.reader import open_reader

pytestmark = pytest.mark.skipif(not ORIGINALS, reason="CITEWELL_ORIGINALS does not name the folder of the publications")

BRIEF, REVIEW = "ohtn-peer-engagement-2013", "maclellan-psw-metasynthesis-2015"
# Groups of markers in the body, entries, retracted entries, brackets.
GOLD = {BRIEF: (53, 21, [10], "round"), REVIEW: (126, 54, [], "square")}


@pytest.fixture(scope="module")
def originals() -> dict[str, Assembled]:
    return {
        source.entry.source_id: assemble(
            source.entry.source_id, read(source.path, source.path.read_bytes()), source.entry.catalogue
        )
        for source in find(Path(ORIGINALS))
    }


@pytest.mark.parametrize("source_id", GOLD)
def test_every_marker_of_the_body_means_entries_of_the_list(originals: dict[str, Assembled], source_id: str):
    assembled = originals[source_id]
    document = assembled.document
    markers = [
        marker
        for part in assembled.parts
        if part.placed.kind == "body"
        for marker in find_markers(document.text[part.start : part.end], document.marker_style, document.last_reference)
    ]
    groups, entries, _, style = GOLD[source_id]
    assert document.marker_style == style
    assert len(markers) == groups
    assert all(marker.numbers for marker in markers)
    cited = {number for marker in markers for number in marker.numbers}
    assert cited <= set(range(1, entries + 1))
    assert len(cited) > entries * 0.9


@pytest.mark.parametrize("source_id", GOLD)
def test_every_marker_means_what_a_person_read_it_to_mean(originals: dict[str, Assembled], source_id: str):
    """tests/markers.json holds the offset of each marker and the entries it points to, the last first: written by our
    own parser, then each read against the printed form.
    """
    gold = json.loads((Path(__file__).parent / "markers.json").read_text(encoding="utf-8"))[source_id]
    markers = originals[source_id].document.markers
    assert [[marker.start, *reversed(marker.numbers)] for marker in markers] == gold
    repaired = {originals[source_id].document.text[m.start : m.end] for m in markers if m.repaired}
    assert len(repaired) == (8 if source_id == REVIEW else 0)


@pytest.mark.parametrize("source_id", GOLD)
def test_the_reference_list_is_complete(originals: dict[str, Assembled], source_id: str):
    document = originals[source_id].document
    _, entries, retracted, _ = GOLD[source_id]
    assert [reference.number for reference in document.references] == list(range(1, entries + 1))
    assert [reference.number for reference in document.references if reference.retracted] == retracted
    assert all(reference.label.split()[0][0].isupper() or " " in reference.label for reference in document.references)
    assert all(reference.year and 1950 < reference.year < 2016 for reference in document.references)


@pytest.mark.parametrize("source_id", GOLD)
def test_each_original_is_read_exactly(originals: dict[str, Assembled], source_id: str):
    document = with_passages(originals[source_id], Measure(256, count_tokens))
    assert_exact(document)
    assert document.text.startswith(document.catalogue.title)
    assert not any(w in document.text.casefold() for w in ("thumbnail", "loading metrics", "skip to main content"))
    sections = [folded(section.path[0]) for section in document.sections if section.path]
    assert REFERENCES & set(sections)
    assert max(len(section.path) for section in document.sections) <= 3


def test_the_lost_dashes_of_the_review_are_put_back_and_told(originals: dict[str, Assembled]):
    assert originals[BRIEF].document.warnings == ()
    (warning,) = originals[REVIEW].document.warnings
    assert warning.startswith("8 reference range(s) had lost their dash")
    assert "[115]" in warning


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, shipped: ShippedEncoder) -> Assistant:
    settings = make_settings(tmp_path_factory.mktemp("originals"))
    rows = sync([Path(ORIGINALS)], settings, open_=lambda: shipped)
    assert {row.source_id: row.state for row in rows if row.state != "failed"} == dict.fromkeys(GOLD, "added")
    return Assistant(LiveIndex(settings.index, shipped.fingerprint), shipped, settings, open_reader(settings))


@pytest.mark.encoder
def test_how_peers_should_be_trained_is_answered_from_both_publications(assistant: Assistant):
    answer = assistant.ask("how should peers be trained?")
    assert not answer.abstained
    assert {citation.source_id for citation in answer.citations} == {BRIEF, REVIEW}
    for citation in answer.citations:
        document = assistant.document(citation.source_id)
        assert document.text[citation.char_start : citation.char_end] == citation.quote
        assert holds(citation, document)
        assert citation.section
    assert any("train" in sentence.text for sentence in answer.sentences)
    assert any(citation.studies for citation in answer.citations)


@pytest.mark.encoder
def test_what_peers_earn_per_hour_is_not_answered(assistant: Assistant):
    answer = assistant.ask("what do peers earn per hour in Ontario?")
    assert answer.abstained
    assert (answer.sentences, answer.citations) == ((), ())
    assert answer.uncovered == ("an amount of money",)
    assert len(answer.hits) >= 10
