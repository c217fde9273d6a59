"""Patterns of .gitignore by which files and folders are left out of the sources."""

import os
import subprocess
import unicodedata

import pytest

from kgraph.base.errors import InputError
from kgraph.ingest import find_files
from kgraph.ingest.exclude import NO_EXCLUSION, escape_pattern, parse_exclusion

FILES = (
    "a.md",
    "b.draft.md",
    "Templates/a.md",
    "Templates/deep/c.md",
    "Daily/2025-01-01.md",
    "Daily/deep/d.md",
    "notes/Templates/e.md",
    "notes/Daily/f.md",
    "notes/g.draft.md",
    "notes/h.md",
    "#tag/i.md",
    "!odd/j.md",
    "[k].md",
)


@pytest.fixture
def vault(tmp_path):
    for name in FILES:
        path = tmp_path / "vault" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("---\ntitle: x\n---\n")
    return tmp_path / "vault"


def find_names(source, folder, *patterns):
    return [file.name for file in find_files(source, parse_exclusion(patterns, folder)).files]


@pytest.mark.parametrize(
    "patterns",
    [
        ["Templates/"],
        ["Daily/*.md"],
        ["/Templates"],
        ["**/*.draft.md"],
        ["*.draft.md", "!b.draft.md"],
        ["notes/**", "!notes/h.md"],
        ["notes/", "!notes/h.md"],
        ["notes/*", "!notes/Daily/"],
        ["*", "!a.md"],
        ["?.md"],
        ["\\#tag/", "\\!odd/", "\\[k\\].md"],
        ["[!a].md"],
        ["a.md/"],
        ["Templates/", "Daily/*.md", "**/*.draft.md"],
    ],
)
def test_patterns_mean_what_they_mean_to_git(vault, patterns):
    (vault / ".gitignore").write_text("\n".join(patterns))
    subprocess.run(["git", "init", "-q"], cwd=vault, check=True)
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--others", "--exclude-standard", "*.md"],
        cwd=vault,
        capture_output=True,
        text=True,
        check=True,
    )
    expected = sorted(filter(None, listing.stdout.split("\0")))
    assert find_names(vault, vault, *patterns) == expected
    assert len(expected) < len(FILES) or patterns == ["a.md/"]


def test_a_number_sign_begins_no_comment_and_a_leading_dot_is_the_folder(vault):
    assert "#tag/i.md" not in find_names(vault, vault, "#tag/")
    assert find_names(vault, vault, "./notes", "./Templates/") == [
        name for name in sorted(FILES) if not name.startswith(("notes", "Templates"))
    ]


def test_patterns_are_relative_to_the_folder_else_to_the_source(vault, tmp_path):
    for folder, pattern in ((tmp_path, "vault/Daily/*.md"), (tmp_path / "else", "Daily/*.md")):
        names = find_names(vault, folder, pattern)
        assert "Daily/2025-01-01.md" not in names
        assert {"Daily/deep/d.md", "notes/Daily/f.md"} <= set(names)
    assert find_names(str(vault / "*/*.md"), tmp_path, "vault/notes/", "Daily/") == [
        "!odd/j.md",
        "#tag/i.md",
        "Templates/a.md",
    ]


def test_a_name_in_another_normal_form_is_left_out(tmp_path):
    name = unicodedata.normalize("NFD", "Entwürfe")
    (tmp_path / name).mkdir()
    (tmp_path / name / "a.md").write_text("")
    assert find_names(tmp_path, tmp_path, "Entwürfe/") == []


def test_what_is_left_out_has_no_problems(vault):
    (vault / "gone.md").symlink_to("nowhere")
    (vault / ".hidden.md").write_text("")
    assert len(find_files(vault).problems) == 2
    assert find_files(vault, parse_exclusion(["gone.md", ".*"], vault)).problems == ()


def test_a_pattern_that_matches_nothing_is_told(vault):
    found = find_files(vault, parse_exclusion(["Daly/", "*.draft.md", "!x", " "], vault))
    assert found.notes == (
        "exclude: 'Daly/' matches no file or folder in the sources",
        "exclude: '!x' matches no file or folder in the sources",
    )


def test_what_is_named_and_left_out_is_told(vault):
    exclusion = parse_exclusion("Templates/", vault)
    sources = [str(vault / "Templates"), str(vault / "Templates/a.md"), str(vault / "a.md")]
    found = find_files(sources, exclusion)
    assert [file.name for file in found.files] == ["a.md"]
    assert [str(problem) for problem in found.problems] == [
        f"{vault}/Templates: none of *.md, *.markdown, *.mdx in it but for what exclude leaves out "
        "(nothing read) [folder-empty]"
    ]
    assert found.notes == (f"exclude: {vault}/Templates/a.md is left out, though it is named",)


@pytest.mark.parametrize("pattern", ["!", "a\\"])
def test_a_pattern_that_cannot_be_read_is_an_error(pattern):
    with pytest.raises(InputError) as caught:
        parse_exclusion(["a", pattern], ".")
    assert str(caught.value) == (
        f"{pattern!r}: no pattern of .gitignore: write for example Templates/ or *.draft.md"
    )


@pytest.mark.parametrize(
    "pattern, advice",
    [
        ("\udcff", "not UTF-8: write ? for each character that is not, or * for many"),
        (3, "no text: write patterns as texts, such as 'Templates/'"),
        (None, "no text: write patterns as texts, such as 'Templates/'"),
    ],
)
def test_a_pattern_that_is_no_text_of_utf_8_is_an_error(pattern, advice):
    with pytest.raises(InputError) as caught:
        parse_exclusion(["a", pattern], ".")
    assert str(caught.value) == f"{pattern!r}: {advice}"


@pytest.mark.parametrize("name", ["#a", "!a", "a*b?", "[x]", "a\\b", "a ", "é 比"])
def test_an_escaped_name_matches_itself_alone(tmp_path, name):
    for file in (name, "other", "ab"):
        (tmp_path / file).mkdir()
        (tmp_path / file / "x.md").write_text("")
    names = find_names(tmp_path, tmp_path, f"{escape_pattern(name)}/")
    assert names == ["ab/x.md", "other/x.md"]
    assert find_names(tmp_path, tmp_path, f"/{escape_pattern(name)}") == names


def test_no_patterns_are_no_exclusion():
    assert parse_exclusion(["", " "], os.curdir) == NO_EXCLUSION
