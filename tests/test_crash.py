"""An ingest may be killed at any moment: nothing that was published is lost, and the next run completes.

How often it is killed is read from the variable that `make crash-test` sets.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from fakes import child_environment, python

COUNT = int(os.environ.get("CITEWELL_CRASHES") or 20)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no fork")
def test_killing_an_ingest_at_any_moment_loses_and_doubles_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    script = Path(__file__).parent / "crash.py"
    arguments = python(script, tmp_path, COUNT, COUNT)
    child = subprocess.run(arguments, env=child_environment(), stdout=subprocess.PIPE, text=True, check=False)
    assert child.returncode == 0, "the traceback stands on standard error"
    with capsys.disabled():
        print("\n" + child.stdout.strip())  # noqa: T201
