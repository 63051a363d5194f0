"""What the three commands share: the option that names the index, and how an expected failure is told."""

from __future__ import annotations

import argparse
import functools
import os
import sys
from collections.abc import Callable, Collection, Sequence
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


def command_first(arguments: Sequence[str], commands: Collection[str], usual: str = "") -> list[str]:
    """The arguments with the command first: `--index DIR status` is `status --index DIR`; none is the usual one."""
    before, rest = [], list(arguments)
    while rest and rest[0].partition("=")[0] == "--index":
        length = 1 if "=" in rest[0] else 2
        before += rest[:length]
        rest = rest[length:]
    if rest and rest[0] in (*commands, "-h", "--help"):
        return [rest[0], *before, *rest[1:]]
    return [usual, *before, *rest] if usual else [*before, *rest]
