import io
import os
import sys
import time
from operator import ne
from types import SimpleNamespace

import pytest

from kgraph.base.errors import InputError
from kgraph.ingest import find_files, read_file
from kgraph.ingest.files import (
    COARSE_CLOCK_NS,
    FINE_CLOCK_NS,
    VAULT_MANIFEST,
    read_state,
)
from kgraph.ingest.unique_names import FileLocation, assign_unique_names


@pytest.fixture
def folder(tmp_path):
    for name in ("b.md", "sub/a.markdown", "sub/deep/c.MD", "notes.txt", ".hid/x.md", ".d.md"):
        path = tmp_path / "eps" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\ntitle: {name}\n---\n")
    return tmp_path / "eps"


def names(found):
    return [file.name for file in found.files]


def told(found):
    return [str(problem) for problem in found.problems]


def test_a_folder_gives_its_markdown_files_sorted_by_name(folder):
    found = find_files([folder])
    assert names(found) == ["b.md", "sub/a.markdown", "sub/deep/c.MD"]
    assert found.files[0].path == str(folder / "b.md")


def test_hidden_files_and_folders_are_left_out_and_said_once(folder):
    assert told(find_files([folder])) == [".d.md: hidden files and folders: 2 (left out) [hidden]"]


def test_folders_of_tools_and_stores_are_left_out_without_a_word(tmp_path):
    for name in (".git", ".obsidian/plugins", ".kgraph/builds"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "a.md").write_text("")
    (tmp_path / ".kgraph" / "lock").touch()
    (tmp_path / "b.md").write_text("")
    found = find_files([tmp_path])
    assert (names(found), told(found)) == (["b.md"], [])


def test_a_vault_among_the_notes_is_left_out_and_said_once(folder):
    vault = folder / "sub" / "vault"
    (vault / "companies").mkdir(parents=True)
    for name in (VAULT_MANIFEST, "index.md", "companies/acme.md"):
        (vault / name).write_text("---\ntitle: x\n---\n")
    (folder / ".d.md").unlink()
    everything = names(find_files(folder))
    assert everything == ["b.md", "sub/a.markdown", "sub/deep/c.MD"]
    said = "a vault (it has kgraph-vault.json), whose notes are no episodes (left out) [vault]"
    assert told(find_files(folder))[1:] == [f"sub/vault: {said}"]
    for pattern, name in {
        "**": "sub/vault",
        "**/*.[mM]*": "sub/vault",
        "**/acme.md": "sub/vault",
        "sub/*": "vault",
        "sub/vault/*/*.md": "vault",
    }.items():
        found = find_files(str(folder / pattern))
        assert [file for file in names(found) if "vault" in file or "acme" in file] == []
        assert told(found)[-1] == f"{name}: {said}"
        assert len([line for line in told(found) if "[vault]" in line]) == 1
    both = find_files([folder, str(folder / "sub/*")])
    assert (names(both), len(both.problems)) == (everything, len(find_files(folder).problems))


def test_a_vault_that_is_named_is_refused_and_a_file_in_it_read(tmp_path):
    for name in (VAULT_MANIFEST, "own.md"):
        (tmp_path / name).write_text("")
    with pytest.raises(InputError) as error:
        find_files(tmp_path)
    assert str(error.value) == (
        f"{tmp_path}: a vault that `kgraph export vault` wrote, whose notes are no episodes: "
        "name the folder of your episodes, or files of your own in the vault"
    )
    assert names(find_files(tmp_path / "own.md")) == ["own.md"]


def test_a_file_that_is_named_may_have_any_suffix(folder):
    assert names(find_files([folder / "notes.txt", folder / ".d.md"])) == [".d.md", "notes.txt"]


def test_a_pattern_gives_names_below_its_fixed_part(folder):
    assert names(find_files(f"{folder}/**/*.md")) == ["b.md"]
    assert names(find_files(f"{folder}/s*")) == ["sub/a.markdown", "sub/deep/c.MD"]


def test_a_file_named_like_a_pattern_is_a_file(folder):
    (folder / "[1]*.md").write_text("")
    assert names(find_files(f"{folder}/[1]*.md")) == ["[1]*.md"]


def test_what_is_reached_twice_is_one_file(folder):
    assert names(find_files([folder / "b.md", folder, f"{folder}/*.md"])) == names(
        find_files(folder)
    )


def test_equal_names_in_two_roots_are_told_apart(folder, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "b.md").write_text("")
    assert names(find_files([folder, other]))[:2] == ["eps/b.md", "other/b.md"]
    assert names(find_files([other, folder])) == names(find_files([folder, other]))


def test_a_folder_named_like_a_file_is_a_folder(tmp_path):
    (tmp_path / "x.md").mkdir()
    (tmp_path / "x.md" / "y.md").write_text("")
    assert names(find_files(tmp_path)) == ["x.md/y.md"]
    assert told(find_files(tmp_path)) == []


def test_links_are_followed_and_broken_ones_told(folder, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "e.md").write_text("")
    (folder / ".d.md").unlink()
    os.symlink(elsewhere, folder / "linked")
    os.symlink("nowhere.md", folder / "dangling.md")
    os.symlink("loop.md", folder / "loop.md")
    os.symlink("..", folder / "sub" / "up")
    found = find_files(folder)
    assert names(found) == ["b.md", "linked/e.md", "sub/a.markdown", "sub/deep/c.MD"]
    assert told(found)[1:] == [
        "dangling.md: a link whose target is missing (left out) [link-broken]",
        "loop.md: a link that leads to itself (left out) [link-broken]",
        "sub/up: leads back to itself (left out) [link-broken]",
    ]


def test_a_dangling_link_that_is_named_is_told_too(tmp_path):
    os.symlink("nowhere.md", tmp_path / "x.md")
    place = tmp_path / "x.md"
    assert told(find_files(place)) == [
        f"{place}: a link whose target is missing (left out) [link-broken]"
    ]


def test_a_folder_that_may_not_be_read_is_told_and_the_rest_goes_on(folder, monkeypatch):
    listed = os.scandir

    def scandir(path):
        if path.endswith("deep"):
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = find_files(folder)
    assert names(found) == ["b.md", "sub/a.markdown"]
    assert told(found)[1:] == [
        "sub/deep: cannot be read: Permission denied (left out) [file-unreadable]"
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_what_is_no_regular_file_is_told(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    assert told(find_files(tmp_path)) == [
        "pipe.md: not a regular file (file left out) [file-unreadable]"
    ]


def test_markdown_with_components_is_read(tmp_path):
    (tmp_path / "talk.mdx").write_text("import A from 'a'\n")
    assert names(find_files(tmp_path)) == ["talk.mdx"]


def test_a_folder_without_episodes_is_told(tmp_path):
    assert told(find_files(tmp_path)) == [
        f"{tmp_path}: none of *.md, *.markdown, *.mdx in it (nothing read) [folder-empty]"
    ]


MOVE = "name an episode file, a folder, a quoted glob pattern, or - for standard input"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("", f"'': no such file or folder: {MOVE}"),
        ("no/such.md", f"no/such.md: no such file or folder: {MOVE}"),
        ("no/such/*.md", f"no/such/*.md: nothing matches this pattern: {MOVE}"),
        ("a\0b", f"'a\\x00b': no path: {MOVE}"),
    ],
)
def test_a_path_that_does_not_exist_is_an_error(path, message):
    with pytest.raises(InputError) as error:
        find_files([path])
    assert str(error.value) == message


def test_standard_input_is_one_file_read_at_once(monkeypatch):
    data = b"---\ntitle: From a pipe\n---\n"
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    (file,) = find_files(["-", "-"]).files
    assert (file.path, file.name, file.data) == ("-", "stdin.md", data)
    assert read_file(file).episode.title == "From a pipe"


@pytest.mark.skipif(sys.platform != "linux", reason="file names are text here")
def test_a_file_name_that_is_no_text_gets_one(tmp_path):
    with open(os.fsencode(tmp_path) + b"/caf\xe9.md", "wb") as file:
        file.write(b"---\ntitle: x\n---\n")
    (file,) = find_files(tmp_path).files
    assert file.name == "caf\\xe9.md"
    assert read_file(file).episode.title == "x"


def test_a_name_is_the_path_below_the_root():
    assert assign_unique_names([FileLocation(("a",), "1.md"), FileLocation(("a",), "b/1.md")]) == [
        "1.md",
        "b/1.md",
    ]


def test_equal_names_take_as_many_folders_of_their_roots_as_tell_them_apart():
    candidates = [
        FileLocation(("x", "eps"), "1.md"),
        FileLocation(("y", "eps"), "1.md"),
        FileLocation(("y", "eps"), "2.md"),
    ]
    assert assign_unique_names(candidates) == ["x/eps/1.md", "y/eps/1.md", "2.md"]
    assert assign_unique_names(candidates[::-1]) == ["2.md", "y/eps/1.md", "x/eps/1.md"]


def test_a_longer_name_may_meet_another():
    candidates = [
        FileLocation(("b",), "1.md"),
        FileLocation(("c",), "1.md"),
        FileLocation(("a",), "b/1.md"),
    ]
    assert assign_unique_names(candidates) == ["b/1.md", "c/1.md", "a/b/1.md"]


def test_a_name_without_folders_keeps_its_own():
    assert assign_unique_names(
        [FileLocation((), "stdin.md"), FileLocation(("a",), "stdin.md")]
    ) == [
        "stdin.md",
        "a/stdin.md",
    ]


def test_a_file_has_a_state_once_its_clock_has_moved_on(tmp_path, monkeypatch):
    path = tmp_path / "a.md"
    path.write_text("1")
    now = max(path.stat().st_mtime_ns, path.stat().st_ctime_ns)
    for age_ns, mtime_ns, is_settled in (
        (FINE_CLOCK_NS // 2, now | 1, False),
        (FINE_CLOCK_NS * 2, now | 1, True),
        (FINE_CLOCK_NS * 2, now // 10**9 * 10**9, False),  # a clock of whole seconds
        (COARSE_CLOCK_NS * 2, now // 10**9 * 10**9, True),
    ):
        os.utime(path, ns=(mtime_ns, mtime_ns))
        changed_ns = path.stat().st_ctime_ns
        monkeypatch.setattr(time, "time_ns", lambda: changed_ns + age_ns)  # noqa: B023
        [file] = find_files(path).files
        assert bool(file.state) == is_settled


STATUS_FIELDS = ("st_size", "st_ino", "st_mtime_ns", "st_ctime_ns")


@pytest.mark.parametrize("field", STATUS_FIELDS)
def test_a_file_whose_size_inode_or_time_changes_has_another_state(tmp_path, monkeypatch, field):
    path = tmp_path / "a.md"
    path.write_text("1")
    before, status = read_state(path), path.stat()
    fields = {name: getattr(status, name) + (name == field) for name in STATUS_FIELDS}
    with monkeypatch.context() as patched:
        patched.setattr(os, "stat", lambda _: SimpleNamespace(**fields))
        after = read_state(path)
    assert (len(before), sum(map(ne, before, after))) == (4, 1)


def test_a_file_that_is_gone_has_no_state(tmp_path):
    assert read_state(tmp_path / "gone.md") == ()


def test_what_problems_name_has_a_path_if_it_is_clear_which(tmp_path):
    for folder in "ab":
        (tmp_path / folder / ".hid").mkdir(parents=True)
        (tmp_path / folder / "gone.md").symlink_to("nowhere.md")
    (tmp_path / "a" / "lost.md").symlink_to("nowhere.md")
    (tmp_path / "b" / "lost.md").write_text("---\ntitle: B\n---\n")
    (tmp_path / "b" / "x.md").write_text("No front matter.\n")
    (tmp_path / "b" / "y.md").symlink_to("nowhere.md")
    found = find_files([tmp_path / "a", tmp_path / "b"])
    problems = {problem.file for problem in found.problems}
    assert problems == {".hid", "gone.md", "lost.md", "y.md"}
    assert found.find_paths({*problems, "x.md"}) == {
        name: str(tmp_path / "b" / name) for name in ("x.md", "y.md")
    }
