"""What a build prints: everything the first time, then what is new."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from cli.runner import run
from support import episode_text

from kgraph.base.model import InputProblem
from kgraph.cli import watch
from kgraph.cli.build_report import format_check_command
from kgraph.graph.diff import Changes
from kgraph.pipeline import Report
from kgraph.project import ProjectSettings
from kgraph.project.watch import WatchedInputs

FIRST = "---\ntitle: A\ndate: soon\nduration: -5\ntags: 7\n---\n"
PROGRESS = ("reading", "comparing names", "building", "loading")  # printed where a build is slow
HINT = "(`kgraph check .` prints them all)"


@pytest.fixture
def build(tmp_path):
    """Builds the notes of a folder and returns what is printed, line by line."""
    notes = tmp_path / "notes"
    notes.mkdir()

    def build_notes(*options, **texts):
        for name, text in texts.items():
            (notes / f"{name}.md").write_text(text)
        done = run("build", ".", "--store", tmp_path / "s", "--workers", 1, *options, cwd=notes)
        assert done.returncode == 0
        return [line for line in done.stderr.splitlines() if not line.startswith(PROGRESS)]

    return build_notes


def problems_of(lines):
    """Lines that name a problem of a file, without outer blanks."""
    return [line.strip() for line in lines if ".md:" in line]


def test_a_build_that_changes_nothing_counts_the_problems_again(build):
    first = build(a=FIRST)
    assert first[0].startswith("1 file, 1 read, 1 episode")
    assert f"3 problems {HINT}:" in first
    assert len(problems_of(first)) == 3
    again = build()
    assert again[0].startswith("nothing changed: ")
    assert again[1] == first[0]
    assert again[-1] == f"3 problems as in the last build {HINT}"
    assert problems_of(again) == []
    assert problems_of(build("--verbose")) == problems_of(first)


def test_new_problems_are_printed_and_solved_ones_are_counted(build):
    build(a=FIRST)
    # Lines before a problem do not make it another one.
    changed = FIRST.replace("title", "# a comment\ntitle").replace("duration: -5\n", "")
    lines = build(a=changed, b="---\ntitle: B\ndate: 2025-13-01\n---\n")
    assert lines[:2] == [
        "From the earlier graph to this one (its input is another):",
        "1 episode gained: B",
    ]
    assert [line.partition(": ")[0] for line in problems_of(lines)] == ["b.md:3:1"]
    end = lines[lines.index(f"1 new problem {HINT}:") + 3 :]
    assert end[:2] == [
        f"2 problems as in the last build {HINT}",
        "1 problem of the last build solved",
    ]
    assert end[2].startswith("wrote ")


def test_a_copy_that_was_there_before_is_no_renamed_file(build, tmp_path):
    build(a=FIRST, b=FIRST)
    (tmp_path / "notes" / "a.md").unlink()
    lines = build("--explain")
    assert "gone: a.md" in lines and not [line for line in lines if "renamed" in line]


@pytest.mark.parametrize("others", ["", "bcdefghi"])
def test_problems_of_a_file_with_another_name_are_not_new(build, tmp_path, others):
    notes = tmp_path / "notes"
    build(a=FIRST, **{n: f"---\ntitle: {n}\ndate: 2025-09-01\n---\n" for n in others})
    (notes / "a.md").rename(notes / "z.md")
    lines = build("--explain")
    assert f"3 problems as in the last build {HINT}" in lines
    assert not [line for line in lines if "new problem" in line or "solved" in line]
    assert "renamed: a.md is z.md now" in lines and "gone: a.md" not in lines
    lines = build(z=FIRST.replace("soon", "later"))
    [problem] = problems_of(lines)
    assert problem.startswith("z.md:3:1: /date: not a date")


def test_problems_name_a_path_to_open_from_the_current_folder(tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text(FIRST)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "b.md").write_text("No front matter.\n")
    (tmp_path / "more" / "c.md").symlink_to("nowhere.md")
    options = ("--store", tmp_path / "s", "--workers", 1)
    for folder, names in (
        (tmp_path, ["notes/a.md"] * 3 + ["more/b.md", "more/c.md"]),
        (tmp_path / "notes", ["a.md"] * 3 + [f"{tmp_path}/more/{name}.md" for name in "bc"]),
    ):
        sources = tmp_path / "notes", tmp_path / "more"
        built = run("--verbose", "build", *sources, *options, cwd=folder).stderr.splitlines()
        checked = run("check", *sources, cwd=folder).stdout.splitlines()
        for lines in (problems_of(built), checked):
            assert sorted(line.partition(".md:")[0] + ".md" for line in lines) == sorted(names)
    refused = run("build", "more", "--store", tmp_path / "s", cwd=tmp_path)
    assert "no episode in 1 file: more/b.md:1:1: the file does not begin" in refused.stderr
    read = run("build", "-", "--store", tmp_path / "t", stdin=FIRST, cwd=tmp_path).stderr
    assert "  stdin.md:3:1: /date: not a date" in read


def test_a_watch_prints_the_problems_that_the_build_before_did_not_have(monkeypatch, capsys):
    words = "/date", "date-invalid", "soon", "not a date:", "field set aside"
    reports = [
        Report(
            problems=[InputProblem(*place, 1, *words)],
            renamed=renamed,
            paths={"z.md": str(Path("notes/z.md").absolute())},
        )
        for place, renamed in (
            (("a.md", 3), {}),
            (("a.md", 4), {}),
            (("z.md", 4), {"z.md": ["a.md"]}),
            (("b.md", 4), {}),
        )
    ]
    monkeypatch.setattr("kgraph.project.watch.watch", lambda *_, **__: ((r, None) for r in reports))
    monkeypatch.setattr("kgraph.store.Store", lambda _: SimpleNamespace(changes=Changes()))
    watch.print_builds(WatchedInputs(("notes",)), Path("s"), check="kgraph check notes")
    lines = [line.strip() for line in capsys.readouterr().err.splitlines()]
    assert [line for line in lines if "problem" in line or "date" in line] == [
        "1 problem (`kgraph check notes` prints them all)",
        "b.md:4:1: /date: not a date: soon (field set aside) [date-invalid]",
        "solved: notes/z.md: /date: not a date: soon (field set aside) [date-invalid]",
    ]


def test_a_watch_prints_some_of_many_problems_that_are_solved(monkeypatch, capsys):
    words = "/date", "date-invalid", "soon", "not a date:", "field set aside"
    remark = InputProblem("r.md", 3, 1, "/channel", "field-renamed", "", "another name", "read")
    problems = [InputProblem(f"{n:02}.md", 3, 1, *words) for n in range(12)]
    reports = [Report(problems=[*problems, remark]), Report()]
    monkeypatch.setattr("kgraph.project.watch.watch", lambda *_, **__: ((r, None) for r in reports))
    monkeypatch.setattr("kgraph.store.Store", lambda _: SimpleNamespace(changes=Changes()))
    watch.print_builds(WatchedInputs(("notes",)), Path("s"), check="kgraph check notes")
    lines = [line.strip() for line in capsys.readouterr().err.splitlines()]
    solved = [line.partition(":")[0] for line in lines if "solved" in line]
    assert solved == ["solved"] * 10 + ["and 2 more solved"]
    assert "solved: 09.md: /date: not a date: soon (field set aside) [date-invalid]" in lines


def test_a_watch_prints_new_copies_and_a_store_that_it_does_not_change_to(
    monkeypatch, capsys, tmp_path
):
    monkeypatch.chdir(tmp_path)
    sources = {"file": tmp_path / "kgraph.toml", "sources": (), "judgements": tmp_path / "j"}
    first, second = (ProjectSettings(**sources, store=tmp_path / name) for name in ("s", "graph"))
    old, new = ("a.md", "b.md"), ("c.md", "d.md")
    builds = [(Report(joined=[old]), first), (Report(joined=[old, new]), second)]
    builds.append(builds[-1])
    monkeypatch.setattr("kgraph.project.watch.watch", lambda *_, **__: iter(builds))
    monkeypatch.setattr("kgraph.store.Store", lambda _: SimpleNamespace(changes=Changes()))
    watch.print_builds(WatchedInputs((), project=first), Path("s"), check="kgraph check")
    lines = [line.strip() for line in capsys.readouterr().err.splitlines()]
    assert [line for line in lines if "same recording" in line or "store" in line] == [
        "kgraph.toml now names the store graph: this watch keeps s: start it again for the other",
        "same recording: c.md = d.md",
    ]


def test_names_of_fields_are_told_once_and_are_no_problems(build):
    renamed = "---\ntitle: A\npublished: 2025-01-02\nchannel: Talks\n---\n"
    lines = build("--strict", a=renamed, b=renamed)
    remarks = ["channel is read as source in 2 files", "published is read as date in 2 files"]
    assert [line for line in lines if "read as" in line] == remarks
    assert not [line for line in lines if "problem" in line]
    assert not [line for line in build("--strict") if "read as" in line or "problem" in line]
    lines = build(a=FIRST, c=renamed)
    assert [line for line in lines if "read as" in line] == [
        "channel is read as source in 1 file",
        "published is read as date in 1 file",
    ]
    assert f"3 new problems {HINT}:" in lines
    assert not [line for line in lines if "last build" in line]


def test_a_verbose_build_lists_every_field_that_is_read_under_another_name(build):
    renamed = (
        "---\ntitle: A\npublished: 2025-01-02\nchannel: Talks\nurl: https://a.example/1\n---\n"
    )
    assert f"and 1 more, read under other names {HINT}" in build(a=renamed)
    assert [line.strip() for line in build("--verbose") if "another name of" in line] == [
        "a.md:3:1: /published: another name of date (read as date) [field-renamed]",
        "a.md:4:1: /channel: another name of source (read as source) [field-renamed]",
        "a.md:5:1: /url: another name of original_url (read as original_url) [field-renamed]",
    ]


def test_a_last_build_that_cannot_be_read_is_none(build, tmp_path):
    first = build(a=FIRST)
    [meta] = (tmp_path / "s").glob("builds/*/meta.json")
    meta.write_text("{}")
    assert problems_of(build()) == problems_of(first)


def test_a_project_is_checked_without_a_path(tmp_path):
    (tmp_path / "kgraph.toml").write_text('sources = ["."]\n')
    (tmp_path / "a.md").write_text(FIRST)
    built = run("build", "--workers", 1, cwd=tmp_path)
    assert "3 problems (`kgraph check` prints them all):" in built.stderr.splitlines()
    assert run("check", cwd=tmp_path).stdout.count("a.md:") == 3


@pytest.mark.parametrize(
    ("paths", "exclude", "command"),
    [
        (["a b", "c"], [], "kgraph check 'a b' c"),
        (["notes"], ["*.draft.md", "-x"], "kgraph check '--exclude=*.draft.md' --exclude=-x notes"),
        (["-x"], [], "kgraph check -- -x"),
        (["-"], [], "kgraph check -"),
        ([f"{n}.md" for n in range(9)], [], "kgraph check PATH..."),
        ([], [], "kgraph check"),
    ],
)
def test_the_command_that_prints_all_problems_works_as_it_stands(paths, exclude, command):
    assert format_check_command(paths, exclude) == command


def test_the_command_names_a_project_that_is_not_found_from_here(tmp_path):
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "kgraph.toml").write_text('sources = ["."]\n')
    (tmp_path / "p" / "a.md").write_text(FIRST)
    built = run("--project", "p", "build", "--workers", 1, cwd=tmp_path)
    command = "kgraph --project p/kgraph.toml check"
    assert f"3 problems (`{command}` prints them all):" in built.stderr.splitlines()
    assert run(*command.split()[1:], cwd=tmp_path).stdout.count("a.md:") == 3


def test_a_build_into_a_file_speaks_of_no_earlier_graph(tmp_path):
    (tmp_path / "a.md").write_text(FIRST)
    (tmp_path / "store").write_text("")
    done = run("build", "a.md", "--store", "store", "--workers", 1, cwd=tmp_path)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        *(1, "kgraph: store: not a folder: name a folder"),
    )


def test_what_was_redone_is_explained_with_its_files(build):
    notes = {
        name: f"---\ntitle: {name}\noriginal_url: https://youtu.be/{name * 11}\n---\n"
        for name in "abcdeijklm"
    }
    build(**notes, f="---\ntitle: f\n---\n")
    lines = build("--explain", a=f"{notes['a']}More words.\n")
    assert [line for line in lines if line.startswith("redid")] == [
        "redid youtube-aaaaaaaaaaa (a.md): a.md changed"
    ]
    lines = build("--explain", g=notes["a"])
    assert [line for line in lines if line.startswith("redid")] == [
        "redid youtube-aaaaaaaaaaa (a.md = g.md): g.md is new"
    ]
    lines = build("--explain", g=notes["a"].replace("aaaaaaaaaaa", "ggggggggggg"))
    assert [line for line in lines if line.startswith("redid")] == [
        "redid youtube-aaaaaaaaaaa (a.md): g.md is of youtube-ggggggggggg now",
        "redid youtube-ggggggggggg (g.md): it is new; g.md was of youtube-aaaaaaaaaaa",
    ]
    lines = build("--explain", g=notes["a"])
    assert [line for line in lines if line.startswith("redid")] == [
        "redid youtube-aaaaaaaaaaa (a.md = g.md): g.md was of youtube-ggggggggggg"
    ]
    moved = {name: notes[name].replace(name * 11, name.upper() * 11) for name in "bc"}
    lines = build("--explain", **moved)
    assert [line for line in lines if line.startswith("differs: youtube-b")] == [
        "differs: youtube-bbbbbbbbbbb: it is gone; b.md is of youtube-BBBBBBBBBBB now"
    ]


NAMES = (
    "OpenAI",
    "Nvidia",
    "Visa",
    "Figma",
    "Stripe",
    "Wise",
    "Nokia",
    "Zorblax",
    "Intel",
    "Cisco",
)


def explain(folder, *options):
    """Return what a build in a project tells of its reasons."""
    lines = run("build", "--explain", "--workers", 1, *options, cwd=folder).stderr.splitlines()
    return [line for line in lines if line.startswith(("changed:", "gone:", "redid", "differs"))]


def test_inputs_of_the_project_that_changed_are_told(tmp_path):
    notes = tmp_path / "notes"
    notes.mkdir()
    for number, name in enumerate(NAMES):
        url = f"https://youtu.be/abcdefghi{number:02}"
        text = episode_text(f"Talk {number} on {name}", url, (name,), quotes=())
        (notes / f"{number}.md").write_text(text)
    project = 'sources = ["notes"]\n'
    (tmp_path / "kgraph.toml").write_text(project)
    assert explain(tmp_path) == ["redid everything: there is no earlier build"]
    (tmp_path / "kgraph.toml").write_text(f'{project}exclude = ["6.md"]\n')
    assert explain(tmp_path) == ["changed: exclude in kgraph.toml", "gone: 6.md"]
    run("judge", "reject", "Wise", "--by", "ann", "--why", "a word", cwd=tmp_path)
    assert explain(tmp_path) == [
        "changed: data/judgements.yaml: 1 judgement added",
        "redid youtube-abcdefghi05 (5.md): judgements: reject Wise: a word",
    ]
    assert explain(tmp_path, "--exclude", "6.md") == []
    assert explain(tmp_path, "--exclude", "5.md") == [
        "changed: exclude of the command",
        "gone: 5.md",
        "redid youtube-abcdefghi06 (6.md): it is new",
    ]
    (tmp_path / "lexicon").mkdir()
    (tmp_path / "lexicon" / "own.yaml").write_text(
        "type: company\nentries:\n  Zorblax Works: {kind: maker, aliases: [Zorblax]}\n"
    )
    assert explain(tmp_path)[:2] == [
        "changed: exclude in kgraph.toml",
        "changed: lexicon or ids of kgraph.toml",
    ]


def test_what_has_no_name_for_people_is_counted(build):
    said = "Everything considered, electricity is going to be the bottleneck of the next decade."
    notes = {
        letter: episode_text(
            f"Talk {letter}", f"https://youtu.be/{letter * 11}", (name,), (f"Of {name}.",)
        )
        for letter, name in zip("abcdefghij", NAMES, strict=True)
    }
    build(**notes | {"a": notes["a"].replace("Of OpenAI.", said)})
    lines = build("--explain", i=notes["i"].replace("Of Intel.", said))
    assert [line for line in lines if line.startswith("redid")] == [
        "redid youtube-aaaaaaaaaaa (a.md): phrases that episodes repeat: 3 changed; quotes that "
        "several episodes have: 1 changed",
        "redid youtube-iiiiiiiiiii (i.md): i.md changed",
    ]


def test_a_watch_prints_a_note_when_it_is_new(monkeypatch, capsys):
    notes = ("Acme takes a place",), ("Acme takes a place", "judgements are gone"), (), ("Acme",)
    builds = [(Report(notes=each), None) for each in notes]
    monkeypatch.setattr("kgraph.project.watch.watch", lambda *_, **__: iter(builds))
    monkeypatch.setattr("kgraph.store.Store", lambda _: SimpleNamespace(changes=Changes()))
    watch.print_builds(WatchedInputs(("notes",)), Path("s"), check="kgraph check")
    lines = [line.strip() for line in capsys.readouterr().err.splitlines()]
    assert [line for line in lines if "Acme" in line or "gone" in line] == [
        "Acme takes a place",
        "judgements are gone",
        "Acme",
    ]
