"""The house has one stair: no room imports a room to its right."""

import ast
from pathlib import Path

import pytest

import kgraph

ROOMS = [
    *(
        "errors",
        "checksums",
        "names",
        "plurals",
        "frames",
        "lifetime",
        "memory",
        "wellformed",
        "joins",
        "columns",
        "model",
        "ontology",
        "reading",
        "lexicon",
        "resolve",
        "graph",
    ),
    *("triples", "store", "search", "build", "query", "analysis", "export", "view"),
    *("facts", "atlas", "web", "mcp", "knowledge", "cli"),
]
PACKAGE = Path(kgraph.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))


def room(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(file: Path) -> list[tuple[int, str]]:
    """(line, module) of every import from kgraph, wherever it stands in the file."""
    found = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: imports are absolute"
            found.append((node.lineno, node.module or ""))
        elif isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
    return [(line, name) for line, name in found if name.split(".")[0] == "kgraph"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_no_room_imports_one_to_its_right(file):
    here = room(file)
    if here in ("__init__", "__main__"):
        return
    for line, module in imported(file):
        parts = module.split(".")
        if len(parts) > 1:
            assert ROOMS.index(parts[1]) <= ROOMS.index(here), f"{file}:{line}: {module}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_files_are_small_and_say_what_they_are(file):
    tree = ast.parse(file.read_text("utf-8"))
    assert len(file.read_text("utf-8").splitlines()) <= 400, f"{file} wants a second room"
    assert not tree.body or ast.get_docstring(tree), f"{file} has no docstring"
