"""A server as people start it, and a client that says what it gets."""

import re
import subprocess
import sys

import httpx

from kgraph.build import build

BASE = "https://example.org/id/"


def build_store(folder, path, **options):
    """A store of the episodes in a folder, under a base of its own."""
    build([folder], path, base=BASE, workers=1, **options)


class Server:
    """`kgraph serve` as people start it, on a free port."""

    def __init__(self, store, *options):
        command = [sys.executable, "-m", "kgraph", "serve", "--port", "0", "--store", str(store)]
        self.process = subprocess.Popen(
            [*command, *map(str, options)], stderr=subprocess.PIPE, text=True, encoding="utf-8"
        )
        line = self.process.stderr.readline()
        self.address = re.search(r"http://\S+/", line)[0]
        self.client = httpx.Client(base_url=self.address, timeout=30, trust_env=False)

    def ask(self, query, **headers):
        """Ask by GET; without an Accept header unless one is given."""
        return self.client.get("/sparql", params={"query": query}, headers=accepting(headers))

    def get(self, path, **headers):
        """Read a path."""
        return self.client.get(path, headers=accepting(headers))

    def stop(self):
        """Tell it to stop; its status and the rest of its log."""
        self.client.close()
        self.process.send_signal(2)
        _, log = self.process.communicate(timeout=10)
        return self.process.returncode, log


def accepting(headers):
    """Headers by keyword, without httpx's own Accept."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"accept": "*/*"} | given
