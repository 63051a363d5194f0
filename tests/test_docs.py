"""The documentation is true: settings, files and the answers that the README shows."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from ingest.sync import sync
from rag.__main__ import main
from rag.assistant import open_assistant
from rag.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
QUESTIONS = {
    "answer": "how should peers be trained?",
    "abstain": "what do peers earn per hour in Ontario?",
}


def _between(mark: str) -> str:
    match = re.search(rf"<!-- {mark}:begin -->\n(.*?)<!-- {mark}:end -->", README, re.DOTALL)
    assert match is not None
    return match.group(1)


def test_the_readme_lists_every_setting_with_its_default():
    rows = dict(re.findall(r"^\| `(CITEWELL_\w+)` \| `([^`]*)`", README, re.MULTILINE))
    expected = {f"CITEWELL_{name.upper()}": str(field.default) for name, field in Settings.model_fields.items()}
    assert rows == expected


def test_the_readme_names_every_folder_and_file_that_matters():
    named = set(re.findall(r"^(\S+?)/?  +\S", _between("tree"), re.MULTILINE))
    skipped = {"README.md", "CHANGELOG.md", "LICENSE", "NOTICE", "Makefile", "pyproject.toml", "var"}
    there = {path.name for path in ROOT.iterdir() if not path.name.startswith((".", "_"))} - skipped
    assert named == there


@pytest.fixture(scope="module")
def shipped_library(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of an index of corpus/."""
    folder = tmp_path_factory.mktemp("shipped")
    settings = Settings(index=folder / "index", library=folder / "library", cache=ROOT / "var" / "cache")
    sync([ROOT / "corpus"], settings)
    open_assistant(settings).prepare()  # as `python -m ingest` does, so that the questions to go on with are there
    return settings


@pytest.mark.encoder
@pytest.mark.parametrize("mark", QUESTIONS)
def test_the_readme_shows_what_is_really_printed(mark, shipped_library, capsys, monkeypatch):
    monkeypatch.setenv("CITEWELL_RECEIPTS", "0")
    assert main(["ask", QUESTIONS[mark], "--index", str(shipped_library.index)]) == 0
    # A receipt changes with each version of the code.
    printed = re.sub(r"Receipt [0-9a-f]{16}", "Receipt …", capsys.readouterr().out.rstrip())
    shown = f'```\n$ python -m rag ask "{QUESTIONS[mark]}"\n{printed}\n```\n'
    if os.environ.get("UPDATE_GOLDEN"):
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        block = re.compile(rf"(<!-- {mark}:begin -->\n).*?(<!-- {mark}:end -->)", re.DOTALL)
        (ROOT / "README.md").write_text(block.sub(lambda m: m[1] + shown + m[2], text), encoding="utf-8")
        return
    assert _between(mark) == shown
