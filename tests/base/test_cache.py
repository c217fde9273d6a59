"""The cache folder: whole files, a few of each kind, and nothing of killed processes."""

import os

import pytest

from kgraph.base.cache import (
    MAX_CACHE_FILES,
    load_compiled,
    restore_cached_file,
    save_cached_file,
)
from kgraph.base.files import DRAFT_SUFFIX, replace_file


@pytest.fixture
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv("KGRAPH_CACHE", str(folder))
    return folder


@pytest.fixture
def drawn(tmp_path):
    path = tmp_path / "drawn"
    path.write_bytes(b"drawn")
    return path


def test_a_few_files_of_each_kind_are_kept_those_used_last(cache, drawn, tmp_path):
    numbers = range(MAX_CACHE_FILES)
    for number in numbers:
        save_cached_file("atlas", str(number), drawn)
        os.utime(cache / f"atlas-{number}", (number, number))
    assert restore_cached_file("atlas", "0", tmp_path / "restored")
    assert load_compiled("words", "a", int, lambda: 1) == 1
    save_cached_file("atlas", "new", drawn)
    kept = ["0", *map(str, numbers[2:]), "new"]
    assert sorted(path.name for path in cache.iterdir()) == [
        *(f"atlas-{digest}" for digest in kept), "words-a"
    ]  # fmt: skip


def test_drafts_of_killed_processes_are_removed(cache, drawn):
    cache.mkdir()
    abandoned = cache / f".atlas-of-another-build-x{DRAFT_SUFFIX}"
    foreign = cache / f".words-x{DRAFT_SUFFIX}"
    for path in (abandoned, foreign):
        path.touch()
    with replace_file(cache / "atlas-living"):
        save_cached_file("atlas", "new", drawn)
        names = {path.name for path in cache.iterdir()}
        [living] = names - {"atlas-new", foreign.name}
        assert living.startswith(".atlas-living-")
    assert {path.name for path in cache.iterdir()} == {"atlas-new", "atlas-living", foreign.name}
