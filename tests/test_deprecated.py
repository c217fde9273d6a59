"""Names of kgraph 0.1 keep working for one release, with a warning that gives the new name."""

import subprocess
import sys
from importlib import import_module

import pytest

from kgraph.deprecated import MOVED_MODULES, RENAMED

PUBLIC_NAMES = {
    "kgraph.build": ["Report", "build"],
    "kgraph.reading": ["FoundFiles", "SourceFile", "find", "read", "read_bytes"],
    "kgraph.triples": [
        *("PROFILES", "Group", "NTriples", "Turtle", "check_profile"),
        *("groups_of_episode", "groups_of_shared", "size"),
    ],
    "kgraph.facts": [],
    "kgraph.view": ["LARGEST", "View", "view"],
    "kgraph.web": [],
    "kgraph.mcp": ["AgentLimits", "Asker", "serve"],
    "kgraph.knowledge": ["KnowledgeGraph"],
    "kgraph.errors": ["KgraphError", "QueryTimeoutError", "ViewTooLargeError", "next_move"],
    "kgraph.model": ["EntityType", "Row", *MOVED_MODULES["kgraph.model"][1]],
    "kgraph.ontology": ["PREFIXES", *MOVED_MODULES["kgraph.ontology"][1]],
    "kgraph.lexicon": ["Lexicon", *MOVED_MODULES["kgraph.lexicon"][1]],
    "kgraph.names": ["shorten", *MOVED_MODULES["kgraph.names"][1]],
}
"""Module that is gone -> names that 0.1 exported from it."""

MOVED = [(module, name) for module, names in PUBLIC_NAMES.items() for name in names]
IN_PLACE = [(package, name) for package, names in RENAMED.items() for name in names]


def test_every_module_that_is_gone_is_tested():
    assert PUBLIC_NAMES.keys() == MOVED_MODULES.keys()


@pytest.mark.parametrize("module", MOVED_MODULES)
def test_a_module_that_moved_can_be_imported_and_warns(module):
    sys.modules.pop(module, None)
    with pytest.warns(DeprecationWarning) as warnings:
        import_module(module)
    assert str(warnings[0].message) == f"{module} is now {MOVED_MODULES[module][0]}"


@pytest.mark.parametrize(("module", "name"), MOVED)
@pytest.mark.filterwarnings("ignore:kgraph.[a-z]+ is now:DeprecationWarning")
def test_a_name_of_a_module_that_moved_is_the_same_object(module, name):
    new, renamed = MOVED_MODULES[module]
    new_name = renamed.get(name, name)
    old_module = import_module(module)
    with pytest.warns(DeprecationWarning) as warnings:
        value = getattr(old_module, name)
    assert str(warnings[0].message) == f"{module}.{name} is now {new}.{new_name}"
    assert warnings[0].filename == __file__
    assert value is getattr(import_module(new), new_name)


@pytest.mark.parametrize(("package", "name"), IN_PLACE)
def test_a_name_that_changed_in_its_package_is_the_same_object(package, name):
    module = import_module(package)
    new_name = RENAMED[package][name]
    with pytest.warns(DeprecationWarning) as warnings:
        value = getattr(module, name)
    assert str(warnings[0].message) == f"{package}.{name} is now {package}.{new_name}"
    assert value is getattr(module, new_name)


@pytest.mark.parametrize("module", ["kgraph.errors", "kgraph.query"])
@pytest.mark.filterwarnings("ignore:kgraph.[a-z]+ is now:DeprecationWarning")
def test_a_name_that_never_was_is_refused(module):
    with pytest.raises(AttributeError, match=f"^module '{module}' has no attribute 'nothing'$"):
        _ = import_module(module).nothing


def test_from_import_works_and_each_line_of_a_program_is_named():
    program = "from kgraph.errors import InputError\nfrom kgraph.view import view\nprint(view)\n"
    done = subprocess.run(
        [sys.executable, "-W", "default", "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("<function write_view")
    for words in (
        "<string>:1: DeprecationWarning: kgraph.errors is now kgraph.base.errors",
        "<string>:1: DeprecationWarning: kgraph.errors.InputError is now kgraph.base.errors.InputE",
        "<string>:2: DeprecationWarning: kgraph.view is now kgraph.draw",
        "<string>:2: DeprecationWarning: kgraph.view.view is now kgraph.draw.write_view",
    ):
        assert words in done.stderr
