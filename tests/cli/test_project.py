"""Commands in a project: what they take from its file, what wins over it, and what they say."""

import json
import os
import shlex
import subprocess
import sys

import pytest
from cli.runner import run
from support import episode_text

from kgraph.store import Store

if sys.platform != "win32":
    from terminal import run_in_terminal

KGRAPH = (sys.executable, "-m", "kgraph")

PROJECT = """\
sources = ["notes"]
base = "https://example.org/id/"
judgements = "decided.yaml"

[export]
licence = "CC-BY-4.0"
quotes = 2
"""
LICENCE = "<https://spdx.org/licenses/CC-BY-4.0>"


def write_notes(folder):
    notes = folder / "notes"
    notes.mkdir(parents=True)
    (notes / "a.md").write_text(episode_text("A talk", companies=("NVIDIA", "Quorvex")))
    return notes


@pytest.fixture
def folder(tmp_path):
    """A project that was not built."""
    folder = tmp_path / "project"
    write_notes(folder)
    (folder / "kgraph.toml").write_text(PROJECT)
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A project that was built; no test changes it."""
    folder = tmp_path_factory.mktemp("built")
    write_notes(folder)
    (folder / "kgraph.toml").write_text(PROJECT)
    assert run("build", cwd=folder).returncode == 0
    return folder


@pytest.mark.parametrize(
    "arguments",
    [
        ("judge", "--list"),
        ("judge", "reject", "Quorvex", "--preview"),
        ("review", "--all", "--format", "json"),
    ],
    ids=" ".join,
)
def test_the_projects_file_of_judgements_need_not_be_there(built, arguments):
    done = run(*arguments, cwd=built)
    assert (done.returncode, "no such file" in done.stderr) == (0, False)


def test_problems_of_many_files_are_counted_over_all_of_them(tmp_path):
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text("---\ntitle: A talk\ndate: soon\ntags: [x]\n---\n")
    lines = run("init", "--dry-run", cwd=tmp_path).stdout.splitlines()
    [line] = [line for line in lines if "date-invalid" in line]
    assert line.startswith(
        "    2 of this kind in all files, the first: a.md:3:1: /date: not a date"
    )


def test_what_a_preview_leaves_out_can_be_printed_before_the_project_is_written(tmp_path):
    fields = ("date: soon", "duration: -5", "original_url: nowhere", "tags: {a: 1}")
    (tmp_path / "a.md").write_text("\n".join(("---", "title: A talk", *fields, "---", "")))
    short = run("init", "--dry-run", cwd=tmp_path).stdout
    assert "\n    and 1 more: --dry-run -v prints them\n" in short
    whole = run("init", "--dry-run", "-v", cwd=tmp_path).stdout
    assert len(whole.splitlines()) == len(short.splitlines()) and " more:" not in whole


def test_a_list_that_could_not_be_read_is_counted_beside_the_rows(tmp_path):
    text = "---\ntitle: A talk\ntags: [x]\ncompanies: [OpenAI,\n - Uber\n---\n"
    (tmp_path / "a.md").write_text(text)
    told = " ".join(run("build", "a.md", cwd=tmp_path).stderr.split())
    assert "not in these: 1 list that could not be read" in told
    (tmp_path / "a.md").write_text(text.replace("OpenAI,\n - Uber", "OpenAI]"))
    assert "not in these" not in run("build", "a.md", cwd=tmp_path).stderr


def test_a_first_project_needs_no_arguments(tmp_path):
    write_notes(tmp_path)
    done = run("init", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "wrote kgraph.toml: now run `kgraph build`\n")
    assert done.stdout.splitlines()[:3] == [
        "1 file, 1 can be read",
        "dates: 2025-09-01 to 2025-09-01 (1 file)",
        "shows: none recognised, 1 without",
    ]
    assert '    sources = ["notes"]\n' in done.stdout
    done = run("build", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr.splitlines()[-1].startswith("wrote .kgraph in ")
    assert run("check", cwd=tmp_path) == (0, "", "")
    assert run("show", "NVIDIA", cwd=tmp_path).stdout.startswith("Nvidia: company")
    judged = run("judge", "reject", "Quorvex", "--by", "ann", cwd=tmp_path)
    assert judged.stderr == (
        "judgements.yaml:1: wrote reject Quorvex: build again to apply it: kgraph build\n"
        "note: 1 row in 1 episode changes, 1 of them to something else or nothing: "
        "`kgraph judge --undo 1 --preview` lists it\n"
    )
    assert "applied 1 judgement\n" in run("build", cwd=tmp_path).stderr


def test_a_watch_takes_the_project_as_it_is_now(folder):
    command = [*KGRAPH, "watch", "--interval", "0.1", "--workers", "1"]
    watch = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True)
    lines = iter(watch.stderr.readline, "")
    try:
        assert any("wrote .kgraph" in line for line in lines)
        assert Store(folder / ".kgraph").meta.base == "https://example.org/id/"
        (folder / "kgraph.toml").write_text("sources = [")
        assert any(f"not built: {folder}/kgraph.toml:1" in line for line in lines)
        (folder / "kgraph.toml").write_text(PROJECT.replace("/id/", "/other/"))
        assert any("wrote .kgraph" in line for line in lines)
        assert Store(folder / ".kgraph").meta.base == "https://example.org/other/"
    finally:
        watch.kill()
        watch.wait()
        watch.stderr.close()


def test_what_a_project_leaves_out_is_left_out_everywhere_and_options_win(folder):
    notes = folder / "notes"
    (notes / "Templates").mkdir()
    (notes / "Templates" / "t.md").write_text("---\ntitle: '{{title}}'\n---\n")
    (notes / "b.draft.md").write_text("half a note")
    assert run("check", cwd=folder).returncode == 1
    run("build", cwd=folder)
    lines = 'exclude = ["Templates/", "notes/*.draft.md"]\n'
    (folder / "kgraph.toml").write_text(lines + PROJECT)
    done = run("build", "--explain", cwd=folder)
    assert done.stderr.splitlines()[1] == "1 episode lost: t"
    assert "\n3 problems of the last build solved\n" in done.stderr
    assert run("check", cwd=folder) == (0, "", "")
    judged = run("judge", "reject", "Quorvex", "--by", "ann", "--build", cwd=folder)
    assert judged.returncode == 0 and Store(folder / ".kgraph").meta.episodes == 1
    done = run("check", "--exclude", "notes/*.draft.md", "--exclude", "x/", cwd=folder)
    assert done.stderr.splitlines()[0] == (
        "note: exclude: 'x/' matches no file or folder in the sources"
    )
    assert (done.returncode, "b.draft" in done.stdout, "t.md" in done.stdout) == (1, False, True)
    assert "b.draft" in run("check", "--exclude", "", cwd=folder).stdout
    written = str(folder / "out")
    done = run("build", "--to", written, "--exclude", "[Tb]*", "--json", cwd=folder)
    assert json.loads(done.stdout)["files"] == 1


def test_without_a_project_the_advice_to_build_leaves_the_same_out(tmp_path):
    write_notes(tmp_path)
    assert run("build", "notes", "--exclude", "*.draft.md", cwd=tmp_path).returncode == 0
    judged = run("judge", "reject", "Quorvex", "--by", "ann", cwd=tmp_path).stderr
    assert "kgraph build notes '--exclude=*.draft.md'\n" in judged


def test_the_advice_to_build_leaves_the_same_out_from_another_folder(tmp_path):
    write_notes(tmp_path)
    (tmp_path / "notes" / "b.md").write_text("---\ntitle: Left out\ndate: 2025-01-02\n---\n")
    assert run("build", "notes", "--exclude", "notes/b.md", cwd=tmp_path).returncode == 0
    (tmp_path / "kgraph.toml").write_text('exclude = ["a.md"]\n')
    (other := tmp_path / "notes" / "other").mkdir()
    store = tmp_path / ".kgraph"
    words = ["judge", "reject", "Quorvex", "--by", "ann", "--no-project", "--store", str(store)]
    judged = run(*words, cwd=other).stderr
    command = judged.split("to apply it: ")[1].splitlines()[0]
    assert command == (
        f"cd {tmp_path} && kgraph build {tmp_path}/notes --store {store} "
        f"--judgements {tmp_path}/data/judgements.yaml --no-project --exclude=notes/b.md"
    )
    done = run(*shlex.split(command)[4:], cwd=tmp_path)
    assert (done.returncode, Store(store).meta.episodes) == (0, 1)


def test_a_wrong_pattern_names_its_line(folder):
    (folder / "kgraph.toml").write_text('\n\nexclude = ["a/", "!"]\n' + PROJECT)
    assert run("check", cwd=folder).stderr == (
        f"kgraph: {folder}/kgraph.toml:3: exclude[1]: '!': no pattern of .gitignore: write for "
        "example Templates/ or *.draft.md\n"
    )
    done = run("check", "--exclude", "a\\", "--no-project", "notes", cwd=folder)
    assert done.stderr == (
        "kgraph: 'a\\\\': no pattern of .gitignore: write for example Templates/ or *.draft.md\n"
    )


def test_exports_have_the_options_of_the_project(built):
    turtle = run("export", "turtle", cwd=built)
    assert turtle.returncode == 0
    assert LICENCE in turtle.stdout and "@base <https://example.org/id/>" in turtle.stdout
    assert "new oil" in turtle.stdout
    assert run("export", "graphml", cwd=built).returncode == 0
    edges = run("export", "--output", "x.ttl", "--profile", "edges", "--licence", "MIT", cwd=built)
    text = (built / "x.ttl").read_text()
    assert (edges.returncode, LICENCE in text, "licenses/MIT>" in text) == (0, False, True)


def test_from_a_folder_below_the_project_is_named_once(built):
    done = run("stats", cwd=built / "notes")
    assert (done.returncode, done.stderr) == (0, f"using the project {built}/kgraph.toml\n")
    assert run("-q", "stats", cwd=built / "notes").stderr == ""
    assert run("stats", cwd=built).stderr == ""
    head = run("-v", "stats", cwd=built).stderr.splitlines()
    assert head[:2] == [f"project: {built}/kgraph.toml", f"store: {built}/.kgraph"]


@pytest.mark.parametrize("place", ["before", "after", "environment"])
def test_a_project_can_be_named_or_left_out(built, tmp_path, monkeypatch, place):
    named, left_out = [["--project", built / "kgraph.toml"], ["--no-project"]]
    lines = [[*named, "stats"], [*left_out, "stats"]]
    if place == "after":
        lines = [["stats", *named], ["stats", *left_out]]
    if place == "environment":
        monkeypatch.setenv("KGRAPH_PROJECT", str(built))
        lines[0] = ["stats"]
    done, without = (run(*line, cwd=tmp_path) for line in lines)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("1 episode from 1 file")
    assert without.stderr.startswith("kgraph: .kgraph: no graph here yet: ")
    both = run("--no-project", "stats", *named, cwd=built)
    assert both.stderr == "kgraph: --project and --no-project: choose one of the two\n"


def test_options_and_the_environment_win(built, tmp_path, monkeypatch):
    done = run("stats", "--store", tmp_path / "gone", cwd=built)
    assert f"{tmp_path}/gone: no graph here yet" in done.stderr
    monkeypatch.setenv("KGRAPH_STORE", str(tmp_path / "there"))
    assert f"{tmp_path}/there: no graph here yet" in run("stats", cwd=built).stderr
    monkeypatch.delenv("KGRAPH_STORE")
    for name in ("mine.yaml", "yours.yaml"):
        (built / name).touch()
    listed = run("judge", "--list", "--judgements", "mine.yaml", cwd=built)
    assert listed.stderr == "mine.yaml: no judgements yet\n"
    monkeypatch.setenv("KGRAPH_JUDGEMENTS", "yours.yaml")
    assert run("judge", "--list", cwd=built).stderr == "yours.yaml: no judgements yet\n"


def test_elsewhere_a_store_has_the_project_that_made_it(folder, tmp_path):
    assert run("build", cwd=folder).returncode == 0
    store = folder / ".kgraph"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    said = f"using the project {folder}/kgraph.toml, from which {store} was built\n"
    done = run("judge", "reject", "Quorvex", "--store", store, cwd=elsewhere)
    written = f"{folder}/decided.yaml:1: wrote reject Quorvex: build again to apply it"
    assert done.stderr == (
        f"{said}{written}: kgraph build --store {store}\n"
        "note: 1 row in 1 episode changes, 1 of them to something else or nothing: "
        f"`kgraph judge --undo 1 --preview --store {store}` lists it\n"
    )
    assert LICENCE in run("export", "turtle", "--store", store, cwd=elsewhere).stdout
    done = run("build", "--store", store, cwd=elsewhere)
    assert (done.returncode, "applied 1 judgement\n" in done.stderr) == (0, True)


def test_a_line_of_the_lexicon_changes_the_graph(folder):
    (folder / "lexicon").mkdir()
    own = folder / "lexicon" / "own.yaml"
    companies = []
    for line in ("", "  Quorvex Dynamics: {aliases: [Quorvex]}\n"):
        own.write_text(f"type: company\nentries:\n  Zephyr Bank: {{}}\n{line}")
        done = run("build", cwd=folder)
        entries = "2 entries" if line else "1 entry"
        assert f"using {entries} of the project's lexicon\n" in done.stderr
        rows = run(
            "query", "SELECT ?n { ?c a kg:Company ; schema:name ?n } ORDER BY ?n", cwd=folder
        )
        companies.append(rows.stdout.split("\n", 1)[1].split("\n"))
    assert "Quorvex" in " ".join(companies[0]) and "Quorvex Dynamics" not in " ".join(companies[0])
    assert "Quorvex Dynamics" in " ".join(companies[1])
    shown = [run("show", name, cwd=folder) for name in ("Quorvex Dyn", "Zephyr Bank")]
    assert [done.returncode for done in shown] == [2, 2]
    assert shown[1].stderr == (
        "kgraph: nothing in the graph is called 'Zephyr Bank', and no row was taken for Zephyr "
        "Bank (company/zephyrbank) of the lexicon: search for a part of it\n"
    )
    own.write_text("type: company\nentries:\n  Quorvex Dynamics: {aliases: [Quorvex, QDyn]}\n")
    assert run("build", cwd=folder).returncode == 0
    done = run("show", "QDyn", cwd=folder)
    assert (done.returncode, done.stderr) == (
        0,
        "no accepted row has the name QDyn: in the lexicon it is Quorvex Dynamics "
        "(company/quorvexdynamics)\n",
    )
    assert done.stdout.startswith("Quorvex Dynamics: company; mentioned in ")
    own.write_text("type: company\nentries:\n  A: {alias: [B]}\n")
    for command in ("build", "check"):
        done = run(command, cwd=folder)
        assert done.returncode == 1
        assert done.stderr.startswith(
            f"kgraph: {own}:3: entries.A.alias: no such key: did you mean "
        )
    assert run("stats", cwd=folder).returncode == 0


def test_a_wrong_project_file_is_one_line(folder):
    (folder / "kgraph.toml").write_text('sources = ["notes"]\nstroe = "x"\n')
    done = run("stats", cwd=folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(
        f"kgraph: {folder}/kgraph.toml:2: stroe: no such key: did you mean "
    )
    assert len(done.stderr.splitlines()) == 1
    assert run("stats", "--help", cwd=folder).returncode == 0
    assert "no graph here yet" in run("stats", "--no-project", cwd=folder).stderr
    (folder / "kgraph.toml").write_text('sources = ["noets"]\n')
    done = run("build", cwd=folder)
    assert done.stderr == (
        f"kgraph: {folder}/kgraph.toml:1: sources[0]: 'noets': no such file or folder: "
        "did you mean notes? Else correct it\n"
    )


def test_without_a_project_a_path_is_needed(tmp_path):
    for command in ("build", "check"):
        done = run(command, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == (
            "kgraph: no PATH is named, and there is no kgraph.toml here or above: name files or "
            "folders, or run `kgraph init`\n"
        )


# -- init --------------------------------------------------------------------------


def test_a_dry_run_writes_nothing_and_an_existing_file_stays(folder):
    (folder / "kgraph.toml").unlink()
    done = run("init", "--dry-run", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "wrote nothing\n")
    assert not (folder / "kgraph.toml").exists()
    (folder / "kgraph.toml").write_text("mine")
    done = run("init", "--yes", cwd=folder)
    assert done.returncode == 2
    assert done.stderr.startswith("kgraph: kgraph.toml: there is a project already, with a mistake")
    assert run("init", "--dry-run", cwd=folder).returncode == 0
    assert (folder / "kgraph.toml").read_text() == "mine"


@pytest.mark.parametrize("arguments", [(), ("--yes",), ("--json",)])
def test_init_writes_the_project_also_if_nobody_reads_what_it_prints(folder, arguments):
    (folder / "kgraph.toml").unlink()
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "kgraph", "init", *arguments]
    subprocess.run(command, cwd=folder, stdout=writer, stderr=subprocess.DEVNULL, check=False)
    os.close(writer)
    assert (folder / "kgraph.toml").exists()


def test_a_proposal_can_be_read_by_programs(folder):
    (folder / "kgraph.toml").unlink()
    done = run("init", "notes", "--json", cwd=folder)
    proposal = json.loads(done.stdout)
    assert (proposal["sources"], proposal["preview"]["read"]) == (["notes"], 1)
    assert (folder / "kgraph.toml").read_text() == proposal["text"]


def test_hostile_text_of_a_file_reaches_no_terminal(folder):
    (folder / "kgraph.toml").unlink()
    text = 'title: "a"\n"\\e[31mx": 1\nsource: "b\\e[2J"\ntags: ["c"]'
    (folder / "notes" / "b.md").write_text(f"---\n{text}\n---\n")
    shown = run("init", "--dry-run", cwd=folder).stdout
    assert "\x1b" not in shown and "[31mx 1" in shown


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of Unix")
@pytest.mark.parametrize(
    ("answer", "status", "ending"),
    [
        ("\n", 0, "wrote kgraph.toml: now run `kgraph build`\n"),
        ("y\n", 0, "wrote kgraph.toml: now run `kgraph build`\n"),
        ("n\n", 0, "wrote nothing\n"),
        ("YES\n", 0, "wrote kgraph.toml: now run `kgraph build`\n"),
        ("\x03", 130, "[Y/n]: ^C\nkgraph: interrupted\n"),
        (
            *("\x04", 2),
            "[Y/n]: \nkgraph: Write kgraph.toml? Nothing is written without an answer: answer y or "
            "n, or repeat the command with --yes, which asks nothing\n",
        ),
    ],
    ids=["return", "y", "n", "yes", "interrupt", "end"],
)
def test_in_a_terminal_a_person_is_asked(folder, answer, status, ending):
    (folder / "kgraph.toml").unlink()
    recording = run_in_terminal(
        [*KGRAPH, "init"], talk=[("Write kgraph.toml? [Y/n]: ", answer)], cwd=folder
    )
    assert (recording.status, "Traceback" in recording.raw) == (status, False)
    assert recording.text.endswith(ending)
    assert (folder / "kgraph.toml").exists() == ending.startswith("wrote kgraph.toml")


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of Unix")
def test_a_wrong_answer_is_told_what_may_be_answered(folder):
    (folder / "kgraph.toml").unlink()
    talk = [
        ("Write kgraph.toml? [Y/n]: ", "maybe\n"),
        ("'maybe': answer y or Return for yes, n for no", "n\n"),
    ]
    recording = run_in_terminal([*KGRAPH, "init"], talk=talk, cwd=folder)
    assert (recording.status, recording.text.endswith("wrote nothing\n")) == (0, True)


def test_init_names_other_names_of_fields_files_to_open_and_the_command_that_checks(folder):
    (folder / "kgraph.toml").unlink()
    (folder / "notes" / "a.md").write_text("---\npublished: 2025-01-02\nduration: x\n---\n")
    lines = run("init", "notes", "--dry-run", cwd=folder).stdout.splitlines()
    assert "    published is read as date in 1 file" in lines
    check = "2 problems in files that can be read (`kgraph check notes` prints all), such as:"
    examples = lines[lines.index(check) + 1 :][:2]
    assert all(line.startswith("    notes/a.md:") for line in examples)


def test_a_list_says_that_the_file_of_judgements_is_gone(tmp_path):
    (tmp_path / "kgraph.toml").write_text('sources = ["notes"]\njudgements = "decided.yaml"\n')
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text("---\ntitle: Talk\ncompanies: [Nvidia]\n---\n")
    run("judge", "reject", "Nvidia", cwd=tmp_path)
    run("build", "--workers", "1", cwd=tmp_path)
    assert run("judge", "--list", cwd=tmp_path).stderr == ""
    (tmp_path / "decided.yaml").unlink()
    assert run("judge", "--list", cwd=tmp_path).stderr == (
        "decided.yaml: no judgements yet\n"
        f"note: {tmp_path / 'decided.yaml'} is gone, and with it 1 judgement that the last build "
        "applied: bring them back into it, and build again\n"
    )
