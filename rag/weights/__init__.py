"""The weights that Citewell ships: loaded from this folder, each file checked by its hash.

In: a file's name. Out: an onnxruntime session or the tokenizer. `hashes.json` is written with the weights by
`scripts/train_reader.py`; docs/reader.md is their model card.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from rag.errors import EncoderError

FOLDER = Path(__file__).parent
_HINT = "get the file again: `git checkout rag/weights`"


@cache
def hashes() -> dict[str, str]:
    """sha256 of each file, by name."""
    known: dict[str, str] = json.loads((FOLDER / "hashes.json").read_text(encoding="utf-8"))
    return known


def sha256(name: str) -> str:
    """The hash that a file should have."""
    return hashes()[name]


def session(name: str, threads: int, folder: Path = FOLDER) -> Any:
    """An onnxruntime session of a model; raises EncoderError when the file is lost or not the one shipped."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Weights lie in int8 and are turned into float32 once, now, instead of at each question.
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    return onnxruntime.InferenceSession(_checked(folder / name), options, providers=["CPUExecutionProvider"])


def tokenizer(folder: Path = FOLDER) -> Any:
    """The tokenizer of all shipped models, which neither cuts nor pads."""
    from tokenizers import Tokenizer

    loaded = Tokenizer.from_str(_checked(folder / "tokenizer.json").decode("utf-8"))
    loaded.no_truncation()
    loaded.no_padding()
    return loaded


@cache
def english() -> frozenset[str]:
    """The words that the tokenizer knows whole, in lower case: some 20,000 of the commonest of English."""
    pieces: dict[str, int] = json.loads(_checked(FOLDER / "tokenizer.json"))["model"]["vocab"]
    return frozenset(piece for piece in pieces if piece.isascii() and piece.isalpha())


def _checked(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EncoderError(f"the weights cannot be read: `{path}` ({error.strerror})", _HINT) from error
    found = hashlib.sha256(content).hexdigest()
    if found != hashes()[path.name]:
        raise EncoderError(f"the weights are not the ones shipped: `{path}`, sha256 `{found[:12]}…`", _HINT)
    return content
