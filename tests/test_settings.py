"""Settings come from the environment, then `.env`, then defaults; one that cannot be used is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import CitewellError, SettingsError
from rag.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings of the person who runs the tests."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CITEWELL_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


def test_without_any_setting_the_defaults_hold():
    assert load_settings() == Settings()
    assert load_settings().index == Path("var/index")


def test_the_environment_wins_over_the_file_and_an_override_over_both(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / ".env").write_text("CITEWELL_WORDS=50\nCITEWELL_THREADS=3\nOTHER=1\n")
    monkeypatch.setenv("CITEWELL_WORDS", "60")
    settings = load_settings()
    assert (settings.words, settings.threads) == (60, 3)
    assert load_settings(words=70, threads=None).words == 70
    assert load_settings(words=None).words == 60


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CITEWELL_ENCODER", "")
    assert load_settings().encoder == Settings().encoder


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WORDS", "ten"),
        ("WORDS", "19"),
        ("WORDS", "1001"),
        ("THREADS", "0"),
        ("THREADS", "1.5"),
        ("MAX_QUESTION", "-1"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str):
    monkeypatch.setenv(f"CITEWELL_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert f"CITEWELL_{name}" in caught.value.message
    assert f"`{value}`" in caught.value.message
    assert caught.value.hint


def test_settings_do_not_change():
    with pytest.raises(ValueError, match="frozen"):
        load_settings().words = 7


def test_an_error_has_a_message_and_a_hint():
    error = CitewellError("what happened", "what to do")
    assert (str(error), error.message, error.hint) == ("what happened", "what happened", "what to do")
