"""How fast this computer ingests, as ratios measured in one run: `python -m ingest bench`.

In: a folder of documents, and sizes. Out: a line for each figure. Everything is built in a folder that is thrown away.
Documents and vectors that only have to be many are made up; they say nothing.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path

import numpy as np

from ingest.assemble import assemble
from ingest.child import ROOT
from ingest.embed import Embedder
from ingest.find import find
from ingest.passages import Measure, with_passages
from ingest.progress import Progress
from ingest.read import read
from ingest.sync import sync
from rag.encode import Encoder, Vectors, encoder_fingerprint, open_encoder, unit
from rag.errors import SourceError
from rag.index.layout import Fingerprint, Layout
from rag.index.reader import LiveIndex
from rag.index.texts import passage_text, statement_text
from rag.index.writer import Draft, writing
from rag.schema import Catalogue, Document, Passage, Section, Statement
from rag.settings import Settings

FEW = 1 / 5  # of the documents: the run with whose memory that of all is compared
SENTENCE = "Peers in programme {0} say that visit {1} mattered to them in {2} of {3} sites. "
PASSAGES = 50  # of a made-up document


class StandIn:
    """Vectors made of a hash of the text, at once: an encoder for what is not about encoding."""

    dim = 384
    max_tokens = 256

    def __init__(self, settings: Settings) -> None:
        """It goes by the name of the encoder of the settings."""
        self.fingerprint = encoder_fingerprint(settings)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """See rag.encode.Encoder."""
        seeds = [int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") for text in texts]
        rows = np.stack([np.random.default_rng(seed).standard_normal(self.dim, dtype=np.float32) for seed in seeds])
        return unit(rows)

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """See rag.encode.Encoder."""
        return self.encode_passages(texts)

    def count_tokens(self, text: str) -> int:
        """See rag.encode.Encoder."""
        return len(text.split()) + 2


def encoding(folder: Path, count: int, settings: Settings, progress: Progress) -> Iterator[str]:
    """Ingest of the first documents of a folder against the encoder alone on the same texts, in one batch."""
    sources = list(find(folder))[:count]
    if not sources:
        raise SourceError(f"`{folder}` holds no documents", "name a folder of documents with --folder")
    encoder = open_encoder(settings, threads=2)
    texts: list[str] = []
    for source in sources:
        assembled = assemble(
            source.entry.source_id, read(source.path, source.path.read_bytes()), source.entry.catalogue
        )
        document = with_passages(assembled, Measure(encoder.max_tokens, encoder.count_tokens))
        texts += [passage_text(document, passage) for passage in document.passages]
        texts += [statement_text(document, s) for passage in document.passages for s in passage.statements]
    texts = list(dict.fromkeys(texts))
    alone, whole = [], []
    for _ in range(2):  # in turn, as other work on this computer comes and goes
        with tempfile.TemporaryDirectory(prefix="citewell-bench-", ignore_cleanup_errors=True) as name:
            own = _own(settings, Path(name))
            progress(f"ingest of {len(sources)} documents")
            paths = [source.path for source in sources]
            whole.append(_seconds(partial(sync, paths, own, open_=lambda: encoder)))
        progress(f"the encoder alone on their {len(texts)} texts")
        alone.append(_seconds(partial(encoder.encode_passages, texts)))
    yield (
        f"ingest: {len(texts) / min(whole):.1f} texts/s, the encoder alone {len(texts) / min(alone):.1f} texts/s: "
        f"{min(alone) / min(whole):.0%} of its rate"
    )


def unchanged(count: int, settings: Settings, progress: Progress) -> Iterator[str]:
    """A run over many documents in which nothing changed."""
    with tempfile.TemporaryDirectory(prefix="citewell-bench-", ignore_cleanup_errors=True) as name:
        own, folder = _own(settings, Path(name)), _written(Path(name) / "corpus", count)
        progress(f"first run over {count} documents")
        sync([folder], own, open_=lambda: StandIn(own))
        progress("second run")
        loaded: list[Encoder] = []

        def load() -> Encoder:
            loaded.append(StandIn(own))
            return loaded[-1]

        busy = time.process_time()
        seconds = _seconds(lambda: sync([folder], own, open_=load))
        busy = time.process_time() - busy
        cold = _in_a_process(name)
        yield (
            f"unchanged run over {count} documents: {seconds:.2f} s ({busy:.2f} s of processor time), "
            f"as a command {cold.seconds:.2f} s ({cold.busy:.2f} s); models loaded: {len(loaded)}"
        )


_RUN = """
import sys, time
from pathlib import Path
from ingest.bench import StandIn
from ingest.sync import sync
from rag.settings import Settings
base = Path(sys.argv[1])
settings = Settings(index=base / "index", cache=base / "cache", library=base / "uploads")
sync([base / "corpus"], settings, open_=lambda: StandIn(settings))
try:
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
except ImportError:
    peak = 0
print(peak, time.process_time())
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took: the most memory, in MB, time by the clock, and the processor's."""

    peak: float
    seconds: float
    busy: float


def _in_a_process(base: str) -> Cost:
    """Bring `base/corpus` in step in a new process."""
    started = time.monotonic()
    command = [sys.executable, "-c", _RUN, base]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    # Linux counts in kilobytes, macOS in bytes.
    return Cost(float(told[0]) / (1e6 if sys.platform == "darwin" else 1e3), time.monotonic() - started, float(told[1]))


def memory(most: int, settings: Settings, progress: Progress) -> Iterator[str]:
    """The most memory that runs over few and over many documents take."""
    if sys.platform == "win32":
        return
    peaks, counts = [], (max(1, int(most * FEW)), most)
    for count in counts:
        with tempfile.TemporaryDirectory(prefix="citewell-bench-", ignore_cleanup_errors=True) as name:
            _written(Path(name) / "corpus", count)
            progress(f"a run over {count} documents in a process of its own")
            peaks.append(_in_a_process(name).peak)
    yield (
        f"memory: {peaks[0]:.0f} MB for {counts[0]} documents, {peaks[1]:.0f} MB for {counts[1]} "
        f"({peaks[1] / peaks[0]:.2f} times)"
    )


def publishing(passages: int, settings: Settings, progress: Progress) -> Iterator[str]:
    """Adding one document to a library of so many passages, and how soon a reader that is running sees it."""
    with tempfile.TemporaryDirectory(prefix="citewell-bench-", ignore_cleanup_errors=True) as name:
        own = _own(settings, Path(name))
        encoder = StandIn(own)
        fingerprint = Fingerprint(encoder.fingerprint, encoder.dim, encoder.max_tokens)
        number = max(1, passages // PASSAGES)
        progress(f"building a library of {number * PASSAGES:,} passages")
        with writing(own.index):
            draft = Draft(own.index, fingerprint)
            for at in range(number):
                _put(draft, at, encoder)
            built = _seconds(draft.publish)
        live = LiveIndex(own.index, encoder.fingerprint)
        vector = encoder.encode_questions(["which visit mattered?"])[0]
        live.current().by_meaning(vector, 100)
        folder = _written(Path(name) / "corpus", 1)
        progress("adding one document")
        # The ledger knows nothing of the made-up documents, so this goes by the draft, as a run does.
        started = time.monotonic()
        with writing(own.index):
            draft = Draft(own.index, fingerprint)
            embedder = Embedder(own, lambda: encoder, lambda _: None)
            for source in find(folder):
                read_ = assemble("new", read(source.path, source.path.read_bytes()), Catalogue(title=""))
                document = embedder.passages(read_)
                draft.put(document, *embedder.vectors(document))
            embedder.close()
            wanted = draft.publish()
        added = time.monotonic() - started
        started = time.monotonic()
        slowest = 0.0
        while True:
            asked = time.monotonic()
            index = live.current()
            index.by_meaning(vector, 100)
            slowest = max(slowest, time.monotonic() - asked)
            if index.name == wanted:
                break
        seen = time.monotonic() - started
        disk = _size(own.index) / _size_of_one(own.index, wanted)
        yield (
            f"library of {number * PASSAGES:,} passages: built in {built:.0f} s; one document more takes "
            f"{added:.1f} s; a running reader sees it after {seen:.1f} s, its slowest question meanwhile "
            f"{slowest:.1f} s; disk {disk:.2f} times one state"
        )


def run(
    folder: Path, count: int, many: int, passages: Sequence[int], settings: Settings, progress: Progress
) -> Iterator[str]:
    """All measurements, each line as soon as it is there.

    `count` documents of the folder are embedded; `many` are made up for the unchanged run and for memory; 0 leaves out.
    """
    if count:
        yield from encoding(folder, count, settings, progress)
    if many:
        yield from unchanged(many, settings, progress)
        yield from memory(many, settings, progress)
    for size in passages:
        yield from publishing(size, settings, progress)


def _put(draft: Draft, at: int, encoder: StandIn) -> None:
    document = _made_up(at)
    texts = [document.text[p.start : p.end] for p in document.passages]
    rows = encoder.encode_passages(texts)
    draft.put(document, rows, rows)


def _made_up(at: int) -> Document:
    pieces = [SENTENCE.format(at, n, at * n % 13, n + 13).strip() for n in range(PASSAGES)]
    source_id = f"made-up-{at:06}"
    passages, start = [], 0
    for number, piece in enumerate(pieces):
        end = start + len(piece)
        passages.append(Passage(f"{source_id}#{number:04d}", source_id, (), start, end, (Statement(start, end),)))
        start = end + 2
    text = "\n\n".join(pieces)
    sections = (Section((), 0, len(text)),)
    return Document(source_id, Catalogue(title=f"Programme {at}"), text, sections, passages=tuple(passages))


def _written(folder: Path, count: int) -> Path:
    """Documents of ten passages as files."""
    folder.mkdir(parents=True, exist_ok=True)
    for at in range(count):
        parts = [f"## Visit {n}\n\n" + SENTENCE.format(at, n, at * n % 13, n + 13) * 3 for n in range(10)]
        (folder / f"brief-{at:05}.md").write_text(f"# Programme {at}\n\n" + "\n\n".join(parts), encoding="utf-8")
    return folder


def _own(settings: Settings, base: Path) -> Settings:
    return settings.model_copy(update={"index": base / "index", "cache": base / "cache", "library": base / "uploads"})


def _seconds(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _size_of_one(folder: Path, name: str) -> int:
    layout = Layout(folder)
    objects = layout.manifest(name).documents.values()
    shared = sum(path(digest).stat().st_size for digest in objects for path in (layout.object, layout.vectors))
    return _size(layout.generation(name)) + shared
