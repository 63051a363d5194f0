"""An answer can be given again, to the byte, or what has changed is told; what is remembered has a limit and an end."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import ROOT, Opener, child_environment, hash_assistant, make_settings, python, write_files

from ingest.sync import sync
from rag.assistant import Assistant
from rag.errors import ReceiptError
from rag.receipts import Receipts, Request, body_of, changes, code_version, depends_on, receipt_of
from rag.schema import Turn
from rag.settings import Settings

LEARNED = "what did garden volunteers learn?"
REPLAYS = int(os.environ.get("CITEWELL_REPLAYS", "12"))
QUESTIONS = sorted((ROOT / "eval" / "questions").glob("library-*.jsonl"))


def kept(receipts: Receipts, assistant: Assistant, settings: Settings, question: str = LEARNED) -> str:
    answer = assistant.ask(question)
    receipts.keep(Request(question), answer, settings)
    return answer.receipt


def test_an_answer_is_given_again_to_the_byte(assistant: Assistant, library: Settings, tmp_path: Path):
    settings = library.model_copy(update={"cache": tmp_path})
    receipts = Receipts(settings)
    record = receipts.get(kept(receipts, assistant, settings))
    again = hash_assistant(library).ask(record.request.question)
    assert body_of(again) == record.body
    assert again.receipt == record.receipt
    assert changes(record, depends_on(again.generation, settings), again) == ()


def test_an_answer_stays_the_same_when_questions_to_suggest_have_been_prepared(library: Settings, tmp_path: Path):
    settings = library.model_copy(update={"cache": tmp_path})
    before = hash_assistant(settings).ask(LEARNED)
    receipts = Receipts(settings)
    receipts.keep(Request(LEARNED), before, settings)
    hash_assistant(settings).prepare()
    after = hash_assistant(settings).ask(LEARNED)
    assert before.suggestions == ()
    assert after.suggestions
    assert changes(receipts.get(before.receipt), depends_on(after.generation, settings), after) == ()


def test_a_receipt_stands_for_all_that_an_answer_depends_on(library: Settings):
    depends = depends_on("state", library)
    asked = Request(LEARNED, (Turn("user", "why?"),), ("a",), 2010, 60)
    others = [
        replace(asked, question="why?"),
        replace(asked, history=()),
        replace(asked, only=()),
        replace(asked, since=None),
        replace(asked, words=61),
    ]
    hashes = {receipt_of(request, depends) for request in (asked, *others)}
    hashes |= {receipt_of(asked, {**depends, name: "another"}) for name in depends}
    assert len(hashes) == 1 + len(others) + len(depends)
    assert len(code_version()) == 12


def test_what_has_changed_is_told(settings: Settings, tmp_path: Path):
    files = {"a.md": "# Naps\n\n## Part\n\nPeers rest at noon under tall trees.\n"}
    sync([write_files(tmp_path / "corpus", files)], settings, open_=Opener(settings))
    receipts = Receipts(settings)
    question = "where do peers rest at noon?"
    record = receipts.get(kept(receipts, hash_assistant(settings), settings, question))
    write_files(tmp_path / "corpus", {"a.md": files["a.md"].replace("tall trees", "wide roofs")})
    sync([tmp_path / "corpus"], settings, open_=Opener(settings))
    answer = hash_assistant(settings).ask(question)
    told = changes(record, depends_on(answer.generation, settings), answer)
    assert told[0].startswith("library state: ")
    assert told[1:] == (["gone: Peers rest at noon under tall trees.", "new: Peers rest at noon under wide roofs."])
    assert "code: another →" in "\n".join(
        changes(replace(record, depends={**record.depends, "code": "another"}), record.depends, answer)
    )


def test_no_more_are_remembered_than_the_limit(assistant: Assistant, tmp_path: Path):
    settings = make_settings(tmp_path, receipts=3)
    receipts = Receipts(settings)
    names = [kept(receipts, assistant, settings, f"what did volunteers learn in {n} days?") for n in (2, 3, 4, 5)]
    assert receipts.count() == 3
    with pytest.raises(ReceiptError, match="no answer with the receipt"):
        receipts.get(names[0])
    assert receipts.get(names[3]).request.question == "what did volunteers learn in 5 days?"
    kept(receipts, assistant, settings, "what did volunteers learn in 5 days?")
    assert receipts.count() == 3


def test_they_can_be_forgotten_and_need_not_be_kept(assistant: Assistant, tmp_path: Path):
    settings = make_settings(tmp_path)
    receipts = Receipts(settings)
    assert receipts.count() == 0
    kept(receipts, assistant, settings)
    assert receipts.path.parent == settings.cache
    assert receipts.clear() == 1
    assert not receipts.path.exists()
    none = make_settings(tmp_path, receipts=0)
    kept(Receipts(none), assistant, none)
    assert not receipts.path.exists()


NO_DATABASE = b"this is no database, though it is long enough to be read as one" * 9


def test_a_damaged_file_is_told_and_goes_by_the_way_that_is_told(assistant: Assistant, tmp_path: Path):
    settings = make_settings(tmp_path)
    receipts = Receipts(settings)
    write_files(settings.cache, {"receipts.sqlite": NO_DATABASE})
    for use in (receipts.count, lambda: receipts.get("0123"), lambda: kept(receipts, assistant, settings)):
        with pytest.raises(ReceiptError) as caught:
            use()
        assert "--clear" in caught.value.hint
    assert receipts.clear() is None
    assert receipts.count() == 0
    assert receipts.get(kept(receipts, assistant, settings)).request.question == LEARNED
    assert receipts.clear() == 1


def test_a_place_that_cannot_hold_a_file_is_told(assistant: Assistant, tmp_path: Path):
    write_files(tmp_path, {"file": b"no folder"})
    settings = make_settings(tmp_path, cache=tmp_path / "file" / "cache")
    receipts = Receipts(settings)
    for use in (receipts.clear, lambda: kept(receipts, assistant, settings)):
        with pytest.raises(ReceiptError) as caught:
            use()
        assert "CITEWELL_CACHE" in caught.value.hint
    assert receipts.count() == 0


def test_an_answer_alone_remembers_nothing(assistant: Assistant, library: Settings):
    assistant.ask(LEARNED)
    assert not Receipts(library).path.exists()


REPLAYED = """
import json, sys
from pathlib import Path
from fakes import hash_assistant
from rag.receipts import body_of
from rag.settings import Settings
assistant = hash_assistant(Settings())
for question in json.loads(sys.stdin.read()):
    print(json.dumps(body_of(assistant.ask(question))))
"""


def test_two_processes_give_the_same_bytes(library: Settings):
    """`CITEWELL_REPLAYS` sets how many answers; the questions are those written for training, whatever they ask of."""
    rows = (json.loads(line) for file in QUESTIONS for line in file.read_text("utf-8").splitlines())
    questions = [LEARNED, "in Poland, was the effect gone?", *(row["question"] for row in rows)][:REPLAYS]
    assert len(questions) == REPLAYS
    environment = child_environment(index=library.index, cache=library.cache, library=library.library)
    children = [
        subprocess.run(
            python("-c", REPLAYED),
            input=json.dumps(questions),
            env={**environment, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        for seed in ("1", "2")
    ]
    assert children[0].stdout == children[1].stdout
    assert len(children[0].stdout.splitlines()) == REPLAYS
