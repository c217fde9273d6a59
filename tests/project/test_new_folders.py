"""Folders with episodes beside the sources of a project."""

import shutil
import time

import pytest
from cli.runner import run
from support import episode_text

from kgraph.project.new_folders import find_new_folders
from kgraph.project.settings import load_project
from kgraph.store.layout import CURRENT_FILE

NOTE = episode_text("A talk", companies=("NVIDIA",))


@pytest.fixture
def project(tmp_path):
    """A project that was built, with a folder beside its source that was there before."""
    write(tmp_path, "Podcasts/a.md", "People/a.md")
    (tmp_path / "kgraph.toml").write_text('sources = ["Podcasts"]\nexclude = ["Drafts/"]\n')
    assert run("build", cwd=tmp_path).returncode == 0
    time.sleep(0.02)  # a step of the clock of the file system
    return tmp_path


def write(home, *files, text=NOTE):
    for file in files:
        (home / file).parent.mkdir(parents=True, exist_ok=True)
        (home / file).write_text(text)


def search(home):
    return find_new_folders(load_project(home / "kgraph.toml"))


def test_new_folders_with_episodes_are_found(project):
    write(project, "Interviews/b.md", "Talks/2025/c.mdx", "Talks/2025/d.md")
    assert search(project) == ["Interviews", "Talks/2025"]
    time.sleep(0.02)
    (project / ".kgraph" / CURRENT_FILE).chmod(0o600)  # as late as another build
    assert search(project) == []


def test_other_folders_are_left_alone(project):
    write(project, "README.md", "Podcasts/2025/b.md", "People/b.md", "Drafts/c.md")
    write(project, ".obsidian/d.md", ".kgraph/e.md", "a/b/c/f.md", "vault/g.md")
    write(project, "vault/kgraph-vault.json", text="{}")
    (project / "Links").mkdir()
    (project / "Links" / "b.md").symlink_to("gone.md")
    write(project, "exports/briefing.md", text="# Briefing\n")
    write(project, "Companies/h.md", text="---\ntitle: Acme\ntype: company\n---\n")
    assert search(project) == []


@pytest.mark.parametrize("source", [".", "**/*.md", "Inter*/*.md", "Interviews/2*.md"])
def test_what_a_source_or_a_pattern_may_reach_is_not_named(project, source):
    write(project, "Interviews/b.md")
    (project / "kgraph.toml").write_text(f'sources = ["{source}"]\n')
    assert search(project) == []


def test_nothing_is_new_before_the_first_build(project):
    shutil.rmtree(project / ".kgraph")
    write(project, "Interviews/b.md")
    assert search(project) == []


def test_a_build_names_them_in_one_line(project):
    told = "note: new, and in no source: Interviews: add it to kgraph.toml"
    assert told not in run("build", cwd=project).stderr
    write(project, "Interviews/b.md")
    assert told in run("build", cwd=project).stderr.splitlines()
    assert told not in run("build", "Podcasts", cwd=project).stderr
    assert run("build", "--json", cwd=project).stdout.startswith("{")
