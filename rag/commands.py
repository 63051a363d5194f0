"""What the three commands share: the option that names the index, and how an expected failure is told."""

from __future__ import annotations

import argparse
import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec

from rag.errors import CitewellError

P = ParamSpec("P")


def command(main: Callable[P, int]) -> Callable[P, int]:
    """Tell a CitewellError on standard error, without a traceback, and make it exit code 1."""

    @functools.wraps(main)
    def told(*arguments: P.args, **options: P.kwargs) -> int:
        try:
            code = main(*arguments, **options)
            sys.stdout.flush()
            return code
        except CitewellError as error:
            sys.stderr.write(f"error: {error.message}\nhint: {error.hint}\n")
            return 1
        except BrokenPipeError:  # `| head` has seen enough; what is left in the buffer is written when Python ends
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0

    return told


def index_option() -> argparse.ArgumentParser:
    """A parent parser with `--index DIR`."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--index", type=Path, metavar="DIR", help="folder of the index (default: var/index)")
    return parser
