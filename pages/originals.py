"""The PDFs that documents were read from, for the browser to show at a page.

In: the settings. Out: a route of the server, `/original/SOURCE_ID`. Only a file that the ledger names is given, and
only while it is the one that was read; never one of another kind, which a browser might run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from starlette.exceptions import HTTPException  # Streamlit's own server
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route

from ingest.ledger import Row, read_ledger
from rag import Settings

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",  # no page of another host may show it
    "Cache-Control": "no-cache",
}
GONE = "This PDF is not where it was read from, or has changed since. Its text stands in the library as it was read."


def route(settings: Callable[[], Settings]) -> Route:
    """The way to the PDFs of the library that the settings name."""

    def give(request: Request) -> FileResponse:
        rows = [row for row in read_ledger(settings().index) if row.source_id == request.path_params["source_id"]]
        path = next((path for row in rows for path in map(Path, row.all_places) if is_pdf_read(row, path)), None)
        if path is None:
            raise HTTPException(404, GONE)
        return FileResponse(
            path, media_type="application/pdf", filename=path.name, content_disposition_type="inline", headers=HEADERS
        )

    return Route("/original/{source_id}", give)


def is_pdf_read(row: Row, path: Path) -> bool:
    """Whether this is the PDF, unchanged, that a document of the library was read from."""
    if row.withdrawn or path.suffix.lower() != ".pdf":
        return False
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == row.content
    except OSError:
        return False
