"""Write constraints.txt: an exact version for each package that pyproject.toml's dependencies need.

In: the packages installed beside the Python that runs this (`python scripts/setup.py freeze` sees to it).
Out: constraints.txt. Left out: torch, which pyproject.toml pins itself and which comes in several builds,
pip's own tools, and whatever is installed without being needed.
"""

from __future__ import annotations

import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = {"torch", "pip", "setuptools", "wheel"}
HEADER = """\
# What the dependencies in pyproject.toml (with the extra `dev`) resolve to, exactly, so that every machine
# gets the same versions. torch is pinned in pyproject.toml.
# Written by `python scripts/setup.py freeze`, which keeps the versions in .venv as far as pyproject.toml
# allows; after `python scripts/setup.py clean` it takes the newest.
"""


def direct(root: Path) -> list[Requirement]:
    """The project's own requirements, those of `dev` included."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [Requirement(item) for item in project["dependencies"] + project["optional-dependencies"]["dev"]]


def closure(requirements: list[Requirement]) -> dict[str, str]:
    """Name and version of every installed package that the requirements need, themselves included."""
    versions: dict[str, str] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    queue = list(requirements)
    while queue:
        requirement = queue.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        package = metadata.distribution(name)
        versions[name] = Version(package.version).public  # without a build's own mark, such as `+cpu`
        for text in package.requires or []:
            needed = Requirement(text)
            marker = needed.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras | {""}):
                queue.append(needed)
    return versions


def main() -> None:
    """Write the file."""
    versions = closure(direct(ROOT))
    lines = [f"{name}=={versions[name]}\n" for name in sorted(versions) if name not in LEFT_OUT]
    (ROOT / "constraints.txt").write_text(HEADER + "".join(lines), encoding="utf-8", newline="\n")
    print(f"constraints.txt: {len(lines)} packages")


if __name__ == "__main__":
    main()
