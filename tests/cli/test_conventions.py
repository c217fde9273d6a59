"""What every command has in common: help, sections, -q and -v, what it says of a file."""

import re
import subprocess
import sys

import pytest
import typer.main
from typer.testing import CliRunner

from kgraph.cli import streams
from kgraph.cli.app import COMMAND_SECTIONS, app, summarize
from kgraph.cli.exit_status import OUTPUT_CLOSED
from kgraph.cli.options import VALUE_NAMES

GROUP = typer.main.get_command(app)


@pytest.fixture(autouse=True)
def normal(tmp_path, monkeypatch):
    """Each test begins and ends at the normal level, in a folder without a project above it."""
    monkeypatch.chdir(tmp_path)
    streams.set_level(streams.Level.NORMAL)
    yield
    streams.set_level(streams.Level.NORMAL)


def run(*arguments, **environment):
    given = {"COLUMNS": "80", "TERMINAL_WIDTH": "80", **environment}
    return CliRunner().invoke(app, [*map(str, arguments)], env=given)


@pytest.mark.parametrize("command", ["", *GROUP.commands])
def test_help_has_a_short_name(command):
    short, long = (run(*filter(None, [command, name])) for name in ("-h", "--help"))
    assert short.exit_code == long.exit_code == 0
    assert short.stdout == long.stdout
    assert "-q, --quiet" in short.stdout and "-v, --verbose" in short.stdout


@pytest.mark.parametrize("command", GROUP.commands)
def test_help_names_values_in_words(command):
    shown = run(command, "--help").stdout
    assert not re.search(r"[<>](?!=)", shown.replace("http://...", "")), shown
    options = re.findall(r"^  (?:-\w, )?--([\w-]+)( [A-Z=:.\[\]/]+)?  +", shown, re.MULTILINE)
    flags = {
        name
        for param in GROUP.commands[command].params
        if getattr(param, "is_flag", False)
        for name in param.opts
    }
    flags |= {"--no-project", "--quiet", "--verbose", "--help"}
    assert {f"--{name}" for name, value in options if not value} <= flags


def test_a_name_of_a_value_is_of_an_option():
    params = [param for command in GROUP.commands.values() for param in command.params]
    assert set(VALUE_NAMES) <= {param.name for param in params}
    assert "--limit N" in run("show", "--help").stdout
    assert "--param NAME=VALUE" in run("query", "--help").stdout


def test_help_is_a_command_too():
    assert run("help", "stats").stdout == run("stats", "-h").stdout
    assert run("help").stdout == run("-h").stdout
    assert run("help", "frobnicate").exit_code == 2


def test_the_help_lists_commands_in_sections_with_whole_summaries():
    shown = run("--help").stdout
    assert re.findall(r"^(\w[\w ]+):$", shown, re.MULTILINE) == ["Options", *COMMAND_SECTIONS]
    assert max(map(len, shown.splitlines())) <= 80
    assert "..." not in shown.partition("\n")[2]
    words = " ".join(shown.split())
    for name, command in GROUP.commands.items():
        assert f"{name} {summarize(command)}" in words


def test_a_summary_is_the_first_sentence():
    assert summarize(GROUP.commands["build"]) == "Build the graph of the episodes at PATHS"


def test_quiet_leaves_results_and_errors(folder, tmp_path):
    store = tmp_path / "s"
    for line in (["-q", "build", folder], ["build", "--quiet", folder]):
        done = run(*line, "--store", store, "--workers", 1)
        assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    done = run("-q", "query", "ASK {}", "--store", store)
    assert (done.stdout, done.stderr) == ("yes\n", "")
    done = run("export", "json", "-q", "--output", tmp_path / "g.json", "--store", store)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    done = run("stats", "-q", "--store", tmp_path / "nowhere")
    assert "no graph here yet" in str(done.exception)


@pytest.mark.parametrize("line", [["-q", "stats"], ["stats", "-q"]])
def test_quiet_does_not_say_which_project_is_used(folder, tmp_path, monkeypatch, line):
    (tmp_path / "kgraph.toml").write_text(f'sources = ["{folder.name}"]\n')
    run("build", "-q", "--workers", 1)
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert run(*line).stderr == ""
    assert run("stats").stderr == f"using the project {tmp_path / 'kgraph.toml'}\n"


def test_verbose_says_what_is_used_every_problem_and_times(folder, tmp_path):
    for number in range(3):
        (folder / f"c{number}.md").write_text("nothing")
    line = ["build", folder, "--store", tmp_path / "s", "--workers", 1]
    normal = run(*line).stderr
    verbose = run(*line, "--full", "-v", KGRAPH_CACHE=str(tmp_path / "cache")).stderr
    head = verbose.splitlines()
    assert head[0] == f"store: {tmp_path / 's'}"
    assert head[1].startswith("judgements: ")
    assert head[2] == f"cache: {tmp_path / 'cache'} (does not exist)"
    assert re.fullmatch(r"took \d+\.\d s", head[-1])
    assert re.search(r"^read: \d+\.\d s$", verbose, re.MULTILINE)
    assert "read: " not in normal
    assert [name for name in ("c0.md:", "c1.md:", "c2.md:") if name in normal] == [
        "c0.md:",
        "c1.md:",
    ]
    assert all(name in verbose for name in ("c0.md:", "c1.md:", "c2.md:"))


def test_verbose_is_said_of_other_commands_too(store):
    done = run("-v", "stats", "--store", store.path)
    assert done.stderr.splitlines()[0] == f"store: {store.path}"
    assert run("stats", "--store", store.path).stderr == ""


def test_the_last_of_quiet_and_verbose_counts(store):
    assert run("-v", "stats", "-q", "--store", store.path).stderr == ""


def test_a_file_is_said_to_be_written(store, tmp_path):
    file = tmp_path / "g.graphml"
    done = run("export", "graphml", "--output", file, "--store", store.path)
    assert re.fullmatch(rf"wrote {file}: \d+\.\d kB", done.stderr.splitlines()[-1])
    page = tmp_path / "v.html"
    done = run("view", "--output", page, "--store", store.path)
    words = rf"wrote {page}: \d+ nodes, \d+ edges?, \d+\.\d .B"
    assert re.fullmatch(words, done.stderr.splitlines()[-1])


def test_a_build_ends_with_what_it_wrote(folder, tmp_path):
    turtle, judged = tmp_path / "g.ttl", tmp_path / "judged.yaml"
    assert run("judge", "reject", "OpenAI", "--judgements", judged, "--by", "ann").exit_code == 0
    done = run(
        *("build", folder, "--store", tmp_path / "s", "--workers", 1),
        *("--turtle", turtle, "--judgements", judged),
    )
    first, applied, *_, wrote, last = done.stderr.splitlines()
    assert first.startswith("2 files, 2 read, 2 episodes, ")
    assert applied == "applied 1 judgement"
    assert re.fullmatch(rf"wrote {turtle}: [\d,]+ triples, \d+\.\d kB", wrote)
    assert re.fullmatch(rf"wrote {tmp_path / 's'} in \d+\.\d s", last)


def test_the_rows_of_a_build_are_accounted_for_line_by_line(folder, tmp_path):
    name = "And I"
    text = (folder / "a.md").read_text()
    (folder / "a.md").write_text(
        text.replace("companies:", f"companies:\n- name: {name}\n  position: 7\n", 1)
    )
    shown = run("build", folder, "--store", tmp_path / "s", "--workers", 1).stderr.splitlines()
    at = shown.index(next(line for line in shown if line.startswith("rows in = ")))
    assert shown[at + 1].split() == [
        *("list", "rows", "accepted", "merged", "rejected", "unreadable", "rejected", "by"),
    ]
    assert shown[at + 2].split() == ["companies", "5", "4", "0", "1", "0", "function-words", "1"]


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Unix")
@pytest.mark.parametrize("command", ["export ntriples", "audit mentions", "query 'ASK {}'"])
def test_a_reader_that_leaves_ends_a_command_as_it_ends_cat(sample, command):
    """The reader closes its end at once, before anything is written."""
    line = f"{sys.executable} -m kgraph {command} --store {sample.path}"
    done = subprocess.run(
        ["bash", "-c", f"({line}; echo $? >&2) | true"], capture_output=True, text=True, check=False
    )
    assert done.stderr.splitlines()[-1:] == [str(OUTPUT_CLOSED)]
    assert "Traceback" not in done.stderr and "BrokenPipe" not in done.stderr


def test_a_command_line_starts_without_the_library_that_prints():
    """Importing rich takes a sixth of the time of ``--help``, and of each completion with Tab."""
    code = "import sys, kgraph.cli.app; print('rich' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
