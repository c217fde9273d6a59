"""Query worker: its frames, which neither hash joins nor columns change."""

import io
import json

import pytest

from kgraph.accel.columns.writer import write_columns
from kgraph.accel.rewrite import hash_joins
from kgraph.base.vocabulary import PREFIXES
from kgraph.server.workers import protocol, query_worker
from kgraph.store.layout import DATABASE_FOLDER

JSON = "application/sparql-results+json"
SAME = "SELECT ?c ?n { ?c a kg:Company ; schema:name ?n } ORDER BY ?n"
WRONG = "SELECT ?c { ?c a kg:Company ; schema:name ?n FILTER(?n >) }"


def frames(store, text, columns=None):
    engine = query_worker.Engine()
    if columns:
        engine.open_columns(str(columns))
    return run_job(store, text, columns, engine)


def run_job(store, text, columns, engine):
    out = io.BytesIO()
    job = {
        "database": str(store.build / DATABASE_FOLDER),
        "columns": str(columns or ""),
        "base": store.meta.base,
        "prefixes": PREFIXES,
        "text": text,
        "types": {"solutions": JSON},
        "formats": {"solutions": JSON},
    }
    query_worker.handle_query_job(engine, job, out)
    out.seek(0)
    frames = []
    while header := out.read(protocol.FRAME_HEADER.size):
        letter, length = protocol.FRAME_HEADER.unpack(header)
        frames.append((letter, out.read(length)))
    return frames


def test_a_reply_is_a_head_a_body_and_an_end(store):
    (h, head), (d, data), (z, _) = frames(store, SAME)
    assert (h, d, z) == (b"h", b"d", b"z")
    assert json.loads(head) == {"kind": "solutions", "type": JSON}
    names = [row["n"]["value"] for row in json.loads(data)["results"]["bindings"]]
    assert names == ["Coinbase", "Nvidia", "OpenAI"]


@pytest.mark.parametrize("text", [SAME, WRONG])
def test_hash_joins_change_no_answer(store, text, monkeypatch):
    as_it_came = frames(store, text)
    monkeypatch.setattr(hash_joins, "MIN_ROWS", 0)
    assert hash_joins.rewrite_joins(text, lambda _: 1) != text
    assert frames(store, text)[:-1] == as_it_came[:-1]
    assert frames(store, text)[-1][0] == as_it_came[-1][0]


@pytest.mark.parametrize("text", [SAME, WRONG])
def test_columns_change_no_answer(store, text, tmp_path):
    write_columns(str(store.build / DATABASE_FOLDER), tmp_path / "columns", tmp_path / "draft")
    assert frames(store, text, tmp_path / "columns") == frames(store, text)


def test_columns_are_opened_with_the_first_job_that_names_them(store, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(query_worker, "_open_columns", opened.append)
    engine = query_worker.Engine()
    for folder in ("", tmp_path, tmp_path, tmp_path / "next"):
        run_job(store, SAME, folder, engine)
    assert opened == [str(tmp_path), str(tmp_path / "next")]


def test_columns_are_missed_only_where_their_build_is_there(tmp_path, capsys):
    engine = query_worker.Engine()
    engine.open_columns(str(tmp_path / "gone" / "columns"))
    assert capsys.readouterr().err == ""
    engine.open_columns(str(tmp_path / "columns"))
    assert capsys.readouterr().err == (
        f"kgraph: {tmp_path}/columns: [Errno 2] No such file or directory: "
        f"'{tmp_path}/columns/terms': queries go to the engine\n"
    )


def test_columns_named_at_the_start_are_opened_at_once(store, tmp_path, monkeypatch):
    write_columns(str(store.build / DATABASE_FOLDER), tmp_path / "columns", tmp_path / "draft")
    engine = query_worker.Engine()
    engine.open_columns(str(tmp_path / "columns"))
    monkeypatch.setattr(engine, "query", lambda job: pytest.fail("the engine was asked"))
    assert [letter for letter, _ in run_job(store, SAME, tmp_path / "columns", engine)] == [
        b"h",
        b"d",
        b"z",
    ]


def test_missing_columns_are_reported_and_the_engine_answers(store, tmp_path, capsys):
    assert frames(store, SAME, tmp_path / "none") == frames(store, SAME)
    assert f"kgraph: {tmp_path / 'none'}: " in capsys.readouterr().err


def test_a_damaged_database_is_reported(store):
    manifest = next((store.build / DATABASE_FOLDER).glob("MANIFEST*"))
    manifest.write_bytes(manifest.read_bytes()[:-1])
    [(letter, told)] = frames(store, SAME)
    assert (letter, json.loads(told)["error"]) == (b"e", "store")
    head = f"the graph at {store.build} is damaged (graph/{manifest.name}: "
    assert json.loads(told)["message"].startswith(head)


def test_an_unreadable_block_is_reported(store, monkeypatch):
    monkeypatch.setattr(query_worker, "SMALL_BYTES", 0)
    for file in (store.build / DATABASE_FOLDER).glob("*.sst"):
        data = bytearray(file.read_bytes())
        data[10] ^= 1  # in the first block of its rows
        file.write_bytes(data)
    [*_, (letter, told)] = frames(store, SAME)
    assert (letter, json.loads(told)["error"]) == (b"e", "store")
    assert json.loads(told)["message"].endswith("its checksum does not match): build again")


def test_frames_are_parsed_from_pieces_of_any_size():
    out = io.BytesIO()
    sent = [(b"h", b"{}"), (b"d", b""), (b"d", b"x" * 300), (b"z", b"{}")]
    for letter, content in sent:
        protocol.send_frame(out, letter, content)
    data = out.getvalue()
    for size in (1, 7, len(data)):
        reader = protocol.FrameReader()
        pieces = [data[at : at + size] for at in range(0, len(data), size)]
        assert [frame for piece in pieces for frame in reader.feed(piece)] == sent
