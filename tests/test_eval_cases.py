"""The test set: what is read, what is refused and how that is said, what the lint finds."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from eval_fakes import ROW, Knowing, case, corpus, ferries, uncovered, write_cases
from fakes import ORIGINALS
from hypothesis import given
from hypothesis import strategies as st

from eval.baseline import CORPUS
from eval.cases import CASES, COLUMNS, CasesError, load_cases, read_cases
from eval.gold import locate, occurrences, same_heading
from eval.lint import absent_share, lint
from eval.template import EXAMPLE, write_template
from eval.wordings import parse_wordings
from rag.schema import Turn


@pytest.mark.parametrize(
    ("cell", "sentence", "matches"),
    [
        ("train", "Training helps.", True),
        ("rain", "Training helps.", False),
        ("psycholog first aid", "They learned psychological first-aid.", True),
        ("psycholog aid", "They learned psychological first aid.", False),
        ("weekly + train | every week", "Training was weekly.", True),
        ("weekly + train | every week", "It was weekly.", False),
        ("weekly + train | every week", "Every WEEK they met.", True),
        ("5.4 + hour", "They slept 5.4 hours.", True),
        ("two-thirds", "Two thirds of them agreed.", True),
        ("peers’ view", "The peers' views differ.", True),
    ],
)
def test_wordings_match_by_the_beginnings_of_words(cell: str, sentence: str, matches: bool) -> None:
    assert parse_wordings(cell).match_any([sentence]) is matches


def test_all_terms_of_an_alternative_have_to_stand_in_one_sentence() -> None:
    wordings = parse_wordings("weekly + train")
    assert not wordings.match_any(["They met weekly.", "They were trained."])
    assert wordings.match_any(["They met.", "They were trained weekly."])


@pytest.mark.parametrize("cell", ["a |", "| a", "a + ", "a + + b", "+", "a + b + c + d + e"])
def test_wordings_that_say_nothing_are_refused(cell: str) -> None:
    with pytest.raises(ValueError, match=r"nothing stands|more than 4"):
        parse_wordings(cell)


@given(st.lists(st.text("abcdefg", min_size=1), min_size=1, max_size=4), st.text("hij "))
def test_a_sentence_that_holds_all_terms_matches(terms: list[str], filler: str) -> None:
    assert parse_wordings(" + ".join(terms)).matching(f"{filler} {' '.join(terms)}.") == " + ".join(terms)


def test_a_row_becomes_a_case(tmp_path: Path) -> None:
    history = {"history": "U: Do crews nap?\nA: Half of them do.", "standalone": "How long do night crews sleep?"}
    path = write_cases(tmp_path / "a.csv", {"id": "f-01"}, {"id": "f-02", **history})
    first, second = load_cases([path])
    assert (first.id, first.kind, first.split, first.answerable, first.row) == ("f-01", "numeric", "tune", True, 2)
    assert first.studies == (("ferries", 1), ("ferries", 2))
    assert first.findings[0].place.original_key == "slept 5.4 hours a day"
    assert second.history == (Turn("user", "Do crews nap?"), Turn("assistant", "Half of them do."))
    assert second.row == 3, "a cell of several lines is one row"


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "utf-8-sig"), ("\t", "utf-8"), (",", "utf-8-sig")])
def test_what_spreadsheets_write_is_read(tmp_path: Path, delimiter: str, encoding: str) -> None:
    path = write_cases(tmp_path / "a.csv", {"note": "naïve – “so”"}, delimiter=delimiter, encoding=encoding)
    assert load_cases([path])[0].note == "naïve – “so”"


BAD = [
    ({"id": "F 1"}, "id", "lower-case letters"),
    ({"kind": "fact"}, "kind", "use one of: factual"),
    ({"split": "train"}, "split", "use one of: tune, test"),
    ({"question": " "}, "question", "write the question"),
    ({"answerable": "maybe"}, "answerable", "use one of: yes, no"),
    ({"answerable": "no"}, "finding_1", "empty it"),
    ({"kind": "near_miss"}, "answerable", "no is for unanswerable and near_miss"),
    ({"history": "How long?", "standalone": "How long?"}, "history", "each turn on a line"),
    ({"history": "U: Do crews nap?"}, "standalone", "complete the question"),
    ({"standalone": "How long?"}, "standalone", "empty the cell"),
    ({"finding_1": ""}, "finding_1", "say what a right answer says"),
    ({"wordings_1": ""}, "wordings_1", "how to recognise"),
    ({"wordings_1": "5.4 + | x"}, "wordings_1", "one term + another"),
    ({"section_1": ""}, "section_1", "name the heading"),
    ({"document_1": ""}, "document_1", "name the document"),
    ({"original_key_1": ""}, "original_key_1", "copy a few words"),
    ({"digest_key_1": "one two three four five six seven eight nine"}, "digest_key_1", "at most 8 words"),
    ({"finding_3": "a", "wordings_3": "a", "document_3": "a", "section_3": "a"}, "finding_3", "move it up"),
    ({"studies": "Lund 2009"}, "studies", "a colon, the reference's number"),
    ({"wrong": "|"}, "wrong", "one term + another"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "column", "hint"), BAD, ids=[f"{column}-{n}" for n, (_, column, _) in enumerate(BAD)]
)
def test_a_bad_row_is_reported_with_file_row_column_and_what_to_do(
    tmp_path: Path, cells: dict[str, str], column: str, hint: str
) -> None:
    cases, problems = read_cases([write_cases(tmp_path / "a.csv", {"id": "good"}, cells)])
    assert [case.id for case in cases] == ["good"], "one bad row does not hide the others"
    problem = next(problem for problem in problems if problem.column == column)
    assert (problem.file, problem.row) == ("a.csv", 3)
    assert hint in problem.hint
    with pytest.raises(CasesError, match=f"a.csv, row 3, column {column}"):
        load_cases([tmp_path])


def test_ids_are_unique_over_all_files(tmp_path: Path) -> None:
    write_cases(tmp_path / "a.csv", {})
    write_cases(tmp_path / "b.csv", {})
    _, (problem,) = read_cases([tmp_path])
    assert str(problem).startswith("b.csv, row 2, column id: the id `f-01` is taken by row 2 of a.csv")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"id,kind\r\nx,factual\r\n", "the header names the column 0 times"),
        ((",".join(COLUMNS) + ",extra\n").encode(), "unknown column"),
        ((",".join(COLUMNS) + "\n" + "x," * 60).encode(), "more cells"),
        ((",".join(COLUMNS) + '\nx,"never closed').encode(), "breaks off"),
        ("id,naïve\n".encode("latin-1"), "not in UTF-8"),
        (b"", "the header names the column 0 times"),
    ],
)
def test_a_file_that_is_no_test_set_is_reported(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    cases, (problem,) = read_cases([tmp_path])
    assert not cases
    assert says in problem.what
    assert problem.hint


def test_a_path_that_does_not_exist_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CasesError, match="no such file"):
        load_cases([tmp_path / "none.csv"])
    with pytest.raises(CasesError, match="no cases"):
        load_cases([tmp_path])


def test_the_template_holds_no_case_until_its_example_is_made_one(tmp_path: Path) -> None:
    path = tmp_path / "new.csv"
    write_template(path)
    assert read_cases([path]) == ((), ())
    path.write_text(path.read_text(encoding="utf-8-sig").replace("# example-01", "example-01"), encoding="utf-8")
    (example,) = load_cases([path])
    assert example.question == EXAMPLE["question"]
    documents = {document.source_id: document for document in corpus(CORPUS)}
    assert lint([example], documents.__getitem__).problems == ()
    with pytest.raises(CasesError, match="exists already"):
        write_template(path)


def test_the_template_explains_every_column(tmp_path: Path) -> None:
    write_template(tmp_path / "new.csv")
    with (tmp_path / "new.csv").open(encoding="utf-8-sig", newline="") as file:
        header, explained, *_ = csv.reader(file)
    assert tuple(header) == COLUMNS
    assert all(explained)


def test_a_key_is_found_over_line_ends_and_kinds_of_quotation_marks() -> None:
    assert occurrences("so the crew’s\nsleep was, so", "crew's sleep") == [(7, 19)]
    assert occurrences("a.b acb", "a.b") == [(0, 3)]
    assert occurrences("so so", "so") == [(0, 2), (3, 5)]
    assert occurrences("so", "") == []


def test_the_gold_passage_is_the_one_that_holds_the_key_of_either_edition() -> None:
    document = ferries()
    for keys in ({"original_key": "slept 5.4 hours"}, {"original_key": "not there", "digest_key": "slept 5.4 hours"}):
        place = case().findings[0].place.__class__(**{**_place(), **keys})
        gold = locate(document, place)
        assert gold is not None
        assert gold.id == document.passages[0].id
        assert "napped before" in document.text[gold.start : gold.end]
        assert same_heading(document, gold, "NIGHT CREWS.")
        assert not same_heading(document, gold, "Day crews")


def test_a_key_in_the_reference_list_gives_its_entry() -> None:
    document = ferries()
    gold = locate(
        document, case().findings[0].place.__class__(**{**_place(), "original_key": "Naps before night work"})
    )
    assert gold is not None
    assert gold.id.startswith("ferries@")
    assert document.text[gold.start : gold.end].startswith("Dahl C.")


def _place() -> dict[str, str]:
    return {"source_id": "ferries", "section": "Night crews", "original_key": "", "digest_key": ""}


def _problems(*cells: dict[str, str], folder: Path) -> list[str]:
    path = write_cases(folder / "a.csv", *cells)
    return [f"{p.column}: {p.what}" for p in lint(load_cases([path]), Knowing([ferries()], []).document).problems]


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"original_key_1": "slept 9 hours"}, "original_key found 0 times, digest_key empty"),
        ({"original_key_1": "hours a day"}, "original_key found 2 times"),
        ({"section_1": "Day crews"}, "the key stands under `Night crews`"),
        ({"wordings_1": "7.1 + hour"}, "no wording matches"),
        ({"wrong": "napped + shift"}, "`napped + shift` stands in the gold passage"),
        ({"studies": "ferries:9"}, "`ferries` has no reference 9"),
        ({"document_1": "trains"}, "no document `trains`"),
    ],
)
def test_the_lint_finds_what_does_not_fit_the_text(tmp_path: Path, cells: dict[str, str], says: str) -> None:
    assert _problems({}, folder=tmp_path) == []
    assert any(says in found for found in _problems(cells, folder=tmp_path))


def test_the_lint_finds_questions_asked_twice(tmp_path: Path) -> None:
    again = {"id": "f-02", "question": "How much rest do those people get, working after the dark?"}
    assert any("nearly the same as `f-01`" in found for found in _problems({}, again, folder=tmp_path))


def test_the_lint_counts_the_questions_in_the_readers_words(tmp_path: Path) -> None:
    found = _problems({"question": "How many hours a day do night crews sleep on the ferries?"}, folder=tmp_path)
    assert any("only 0% of the questions use the readers' words: `f-01` do not" in problem for problem in found)


def test_the_share_of_absent_words_is_counted_by_stem_without_small_words() -> None:
    assert absent_share("Do the crews nap at night?", ["Crew members napped in the day."]) == pytest.approx(1 / 3)
    assert absent_share("crews", ["no one"]) == 1


def test_the_lint_wants_the_splits_even() -> None:
    lopsided = [uncovered(id=f"u-{n}", question=f"word{n} other{n}") for n in range(20)]
    (problem,) = lint(lopsided, Knowing([ferries()], []).document).problems
    assert (problem.column, problem.what) == ("split", "20 cases are marked tune, 0 test")


@pytest.mark.parametrize(
    "folder", [CORPUS, pytest.param(ORIGINALS, marks=pytest.mark.skipif(not ORIGINALS, reason="no originals here"))]
)
def test_the_shipped_test_set_fits_digests_and_originals(folder: Path | str) -> None:
    documents = {document.source_id: document for document in corpus(Path(folder))}
    found = lint(load_cases(), documents.__getitem__)
    assert "\n".join(map(str, found.problems)) == ""


def test_the_shipped_test_set_is_as_large_and_mixed_as_promised() -> None:
    cases = load_cases()
    assert len(cases) >= 200
    assert sum(not case.answerable for case in cases) >= 60
    assert sum(bool(case.history) for case in cases) >= 40
    assert {path.name for path in CASES.glob("*.csv")} == {case.file for case in cases}
    assert ROW.keys() <= set(COLUMNS)
