"""Failing tests that show defects; each moves into the suite when its defect is mended."""

from __future__ import annotations

import json

import pytest

from fakes import *  # noqa: F403
from test_lengths import assert_fits
from ingest.passages import Measure


def test_a_list_with_numbers_fits_the_limit():
    """A printed number and its full stop are two tokens to the encoder."""
    text = "# A list\n\n## Steps\n\n" + "\n".join(f"{n}. Peers meet {n} times" for n in range(1, 90))
    measure = Measure(256, count_tokens)
    assert_fits(read_document(text, measure=measure), measure)


@pytest.mark.parametrize(
    "text",
    [
        "# T\n\n## " + "long heading " * 150 + "\n\nPeers meet weekly.\n",
        "# " + "long title " * 150 + "\n\n## H\n\nPeers meet weekly.\n",
    ],
)
def test_a_heading_longer_than_the_limit_does_not_stop_the_run(text):
    read_document(text)


@pytest.mark.parametrize(("count", "of"), [(154, 54), (14, 5), (120, 21)])
def test_a_lone_count_beyond_the_list_is_no_range_in_a_document_with_round_markers(count, of):
    """The comment in find_markers says so of (154); a single number proves no lost dash there."""
    from rag.markers import find_markers

    assert list(find_markers(f"Volunteers in Denmark ({count}) rest.", "round", of)) == []


@pytest.mark.parametrize("heading", ["7. References", "7 References"])
def test_a_numbered_heading_still_names_the_reference_list(heading):
    document = read_document(f"# T\n\n## Part\n\nPeers rest (1).\n\n## {heading}\n\n1. Cole R. Beds. Soil 2012;1:1.\n")
    assert [reference.label for reference in document.references] == ["Cole 2012"]


@pytest.mark.parametrize(
    ("entry", "label"),
    [
        ("Smith-Jones A-B, Cole R. Beds. Soil 2012;1:1.", "Smith-Jones 2012"),
        ("Öztürk Ş. Beds. Soil 2012;1:1.", "Öztürk 2012"),
    ],
)
def test_initials_with_a_hyphen_or_an_accent_are_initials(entry, label):
    from ingest.references import parse_entry

    assert parse_entry(entry, 1, 0).label == label


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("Peers<br>rest", ["Peers rest"]),
        ("<p>Peers rest in a block of HTML.</p>\n", ["Peers rest in a block of HTML."]),
    ],
)
def test_html_in_markdown_glues_and_loses_no_words(source, seen):
    from pathlib import Path
    from ingest.read import read

    assert [b.text for b in read(Path("a.md"), source.encode())] == seen


# ---- sync
from test_sync import A, B, C, held, run, text_of, published, states  # noqa
from ingest.sync import sync  # noqa


def test_a_second_folder_with_a_file_of_the_same_name_replaces_nothing(settings, tmp_path):
    one = write_files(tmp_path / "one", {"guide.md": A})
    two = write_files(tmp_path / "two", {"guide.md": C})
    run(settings, one)
    run(settings, two)
    assert len(held(settings)) == 2
    assert "noon" in text_of(settings, "guide")


def test_an_upload_named_like_a_document_replaces_nothing_when_another_folder_is_named(settings, tmp_path):
    corpus = write_files(tmp_path / "corpus", {"guide.md": A})
    write_files(settings.library, {"guide.md": C})
    other = write_files(tmp_path / "other", {"b.md": B})
    run(settings, corpus)
    assert held(settings) == {"guide", "guide-2"}
    run(settings, other)
    assert held(settings) == {"guide", "guide-2", "b"}
    assert "noon" in text_of(settings, "guide")


def test_naming_the_second_of_two_files_of_one_name_keeps_both(settings, tmp_path):
    corpus = write_files(tmp_path / "corpus", {"a/guide.md": A, "b/guide.md": C})
    run(settings, corpus)
    run(settings, corpus / "b" / "guide.md")
    assert "noon" in text_of(settings, "guide")
    assert held(settings) == {"guide", "guide-2"}


def test_another_encoder_keeps_the_documents_of_folders_that_are_not_named(tmp_path):
    one = write_files(tmp_path / "one", {"a.md": A})
    two = write_files(tmp_path / "two", {"b.md": B})
    before = make_settings(tmp_path)
    run(before, one, two)
    other = make_settings(tmp_path, encoder="somebody/other")
    run(other, one)
    assert held(other) == {"a", "b"}


def test_another_encoder_keeps_the_last_good_version_of_a_document_that_fails(tmp_path):
    one = write_files(tmp_path / "one", {"a.md": A, "b.md": B})
    run(make_settings(tmp_path), one)
    (one / "a.md").write_bytes(b"\x00")
    other = make_settings(tmp_path, encoder="somebody/other")
    run(other, one)
    assert held(other) == {"a", "b"}


def test_a_file_reached_by_two_paths_is_one_document(settings, tmp_path):
    corpus = write_files(tmp_path / "corpus", {"a.md": A})
    assert run(settings, corpus, corpus / "a.md").keys() == {"a"}


def test_uploads_inside_a_folder_that_is_named_are_taken_once(settings, tmp_path):
    write_files(settings.library, {"a.md": A})
    assert run(settings, settings.library.parent / "uploads").keys() == {"a"}


def test_a_document_taken_in_by_its_file_vanishes_with_its_folder(settings, tmp_path):
    corpus = write_files(tmp_path / "corpus", {"a.md": A, "b.md": B})
    run(settings, corpus)
    run(settings, corpus / "a.md")
    (corpus / "a.md").unlink()
    run(settings, corpus)
    assert held(settings) == {"b"}


def test_a_document_taken_in_by_a_folder_inside_vanishes_with_the_outer_one(settings, tmp_path):
    corpus = write_files(tmp_path / "corpus", {"sub/a.md": A, "b.md": B})
    run(settings, corpus / "sub")
    (corpus / "sub" / "a.md").unlink()
    run(settings, corpus)
    assert held(settings) == {"b"}


def test_a_lost_ledger_is_put_right_by_the_next_run(settings, tmp_path):
    """library.json lost, or never written because the run was killed just after publishing."""
    corpus = write_files(tmp_path / "corpus", {"a.md": A, "b.md": B})
    run(settings, corpus)
    (settings.index / "library.json").unlink()
    (corpus / "a.md").unlink()
    run(settings, corpus)
    assert held(settings) == {"b"}


@pytest.mark.parametrize(
    "text", ['[document]\nid = "a"\nfile = "a.md"\ntitle = "T"\n', 'document = ["a"]\n', "document = 3\n"]
)
def test_a_catalogue_of_the_wrong_shape_is_named(tmp_path, text):
    from ingest.library import read_library
    from rag.errors import SourceError

    write_files(tmp_path, {"library.toml": text})
    with pytest.raises(SourceError):
        read_library(tmp_path)


def test_damaged_remembered_vectors_cost_time_only(settings, tmp_path):
    corpus = write_files(tmp_path / "corpus", {"a.md": A})
    write_files(settings.cache, {"vectors.sqlite": b"not a database, but long enough to be looked at" * 30})
    assert run(settings, corpus) == {"a": "added"}


# ---- damaged index
@pytest.mark.parametrize(
    "damage", [{"format": 1}, {"format": 1, "encoder": "x", "dim": 1, "max_tokens": 1, "more": 1}, "x", []]
)
def test_a_damaged_fingerprint_is_told(settings, tmp_path, damage):
    from rag.errors import CitewellError
    from rag.index.layout import Layout

    run(settings, write_files(tmp_path / "corpus", {"a.md": A}))
    path = settings.index / "generations" / published(settings) / "manifest.json"
    body = json.loads(path.read_text())
    body["fingerprint"] = damage
    path.write_text(json.dumps(body))
    with pytest.raises(CitewellError):
        Layout(settings.index).manifest(published(settings))


@pytest.mark.parametrize("body", ["[]", "{}", '"x"', "3"])
def test_a_manifest_of_another_shape_is_told(settings, tmp_path, body):
    from rag.errors import CitewellError
    from rag.index.layout import Layout

    run(settings, write_files(tmp_path / "corpus", {"a.md": A}))
    (settings.index / "generations" / published(settings) / "manifest.json").write_text(body)
    with pytest.raises(CitewellError):
        Layout(settings.index).manifest(published(settings))


@pytest.mark.parametrize("lost", ["passages.sqlite", "objects"])
def test_a_lost_part_of_the_index_is_told(settings, tmp_path, lost):
    from rag.errors import CitewellError

    run(settings, write_files(tmp_path / "corpus", {"a.md": A}))
    for path in [*settings.index.glob(f"generations/*/{lost}"), *settings.index.glob(f"{lost}/*")]:
        path.unlink()
    with pytest.raises(CitewellError):
        hash_assistant(settings).ask("when do peers rest?")


def test_a_damaged_index_is_built_again_by_the_next_run_as_its_hint_says(settings, tmp_path):
    from rag.index.layout import Layout

    corpus = write_files(tmp_path / "corpus", {"a.md": A})
    run(settings, corpus)
    (Layout(settings.index).generation(published(settings)) / "manifest.json").write_text("{")
    run(settings, corpus)
    assert "noon" in hash_assistant(settings).ask("when do peers rest?").text


@pytest.mark.parametrize("line", ['authors = [""]', 'aliases = [""]', 'authors = ["A B", " "]'])
def test_an_empty_name_in_the_catalogue_does_not_stop_every_question(settings, tmp_path, line):
    corpus = write_files(
        tmp_path / "corpus",
        {"a.md": A, "library.toml": f'[[document]]\nid = "a"\nfile = "a.md"\ntitle = "About rest"\n{line}\n'},
    )
    run(settings, corpus)
    assert "noon" in hash_assistant(settings).ask("when do peers rest in the shade?").text


# ---- commands
from test_commands import real, LEARNED  # noqa
from rag.__main__ import main as rag  # noqa


def test_an_error_in_a_batch_names_the_id_of_its_line(real, tmp_path):
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "x"}) + "\n" + json.dumps({"id": "y", "question": 3}))
    rag(["batch", str(tmp_path / "in.jsonl"), str(tmp_path / "out.jsonl")])
    assert [json.loads(line)["id"] for line in (tmp_path / "out.jsonl").read_text().splitlines()] == ["x", "y"]


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", json.dumps({"question": "why?"}).encode("utf-16")])
def test_a_batch_that_is_not_utf8_fails_with_a_hint(real, tmp_path, data, capsys):
    (tmp_path / "in.jsonl").write_bytes(data)
    assert rag(["batch", str(tmp_path / "in.jsonl"), str(tmp_path / "out.jsonl")]) == 1
    assert "hint:" in capsys.readouterr().err


def test_a_batch_that_begins_with_a_byte_order_mark_is_read(real, tmp_path):
    (tmp_path / "in.jsonl").write_bytes(json.dumps({"id": "x", "question": LEARNED}).encode("utf-8-sig"))
    assert rag(["batch", str(tmp_path / "in.jsonl"), str(tmp_path / "out.jsonl")]) == 0


def test_half_a_character_in_a_question_is_no_crash(real, tmp_path, capsys):
    """`python -m rag ask $'caf\\xff'`, or "\\ud800" in a line of a batch."""
    (tmp_path / "in.jsonl").write_text(
        '{"id": "x", "question": "what did \\ud83d volunteers learn?"}\n{"id": "y", "question": "%s"}' % LEARNED
    )
    rag(["batch", str(tmp_path / "in.jsonl"), str(tmp_path / "out.jsonl")])
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 2


def test_a_reader_that_has_seen_enough_is_no_failure(library, tmp_path):
    import subprocess

    environment = child_environment(index=library.index, cache=tmp_path, library=tmp_path)
    with subprocess.Popen(
        python("-m", "ingest", "status"), env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        child.stdout.readline()
        child.stdout.close()
        assert "Traceback" not in child.stderr.read().decode()


def test_a_demand_that_only_an_unrelated_statement_meets_is_not_met(real, capsys):
    """The library says that nobody knows what leaders are paid; "seeds worth 40 euros" fills the answer and meets it."""
    assert rag(["ask", "how much are walking leaders paid per hour?", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["abstained"]


def test_a_short_row_or_item_can_be_an_answer(assistant):
    """Statements of fewer than four words are never chosen."""
    assert "34" in assistant.ask("how many volunteers came from Rotterdam?").text


def test_a_title_of_one_common_word_does_not_capture_questions_that_hold_it():
    """A title is matched inside words: `Rest` in "interests"; every such question is searched in that document only."""
    from rag.mentions import mentioned
    from rag.schema import Catalogue

    assert mentioned("what interests peers in hospitals most?", {"a": Catalogue("Rest")}).source_ids == ()
    assert mentioned("how should training of peers be paid for?", {"a": Catalogue("Training")}).source_ids == ()


def test_a_surname_that_is_a_common_word_does_not_capture_questions_that_hold_it():
    from rag.mentions import mentioned
    from rag.schema import Catalogue

    known = {"a": Catalogue("T", authors=("Ann Young", "Bo Long"))}
    assert mentioned("how long is the training course for young people?", known).source_ids == ()


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("what is reference 2 in the garden brief?", {"only": ["night-clinic"]}),
        ("which references have been retracted?", {"since": 2020}),
        ("who wrote the Leeds review?", {"only": ["night-clinic"]}),
    ],
)
def test_filters_hold_for_questions_about_documents_too(assistant, question, filters):
    allowed = set(filters.get("only", ["walking-review-2021"]))
    assert {citation.source_id for citation in assistant.ask(question, **filters).citations} <= allowed


def test_people_who_were_withdrawn_are_no_retraction(assistant):
    assert "retracted" not in assistant.ask("how many walkers were withdrawn from the trial?").text
