"""Files are parsed in a child process, which can be killed: one that hangs, crashes or takes all memory fails alone.

In: a file, and what is known of it. Out: the document without its passages, or a DocumentError. One child serves
many files, is started when it is first needed, and anew after it was killed.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import pickle
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path
from typing import Any

from ingest.assemble import Assembled
from ingest.parse import Order, Parsed, Refused
from rag.errors import DocumentError

ROOT = Path(__file__).resolve().parent.parent
# The child finds the project where its parent found it, whatever the working folder is.
_START = "import sys; sys.path.insert(0, sys.argv[1]); from ingest.parse import main; raise SystemExit(main())"
log = logging.getLogger(__name__)


class Child:
    """A process that parses files, one at a time."""

    def __init__(self) -> None:
        """Nothing is started yet."""
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._late = False

    @property
    def process_id(self) -> int | None:
        """The number of the process; None while there is none."""
        return self._process.pid if self._process else None

    def parse(self, order: Order) -> Assembled:
        """Parse a file; raises DocumentError when that fails, takes too long or too much."""
        with self._lock:
            result = self._ask(order)
        if isinstance(result, Parsed):
            return result.assembled
        if result.traceback:
            log.error("reading %s\n%s", order.path, result.traceback)
        raise DocumentError(result.why, result.hint)

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):  # what was not sent yet finds nobody
                        pipe.close()
            process.wait()

    def _ask(self, order: Order) -> Parsed | Refused:
        process = self._started()
        self._late = False
        timer = threading.Timer(order.seconds, self._too_late, [process])
        timer.daemon = True
        timer.start()
        try:
            pickle.dump(order, process.stdin, protocol=pickle.HIGHEST_PROTOCOL)  # type: ignore[arg-type]
            process.stdin.flush()  # type: ignore[union-attr]
            result: Any = pickle.load(process.stdout)  # type: ignore[arg-type]
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):
            code = process.wait()
            self.stop()
            if self._late:
                return Refused(
                    f"reading it takes more than {order.seconds:,.0f} seconds",
                    "part the file, or raise CITEWELL_MAX_FILE_SECONDS",
                )
            return Refused(f"its reader crashed (exit code {code})", "save the file anew, as PDF or as plain text")
        finally:
            timer.cancel()
        answer: Parsed | Refused = result
        return answer

    def _too_late(self, process: subprocess.Popen[bytes]) -> None:
        self._late = True
        process.kill()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.stop()
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _START, str(ROOT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            pickle.load(self._process.stdout)  # type: ignore[arg-type]  # it is loaded: from now on time counts
        return self._process


@cache
def shared_child() -> Child:
    """The child of this process, which ends with it."""
    child = Child()
    atexit.register(child.stop)
    return child
