"""Damage to any file of a store is reported, and its data is not used."""

import os

import pytest
from support import episode_text

from kgraph.base.checksums import CHECKSUMS_FILE, STATES_FILE, find_untouched, write_states
from kgraph.base.errors import StoreDamagedError, StoreMissingError, StoreWarning
from kgraph.pipeline import build, update
from kgraph.pipeline.kept import read_reusable_results
from kgraph.query import run_query
from kgraph.resolve.surveys import LIST_NUMBERS
from kgraph.search import Index
from kgraph.store import BuildWriter, Store, layout
from kgraph.store.origin import read_origin

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def flip(file):
    """Turn the lowest bit of the middle byte around."""
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def read_all_kept(store):
    kept = read_reusable_results(store.build)
    for name in kept.build.files:
        survey = kept.get_survey(name).survey
        assert all(map(survey.read_list, LIST_NUMBERS))
    for slug in kept.episodes:
        kept.read_outcome(slug), kept.read_tally(slug)


READERS = {
    layout.META_FILE: lambda store: store.meta,
    layout.INDEX_FILE: lambda store: store.shared,
    "records-1": lambda store: list(store.graph),
    layout.REPORT_FILE: lambda store: store.report,
    layout.CHANGES_FILE: lambda store: store.changes,
    layout.ORIGIN_FILE: lambda store: read_origin(store.path),
    layout.SEARCH_FILE: Index,
    layout.KEPT_FILE: lambda store: store.checksums.read_file(layout.KEPT_FILE),
    "kept-1": read_all_kept,
    CHECKSUMS_FILE: lambda store: store.meta,
    f"{layout.DATABASE_FOLDER}/CURRENT": lambda store: store.database,
    f"{layout.DATABASE_FOLDER}/MANIFEST-000005": lambda store: store.database,
    f"{layout.DATABASE_FOLDER}/OPTIONS-000007": lambda store: store.database,
    f"{layout.DATABASE_FOLDER}/000010.sst": lambda store: store.database,
}
"""File -> what reads it."""


@pytest.mark.parametrize("name", READERS)
def test_a_flipped_bit_is_reported(store, name):
    flip(store.build / name)
    with pytest.raises(StoreDamagedError) as found:
        READERS[name](Store(store.path))
    head = f"the graph at {store.build} is damaged ({name}: "
    assert str(found.value).startswith(head), found.value
    assert str(found.value).endswith("does not match): build again")


def rot(store, *names):
    """Damage files as a disk does: without a change of their times."""
    files = [path for path in store.build.rglob("*") if path.is_file()]
    for path in files:
        os.utime(path, ns=(10**9, 10**9))
    write_states(store.build, [path.relative_to(store.build).as_posix() for path in files])
    for name in names:
        flip(store.build / name)
        os.utime(store.build / name, ns=(10**9, 10**9))
    assert find_untouched(store.build).issuperset(names)


@pytest.mark.parametrize("name", READERS)
def test_the_next_build_mends_what_a_reader_finds_damaged(store, folder, name):
    rot(store, name)
    with pytest.raises(StoreDamagedError):
        READERS[name](Store(store.path))
    report = build([folder], store.path, workers=1)
    assert report.redone is None and "is damaged" in report.why_full
    READERS[name](Store(store.path))


def test_an_update_does_not_copy_what_is_damaged(store, folder):
    name = f"{layout.DATABASE_FOLDER}/CURRENT"
    rot(store, name)
    report = build([folder], store.path, workers=1)
    assert report.redone is None and f"is damaged ({name}: " in report.why_full


def test_damage_of_an_index_that_an_update_shares_is_found(store, folder, monkeypatch):
    monkeypatch.setattr(update, "MAX_UPDATED_SHARE", 1.0)
    (folder / "b.md").write_text(episode_text("Second talk, again"))
    build([folder], store.path, workers=1)
    for name in (layout.SEARCH_FILE, f"{layout.SEARCH_FILE}-wal"):
        last = Store(store.path)
        rot(last, name)
        with pytest.raises(StoreDamagedError, match=rf"\({name}: its checksum does not match"):
            Index(last)
        report = build([folder], store.path, workers=1)
        assert report.redone is None and f"is damaged ({name}: " in report.why_full
        (folder / "b.md").write_text(episode_text("Second talk"))
        assert build([folder], store.path, workers=1).redone is not None
        Index(Store(store.path))


def test_an_update_that_meets_a_damaged_table_loads_everything(store, folder, monkeypatch):
    monkeypatch.setattr(update, "MAX_UPDATED_SHARE", 1.0)
    tables = sorted((store.build / layout.DATABASE_FOLDER).glob("*.sst"))
    rot(store, *(f"{layout.DATABASE_FOLDER}/{table.name}" for table in tables))
    (folder / "new.md").write_text(episode_text("New", url="https://youtu.be/nnnnnnnnnnn"))
    report = build([folder], store.path, workers=1)
    assert report.redone is None and f"is damaged ({layout.DATABASE_FOLDER}: " in report.why_full
    assert run_query(Store(store.path), COUNT).data


@pytest.mark.parametrize("name", ["kept-1", "records-1"])
def test_an_update_that_meets_a_damaged_value_does_everything(store, folder, monkeypatch, name):
    monkeypatch.setattr(update, "MAX_UPDATED_SHARE", 1.0)
    rot(store)
    path = store.build / name
    path.write_bytes(bytes(255 - byte for byte in path.read_bytes()))
    os.utime(path, ns=(10**9, 10**9))
    (folder / "new.md").write_text(episode_text("New", url="https://youtu.be/nnnnnnnnnnn"))
    (folder / "b.md").unlink()
    report = build([folder], store.path, workers=1)
    assert report.redone is None and f"is damaged ({name}: the checksum of " in report.why_full
    assert len(list(Store(store.path).graph)) == 2


def test_every_file_that_is_read_is_tested_here(store):
    files = {p.relative_to(store.build).as_posix() for p in store.build.rglob("*") if p.is_file()}
    told = {name for name in files if not name.startswith(f"{layout.DATABASE_FOLDER}/")}
    unread = {layout.MARKER_FILE, STATES_FILE}  # a damaged list of states counts as none
    assert told == {name for name in READERS if "/" not in name} | unread


def test_an_episode_is_read_although_another_is_damaged(store):
    data = bytearray((store.build / "records-1").read_bytes())
    data[-1] ^= 1
    (store.build / "records-1").write_bytes(data)
    first, second = Store(store.path).shared.summaries
    assert Store(store.path).episode(first).main_file.title == "First talk"
    with pytest.raises(StoreDamagedError) as found:
        Store(store.path).episode(second)
    words = f"(records-1: the checksum of {second} does not match): build again"
    assert str(found.value) == f"the graph at {store.build} is damaged {words}"


@pytest.mark.parametrize("memory", [0, 1 << 30])
def test_a_damaged_block_of_a_large_file_is_reported(store, monkeypatch, memory):
    monkeypatch.setattr(layout.check_database, "__defaults__", (0,))  # no file is a small one
    for file in (store.build / layout.DATABASE_FOLDER).glob("*.sst"):
        data = bytearray(file.read_bytes())
        data[10] ^= 1  # in the first block of its rows
        file.write_bytes(data)
    store = Store(store.path)
    with pytest.raises(StoreDamagedError, match=r"graph/\d+\.sst: its checksum does not match"):
        run_query(store, "SELECT * { ?s ?p ?o } ORDER BY ?s", memory=memory)


def test_invalid_utf8_is_reported():
    decoder = layout.msgspec.msgpack.Decoder(str)
    with pytest.raises(StoreDamagedError, match=r"the graph at x is damaged \(y: .*(utf|UTF)-8"):
        layout.decode_file(layout.Path("x"), "y", b"\xa1\xff", decoder)


def test_a_changed_database_is_reported(store):
    assert run_query(store, COUNT).rows() == [{"n": store.meta.triples}]


# -- the build that `current` names ---------------------------------------------------


@pytest.fixture
def twice(store, folder):
    """A store of two builds, the second of one episode less."""
    (folder / "b.md").unlink()
    build([folder], store.path, workers=1)
    assert [len(list(Store(store.path, name).graph)) for name in ("0001", "0002")] == [2, 1]
    return store.path


def opened_with(store, note):
    with pytest.warns(StoreWarning) as warned:
        opened = Store(store)
    assert [str(warning.message) for warning in warned] == [f"{store}: {note}: build again"]
    return opened


def test_if_the_last_build_is_gone_the_one_before_is_used(twice):
    (twice / "builds" / "0002" / layout.META_FILE).unlink()  # as of one that is half removed
    note = "the build 0002 that `current` names is gone: using build 0001"
    assert len(list(opened_with(twice, note).graph)) == 2


@pytest.mark.parametrize("content", [b"", b"0001 00000000", b"\xff\xff", b"../../etc", b"0003"])
def test_if_current_is_damaged_the_newest_build_is_used(twice, content):
    (twice / "current").write_bytes(content)
    wrong = "`current` is damaged"
    if content == b"0003":  # as another layout wrote it, without a checksum
        wrong = "the build 0003 that `current` names is gone"
    assert len(list(opened_with(twice, f"{wrong}: using build 0002").graph)) == 1


def test_if_no_build_is_left_there_is_an_error(store):
    (store.build / layout.META_FILE).unlink()
    with pytest.raises(StoreMissingError) as found:
        Store(store.path)
    wrong = "the build 0001 that `current` names is gone, and there is no other"
    assert str(found.value) == f"{store.path}: {wrong}: build again"


def test_the_next_build_keeps_the_build_that_is_used(twice, folder):
    (twice / "current").write_bytes(b"\xff")
    with BuildWriter(twice, "https://w3id.org/kgraph/id/"):
        opened_with(twice, "`current` is damaged: using build 0002")
    build([folder], twice, workers=1)
    assert sorted(path.name for path in (twice / "builds").iterdir()) == ["0002", "0003"]


def test_a_new_build_never_takes_the_name_in_current(twice):
    (twice / "builds" / "0002").rename(twice / "elsewhere")
    with BuildWriter(twice, "https://w3id.org/kgraph/id/") as draft:
        assert draft.folder.name == "0003"
