"""Values in files that later builds share."""

import os
import random
from unittest.mock import Mock

import pytest

from kgraph.base.errors import StoreDamagedError
from kgraph.store.segments import SegmentReader, SegmentWriter, count_segment_bytes


def write(folder, values, last=None):
    """Write a build that continues another: its folder, values and places."""
    folder.mkdir()
    old_folder, old_values, old_places = last or (None, {}, {})
    kept = {k: p for k, p in old_places.items() if values.get(k) == old_values[k]}
    new = {k: value for k, value in values.items() if k not in kept}
    size = sum(map(len, new.values()))
    sizes = count_segment_bytes(kept.values())
    with SegmentWriter(folder, "v", old_folder, sizes, size) as writer:
        places = {k: writer.keep(k, place) for k, place in kept.items()}
        places |= {k: writer.add(value) for k, value in new.items()}
        assert writer.count_bytes() == count_segment_bytes(places.values())
    return folder, values, places


def read(build):
    folder, values, places = build
    return dict(
        zip(values, SegmentReader(folder, "v").read((k, places[k]) for k in values), strict=True)
    )


def sizes(folder):
    return {path.name: path.stat().st_size for path in folder.iterdir()}


def test_a_build_shares_what_is_the_same(tmp_path):
    first = write(tmp_path / "1", {"a": b"a" * 100, "b": b"b" * 100, "c": b"c"})
    second = write(tmp_path / "2", {"a": b"a" * 100, "b": b"b" * 100, "d": b"dd"}, first)
    assert sizes(second[0]) == {"v-1": 201, "v-2": 2}
    assert (first[0] / "v-1").samefile(second[0] / "v-1")
    assert read(first) == first[1] and read(second) == second[1]


def test_what_is_mostly_dead_is_written_again(tmp_path):
    first = write(tmp_path / "1", {"a": b"a" * 100, "b": b"b" * 60})
    second = write(tmp_path / "2", {"b": b"b" * 60}, first)
    assert sizes(second[0]) == {"v-2": 60} and read(second) == second[1]


def test_without_a_new_value_there_is_no_new_file(tmp_path):
    first = write(tmp_path / "1", {"a": b"a"})
    second = write(tmp_path / "2", {"a": b"a"}, first)
    assert sizes(second[0]) == {"v-1": 1} and read(second) == second[1]


def test_over_many_builds_there_are_few_files_and_few_dead_bytes(tmp_path):
    random_ = random.Random(0)
    values = {str(number): random_.randbytes(100) for number in range(64)}
    build = write(tmp_path / "0", values)
    for step in range(1, 200):
        values = {**values, str(random_.randrange(70)): random_.randbytes(100)}
        build = write(tmp_path / str(step), values, build)
        assert read(build) == values
        assert len(sizes(build[0])) <= 10
        assert sum(sizes(build[0]).values()) <= 2 * 100 * len(values)


def test_without_hard_links_files_are_copied_and_on_disk(tmp_path, monkeypatch):
    first = write(tmp_path / "1", {"a": b"a" * 100})
    synced, sync = [], os.fsync

    def record(descriptor):
        synced.append(os.fstat(descriptor).st_ino)
        sync(descriptor)

    monkeypatch.setattr(os, "link", Mock(side_effect=PermissionError))
    monkeypatch.setattr(os, "fsync", record)
    second = write(tmp_path / "2", {"a": b"a" * 100, "b": b"b"}, first)
    assert read(second) == second[1]
    assert not (tmp_path / "1" / "v-1").samefile(tmp_path / "2" / "v-1")
    assert {path.stat().st_ino for path in (tmp_path / "2").iterdir()} == {*synced}


def test_ever_smaller_values_leave_few_files(tmp_path):
    values = {"": b"a" * 99_999}
    build = write(tmp_path / "0", values)
    for size in range(300, 0, -1):
        values = {**values, str(size): bytes(size)}
        build = write(tmp_path / str(size), values, build)
        assert len(sizes(build[0])) <= 11
    assert read(build) == values


@pytest.mark.parametrize("is_moved", [False, True])
def test_a_damaged_value_is_neither_read_nor_written_again(tmp_path, is_moved):
    first = write(tmp_path / "1", {"a": b"a" * 100, "b": b"b" * 60})
    (tmp_path / "1" / "v-1").write_bytes(b"a" * 100 + b"b" * 59 + b"?")
    with pytest.raises(StoreDamagedError, match=r"v-1: the checksum of b does not match"):
        if is_moved:
            write(tmp_path / "2", {"b": b"b" * 60}, first)
        else:
            read(first)
