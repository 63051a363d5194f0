"""The commands do what CONTRACT says: their fields, their exit codes, and where each thing is printed."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from commanding import Captured, ask, assert_fields, failure
from fakes import write_files

from eval.__main__ import main as measure
from ingest.__main__ import main as ingest
from rag.__main__ import main as rag
from rag.settings import Settings

LEARNED = "what did garden volunteers learn?"
POLAND = "how are walking leaders in Poland trained?"


# python -m rag ask

ANSWER = {
    "question": str,
    "standalone_question": str,
    "abstained": bool,
    "answer": str,
    "note": str,
    "sentences": list,
    "citations": list,
    "passages": list,
    "uncovered": list,
    "suggestions": list,
    "contrasts": list,
    "layout": str,
    "lead": str,
    "vague": bool,
    "as_of": str,
    "receipt": str,
    "generation": str,
    "timings_ms": dict,
}
CITATION = {
    "marker": int,
    "source_id": str,
    "title": str,
    "year": int,
    "section": list,
    "page": type(None),
    "quote": str,
    "char_start": int,
    "char_end": int,
    "passage": str,
    "studies": list,
    "cues": list,
    "superseded_by": list,
}
STUDY = {"label": str, "number": int, "reference": str, "retracted": bool}
PASSAGE = {
    "rank": int,
    "source_id": str,
    "section": list,
    "text": str,
    "score": float,
    "char_start": int,
    "char_end": int,
}


@pytest.mark.encoder
def test_an_answer_as_json_has_the_fields_of_the_contract(real: Settings, capsys: Captured):
    body = ask(capsys, LEARNED)
    assert_fields(body, ANSWER)
    for citation in body["citations"]:
        assert_fields(citation, CITATION | {"year": type(citation["year"])})
        for study in citation["studies"]:
            assert_fields(study, STUDY)
    assert any(citation["studies"] for citation in body["citations"])
    for passage in body["passages"]:
        assert_fields(passage, PASSAGE)
    assert all(set(sentence) == {"text", "citations", "point"} for sentence in body["sentences"])
    assert body["question"] == body["standalone_question"] == LEARNED
    assert body["abstained"] is False
    assert body["answer"].startswith("Garden volunteers learned pruning, listening and first aid")
    assert set(body["timings_ms"]) == {"conversation", "retrieve", "answer", "total"}


@pytest.mark.encoder
def test_offsets_count_in_the_text_that_the_text_command_gives(
    real: Settings, capsysbinary: pytest.CaptureFixture[bytes]
):
    assert rag(["ask", LEARNED, "--json"]) == 0
    body = json.loads(capsysbinary.readouterr().out)
    for part in (*body["citations"], *body["passages"]):
        assert ingest(["text", part["source_id"]]) == 0
        text = capsysbinary.readouterr().out.decode()
        assert text[part["char_start"] : part["char_end"]] == part.get("quote", part.get("text"))


@pytest.mark.encoder
def test_an_abstaining_answer_says_what_is_missing(real: Settings, capsys: Captured):
    body = ask(capsys, POLAND)
    assert body["abstained"] is True
    assert (body["sentences"], body["citations"]) == ([], [])
    assert body["uncovered"] == ["“Poland”"]
    assert body["answer"]
    assert len(body["passages"]) >= 10


@pytest.mark.encoder
def test_an_answer_is_printed_for_people(real: Settings, capsys: Captured):
    assert rag(["ask", LEARNED]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "Garden volunteers learned pruning" in out
    assert "[1] Shared gardens for people who live with pain (2019). What we found › Training" in out
    assert "Ashdown 2011 [reference 1]" in out
    assert all(len(line) <= 100 for line in out.split("\n"))


@pytest.mark.encoder
@pytest.mark.parametrize("cache", ["damaged", "file/cache"])
def test_an_answer_that_cannot_be_remembered_is_given_all_the_same(
    real: Settings, capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: str
):
    write_files(tmp_path, {"damaged/receipts.sqlite": b"no database" * 99, "file": b"no folder"})
    monkeypatch.setenv("CITEWELL_CACHE", cache)
    assert rag(["ask", LEARNED, "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["citations"]
    assert err.startswith("note: this answer is not remembered: ")
    if cache == "damaged":
        assert rag(["receipts", "--clear"]) == 0
        assert "deleted" in capsys.readouterr().out
        assert rag(["replay", ask(capsys, LEARNED)["receipt"]]) == 0


@pytest.mark.encoder
def test_an_abstaining_answer_is_printed_for_people(real: Settings, capsys: Captured):
    assert rag(["ask", POLAND]) == 0
    out = capsys.readouterr().out
    assert out.startswith("The library does not answer this.")
    assert "“Poland”" in out
    assert "Nearest passages, which do not answer it:" in out


@pytest.mark.encoder
def test_a_retracted_study_is_marked_where_it_is_printed(real: Settings, capsys: Captured):
    assert rag(["ask", "what were the seeds worth that each plot received?"]) == 0
    assert "Gruber 2014 [reference 5]  RETRACTED" in capsys.readouterr().out


@pytest.mark.encoder
def test_a_history_is_read_from_a_file(real: Settings, capsys: Captured, tmp_path: Path):
    history = tmp_path / "history.json"
    history.write_text(json.dumps([{"role": "user", "text": "how are leaders of walking groups trained?"}]))
    body = ask(capsys, "and for how long?", "--history", str(history))
    assert body["standalone_question"] == "how are leaders of walking groups trained, and for how long?"
    assert any("two days" in sentence["text"] for sentence in body["sentences"])


@pytest.mark.encoder
def test_filters_and_length_are_taken(real: Settings, capsys: Captured):
    body = ask(capsys, LEARNED, "--words", "20", "--only", "night-clinic", "garden-brief-2019", "--since", "2019")
    assert {passage["source_id"] for passage in body["passages"]} == {"garden-brief-2019"}
    assert len(" ".join(sentence["text"] for sentence in body["sentences"]).split()) < 40


@pytest.mark.encoder
def test_search_shows_the_ranked_passages_only(real: Settings, capsys: Captured):
    assert rag(["search", LEARNED, "-k", "3", "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert [passage["rank"] for passage in body] == [1, 2, 3]
    for passage in body:
        assert_fields(passage, PASSAGE)
    assert rag(["search", LEARNED, "-k", "3"]) == 0
    out = capsys.readouterr().out
    assert " 1. 0." in out or " 1. 1." in out
    assert "What we found › Training" in out


# python -m rag batch


@pytest.mark.encoder
def test_a_batch_keeps_its_order_and_one_bad_line_does_not_stop_the_others(
    real: Settings, capsys: Captured, tmp_path: Path
):
    lines = [
        json.dumps({"id": "z", "question": LEARNED}),
        "not json",
        "",
        json.dumps({"asked": "nothing"}),
        json.dumps(
            {"id": 7, "question": "and for how long?", "history": [{"role": "user", "text": "how do walkers sleep?"}]}
        ),
        json.dumps({"id": "empty", "question": " "}),
        json.dumps({"id": "bad history", "question": LEARNED, "history": "no"}),
        json.dumps(["a list"]),
        json.dumps({"question": POLAND, "history": None}),
    ]
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert rag(["batch", str(source), str(target)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    answers = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [answer.get("id") for answer in answers] == ["z", None, None, 7, "empty", "bad history", None, None]
    assert ["error" in answer for answer in answers] == [False, True, True, False, True, True, True, False]
    assert all(answer["hint"] for answer in answers if "error" in answer)
    assert_fields(answers[0], ANSWER | {"id": str})
    assert answers[3]["standalone_question"] == "how do walkers sleep, and for how long?"
    assert answers[-1]["abstained"]
    assert list(tmp_path.glob(".*partial")) == []


@pytest.mark.encoder
def test_a_batch_answers_as_ask_does(real: Settings, capsys: Captured, tmp_path: Path):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps({"id": "1", "question": LEARNED}), encoding="utf-8")
    assert rag(["batch", str(source), str(target)]) == 0
    capsys.readouterr()
    (line,) = target.read_text(encoding="utf-8").splitlines()
    batch, asked = json.loads(line), ask(capsys, LEARNED)
    assert batch.pop("id") == "1"
    del batch["timings_ms"], asked["timings_ms"]
    assert batch == asked


@pytest.mark.encoder
@pytest.mark.skipif(os.name == "nt", reason="links and pipes as files are not to be had there")
def test_a_batch_is_written_through_a_link_and_into_a_pipe(real: Settings, tmp_path: Path):
    source, file, link, pipe = (tmp_path / name for name in ("in.jsonl", "file", "link", "pipe"))
    source.write_text(json.dumps({"id": "1", "question": POLAND}), encoding="utf-8")
    file.write_text("what stood there")
    link.symlink_to(file)
    os.mkfifo(pipe)
    assert rag(["batch", str(source), str(link)]) == 0
    assert link.is_symlink()
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert rag(["batch", str(source), str(pipe)]) == 0
        piped = os.read(reading, 1 << 16)
    finally:
        os.close(reading)
    assert pipe.is_fifo()
    for written in (file.read_bytes(), piped):
        assert json.loads(written)["id"] == "1"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "in.jsonl", "link", "pipe"]


@pytest.mark.encoder
@pytest.mark.parametrize(("source", "target"), [("nowhere.jsonl", "out.jsonl"), ("in.jsonl", "nowhere/out.jsonl")])
def test_a_batch_without_its_files_fails_and_leaves_nothing(
    real: Settings, capsys: Captured, tmp_path: Path, source: str, target: str
):
    (tmp_path / "in.jsonl").write_text(json.dumps({"question": LEARNED}))
    assert rag(["batch", source, target]) == 1
    assert "nowhere" in failure(capsys)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl"]


# Failures of rag


@pytest.mark.parametrize("arguments", [["ask", "why?"], ["search", "why?"]])
def test_without_an_index_questions_fail_with_a_hint(empty: Settings, capsys: Captured, arguments: list[str]):
    assert rag(arguments) == 1
    assert "no index at" in failure(capsys)


def test_an_index_named_on_the_command_line_wins(empty: Settings, capsys: Captured):
    assert rag(["ask", "why?", "--index", "elsewhere"]) == 1
    assert "no index at `elsewhere`" in failure(capsys)


@pytest.mark.parametrize("place", [["--index", "elsewhere"], ["--index=elsewhere"]])
def test_the_index_may_be_named_before_the_command(empty: Settings, capsys: Captured, place: list[str]):
    for main, arguments in ((rag, ["ask", "why?"]), (ingest, ["status"]), (ingest, ["text", "a"]), (measure, ["lint"])):
        for given in ([*place, *arguments], [*arguments, *place]):
            assert main(given) == 1
            assert "no index at `elsewhere`" in failure(capsys)


@pytest.mark.parametrize("main", [rag, ingest, measure])
def test_all_commands_take_the_name_of_an_index(empty: Settings, capsys: Captured, main):
    def help_of(*arguments: str) -> str:
        with pytest.raises(SystemExit) as caught:
            main([*arguments, "--help"])
        assert caught.value.code == 0
        return capsys.readouterr().out

    commands = re.findall(r"^    (\w+) ", help_of(), re.MULTILINE)
    assert len(commands) > 5
    for command in commands:
        assert "--index DIR" in help_of(command), command


def test_an_index_of_another_encoder_fails_with_a_hint(
    filled: Settings, capsys: Captured, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CITEWELL_ENCODER", "somebody/other")
    assert rag(["ask", "why?"]) == 1
    assert "was written with the encoder `citewell-minilm@" in failure(capsys)


@pytest.mark.encoder
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([""], "the question is empty"),
        (["x" * 20_000], "the question has 20,000 characters"),
        (["why?", "--only", "nowhere"], "no document with the id `nowhere`"),
        (["why?", "--since", "2099"], "no document of 2099 or later"),
        (["why?", "--history", "nowhere.json"], "cannot read `nowhere.json`"),
    ],
)
def test_a_question_that_cannot_be_asked_fails_with_a_hint(
    real: Settings, capsys: Captured, arguments: list[str], message: str
):
    assert rag(["ask", *arguments]) == 1
    assert message in failure(capsys)


def test_a_setting_that_cannot_be_used_fails_with_a_hint(
    empty: Settings, capsys: Captured, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CITEWELL_WORDS", "ten")
    assert rag(["ask", "why?"]) == 1
    message = failure(capsys)
    assert "CITEWELL_WORDS" in message
    assert "`ten`" in message


@pytest.mark.parametrize(
    ("main", "arguments"),
    [
        (rag, []),
        (rag, ["answer", "why?"]),
        (rag, ["ask"]),
        (rag, ["ask", "why?", "--words", "0"]),
        (rag, ["ask", "why?", "--since", "last year"]),
        (rag, ["search", "why?", "-k", "many"]),
        (rag, ["batch", "in.jsonl"]),
        (ingest, ["text"]),
        (ingest, ["remove"]),
        (ingest, ["restore", "a", "b"]),
        (ingest, ["status", "--yaml"]),
        (ingest, ["--unknown"]),
    ],
)
def test_wrong_usage_is_exit_code_2(empty: Settings, capsys: Captured, main, arguments: list[str]):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: python -m ")


@pytest.mark.parametrize("main", [rag, ingest])
def test_help_is_printed(empty: Settings, capsys: Captured, main):
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    assert "usage: python -m" in capsys.readouterr().out
