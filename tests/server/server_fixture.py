"""A running server, and a client of it."""

import re
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Thread

import httpx

from kgraph.pipeline import build

BASE = "https://example.org/id/"
# Nothing but time stops it: it takes no memory and gives no rows.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"


def build_store(folder, path, **options):
    """Build a store of the episodes in a folder."""
    build([folder], path, base=BASE, workers=1, **options)


class Server:
    """`kgraph serve` as users start it, on a free port."""

    def __init__(self, store, *options):
        command = [sys.executable, "-m", "kgraph", "serve", "--port", "0", "--store", str(store)]
        self.process = subprocess.Popen(
            [*command, *map(str, options)], stderr=subprocess.PIPE, text=True, encoding="utf-8"
        )
        lines = iter(self.process.stderr.readline, "")
        self.address = next(filter(None, (re.search(r"http://\S+/", line) for line in lines)))[0]
        # Read as it is written: a pipe that nobody empties holds some hundred lines, and then
        # the server waits.
        self._log = []
        self._reading = Thread(target=lambda: self._log.extend(self.process.stderr), daemon=True)
        self._reading.start()
        self.client = httpx.Client(base_url=self.address, timeout=30, trust_env=False)

    def ask(self, query, **headers):
        """Send a query by GET, which accepts anything by default."""
        return self.client.get("/sparql", params={"query": query}, headers=accepting(headers))

    def get(self, path, **headers):
        """Get a path."""
        return self.client.get(path, headers=accepting(headers))

    def says(self, words, times=1):
        """Wait until its log has these words that many times."""
        for _ in range(2400):  # two minutes: what gives way to all others may wait for long
            if "".join(self._log).count(words) >= times:
                return
            time.sleep(0.05)
        raise AssertionError(f"{words!r} was not said {times} times: {self._log}")

    def stop(self):
        """Stop it; return its exit status and its log."""
        self.client.close()
        self.process.send_signal(2)
        self.process.wait(timeout=60)
        self._reading.join(timeout=60)
        self.process.stderr.close()
        return self.process.returncode, "".join(self._log)


def accepting(headers):
    """Return headers by keyword, without httpx's own Accept."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"accept": "*/*"} | given


# -- its processes (Linux) -----------------------------------------------------------


def at_work(server):
    """Return the CPU time (in ticks of 10 ms) of each worker process, by id."""
    own = server.process.pid
    times = {}
    for pid in Path(f"/proc/{own}/task/{own}/children").read_text().split():
        with suppress(OSError):  # it has ended meanwhile
            times[pid] = sum(map(int, Path(f"/proc/{pid}/stat").read_text().split()[13:15]))
    return times


def busy(server):
    """Return the ids of worker processes that use CPU time."""
    before = at_work(server)
    time.sleep(0.2)
    after = at_work(server)
    return [pid for pid in after if after[pid] - before.get(pid, after[pid]) >= 2]


def until(true, seconds=60):
    """Wait until a function returns something true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def alive(pid):
    """Whether the process runs, and is not a zombie."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
