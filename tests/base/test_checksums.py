"""Files that are not as they were written are found, and named."""

import os

import pytest

from kgraph.base.checksums import (
    CHECKSUMS_FILE,
    STATES_FILE,
    Checksums,
    find_untouched,
    write_checksums,
    write_states,
)
from kgraph.base.errors import StoreDamagedError


@pytest.fixture
def home(tmp_path):
    (tmp_path / "graph").mkdir()
    (tmp_path / "a").write_bytes(b"123456789")
    (tmp_path / "graph" / "b c").write_bytes(b"")
    write_checksums(tmp_path, ["graph/b c", "a"])
    return tmp_path


def test_a_line_for_each_file_behind_a_line_for_all(home):
    assert (home / CHECKSUMS_FILE).read_text().splitlines()[1:] == [
        "cbf43926 9 a",
        "00000000 0 graph/b c",
    ]


def test_what_is_as_it_was_written_is_given(home):
    sums = Checksums(home)
    sums.check_files()
    assert [sums.read_file("a"), sums.read_file("graph/b c")] == [b"123456789", b""]


def damaged(home, name, words):
    return f"the graph at {home} is damaged ({name}: {words}): build again"


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (b"123456788", "its checksum does not match"),
        (b"12345678", "8 bytes of 9"),
        (None, "is gone"),
    ],
)
def test_what_is_not_is_told(home, left, words):
    (home / "a").unlink()
    if left is not None:
        (home / "a").write_bytes(left)
    with pytest.raises(StoreDamagedError) as found:
        Checksums(home).check_files()
    assert str(found.value) == damaged(home, "a", words)
    with pytest.raises(StoreDamagedError):
        Checksums(home).read_file("a")
    Checksums(home).check_files("graph/")


def test_of_a_large_file_only_the_size_is_compared(home):
    (home / "a").write_bytes(b"987654321")
    Checksums(home).check_files(max_bytes=8)
    with pytest.raises(StoreDamagedError):
        Checksums(home).check_files(max_bytes=9)


def test_the_list_is_checked_itself(home):
    lines = (home / CHECKSUMS_FILE).read_bytes()
    for place in range(len(lines)):
        (home / CHECKSUMS_FILE).write_bytes(
            lines[:place] + bytes([lines[place] ^ 1]) + lines[place + 1 :]
        )
        with pytest.raises(StoreDamagedError) as found:
            Checksums(home)
        assert str(found.value) == damaged(home, CHECKSUMS_FILE, "its checksum does not match")


@pytest.fixture
def untouched_home(home):
    for name in ("a", "graph/b c"):
        os.utime(home / name, ns=(10**9, 10**9))
    write_states(home, ["graph/b c", "a"])
    return home


def test_files_that_nobody_wrote_to_are_untouched(untouched_home):
    assert find_untouched(untouched_home) == {"a", "graph/b c"}
    status = os.stat(untouched_home / "a")
    (untouched_home / "a").write_bytes(b"123456788")
    assert find_untouched(untouched_home) == {"graph/b c"}
    other = untouched_home / "other"
    other.write_bytes(b"123456788")
    os.utime(other, ns=(status.st_mtime_ns, status.st_mtime_ns))
    other.replace(untouched_home / "a")  # of the same size and time: another inode
    assert find_untouched(untouched_home) == {"graph/b c"}
    Checksums(untouched_home).check_files(unread={"a"})
    with pytest.raises(StoreDamagedError):
        Checksums(untouched_home).check_files(unread=find_untouched(untouched_home))


def test_a_file_as_young_as_the_list_may_have_been_written_again(untouched_home):
    os.utime(untouched_home / STATES_FILE, ns=(10**9, 10**9))
    assert find_untouched(untouched_home) == set()


def test_without_a_whole_list_every_file_is_read(untouched_home):
    lines = (untouched_home / STATES_FILE).read_bytes()
    (untouched_home / STATES_FILE).write_bytes(lines.replace(b" 9 a", b" 8 a"))
    assert find_untouched(untouched_home) == set()
    (untouched_home / STATES_FILE).unlink()
    assert find_untouched(untouched_home) == set()
