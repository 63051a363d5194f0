"""Originals are fetched from the addresses in `library.toml`, within limits, and take their digests' place."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from fakes import Opener, hash_assistant, make_pdf, make_settings, write_files

from ingest.fetch import Outcome, fetch
from ingest.keep import remove
from ingest.library import read_library
from ingest.sync import sync
from rag.errors import SourceError
from rag.settings import Settings

TITLE = "Rest and shade for peers"
DIGEST = f"# {TITLE}\n\n## Part\n\nIn our words: peers should rest when the sun is high.\n"
ORIGINAL = f"# {TITLE}\n\n## Part\n\nThe original says that peers rest at noon in the shade.\n"
PAPER = make_pdf([[TITLE, "", "The original says that peers rest at noon in the shade of the old tree.", "Always."]])
ENTRY = (
    '[[document]]\nid = "rest"\nfile = "rest.md"\ntitle = "{title}"\nurl = "{url}"\ndigest = true\n'
    'authors = ["A \\"B\\" C"]\naliases = ["the shade brief"]\nyear = 2001\n'
)

TALK = " ".join(f"Peers of town {n} rest at noon in the shade of an old tree, and say so." for n in range(40))


def site(title: str, *body: str) -> bytes:
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{''.join(body)}</body></html>".encode()


WHOLE = site(TITLE, "<h2>Part</h2><p>The original says that peers rest.</p>", f"<p>{TALK}</p>")
LIST = site(
    "All our briefs", f"<p>{TALK}</p>", '<a href="x.html">Other</a>', f'<a href="about.html#a">{TITLE} (2001)</a>'
)
ABOUT = site(TITLE, "<p>A brief of ours.</p>", '<a href="mailto:a@b">write</a>', f'<a href="whole.html">{TITLE}</a>')
OWN = site(TITLE, "<p>Abstract.</p>").replace(b"<head>", b'<head><meta name="citation_pdf_url" content="brief.pdf">')

# By path: status, type, body, and headers.
Page = tuple[int, str, bytes, dict[str, str]]
PAGES: dict[str, Page] = {
    "/brief.md": (200, "text/markdown; charset=utf-8", ORIGINAL.encode(), {}),
    "/brief.pdf": (200, "application/pdf", PAPER, {}),
    "/binary.pdf": (200, "application/octet-stream", PAPER, {}),
    "/moved": (302, "text/plain", b"", {"Location": "/brief.md"}),
    "/away": (302, "text/plain", b"", {"Location": "ftp://127.0.0.1/brief.md"}),
    "/about.txt": (200, "text/plain", b"Our publications\n\nHere you find all that we wrote about work and pay.", {}),
    "/false.pdf": (200, "application/pdf", ORIGINAL.encode(), {}),
    "/whole.html": (200, "text/html; charset=utf-8", WHOLE, {}),
    "/list.html": (200, "text/html", LIST, {}),
    "/about.html": (200, "text/html", ABOUT, {}),
    "/own.html": (200, "text/html", OWN, {}),
    "/lost.html": (200, "text/html", site("All our briefs", f"<p>{TALK}</p>", "<a href='x.html'>Other</a>"), {}),
    "/round.html": (200, "text/html", site(TITLE, f"<p>Here.</p><a href='/round.html?again'>{TITLE}</a>"), {}),
    "/round.html?again": (200, "text/html", site(TITLE, f"<p>Here.</p><a href='/round.html'>{TITLE}</a>"), {}),
    "/movie": (200, "video/mp4", b"x", {}),
    "/large.md": (200, "text/markdown", ORIGINAL.encode() + b"x" * 1_100_000, {}),
    "/liar.md": (200, "text/markdown", ORIGINAL.encode(), {"Content-Length": "5000000"}),
    "/half.md": (200, "text/markdown", ORIGINAL.encode(), {"Content-Length": str(len(ORIGINAL) + 50)}),
    "/empty.md": (200, "text/markdown", b"", {}),
    "/a%20list.html": (
        200,
        "text/html",
        site(TITLE, f"<a href='http://[bad'>{TITLE}</a><a href='a brief ü.md'>{TITLE}</a>"),
        {},
    ),
    "/a%20brief%20%C3%BC.md": (200, "text/markdown", ORIGINAL.encode(), {}),
    "/cut.md": (200, "text/markdown", b"400\r\nPeers", {"Transfer-Encoding": "chunked"}),
    "/noise.md": (0, "", b"no status line at all\r\n\r\n", {}),
}


class Handler(BaseHTTPRequestHandler):
    """Serves PAGES."""

    def do_GET(self) -> None:
        status, type_, body, headers = PAGES.get(self.path, (404, "text/plain", b"nothing here", {}))
        if not status:
            self.wfile.write(body)
            return
        self.send_response(status)
        self.send_header("Content-Type", type_)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()
        thread.join()


def corpus(folder: Path, url: str) -> Path:
    return write_files(folder / "corpus", {"rest.md": DIGEST, "library.toml": ENTRY.format(title=TITLE, url=url)})


def bring(folder: Path, url: str, **settings: int) -> tuple[Outcome, Settings, list[str]]:
    made = make_settings(folder, **settings)
    notes: list[str] = []
    (outcome,) = fetch(corpus(folder, url), [], made, progress=notes.append)
    return outcome, made, notes


@pytest.mark.parametrize(
    "path",
    [
        "/brief.md",
        "/brief.pdf",
        "/binary.pdf",
        "/moved",
        "/whole.html",
        "/list.html",
        "/about.html",
        "/own.html",
        "/a list.html",
        "/a%20list.html",
    ],
)
def test_an_original_takes_its_digests_place_and_the_digest_comes_back_with_its_going(
    tmp_path: Path, server: str, path: str
):
    folder = corpus(tmp_path, server + path)
    settings = make_settings(tmp_path)
    sync([folder], settings, open_=Opener(settings))
    outcome, _, notes = bring(tmp_path, server + path)
    assert outcome.path is not None, outcome.why
    assert any("MB in" in note for note in notes)
    assert [row.state for row in sync([], settings, open_=Opener(settings))] == ["changed"]
    assert [row.state for row in sync([folder], settings, open_=Opener(settings))] == ["unchanged"]
    assistant = hash_assistant(settings)
    assert "The original says" in assistant.document("rest").text
    known = assistant.catalogue()
    assert list(known) == ["rest"]
    assert (known["rest"].digest, known["rest"].authors, known["rest"].year) == (False, ('A "B" C',), 2001)

    outcome.path.unlink()
    assert [row.state for row in sync([folder], settings, open_=Opener(settings), remove_all=True)] == ["changed"]
    assert "In our words" in hash_assistant(settings).document("rest").text
    assert hash_assistant(settings).catalogue()["rest"].digest


def test_an_original_that_was_there_first_is_not_replaced_by_a_digest(tmp_path: Path, server: str):
    outcome, settings, _ = bring(tmp_path, server + "/brief.md")
    assert outcome.path
    assert [row.state for row in sync([tmp_path / "corpus"], settings, open_=Opener(settings))] == ["added"]
    assert "The original says" in hash_assistant(settings).document("rest").text
    remove("rest", settings)
    assert sync([tmp_path / "corpus"], settings, open_=Opener(settings)) == ()


def test_fetching_again_replaces_what_was_fetched_before(tmp_path: Path, server: str):
    bring(tmp_path, server + "/brief.pdf")
    outcome, settings, _ = bring(tmp_path, server + "/brief.md")
    assert outcome.path == settings.library / "originals" / "rest.md"
    assert sorted(path.name for path in outcome.path.parent.iterdir()) == ["library.toml", "rest.md"]
    assert set(read_library(outcome.path.parent)) == {"rest.md"}


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/nowhere", "answers 404"),
        ("/away", "leads to `ftp://127.0.0.1/brief.md`"),
        ("/about.txt", "does not give `Rest and shade for peers`"),
        ("/lost.html", "no link there leads to it"),
        ("/round.html", "no link there leads to it"),
        ("/false.pdf", "not of the type that it says"),
        ("/movie", "gives `video/mp4`, which is not read"),
        ("/large.md", "gives more than 1 MB"),
        ("/liar.md", "gives more than 1 MB"),
        ("/half.md", "broke off after"),
        ("/cut.md", "broke off before its end"),
        ("/noise.md", "cannot be reached: no status line at all"),
        ("/empty.md", "cannot be read: the file is empty"),
    ],
)
def test_what_is_not_the_original_is_refused_and_leaves_nothing_behind(
    tmp_path: Path, server: str, path: str, why: str
):
    outcome, settings, _ = bring(tmp_path, server + path, max_file_mb=1)
    assert outcome.path is None
    assert why in outcome.why
    assert [file for file in settings.library.rglob("*") if file.is_file()] == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/x.md",
        "http://nowhere.invalid/x.md",
        "http://no where/x.md",
        "http://127.0.0.1:port/x.md",
        "http://[bad",
        "http:///x.md",
        "ftp://127.0.0.1/x",
        "x.md",
    ],
)
def test_without_internet_the_reason_and_the_way_by_hand_are_told(tmp_path: Path, url: str):
    outcome, settings, _ = bring(tmp_path, url)
    assert outcome.path is None
    assert "cannot be reached" in outcome.why or "no web address" in outcome.why
    assert str(settings.library) in outcome.why or "https://" in outcome.why


@pytest.mark.parametrize(("source_id", "url"), [("nowhere", "http://127.0.0.1/"), ("rest", "")])
def test_an_id_without_an_address_is_told(tmp_path: Path, source_id: str, url: str):
    with pytest.raises(SourceError, match=f"`{source_id}`"):
        fetch(corpus(tmp_path, url), [source_id], make_settings(tmp_path))


def test_one_address_that_is_none_does_not_stop_the_others(tmp_path: Path, server: str):
    entries = ENTRY.format(title=TITLE, url="http://[bad") + ENTRY.replace("rest", "shade").format(
        title=TITLE, url=f"{server}/brief.md"
    )
    folder = write_files(tmp_path / "corpus", {"library.toml": entries})
    outcomes = {outcome.source_id: outcome.path for outcome in fetch(folder, [], make_settings(tmp_path))}
    assert outcomes["rest"] is None
    assert outcomes["shade"] is not None
