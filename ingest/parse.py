"""What the child process does that parses files; `ingest.child` starts it, and nobody else.

In (standard input): one pickled `Order` after another. Out (standard output): one pickled `Parsed` or `Refused` for
each. It ends when its input ends, and by itself when an order takes too long and its parent is gone.
"""

from __future__ import annotations

import faulthandler
import hashlib
import os
import pickle
import signal
import sys
import traceback
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from ingest.assemble import Assembled, assemble
from ingest.read import read
from ingest.supersedes import stated
from rag.errors import DocumentError
from rag.schema import Catalogue

GRACE = 5.0  # seconds after which the child ends itself, should nobody have ended it


@dataclass(frozen=True, slots=True)
class Order:
    """A file to be parsed, and within what.

    Attributes:
        content: hash that its bytes must have; empty for any.
        seconds, memory, pages: limits; memory in bytes on top of what the child has.
    """

    path: Path
    source_id: str
    catalogue: Catalogue
    content: str
    seconds: float
    memory: int
    pages: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file that was parsed."""

    assembled: Assembled


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not: why, what to do, and the traceback where that was unforeseen."""

    why: str
    hint: str
    traceback: str = ""


def parse(order: Order) -> Parsed | Refused:
    """Do what an order says, in this process."""
    try:
        return Parsed(_parse(order))
    except DocumentError as error:
        return Refused(error.message, error.hint)
    except FileNotFoundError:
        return Refused("the file vanished while it was being read", "run `python -m ingest` again")
    except OSError as error:
        return Refused(f"cannot be read: {error.strerror or error}", "is its disk there, and may you read it?")
    except MemoryError:
        return Refused(
            f"reading it takes more than {order.memory / 1e6:,.0f} MB of memory",
            "part the file, or raise CITEWELL_MAX_FILE_MEMORY",
        )
    except Exception as error:  # a slip of ours, or of a library, on one document must not stop the others
        why = f"unexpected {type(error).__name__}: {error}"
        return Refused(why, "please report this with the file", traceback.format_exc())


def _parse(order: Order) -> Assembled:
    data = order.path.read_bytes()
    if order.content and hashlib.sha256(data).hexdigest() != order.content:
        raise DocumentError("the file changed while it was being read", "run `python -m ingest` again when it is whole")
    assembled = assemble(order.source_id, read(order.path, data), order.catalogue)
    document = assembled.document
    pages = max((page.number for page in document.pages), default=0)
    if pages > order.pages:
        raise DocumentError(
            f"the file has {pages:,} pages, at most {order.pages:,} are read",
            "part it, or raise CITEWELL_MAX_FILE_PAGES",
        )
    if not document.catalogue.supersedes:
        known = replace(document.catalogue, supersedes=stated(document))
        assembled = replace(assembled, document=replace(document, catalogue=known))
    return assembled


def _limit_memory(more: int) -> None:
    """Let this process take `more` bytes than it has; without effect where the system knows no such limit."""
    try:
        import resource
    except ImportError:  # Windows
        return
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):  # no Linux
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    wanted = pages * resource.getpagesize() + more
    resource.setrlimit(resource.RLIMIT_AS, (wanted if hard < 0 else min(wanted, hard), hard))


def serve(orders: IO[bytes], results: IO[bytes], quiet: IO[str]) -> None:
    """Say that all is loaded, then parse what is ordered until there is nothing more."""
    _send(None, results)
    while True:
        try:
            order: Order = pickle.load(orders)
        except EOFError:
            return
        faulthandler.dump_traceback_later(order.seconds + GRACE, exit=True, file=quiet)
        _limit_memory(order.memory)
        result = parse(order)
        faulthandler.cancel_dump_traceback_later()
        _send(result, results)


def _send(result: Parsed | Refused | None, results: IO[bytes]) -> None:
    pickle.dump(result, results, protocol=pickle.HIGHEST_PROTOCOL)
    results.flush()


def main() -> int:
    """Serve the parent; what a library prints goes nowhere."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends this process
    results = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    with Path(os.devnull).open("w", encoding="utf-8") as quiet:
        os.dup2(quiet.fileno(), sys.stdout.fileno())
        serve(sys.stdin.buffer, results, quiet)
    return 0
