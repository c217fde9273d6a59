"""Imports go downwards only, and never in a circle."""

import ast
from pathlib import Path

import networkx

import kgraph

LAYERS = {
    "base": ("base", "accel"),
    "domain": ("ingest", "resolve", "graph"),
    "outputs": ("rdf", "store", "search", "pipeline", "export", "project"),
    "answers": ("operations", "query", "analysis", "draw", "identify", "views", "judging", "atlas"),
    "faces": ("server", "api", "cli"),
}
"""Layer -> its packages. No package imports one that is named after it."""

SERVER = (
    *("negotiation", "html", "workers", "settings", "names_job", "columns_job", "service"),
    *("judge_process", "judge_job", "http", "pages", "endpoints", "mcp"),
    *("app", "remote_app", "serve"),
)
"""Folders and modules of the server. None imports one that is named after it."""

ORDER = [package for packages in LAYERS.values() for package in packages]
ROOT = Path(kgraph.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))


def module_of(file: Path) -> str:
    parts = file.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(file): ast.parse(file.read_text("utf-8")) for file in FILES}


def package_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def imports_of(module: str) -> list[tuple[int, str]]:
    """Return (line, module) of every import of kgraph's own modules."""
    imports = []
    for node in ast.walk(MODULES[module]):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno}: imports are absolute"
            source = node.module or ""
            for alias in node.names:
                name = f"{source}.{alias.name}"
                imports.append((node.lineno, name if name in MODULES else source))
        elif isinstance(node, ast.Import):
            imports += [(node.lineno, alias.name) for alias in node.names]
    return [(line, name) for line, name in imports if name.split(".")[0] == "kgraph"]


def test_every_package_has_its_layer():
    assert {package_of(module) for module in MODULES} - {"", "__main__"} == set(ORDER)


def test_imports_go_downwards():
    upward = [
        f"{module}:{line}: {name}"
        for module in MODULES
        if package_of(module) in ORDER
        for line, name in imports_of(module)
        if package_of(name) in ORDER
        and ORDER.index(package_of(name)) > ORDER.index(package_of(module))
    ]
    assert upward == []


def part_of_server(module: str) -> str:
    return module.split(".")[2] if module.startswith("kgraph.server.") else ""


def test_every_part_of_the_server_has_its_layer():
    assert {part_of_server(module) for module in MODULES} - {""} == set(SERVER)


def test_imports_within_the_server_go_downwards():
    upward = [
        f"{module}:{line}: {name}"
        for module in MODULES
        if part_of_server(module)
        for line, name in imports_of(module)
        if part_of_server(name)
        and SERVER.index(part_of_server(name)) > SERVER.index(part_of_server(module))
    ]
    assert upward == []


def test_no_import_circle():
    """Imports anywhere in a file count, those for type checkers too: the face included."""
    graph = networkx.DiGraph(
        (module, name) for module in MODULES for _, name in imports_of(module) if name != module
    )
    circles = [sorted(circle) for circle in networkx.strongly_connected_components(graph)]
    assert [circle for circle in circles if len(circle) > 1] == []


def test_files_are_small_and_have_a_docstring():
    large = [str(file) for file in FILES if len(file.read_text("utf-8").splitlines()) > 400]
    silent = [name for name, tree in MODULES.items() if tree.body and not ast.get_docstring(tree)]
    assert (large, silent) == ([], [])
