"""Bring the originals of digests from the addresses in `library.toml`: `python -m ingest fetch`.

In: a folder with a `library.toml`, and source ids. Out: files in `originals/` of the folder of uploads, with a
`library.toml` of their own, so that the next run puts each in its digest's place. An address may be that of a page
about the document, or of a list of documents: a link there that bears its title, or a PDF that the page names its own,
is followed. This is the only module that opens a connection, and only when that command is given.
"""

from __future__ import annotations

import http.client
import json
import re
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from ingest.child import shared_child
from ingest.library import NAME, Entry, read_library
from ingest.parse import Order
from ingest.progress import Progress
from ingest.read import READERS
from ingest.read.html import links
from rag.errors import CitewellError, DocumentError, FetchError, SourceError
from rag.index.layout import write_atomically
from rag.schema import Catalogue
from rag.settings import Settings

FOLDER = "originals"
TIMEOUT = 30  # seconds without a byte
BLOCK = 1 << 16
SHARE = 0.8  # of the title's words that have to stand in what was fetched, or in a link to it
LEAST = 400  # words of a web page; one with fewer is about the document
HOPS = 2  # pages on the way to it: a list of documents, a page about one
TYPES = {
    "application/pdf": ".pdf",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/markdown": ".md",
    "text/plain": ".txt",
}
_BY_HAND = "is this computer on the internet? Otherwise save the original by hand into `{}`"
_WORD = re.compile(r"\w+")
_PLAIN = "!$%&'()*+,/:;=?@[]~"  # characters of a path that stand for themselves, or are quoted already


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one original: where it lies now, or why it could not be had (with its hint)."""

    source_id: str
    path: Path | None
    why: str = ""


def fetch(
    folder: Path, source_ids: Sequence[str], settings: Settings, *, progress: Progress = lambda _: None
) -> tuple[Outcome, ...]:
    """Fetch the originals named, or of all digests with an address; one that fails does not stop the others.

    Raises SourceError for an id that `library.toml` does not have, or that has no address.
    """
    entries = {entry.source_id: entry for entry in read_library(folder).values()}
    for source_id in source_ids:
        if source_id not in entries:
            raise SourceError(
                f"`{folder / NAME}` has no document `{source_id}`", f"it has {', '.join(sorted(entries)) or 'none'}"
            )
        if not entries[source_id].catalogue.url:
            raise SourceError(f"`{source_id}` has no `url` in `{folder / NAME}`", "give it the original's address")
    wanted = source_ids or sorted(
        source_id for source_id, entry in entries.items() if entry.catalogue.digest and entry.catalogue.url
    )
    outcomes = []
    for source_id in wanted:
        try:
            outcomes.append(Outcome(source_id, _fetch_one(entries[source_id], settings, progress)))
        except CitewellError as error:
            outcomes.append(Outcome(source_id, None, f"{error.message}; {error.hint}"))
    return tuple(outcomes)


@dataclass(frozen=True, slots=True)
class _Page:
    """What an address gave: where it ended after redirections, the ending that fits its type, its content."""

    url: str
    kind: str
    data: bytes


def _fetch_one(entry: Entry, settings: Settings, progress: Progress) -> Path:
    asked: list[str] = []
    ahead = [entry.catalogue.url]
    why: list[tuple[str, str]] = []
    while ahead and len(asked) <= HOPS:
        asked.append(ahead.pop(0))
        try:
            page = _download(asked[-1], entry.source_id, settings, progress)
            return _store(page, entry, settings, progress)
        except _OtherError as error:
            why.append((error.message, error.hint))
            ahead = [url for url in _leads(page, entry.catalogue.title) if url not in asked]
        except FetchError as error:
            why.append((error.message, error.hint))
    raise FetchError(*why[0])


def _leads(page: _Page, title: str) -> list[str]:
    """Addresses to which a page leads for a document: links that bear its title, the page's own PDF."""
    if page.kind != ".html":
        return []
    wanted = _words(title)
    found = []
    for address, words in links(page.data):
        if not address.strip() or (words and len(wanted & _words(words)) < SHARE * len(wanted)):
            continue
        with suppress(ValueError):  # what is no address leads nowhere
            url = urljoin(page.url, address.strip()).partition("#")[0]
            if urlsplit(url).scheme in ("http", "https"):
                found.append(url)
    return list(dict.fromkeys(found))


def _store(page: _Page, entry: Entry, settings: Settings, progress: Progress) -> Path:
    place = settings.library / FOLDER
    kind, data = page.kind, page.data
    path = place / f"{entry.source_id}{kind}"
    partial = place / f".{entry.source_id}{kind}"  # hidden: no run takes it for a document
    try:
        write_atomically(partial, data)
        _check(partial, page, entry, settings)
        partial.replace(path)
        for ending in {*TYPES.values()} - {kind}:  # of an earlier fetch, as another kind
            (place / f"{entry.source_id}{ending}").unlink(missing_ok=True)
        _describe(place, path.name, entry)
    except OSError as error:
        raise FetchError(
            f"`{path}` cannot be written: {error.strerror}", "make room, or set CITEWELL_LIBRARY"
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    progress(f"{entry.source_id}: {len(data) / 1e6:.1f} MB in `{path}`")
    return path


def _download(url: str, source_id: str, settings: Settings, progress: Progress) -> _Page:
    by_hand = _BY_HAND.format(settings.library)
    if not _is_web_address(url):
        raise FetchError(f"`{url}` is no web address", "it has to begin with https:// or http://")
    progress(f"{source_id}: asking {url}")
    request = urllib.request.Request(_quoted(url), headers={"User-Agent": "Citewell", "Accept": ", ".join(TYPES)})
    opener = urllib.request.build_opener(_WebOnly)
    most = settings.max_file_mb * 1_000_000
    try:
        with opener.open(request, timeout=TIMEOUT) as answer:
            kind, ended = _kind(answer.headers.get_content_type(), answer.url), answer.url
            expected = int(answer.headers.get("Content-Length") or 0)
            too_large = FetchError(
                f"{url} gives more than {settings.max_file_mb:,} MB", "raise CITEWELL_MAX_FILE_MB if that is right"
            )
            if expected > most:
                raise too_large
            data = bytearray()
            told = 0
            while block := answer.read(BLOCK):
                data += block
                if len(data) > most:
                    raise too_large
                if len(data) - told >= 1_000_000:
                    told = len(data)
                    of = f" of {expected / 1e6:.1f}" if expected else ""
                    progress(f"{source_id}: {told / 1e6:.1f}{of} MB")
    except urllib.error.HTTPError as error:
        error.close()
        raise FetchError(f"{url} answers {error.code} {error.reason}", f"has it moved? {by_hand}") from error
    except http.client.IncompleteRead as error:
        raise FetchError(f"{url} broke off before its end", "try again") from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        # no network, no such host, a time-out, a broken connection, an answer that is none
        reason = getattr(error, "reason", error)
        raise FetchError(f"{url} cannot be reached: {reason}", by_hand) from error
    if expected and len(data) < expected:
        raise FetchError(f"{url} broke off after {len(data):,} of {expected:,} bytes", "try again")
    if (kind == ".pdf") != data.startswith(b"%PDF-"):
        raise FetchError(f"what {url} gives is not of the type that it says (`{kind[1:]}`)", by_hand)
    return _Page(ended, kind, bytes(data))


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _quoted(url: str) -> str:
    """The address as it is sent: with a space in it, say, as `%20`."""
    parts = urlsplit(url)
    return parts._replace(path=quote(parts.path, safe=_PLAIN), query=quote(parts.query, safe=_PLAIN)).geturl()


def _kind(type_: str, url: str) -> str:
    kind = TYPES.get(type_) or (Path(urlsplit(url).path).suffix.lower() if type_ == "application/octet-stream" else "")
    if kind not in READERS:
        raise FetchError(f"{url} gives `{type_}`, which is not read", f"what is read: {', '.join(sorted(READERS))}")
    return kind


class _OtherError(FetchError):
    """What came is not the document."""


def _check(path: Path, page: _Page, entry: Entry, settings: Settings) -> None:
    """That what came is the document that `library.toml` describes, and no page about it.

    A document holds its title; a web page is called by it, and says more than a page about it would.
    """
    order = Order(
        path=path,
        source_id=entry.source_id,
        catalogue=entry.catalogue,
        content="",
        seconds=settings.max_file_seconds,
        memory=settings.max_file_memory * 1_000_000,
        pages=settings.max_file_pages,
    )
    try:
        document = shared_child().parse(replace(order, catalogue=Catalogue(title=""))).document
    except DocumentError as error:
        raise FetchError(f"what {page.url} gives cannot be read: {error.message}", error.hint) from error
    wanted = _words(entry.catalogue.title)
    held = document.catalogue.title if page.kind == ".html" else document.text
    about = page.kind == ".html" and len(document.text.split()) < LEAST
    if about or len(wanted & _words(held)) < SHARE * len(wanted):
        raise _OtherError(
            f"{page.url} does not give `{entry.catalogue.title}`, and no link there leads to it",
            f"it may be a page about it: open it, and save the original into `{settings.library}`",
        )


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def _describe(place: Path, name: str, entry: Entry) -> None:
    """Write the original into the `library.toml` of its folder: as its digest's, but for being no digest."""
    known = {e.source_id: (file, e.catalogue) for file, e in read_library(place).items()}
    known[entry.source_id] = (name, replace(entry.catalogue, digest=False))
    lines = ["# Written by `python -m ingest fetch`: originals, each in the place of its digest.\n"]
    for source_id, (file, catalogue) in sorted(known.items()):
        lines += ["\n[[document]]\n", f"id = {_toml(source_id)}\n", f"file = {_toml(file)}\n"]
        values = {field.name: getattr(catalogue, field.name) for field in fields(Catalogue)}
        lines += [f"{key} = {_toml(value)}\n" for key, value in values.items() if value not in ("", (), None, False)]
    write_atomically(place / NAME, "".join(lines).encode())


def _toml(value: Any) -> str:
    # A string, a number, a truth or a list of strings is written in TOML as it is in JSON.
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


class _WebOnly(urllib.request.HTTPRedirectHandler):
    """Follows redirections to web addresses only."""

    def redirect_request(self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: Any) -> Any:
        """See the base class."""
        if not _is_web_address(newurl):
            fp.close()
            raise urllib.error.URLError(f"it leads to `{newurl}`")
        return super().redirect_request(req, fp, code, msg, headers, newurl)
