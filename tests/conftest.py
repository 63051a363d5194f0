"""Fixtures that many tests share: settings that write into a temporary folder, and one small library."""

from __future__ import annotations

from pathlib import Path

import pytest
from commanding import configure
from fakes import BRIEFS, Opener, copy_briefs, hash_assistant, make_settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from ingest.sync import sync
from rag.assistant import Assistant
from rag.encode import ShippedEncoder
from rag.settings import Settings

hypothesis_settings.register_profile(
    "citewell",
    deadline=None,
    max_examples=60,
    derandomize=True,  # the same examples everywhere: a red build can be repeated
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("citewell")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings for one test."""
    return make_settings(tmp_path)


@pytest.fixture
def opener(settings: Settings) -> Opener:
    """Opens the fake encoder, and counts."""
    return Opener(settings)


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of one index of the tests' briefs, for the whole run. Only to be read."""
    settings = make_settings(tmp_path_factory.mktemp("library"))
    sync([BRIEFS], settings, open_=Opener(settings))
    return settings


@pytest.fixture(scope="session")
def assistant(library: Settings) -> Assistant:
    """Answers from the tests' briefs, with the fake encoder."""
    return hash_assistant(library)


@pytest.fixture(scope="session")
def shipped() -> ShippedEncoder:
    """The real encoder."""
    return ShippedEncoder(threads=2)


@pytest.fixture(scope="session")
def real_library(tmp_path_factory: pytest.TempPathFactory, shipped: ShippedEncoder) -> Settings:
    """Settings of an index of the tests' briefs that the real encoder wrote. Only to be read."""
    settings = make_settings(tmp_path_factory.mktemp("real"))
    sync([BRIEFS], settings, open_=lambda: shipped)
    return settings


@pytest.fixture
def empty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """No index yet."""
    return configure(monkeypatch, make_settings(tmp_path), tmp_path)


@pytest.fixture
def filled(empty: Settings, tmp_path: Path) -> Settings:
    """An index of a copy of the briefs in `briefs`, by the fake encoder: enough where nothing is embedded."""
    copy_briefs(tmp_path / "briefs")
    sync([tmp_path / "briefs"], empty, open_=Opener(empty))
    return empty


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, real_library: Settings) -> Settings:
    """An index by the real encoder, which the commands load."""
    return configure(monkeypatch, real_library, tmp_path)
