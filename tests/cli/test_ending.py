"""How the command line ends when it is told to, and what it says of a store that fell back."""

import os
import subprocess
import sys
import time
import warnings

import pytest
from support import SAMPLE

from kgraph.cli import main
from kgraph.store import layout


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGTERM that can be caught")
def test_a_build_that_is_told_to_end_removes_its_draft(tmp_path):
    store = str(tmp_path / "store")
    command = [sys.executable, "-m", "kgraph", "build", str(SAMPLE), "--workers", "1"]
    process = subprocess.Popen([*command, "--store", store], stderr=subprocess.PIPE, text=True)
    builds = tmp_path / "store" / "builds"
    end = time.monotonic() + 60
    while not (builds / "0001" / layout.WORK_FOLDER).exists():
        assert time.monotonic() < end, "it did not begin"
        time.sleep(0.02)
    process.terminate()
    _, errors = process.communicate()
    assert (process.returncode, errors) == (143, "")
    assert list(builds.iterdir()) == []


FINALIZER = """
import os, signal, time
from kgraph.cli.exit_status import run_with_exit_status

class Finalized:
    def __del__(self):
        os.kill(os.getpid(), signal.{signal})
        time.sleep(0.01)  # here the signal is handled, and what is raised is lost

def command():
    Finalized()
    time.sleep(60)

try:
    run_with_exit_status(command)
except KeyboardInterrupt:
    raise SystemExit(130)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize(("name", "status"), [("SIGTERM", 143), ("SIGINT", 130)])
def test_a_signal_in_a_finalizer_ends_the_command(name, status):
    code = FINALIZER.format(signal=name)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=50
    )
    assert (done.returncode, done.stderr) == (status, "")


def run_without_reader(*arguments):
    """Run a command whose standard error goes to a pipe that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "kgraph", *map(str, arguments)]
    with open(writer, "wb") as errors:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=errors, check=False)


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of Unix")
def test_a_reader_of_remarks_that_leaves_costs_no_result(store):
    query = "SELECT ?s { ?s a kg:Compny } LIMIT 3"  # which gets a hint
    done = run_without_reader("query", query, "--format", "csv", "--store", store.path)
    assert (done.returncode, done.stdout) == (0, b"s\r\n")
    assert run_without_reader("query", "nosuch", "--store", store.path).returncode == 2


def test_the_build_before_answers_with_a_word(store, monkeypatch, capsys):
    (store.path / "current").write_text("damaged")
    monkeypatch.setattr(sys, "argv", ["kgraph", "diff", "--json", "--store", str(store.path)])
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        with pytest.raises(SystemExit) as ended:
            main()
    assert ended.value.code == 0
    note = "`current` is damaged: using build 0001: build again"
    assert capsys.readouterr().err == f"kgraph: {store.path}: {note}\n"


def test_the_end_looks_for_no_cycles():
    code = (
        "import atexit, gc; from kgraph.cli import main; "
        "atexit.register(lambda: print(gc.get_freeze_count() > 0)); main()"
    )
    command = [sys.executable, "-c", code, "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "True"
