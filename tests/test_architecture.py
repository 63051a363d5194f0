"""The rooms keep their walls: who may import whom, which library lives where, who prints, who reads the environment."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from fakes import ROOT, child_environment, modules, python

import rag
from rag.settings import Settings

ROOMS = ("rag", "ingest", "eval", "pages", "app.py")

# Inside rag, a module imports only from the layers above its own in this list, or from its own package.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("errors", "schema"),
    ("weights", "authoryear"),
    ("settings", "terms", "markers", "commands", "places", "memory"),
    (
        "thesaurus",
        "topics",
        "glossary",
        "spelling",
        "encode",
        "demands",
        "conversation",
        "mentions",
        "cite",
        "printed",
        "cues",
    ),
    ("index", "interaction", "asked", "premise", "imprint", "quotation", "vague"),
    ("retrieve", "reader"),
    ("evidence",),
    ("select",),
    ("judge", "contrast", "explain", "filters", "lead"),
    ("compose", "contract", "generate"),
    ("lookup", "partwise", "receipts", "suggest"),
    ("assistant",),
    ("bench", "llamaindex"),
    ("__main__",),
)

# Each outside library, and the only places that import it.
HOMES = {
    "chromadb": ("rag/index/chroma.py",),
    "sqlite3": ("rag/receipts.py", "rag/index/words.py", "rag/memory.py", "pages/feedback.py"),
    "Stemmer": ("rag/terms.py",),
    "spellchecker": ("rag/spelling.py",),
    "onnxruntime": ("rag/weights/",),
    "tokenizers": ("rag/weights/",),
    "sentence_transformers": ("rag/encode.py", "rag/reader.py"),
    "syntok": ("ingest/sentences.py",),
    "pypdf": ("ingest/read/",),
    "pypdfium2": ("ingest/read/pdfium.py",),
    "selectolax": ("ingest/read/html.py",),
    "yaml": ("ingest/read/markdown.py",),
    "markdown_it": ("ingest/read/",),
    "charset_normalizer": ("ingest/read/",),
    "streamlit": ("app.py", "pages/"),
    "starlette": ("pages/originals.py",),
    "llama_index": ("rag/llamaindex.py", "rag/generate.py", "eval/naive.py"),
    "filelock": ("rag/index/writer.py",),
    "pydantic_settings": ("rag/settings.py",),
}

# What `import rag` must not load: each costs a tenth of a second or more, or hundreds of megabytes.
HEAVY = ("numpy", "chromadb", "onnxruntime", "tokenizers", "torch", "transformers", "sentence_transformers")
HEAVY += ("streamlit", "llama_index", "sqlite3", "Stemmer", "syntok", "pypdf", "pypdfium2", "selectolax", "markdown_it")

FILES = [path.relative_to(ROOT).as_posix() for path in modules(*ROOMS)]


@cache
def tree(file: str) -> ast.Module:
    return ast.parse((ROOT / file).read_text(encoding="utf-8"))


@cache
def imports(file: str) -> tuple[str, ...]:
    """Full names of the modules that a file imports, at its top or anywhere inside it."""
    return tuple(_imports(file))


def _imports(file: str) -> Iterator[str]:
    package = list(Path(file).with_suffix("").parts[:-1])
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import in {'.'.join(package)}"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            yield from (a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str))


def part_of_rag(name: str) -> str:
    """The module of rag that a file or an import belongs to; "" for the package itself."""
    parts = name.removesuffix(".py").replace("/", ".").split(".")
    return "" if len(parts) < 2 or parts[1] == "__init__" else parts[1]


LAYER_OF = {name: place for place, names in enumerate(LAYERS) for name in names}


@pytest.mark.parametrize("file", [file for file in FILES if file.startswith("rag/") and part_of_rag(file)])
def test_imports_inside_rag_run_one_way(file: str):
    own = part_of_rag(file)
    assert own in LAYER_OF, f"{file} has no layer yet: give it one in LAYERS"
    for name in imports(file):
        if not name.startswith("rag."):
            continue
        other = part_of_rag(name)
        assert other in LAYER_OF, f"{file} imports from the package itself: {name}"
        assert other == own or LAYER_OF[other] < LAYER_OF[own], f"{file} imports {name}, which is not above it"


def test_each_layer_is_there():
    there = {part_of_rag(file) for file in FILES if file.startswith("rag/")} - {""}
    assert set(LAYER_OF) == there


@pytest.mark.parametrize(
    ("room", "forbidden"),
    [
        ("rag/", ("ingest", "eval", "app", "pages", "markup")),
        ("ingest/", ("eval", "app", "pages", "markup")),
        ("eval/", ("app", "pages")),
    ],
)
def test_rooms_do_not_import_those_that_stand_on_them(room: str, forbidden: tuple[str, ...]):
    found = [(file, name) for file in FILES if file.startswith(room) for name in imports(file)]
    assert found
    assert [row for row in found if row[1].split(".")[0] in forbidden] == []


@pytest.mark.parametrize("library", HOMES)
def test_each_outside_library_has_one_home(library: str):
    users = {file for file in FILES for name in imports(file) if name.split(".")[0] == library}
    assert [file for file in users if not file.startswith(HOMES[library])] == []


def test_heavy_libraries_are_imported_inside_functions():
    """So that a command pays for what it uses."""
    lazy = {"chromadb", "onnxruntime", "tokenizers", "sentence_transformers", "torch", "transformers"}
    lazy |= {
        "pypdf",
        "pypdfium2",
        "selectolax",
        "yaml",
        "markdown_it",
        "charset_normalizer",
        "syntok",
        "Stemmer",
        "spellchecker",
    }
    for file in FILES:
        for node in tree(file).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                assert not lazy & {name.split(".")[0] for name in names}, file


@pytest.mark.parametrize("file", FILES)
def test_every_module_says_what_it_is_for(file: str):
    docstring = ast.get_docstring(tree(file))
    assert docstring
    assert docstring.split("\n")[0].endswith((".", ":", "?")) or "\n" in docstring


@pytest.mark.parametrize("file", [file for file in FILES if file != "rag/settings.py"])
def test_only_the_settings_read_the_environment(file: str):
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb"):
            assert "os" not in ast.unparse(node.value).split("."), file
        elif isinstance(node, ast.ImportFrom):
            assert not (node.module == "os" and {a.name for a in node.names} & {"environ", "getenv"}), file


@pytest.mark.parametrize("file", [file for file in FILES if not file.endswith(("__main__.py", "rag/commands.py"))])
def test_only_commands_print(file: str):
    calls = [ast.unparse(node.func) for node in ast.walk(tree(file)) if isinstance(node, ast.Call)]
    assert not {"print", "sys.stdout.write", "sys.stderr.write"} & set(calls)


def test_the_door_of_the_library_is_exact():
    assert sorted(rag.__all__) == ["Answer", "CitewellError", "Settings", "Turn", "load_settings"]
    assert all(hasattr(rag, name) for name in rag.__all__)


LOADED = "import sys, {module}\nprint(*sorted({{name.split('.')[0] for name in sys.modules}}))"


def loaded(module: str) -> set[str]:
    child = subprocess.run(
        python("-c", LOADED.format(module=module)),
        env=child_environment(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(child.stdout.split())


@pytest.mark.parametrize("module", ["rag", "rag.__main__", "ingest.ledger", "ingest.library"])
def test_importing_loads_nothing_heavy(module: str):
    allowed = {"numpy"} if module == "rag.__main__" else set()
    assert not (loaded(module) & set(HEAVY)) - allowed


ASKED = """
import sys
from rag.__main__ import main
assert main(["ask", "what did garden volunteers learn?", "--json"]) == 0
print(*sorted({name.split(".")[0] for name in sys.modules}), file=sys.stderr)
"""


@pytest.mark.encoder
def test_asking_a_question_loads_neither_torch_nor_the_page_nor_llamaindex(real_library: Settings):
    environment = child_environment(index=real_library.index, cache=real_library.cache, library=real_library.library)
    child = subprocess.run(python("-c", ASKED), env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
    found = set(child.stderr.split())
    assert "onnxruntime" in found
    assert not found & {"torch", "transformers", "sentence_transformers", "streamlit", "llama_index", "pypdf", "onnx"}
