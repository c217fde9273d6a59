"""Serves a graph of ``data/episodes`` on which names can be judged, with a file of judgements."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from measuring import KGRAPH, ROOT, environment

import kgraph
from kgraph.resolve.judgements_file import load_judgements

#: The thinnest company: in one episode, the least certain.
THINNEST = """
SELECT ?company WHERE {
  ?company a kg:Company ; kg:episodeCount 1 ; kg:bestConfidence ?confidence
} ORDER BY ?confidence ?company LIMIT 1"""


class JudgedGraph(NamedTuple):
    """A server on whose pages names can be judged.

    Attributes:
        address: of its first page.
        start: address that begins a session.
        store: folder of the graph.
        judgements: file that judgements are written to.
    """

    address: str
    start: str
    store: Path
    judgements: Path

    def ask(self, query: str) -> str:
        """Return the answer to a query on the store as it is now, as JSON."""
        return kgraph.KnowledgeGraph.open(self.store).query(query).data.decode()

    def find_thinnest(self) -> str:
        """Return the id of the company that is most likely wrong."""
        found = re.search(r"/id/(company/[^\"]+)", self.ask(THINNEST))
        assert found
        return found[1]

    def has_mention(self, id_: str) -> bool:
        """Return whether an episode mentions an entity."""
        iri = f"https://w3id.org/kgraph/id/{id_}"
        return "true" in self.ask(f"ASK {{ ?episode schema:mentions <{iri}> }}")

    def list_judgements(self) -> list[str]:
        """Return the judgements of the file."""
        return [str(judgement) for judgement in load_judgements(self.judgements)]


@contextmanager
def serve_judged(folder: Path) -> Iterator[JudgedGraph]:
    """Build a graph in a folder, and serve it until the block ends."""
    store, judgements = folder / "judged", folder / "judgements.yaml"
    judgements.write_text("")
    build = [
        "build",
        f"{ROOT}/data/episodes",
        "--store",
        f"{store}",
        "--judgements",
        f"{judgements}",
    ]
    subprocess.run([*KGRAPH, *build, "-q"], check=True, env=environment())
    command = [*KGRAPH, "serve", "--judge", "--port", "0", "--store", str(store)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment()) as process:
        assert process.stderr
        try:
            for line in process.stderr:
                if start := re.search(r"to judge names, open (\S+)", line):
                    break
            else:
                raise SystemExit("the server did not start")
            # Read on, since a pipe that nobody empties stops the server.
            with subprocess.Popen(["cat"], stdin=process.stderr, stdout=subprocess.DEVNULL):
                address = start[1].partition("/judge/")[0]
                yield JudgedGraph(address, start[1], store, judgements)
                process.terminate()
        finally:
            process.terminate()
