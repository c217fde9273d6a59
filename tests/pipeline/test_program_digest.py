"""What a build is made with: a change of it must make every build a full one."""

import json
import subprocess
import sys

import pytest
from support import ROOT

from kgraph.pipeline import program_digest

#: Packages of kgraph that a build imports and that change no byte of it.
READING_PACKAGES = {"accel"}  # faster answers of a store

#: Distributions likewise: locks, folders of the user, types, and what others import.
OTHER_DISTRIBUTIONS = {
    *("filelock", "platformdirs", "typing_extensions"),
    *("wcwidth", "setuptools", "coverage", "pytest-cov"),
}

SCRIPT = """
import importlib.metadata as metadata, json, sys
from kgraph.pipeline import build
build(sys.argv[1], sys.argv[2], workers=1)
names = {name.partition(".")[0] for name in sys.modules}
by_package = metadata.packages_distributions()
packages = {name.split(".")[1] for name in sys.modules if name.startswith("kgraph.")}
distributions = {d for name in names for d in by_package.get(name, ())} - {"kgraph"}
print(json.dumps([sorted(packages), sorted(distributions)]))
"""


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    store = tmp_path_factory.mktemp("build") / "store"
    command = [sys.executable, "-c", SCRIPT, str(ROOT / "data" / "episodes"), str(store)]
    return json.loads(subprocess.check_output(command))


def test_every_package_that_makes_a_build_is_in_the_digest_of_the_program(imported):
    assert set(imported[0]) - READING_PACKAGES == set(program_digest._PROGRAM_PACKAGES)


def test_every_library_that_makes_a_build_is_in_the_digest_of_the_program(imported):
    listed = {name.lower() for name in (*program_digest._LIBRARIES, *OTHER_DISTRIBUTIONS)}
    assert {name.lower() for name in imported[1]} <= listed
