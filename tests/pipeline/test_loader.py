"""Loading of Turtle in chunks."""

from kgraph.base.vocabulary import BASE_IRI
from kgraph.pipeline.loader import LOAD_CHUNK_BYTES, TurtleLoader
from kgraph.rdf import Turtle


class RecordingWriter:
    """Stands for a build, and keeps what is loaded into it."""

    base = BASE_IRI

    def __init__(self):
        self.documents = []

    def load(self, turtle):
        self.documents.append(turtle)

    def optimize(self):
        """Do nothing."""


def test_many_blocks_are_loaded_in_chunks_of_bounded_size():
    """The pairs of an index of a thousand companies are half a million blocks."""
    blocks = [
        (f"pair/{number}", [("a", ["kg:CoMention"]), ("kg:note", ['"' + "x" * 1_000 + '"'])])
        for number in range(20_000)
    ]
    writer = RecordingWriter()
    with TurtleLoader(writer, None) as loader:
        assert loader.add_blocks(iter(blocks)) == 40_000
        loader.finish()
    assert max(map(len, writer.documents)) < 1.5 * LOAD_CHUNK_BYTES
    header = Turtle(BASE_IRI).header().encode()
    paragraphs = b"".join(document.removeprefix(header) for document in writer.documents)
    assert paragraphs.decode() == Turtle(BASE_IRI).serialize(blocks)
