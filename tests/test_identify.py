"""Whatever people do with their files between two runs: each content is one document, in all its places."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ingest.find import find, look
from ingest.identify import identify
from ingest.ledger import Row

PATHS = ("one/a.md", "one/b.md", "one/sub/a.md", "two/a.md", "two/c.md")
STEPS = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(PATHS), st.integers(0, 3)),
    st.tuples(st.just("delete"), st.sampled_from(PATHS), st.just(0)),
    st.tuples(st.just("move"), st.sampled_from(PATHS), st.integers(0, len(PATHS) - 1)),
    st.tuples(st.just("run"), st.sampled_from(("", "one", "two", "one/sub")), st.just(0)),
)


def run(base: Path, inner: str, rows: dict[str, Row]) -> dict[str, Row]:
    """The rows after a run over a folder."""
    root = base / inner
    found = [look(source, 10**6) for source in find(root)] if root.is_dir() else []
    items, gone = identify(found, rows.values(), lambda place: place.is_relative_to(root))
    taken = {item.source_id for item in items}
    assert len(taken) == len(items)
    assert not taken & {row.source_id for row in gone}
    after = {id_: row for id_, row in rows.items() if id_ not in {row.source_id for row in gone}}
    for item in items:
        places = tuple(map(str, item.places))
        content = item.before.content if item.elsewhere and item.before else item.found.content
        after[item.source_id] = Row(item.source_id, "", places[0], "", "added", places=places, content=content)
    for id_ in after.keys() - taken:
        left = tuple(place for place in after[id_].all_places if not Path(place).is_relative_to(root))
        after[id_] = Row(id_, "", left[0], "", "added", places=left, content=after[id_].content)
    return after


@given(st.lists(STEPS, max_size=14))
def test_after_each_run_every_content_is_one_document_in_all_its_places(steps: list[tuple[str, str, int]]):
    with tempfile.TemporaryDirectory() as name:
        base, rows = Path(name).resolve(), {}
        for what, path, number in [*steps, ("run", "", 0)]:
            file = base / path
            if what == "write":
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(f"content {number}")
            elif what == "delete":
                file.unlink(missing_ok=True)
            elif what == "move" and file.exists():
                (base / PATHS[number]).parent.mkdir(parents=True, exist_ok=True)
                file.replace(base / PATHS[number])
            elif what == "run":
                rows = run(base, path, rows)
                here = base / path
                files = {str(file): file.read_text() for file in here.rglob("*.md")}
                placed = [place for row in rows.values() for place in row.all_places]
                assert len(placed) == len(set(placed))
                assert set(files) == {place for place in placed if Path(place).is_relative_to(here)}
        # The last run saw everything: as many documents as contents, and a further run changes nothing.
        assert len(rows) == len({file.read_text() for file in base.rglob("*.md")})
        assert run(base, "", rows) == rows


@given(st.integers(0, len(PATHS) - 1), st.integers(0, len(PATHS) - 1))
def test_a_moved_file_keeps_its_id_wherever_it_goes(first: int, then: int):
    with tempfile.TemporaryDirectory() as name:
        base = Path(name).resolve()
        for path in (PATHS[first], PATHS[then]):
            (base / path).parent.mkdir(parents=True, exist_ok=True)
        (base / PATHS[first]).write_text("content")
        rows = run(base, "", {})
        (base / PATHS[first]).replace(base / PATHS[then])
        assert run(base, "", rows).keys() == rows.keys()
