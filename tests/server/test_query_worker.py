"""A query worker from inside: its frames, and that hash joins and columns change none of them."""

import io
import json

import pytest

from kgraph.accel.columns.writer import write_columns
from kgraph.accel.rewrite import hash_joins
from kgraph.base.vocabulary import PREFIXES
from kgraph.server.workers import query_worker
from kgraph.store.layout import DATABASE_FOLDER

JSON = "application/sparql-results+json"
SAME = "SELECT ?c ?n { ?c a kg:Company ; schema:name ?n } ORDER BY ?n"
WRONG = "SELECT ?c { ?c a kg:Company ; schema:name ?n FILTER(?n >) }"


def frames(store, text, columns=None):
    engine = query_worker.Engine()
    if columns:
        engine.open_columns(str(columns))
    return said(store, text, columns, engine)


def said(store, text, columns, engine):
    out = io.BytesIO()
    job = {
        "path": str(store.build / DATABASE_FOLDER),
        "columns": str(columns or ""),
        "base": store.meta.base,
        "prefixes": PREFIXES,
        "text": text,
        "types": {"solutions": JSON},
        "formats": {"solutions": JSON},
    }
    query_worker.handle_query_job(engine, job, out)
    out.seek(0)
    found = []
    while header := out.read(query_worker.FRAME_HEADER.size):
        letter, length = query_worker.FRAME_HEADER.unpack(header)
        found.append((letter, out.read(length)))
    return found


def test_an_answer_is_a_head_its_bytes_and_an_end(store):
    (h, head), (d, data), (z, _) = frames(store, SAME)
    assert (h, d, z) == (b"h", b"d", b"z")
    assert json.loads(head) == {"kind": "solutions", "type": JSON}
    names = [row["n"]["value"] for row in json.loads(data)["results"]["bindings"]]
    assert names == ["Coinbase", "Nvidia", "OpenAI"]


@pytest.mark.parametrize("text", [SAME, WRONG])
def test_what_is_said_is_the_same_however_it_is_joined(store, text, monkeypatch):
    as_it_came = frames(store, text)
    monkeypatch.setattr(hash_joins, "MIN_ROWS", 0)
    assert hash_joins.rewrite_joins(text, lambda _: 1) != text
    assert frames(store, text)[:-1] == as_it_came[:-1]
    assert frames(store, text)[-1][0] == as_it_came[-1][0]


@pytest.mark.parametrize("text", [SAME, WRONG])
def test_what_is_said_is_the_same_from_columns(store, text, tmp_path):
    write_columns(str(store.build / DATABASE_FOLDER), tmp_path / "columns", tmp_path / "draft")
    assert frames(store, text, tmp_path / "columns") == frames(store, text)


def test_a_process_opens_them_with_the_first_job_that_names_them(store, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(query_worker, "_open_columns", opened.append)
    engine = query_worker.Engine()
    for folder in ("", tmp_path, tmp_path, tmp_path / "next"):
        said(store, SAME, folder, engine)
    assert opened == [str(tmp_path), str(tmp_path / "next")]


def test_a_process_that_is_told_of_them_opens_them_at_once(store, tmp_path, monkeypatch):
    write_columns(str(store.build / DATABASE_FOLDER), tmp_path / "columns", tmp_path / "draft")
    engine = query_worker.Engine()
    engine.open_columns(str(tmp_path / "columns"))
    monkeypatch.setattr(engine, "query", lambda job: pytest.fail("the engine was asked"))
    assert [letter for letter, _ in said(store, SAME, tmp_path / "columns", engine)] == [
        b"h",
        b"d",
        b"z",
    ]


def test_columns_that_are_not_there_are_told_and_done_without(store, tmp_path, capsys):
    assert frames(store, SAME, tmp_path / "none") == frames(store, SAME)
    assert f"kgraph: {tmp_path / 'none'}: " in capsys.readouterr().err


def test_a_damaged_graph_is_told_as_that(store):
    manifest = next((store.build / DATABASE_FOLDER).glob("MANIFEST*"))
    manifest.write_bytes(manifest.read_bytes()[:-1])
    [(letter, told)] = frames(store, SAME)
    assert (letter, json.loads(told)["error"]) == (b"e", "store")
    head = f"the graph at {store.build} is damaged (graph/{manifest.name}: "
    assert json.loads(told)["message"].startswith(head)


def test_a_block_that_cannot_be_read_is_told_as_that(store, monkeypatch):
    monkeypatch.setattr(query_worker, "SMALL_BYTES", 0)
    for file in (store.build / DATABASE_FOLDER).glob("*.sst"):
        data = bytearray(file.read_bytes())
        data[10] ^= 1  # in the first block of its rows
        file.write_bytes(data)
    [*_, (letter, told)] = frames(store, SAME)
    assert (letter, json.loads(told)["error"]) == (b"e", "store")
    assert json.loads(told)["message"].endswith("its checksum does not match): build again")


def test_frames_are_heard_in_whatever_pieces_they_come():
    out = io.BytesIO()
    said = [(b"h", b"{}"), (b"d", b""), (b"d", b"x" * 300), (b"z", b"{}")]
    for letter, content in said:
        query_worker.send_frame(out, letter, content)
    data = out.getvalue()
    for size in (1, 7, len(data)):
        heard = query_worker.FrameReader()
        pieces = [data[at : at + size] for at in range(0, len(data), size)]
        assert [frame for piece in pieces for frame in heard.feed(piece)] == said
