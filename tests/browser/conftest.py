"""A real page in a real browser: the shipped library, served as people get it, driven through Chromium.

Skipped, with the reason, where Chromium or playwright is absent; `make browser-test` installs both on Debian.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from visits import CHROMIUM, OPTIONS, PATIENCE, ROOT, WIDE, Enter, Site, Visit, served

from ingest.sync import sync
from rag.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    api: Any = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make browser-test")
    if CHROMIUM is None:
        pytest.skip("no Chromium here: make browser-test installs it on Debian")
    with api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The library that is shipped."""
    folder = tmp_path_factory.mktemp("site")
    settings = Settings(index=folder / "index", cache=folder / "cache", library=folder / "library")
    sync([ROOT / "corpus"], settings)
    with served(folder) as site:
        yield site


@pytest.fixture(scope="session")
def empty_site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """No library yet."""
    with served(tmp_path_factory.mktemp("empty")) as site:
        yield site


@pytest.fixture
def enter(browser: Browser, site: Site) -> Iterator[Enter]:
    """Opens pages for visitors; afterwards, none may have asked another host or met an error."""
    visits: list[Visit] = []

    def open_(
        size: tuple[int, int] = WIDE, dark: bool = False, at: Site = site, name: str = "", path: str = ""
    ) -> Visit:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            permissions=["clipboard-read", "clipboard-write"],
        )
        context.set_default_timeout(PATIENCE)
        visit = Visit(context.new_page(), at)
        own = urlsplit(at.url).netloc

        def asked(url: str) -> None:
            parts = urlsplit(url)
            if parts.scheme not in ("data", "blob") and parts.netloc != own:
                visit.strange.append(url)

        context.on("request", lambda request: asked(request.url))
        visit.page.on("websocket", lambda socket: asked(socket.url))
        visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
        visit.page.on("dialog", lambda dialog: (visit.errors.append(dialog.message), dialog.dismiss()))
        visits.append(visit)
        visit.go(name, path)
        return visit

    yield open_
    for visit in visits:
        visit.page.context.close()
    assert [visit.strange for visit in visits if visit.strange] == []
    assert [visit.errors for visit in visits if visit.errors] == []
