"""Measure the size, grain and language of the code, and find what breaks the rules for words.

    python benchmarks/code_figures.py [PACKAGE] [--list FIGURE]
    python benchmarks/code_figures.py --write

Prints one line for each figure. ``--list`` prints the places behind a figure. The rules are in
CONTRIBUTING.md, "Words"; ``tests/test_words.py`` holds the code to them with the functions here.

Sizes are tokens of Python's tokenizer without comments, docstrings, line ends and indentation:
unlike lines they do not shrink when code is squeezed. ``tests/size.toml`` bounds them, and
``tests/test_size.py`` holds the code to it. ``--write`` writes the figures that became smaller.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import tokenize
import tomllib
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

ROOT = Path(__file__).parent.parent
SIZE_FILE = ROOT / "tests" / "size.toml"
PAGE_SUFFIXES = ("html", "js", "css")
SIZE_UNITS = {"kgraph": "tokens", "totals": "tokens", "pages": "lines"}
"""Table of the size file -> unit of its numbers."""

_UNCOUNTED = frozenset(
    (
        *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE),
        *(tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER),
    )
)
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

    @property
    def tokens(self) -> int:
        """Number of tokens; comments, docstrings and the layout of lines are free."""
        return sum(
            token.type not in _UNCOUNTED
            and not (token.type == tokenize.STRING and token.string.startswith(('"""', "'''")))
            for token in tokenize.generate_tokens(io.StringIO(self.text).readline)
        )

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


def measure_sizes(root: Path = ROOT) -> dict[str, dict[str, int]]:
    """Measure a checkout: table of the size file -> name -> size in the unit of the table."""
    packages: Counter[str] = Counter()
    for file in read_package(root / "kgraph"):
        inside = Path(file.path).parts
        packages[inside[1] if len(inside) > 2 else "root"] += file.tokens
    folders = ("kgraph", "tests", "benchmarks")
    totals = {name: sum(f.tokens for f in read_package(root / name)) for name in folders}
    pages = {
        suffix: sum(
            path.read_text("utf-8").count("\n") for path in root.glob(f"kgraph/**/*.{suffix}")
        )
        for suffix in PAGE_SUFFIXES
    }
    return {"kgraph": dict(sorted(packages.items())), "totals": totals, "pages": pages}


def read_sizes() -> dict[str, dict[str, int]]:
    """Read the numbers of the size file."""
    return tomllib.loads(SIZE_FILE.read_text("utf-8"))


def write_sizes() -> None:
    """Lower the numbers of the size file to the real sizes; drop packages that are gone.

    A number that is too small stays as it is: only a person raises it.
    """
    allowed, lines = read_sizes(), []
    head = [line for line in SIZE_FILE.read_text("utf-8").splitlines() if line.startswith("#")]
    for table, sizes in measure_sizes().items():
        lines += ["", f"[{table}]  # {SIZE_UNITS[table]}"]
        for name, size in sizes.items():
            if name in allowed[table]:
                lines.append(f"{name} = {min(size, allowed[table][name])}")
    SIZE_FILE.write_text("\n".join([*head, *lines]) + "\n", "utf-8")


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
        "tokens": f"{sum(file.tokens for file in files)}",
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
    parser.add_argument("package", type=Path, nargs="?", default=ROOT / "kgraph")
    parser.add_argument("--write", action="store_true", help="lower the numbers of the size file")
    parser.add_argument("--list", choices=LISTS, help="print the places behind a figure")
    arguments = parser.parse_args()
    if arguments.write:
        write_sizes()
        return
    files = read_package(arguments.package)
    if arguments.list:
        print("\n".join(LISTS[arguments.list](files)))
        return
    for name, value in figures(files).items():
        print(f"{name:<32} {value:>8}")


if __name__ == "__main__":
    main()
