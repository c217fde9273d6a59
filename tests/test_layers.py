"""The house has one stair: no room imports a room to its right."""

import ast
from pathlib import Path

import kgraph

ROOMS = [
    *(
        "errors",
        "checksums",
        "names",
        "plurals",
        "progress",
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


def test_no_room_imports_one_to_its_right():
    wrong = [
        f"{file.relative_to(PACKAGE)}:{line}: {module}"
        for file in FILES
        if room(file) not in ("__init__", "__main__")
        for line, module in imported(file)
        if "." in module and ROOMS.index(module.split(".")[1]) > ROOMS.index(room(file))
    ]
    assert wrong == []


def test_files_are_small_and_say_what_they_are():
    texts = {str(file.relative_to(PACKAGE)): file.read_text("utf-8") for file in FILES}
    assert len(texts) > 250
    trees = {name: ast.parse(text) for name, text in texts.items()}
    large = [name for name, text in texts.items() if len(text.splitlines()) > 400]
    mute = [name for name, tree in trees.items() if tree.body and not ast.get_docstring(tree)]
    assert (large, mute) == ([], []), "the first want a second room, the others a docstring"
