"""A CSV to begin with. In: a path. Out: a file with the columns, a row of help and an example, both as remarks."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from eval.cases import COLUMN_HELP, COLUMNS, CasesError

EXAMPLE: Mapping[str, str] = {
    "id": "example-01",
    "kind": "numeric",
    "split": "tune",
    "question": "How many people had a say in the advice on helping crews after traumatic shifts?",
    "answerable": "yes",
    "finding_1": "92 people took part.",
    "wordings_1": "92 + countr | ninety-two",
    "document_1": "ohtn-peer-engagement-2013",
    "section_1": "Support ongoing training",
    "original_key_1": "Ninety-two clinicians, researchers and peer",
    "digest_key_1": "ninety-two people from 17 countries",
    "studies": "ohtn-peer-engagement-2013:5",
    "wrong": "29 + clinician",
    "note": "remove the # before the id and write your own case over it",
}


def write_template(path: Path) -> None:
    """Write the template; raises CasesError rather than write over a file."""
    rows = [
        {column: COLUMN_HELP[_base(column)] for column in COLUMNS} | {"id": f"# {COLUMN_HELP['id']}"},
        {column: EXAMPLE.get(column, "") for column in COLUMNS} | {"id": f"# {EXAMPLE['id']}"},
    ]
    try:
        # With a byte order mark, without which some spreadsheets take UTF-8 for something else.
        with path.open("x", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
    except FileExistsError:
        raise CasesError(f"`{path}` exists already", "name another file; this one is left as it is") from None
    except OSError as error:
        raise CasesError(f"cannot write `{path}`: {error.strerror}", "check that its folder exists") from error


def _base(column: str) -> str:
    base, _, number = column.rpartition("_")
    return base if number.isdigit() else column
