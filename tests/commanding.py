"""What the tests of the commands share: an environment, and what an expected failure prints."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.__main__ import main as rag
from rag.settings import Settings

Captured = pytest.CaptureFixture[str]


def configure(monkeypatch: pytest.MonkeyPatch, settings: Settings, folder: Path) -> Settings:
    """Make the environment say what the settings say, in a folder without a `.env`."""
    for name in Settings.model_fields:
        monkeypatch.setenv(f"CITEWELL_{name.upper()}", str(getattr(settings, name)))
    monkeypatch.chdir(folder)
    return settings


def failure(capsys: Captured) -> str:
    """What was printed on an expected failure: a message and a hint on standard error, and nothing else."""
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    message, hint = err.rstrip("\n").split("\n")
    assert message.startswith("error: ")
    assert hint.startswith("hint: ")
    return message


def assert_fields(body: dict, fields: dict[str, type]) -> None:
    """Assert that all fields that CONTRACT names are there, each of its type."""
    assert {name: type(body[name]) for name in fields} == fields


def ask(capsys: Captured, *arguments: str) -> dict:
    assert rag(["ask", *arguments, "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return json.loads(out)
