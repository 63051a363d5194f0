"""Train what Citewell ships: the encoder, the reader and the judge. One command from data to weights.

    python scripts/train_reader.py OUT --bench DIR [--steps encoder,groups,reader,judge] [--minutes N] [--go-on]
    python scripts/train_reader.py OUT --bench DIR --steps distil [--teacher MODEL] [--minutes N]

In: the questions kept in `eval/questions/` (ours, with the places of the sentences that answer, and of those that only
look as if they did) and public sets under DIR. Out: in OUT the trained models, the curve (`*.jsonl`) and figures on
held-out documents; in `rag/weights/` what is shipped, with its hashes. Needs `.venv` with torch; seeded.
Each step takes up what the step before left in OUT. `distil` is a trial, whose encoder stays in OUT/distilled.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

WEIGHTS = HERE.parent / "rag" / "weights"
STEPS = ("encoder", "groups", "reader", "judge")
TEACHER = "sentence-transformers/all-mpnet-base-v2"


def main(arguments: Sequence[str]) -> int:
    """Run the steps asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--bench", type=Path, required=True)
    parser.add_argument("--steps", default=",".join(STEPS), help="which steps to run, parted by commas")
    parser.add_argument("--minutes", type=float, default=45, help="longest training of the encoder, and of the reader")
    parser.add_argument("--teacher", default=TEACHER, help=f"of the encoder: a name or a folder (default: {TEACHER})")
    parser.add_argument("--go-on", action="store_true", help="train the reader further that is in OUT")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    steps = options.steps.split(",")
    if "encoder" in steps:
        encoder(options.out, options.bench, options.minutes)
    if "groups" in steps:
        groups(options.out, options.bench)
    if "distil" in steps:
        distil(options.out, options.teacher, options.minutes)
    if "reader" in steps:
        reader(options.out, options.bench, options.minutes, options.go_on)
    if "judge" in steps:
        judge(options.out)
    return 0


def encoder(out: Path, bench: Path, minutes: float) -> None:
    """Train the encoder, mix it with what it was, and ship it."""
    from training.data import encoder_examples
    from training.encoder import base, export_encoder, mix, train

    examples = [example for example in encoder_examples(bench) if not example.is_test]
    with (out / "encoder.jsonl").open("w", encoding="utf-8") as log:
        train(examples, out / "encoder-trained", 3, minutes, log)
    mix(out / "encoder-trained", out / "encoder")
    print("cosine of the exported encoder:", export_encoder(out / "encoder", WEIGHTS / "encoder.onnx"))
    shutil.copyfile(base() / "tokenizer.json", WEIGHTS / "tokenizer.json")
    _hash()


def distil(out: Path, teacher: str, minutes: float) -> None:
    """Teach the encoder what a larger one knows. A trial: what comes of it is not shipped."""
    from training.data import load_groups
    from training.distil import Teacher
    from training.distil import distil as taught

    kept, _, _ = load_groups(out)
    with (out / "distilled.jsonl").open("w", encoding="utf-8") as log:
        taught(kept, out / "encoder", Teacher(teacher, out / "teacher.sqlite"), out / "distilled", minutes, log)


def groups(out: Path, bench: Path) -> None:
    """Ask our retrieval all questions and keep what it finds, labelled."""
    from training.data import groups as found

    with (out / "groups.pickle").open("wb") as file:
        for group in found(bench, out):
            pickle.dump(group, file)


def reader(out: Path, bench: Path, minutes: float, go_on: bool) -> None:
    """Train the reader and ship it."""
    from rag.weights import tokenizer
    from training.data import conversations, load_groups
    from training.encoder import base
    from training.reader import export_reader, figures, train

    kept, dev, test = load_groups(out)
    kept += [group for group in conversations(bench) if not group.is_test]
    print(len(kept), "questions to train on;", len(dev), "to tune on;", len(test), "held back")
    with (out / "reader.jsonl").open("a" if go_on else "w", encoding="utf-8") as log:
        model = train(kept, base(), tokenizer(), minutes, log, out / "reader.pt", go_on)
    told = {"tuned on": figures(model, tokenizer(), dev), "held back": figures(model, tokenizer(), test)}
    print(json.dumps(told, indent=1))
    export_reader(model, WEIGHTS / "reader.onnx")
    _hash()


def judge(out: Path) -> None:
    """Fit, measure and plot the probability that the reader gives; slope and intercept go into `rag/reader.py`."""
    from rag.interaction import Interaction
    from rag.memory import Memory
    from training.data import load_groups
    from training.judge import SHIPPED, fit_and_measure
    from training.plot import reliability

    _, dev, test = load_groups(out)
    told = fit_and_measure(dev, test, Interaction(1, Memory(out / "readings.sqlite")))
    (out / "judge.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    bins = {part: models[SHIPPED]["bins"] for part, models in told["parts"].items()}
    (out / "reliability.svg").write_text(reliability(bins), encoding="utf-8")
    print(json.dumps(told, indent=1))


def _hash() -> None:
    names = ("encoder.onnx", "reader.onnx", "tokenizer.json")
    known = {name: hashlib.sha256((WEIGHTS / name).read_bytes()).hexdigest() for name in names}
    (WEIGHTS / "hashes.json").write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
