"""Names that packages export from modules which are imported when a name is asked for."""

import subprocess
import sys
from importlib import import_module
from pkgutil import walk_packages

import pytest

import kgraph
from kgraph import graph, ingest
from kgraph.ingest import reader

PACKAGES = ["kgraph", *(p.name for p in walk_packages(kgraph.__path__, "kgraph.") if p.ispkg)]


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_has_all_that_it_exports(package):
    module = import_module(package)
    names = getattr(module, "__all__", [])
    assert [name for name in names if not hasattr(module, name)] == []


def test_a_late_name_is_the_value_in_its_module():
    assert ingest.read_file is reader.read_file
    assert vars(ingest)["read_file"] is reader.read_file  # found at once the next time


def test_a_name_that_a_package_lacks_is_an_error_of_it():
    with pytest.raises(AttributeError, match=r"^module 'kgraph.ingest' has no attribute 'read'$"):
        ingest.read  # noqa: B018
    with pytest.raises(AttributeError, match=r"^module 'kgraph.graph' has no attribute 'Grph'$"):
        graph.Grph  # noqa: B018


def test_a_package_imports_a_late_module_only_for_its_names():
    code = (
        "import sys, kgraph.ingest; print('kgraph.ingest.reader' in sys.modules); "
        "from kgraph.ingest import read_file; print('kgraph.ingest.reader' in sys.modules)"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "False\nTrue\n"
