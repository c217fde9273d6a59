"""Limits of time and memory end what they stop."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kgraph.base.errors import InputError, QueryError, QueryTimeoutError, QueryTooLargeError
from kgraph.query.timeout import ProcessLimits, run_while, run_with_timeout


def refuse(words):
    raise InputError(words)


def test_what_is_in_time_is_given():
    assert run_with_timeout(ProcessLimits(60), sum, [1, 2]) == 3


def test_what_takes_longer_is_stopped():
    with pytest.raises(QueryTimeoutError, match=r"passed its limit of 0.1 s: narrow it, or raise"):
        run_with_timeout(ProcessLimits(0.1), time.sleep, 60)


def test_an_error_and_a_death_are_told():
    with pytest.raises(InputError, match="no such thing"):
        run_with_timeout(ProcessLimits(60), refuse, "no such thing")
    with pytest.raises(QueryError, match="process was killed"):
        run_with_timeout(ProcessLimits(60), os._exit, 9)


def test_an_error_that_nobody_expected_is_told_and_not_taken_for_a_want_of_memory():
    with pytest.raises(QueryError) as found:
        run_with_timeout(ProcessLimits(60, 1 << 30), int, "x")
    assert str(found.value) == (
        "the query failed (ValueError: invalid literal for int() with base 10: 'x'): "
        "this is a defect of kgraph"
    )


def test_what_needs_more_memory_is_stopped():
    words = r"needed more memory than its limit of 64 MB.*: add a LIMIT.*or raise --max-memory"
    with pytest.raises(QueryTooLargeError, match=words):
        run_with_timeout(ProcessLimits(60, 64 << 20), bytes, 1 << 28)
    assert run_with_timeout(ProcessLimits(60, 64 << 20), len, b"x" * (1 << 22)) == 1 << 22


def test_without_an_end_of_time_it_is_waited_for_all_the_same():
    assert run_with_timeout(ProcessLimits(), sum, [1, 2]) == 3


def test_it_ends_when_nobody_waits_any_more(tmp_path):
    file = tmp_path / "pid"

    def go_on():
        if file.exists() and file.read_text():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_while(go_on, ProcessLimits(60), told_and_endless, file)
    assert not Path(f"/proc/{file.read_text()}").exists() or sys.platform != "linux"


def told_and_endless(file):
    file.write_text(str(os.getpid()))
    while True:  # keeps the interpreter to itself, as the engine does
        sum(range(1_000_000))


ASKS = """
import sys, threading, time
from pathlib import Path
from kgraph.query.timeout import ProcessLimits, run_with_timeout
from query.test_timeout import told_and_endless
if __name__ == "__main__":
    if sys.argv[2] == "threads":
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    run_with_timeout(ProcessLimits(60), told_and_endless, Path(sys.argv[1]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("way", ["alone", "threads"])
def test_it_ends_with_the_process_that_asks_whatever_ends_that(tmp_path, way):
    (tmp_path / "asks.py").write_text(ASKS)
    file = tmp_path / "pid"
    path = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    asking = subprocess.Popen([sys.executable, tmp_path / "asks.py", file, way], env=path)
    until(lambda: file.exists() and file.read_text())
    assert alive(file.read_text())
    asking.kill()
    asking.wait()
    until(lambda: not alive(file.read_text()))


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def until(true):
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)
