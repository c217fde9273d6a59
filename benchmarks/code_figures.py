"""Measure the size, grain and language of the code, and find what breaks the rules for words.

    python benchmarks/code_figures.py [PACKAGE] [--list FIGURE]

Prints one line for each figure. ``--list`` prints the places behind a figure. The rules are in
CONTRIBUTING.md, "Words"; ``tests/test_words.py`` holds the code to them with the functions here.
"""

from __future__ import annotations

import argparse
import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

VAGUE_NAMES = frozenset(
    "found said told one ones other others known given taken made asked shown written heard thing "
    "things what who whole rest lot way ways place places part parts here there this that seen "
    "sought wanted kept".split()
)
"""Names of variables and parameters that do not say what they hold."""

VAGUE_OPENING = re.compile(r"(What|It is|The same|Those|All of)\b")
"""First words of a docstring that does not name its subject."""

METAPHORS = re.compile(
    r"\b(the house|rooms?|stairs?|desks?|clerks?|lanes?|anew|whoever|at the most|"
    r"that there is not|for who|of whom|stands? behind|is told|are told|is heard|held in)\b",
    re.IGNORECASE,
)
"""Words and phrases that need a key, or that no native engineer would write."""

_DOCUMENTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Module)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class SourceFile:
    """One module: its path below the package, its text and its syntax tree."""

    path: str
    text: str

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the syntax tree."""
        return list(ast.walk(ast.parse(self.text)))

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    def docstrings(self) -> Iterator[tuple[int, str]]:
        """Yield (line, text) of each docstring."""
        for node in self.nodes:
            if isinstance(node, _DOCUMENTED) and (text := ast.get_docstring(node)):
                yield node.body[0].lineno, text

    def assigned_names(self) -> Iterator[tuple[int, str]]:
        """Yield (line, name) of each variable and parameter."""
        for node in self.nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.lineno, node.id
            elif isinstance(node, ast.arg) and node.arg not in ("self", "cls"):
                yield node.lineno, node.arg

    def used_once(self) -> Iterator[tuple[bool, str]]:
        """Yield for each private function whether its name occurs once beside its definition."""
        words = Counter(re.findall(r"\b_[a-z]\w+", self.text))
        for node in self.nodes:
            if isinstance(node, _FUNCTIONS) and re.match(r"_[^_]", node.name):
                yield words[node.name] == 2, f"{self.path}:{node.lineno}: {node.name}"


def read_package(folder: Path) -> list[SourceFile]:
    """Read every Python file of a package."""
    return [
        SourceFile(str(path.relative_to(folder.parent)), path.read_text("utf-8"))
        for path in sorted(folder.rglob("*.py"))
    ]


def list_vague_names(files: list[SourceFile]) -> list[str]:
    return [
        f"{file.path}:{line}: {name}"
        for file in files
        for line, name in file.assigned_names()
        if name.lower().strip("_") in VAGUE_NAMES
    ]


def list_vague_openings(files: list[SourceFile]) -> list[str]:
    return [
        f"{file.path}:{line}: {text.splitlines()[0]}"
        for file in files
        for line, text in file.docstrings()
        if VAGUE_OPENING.match(text)
    ]


def list_metaphors(files: list[SourceFile]) -> list[str]:
    """List docstrings with a word or phrase of :data:`METAPHORS`."""
    return [
        f"{file.path}:{line}: {match[0]}"
        for file in files
        for line, text in file.docstrings()
        for match in METAPHORS.finditer(text)
    ]


def list_classes_twice(files: list[SourceFile]) -> list[str]:
    return _list_names_twice(
        (node.name, f"{file.path}:{node.lineno}")
        for file in files
        for node in file.nodes
        if isinstance(node, ast.ClassDef)
    )


def list_functions_twice(files: list[SourceFile]) -> list[str]:
    """List the names of public functions that several modules define at their top level."""
    return _list_names_twice(
        (node.name, f"{file.path}:{node.lineno}")
        for file in files
        for node in ast.parse(file.text).body
        if isinstance(node, _FUNCTIONS) and not node.name.startswith("_")
    )


def list_used_once(files: list[SourceFile]) -> list[str]:
    return [place for file in files for is_once, place in file.used_once() if is_once]


def list_modules_of_one_name(files: list[SourceFile]) -> list[str]:
    return _list_names_twice((Path(file.path).stem, file.path) for file in files)


def _list_names_twice(named_places: Iterable[tuple[str, str]]) -> list[str]:
    places = defaultdict(list)
    for name, place in named_places:
        places[name].append(place)
    return [f"{name}: {', '.join(at)}" for name, at in sorted(places.items()) if len(at) > 1]


LISTS = {
    "vague": list_vague_names,
    "openings": list_vague_openings,
    "metaphors": list_metaphors,
    "classes": list_classes_twice,
    "functions": list_functions_twice,
    "once": list_used_once,
    "modules": list_modules_of_one_name,
}


def share_of_vague_names(files: list[SourceFile]) -> float:
    """Return the part of variables and parameters with a vague name, in [0, 1]."""
    return len(list_vague_names(files)) / max(1, sum(1 for f in files for _ in f.assigned_names()))


def share_of_docstrings(files: list[SourceFile]) -> float:
    """Return the part of lines that are docstrings, in [0, 1]."""
    documented = sum(text.count("\n") + 1 for f in files for _, text in f.docstrings())
    return documented / max(1, sum(len(file.lines) for file in files))


def figures(files: list[SourceFile]) -> dict[str, str]:
    """Return name -> figure."""
    lines = [line.strip() for file in files for line in file.lines]
    private = [is_once for file in files for is_once, _ in file.used_once()]
    return {
        "files": f"{len(files)}",
        "lines": f"{len(lines)}",
        "docstring lines": f"{share_of_docstrings(files):.1%}",
        "comment lines": f"{sum(line.startswith('#') for line in lines) / len(lines):.1%}",
        "vague names": f"{share_of_vague_names(files):.1%}",
        "docstrings with a vague opening": f"{len(list_vague_openings(files))}",
        "docstrings with a metaphor": f"{len(list_metaphors(files))}",
        "private functions used once": f"{sum(private) / max(1, len(private)):.0%}",
        "class names defined twice": f"{len(list_classes_twice(files))}",
        "function names defined twice": f"{len(list_functions_twice(files))}",
        "module names used twice": f"{len(list_modules_of_one_name(files))}",
    }


def main() -> None:
    """Read the command line; print the figures or the places behind one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    root = Path(__file__).parent.parent
    parser.add_argument("package", type=Path, nargs="?", default=root / "kgraph")
    parser.add_argument("--list", choices=LISTS, help="print the places behind a figure")
    arguments = parser.parse_args()
    files = read_package(arguments.package)
    if arguments.list:
        print("\n".join(LISTS[arguments.list](files)))
        return
    for name, value in figures(files).items():
        print(f"{name:<32} {value:>8}")


if __name__ == "__main__":
    main()
