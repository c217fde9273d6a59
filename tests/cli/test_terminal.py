"""Every command in a real terminal: the whole run, its exit status, and no traceback."""

import json
import re
import shutil
import subprocess
import sys

import pytest
import typer.main
from support import ROOT, SAMPLE, episode_text

from kgraph.cli.app import app
from kgraph.pipeline import build
from kgraph.store import Store

if sys.platform == "win32":
    pytest.skip("a terminal of Unix", allow_module_level=True)

from terminal import INTERRUPT, run_all_in_terminal, run_in_terminal

KGRAPH = (sys.executable, "-m", "kgraph")
COMMANDS = typer.main.get_command(app).commands

STORE = "STORE"
"""Stands for the folder of the sample's graph; an output is a file of the test's own folder."""

CASES = {
    "init": ["init", str(SAMPLE), "--dry-run"],
    "query": ["query", "co-mentioned", "--param", "company=NVIDIA"],
    "queries": ["queries"],
    "schema": ["schema"],
    "analyse": ["analyse", "path", "--param", "one=NVIDIA", "--param", "other=Coinbase"],
    "diff": ["diff"],
    "stats": ["stats"],
    "show": ["show", "NVIDIA"],
    "why": ["why", "2025-10-02-tll-137-polymarket-comes-home.md", "Polymarket"],
    "how": ["how", "Polymarket", "--limit", "3"],
    "report": ["report", "--since", "2025-06", "--until", "2025-06"],
    "why-not": ["why-not", "NVIDIA", "2025-10-02-tll-137-polymarket-comes-home.md"],
    "search": ["search", "stablecoin money", "--kind", "quote"],
    "match": ["match", str(ROOT / "tests" / "cli" / "firms.csv"), "--column", "Firm"],
    "audit": ["audit", "mentions"],
    "judge": ["judge", "reject", "Nobody", "--by", "ann", "--judgements", "judged.yaml"],
    "identify": [
        *("identify", "--from", str(ROOT / "tests" / "identify" / "companies.csv")),
        *("--judgements", "identified.yaml"),
    ],
    "export": ["export", "graphml", "--output", "graph.graphml"],
    "push": ["push", "http://localhost/store", "--graph", "https://example.org/kg", "--dry-run"],
    "view": ["view", "--focus", "NVIDIA", "--output", "nvidia.html"],
    "atlas": ["atlas", "--output", "atlas.html"],
}
"""The command line of each command that ends by itself; without a row here, a new one fails."""

TALKS = {"build", "watch", "check", "review", "serve", "mcp"}
"""Commands that have a test of their own below."""

WITHOUT_STORE = {"init", "queries"}


def test_every_command_is_run_in_a_terminal():
    assert set(CASES) | TALKS == set(COMMANDS)


@pytest.fixture(scope="module")
def recordings(sample, tmp_path_factory):
    """What each command line of CASES left on the terminal, by command."""
    lines = [
        [*line, *([] if command in WITHOUT_STORE else ["--store", str(sample.path)])]
        for command, line in CASES.items()
    ]
    found = run_all_in_terminal(lines, cwd=tmp_path_factory.mktemp("terminal"))
    return dict(zip(CASES, found, strict=True))


SHOWN = {
    "init": "40 files, 40 can be read\n",
    "query": "Coinbase",
    "queries": "co-mentioned (",
    "schema": "kg:Company",
    "analyse": "Coinbase",
    "diff": "There was no build before build 1 of 20",
    "stats": "Confidence of accepted mentions",
    "show": "Nvidia: company",
    "why": "The episode mentions Polymarket.",
    "how": "were taken for it",
    "report": "  Briefing, 2025-06-01 to 2025-06-30  ",
    "why-not": "The episode has the name Nvidia neither",
    "search": "weight",
    "match": "firms.csv (UTF-8, comma): 4 rows: 3 matched, 1 not",
    "audit": "Constellation Energy",
    "judge": "judged.yaml:1: wrote reject Nobody: build again to apply it",
    "identify": "wikidata:Q10859684:",
    "export": "wrote graph.graphml: ",
    "push": "would send 1 request",
    "view": "wrote nvidia.html: ",
    "atlas": "wrote atlas.html: ",
}


@pytest.mark.parametrize("command", CASES)
def test_a_command_ends_well_in_a_terminal(recordings, command):
    recording = recordings[command]
    assert "Traceback" not in recording.raw
    assert recording.status == 0
    assert SHOWN[command] in recording.text


@pytest.mark.parametrize("command", ["why", "why-not", "show", "how", "queries"])
def test_prose_is_broken_between_words(recordings, command):
    long = [line for line in recordings[command].text.splitlines() if len(line) > 80]
    assert [line for line in long if " " in line.strip() and "kgraph " not in line] == []


@pytest.fixture
def episodes(tmp_path):
    """A folder of two files, of which one holds a problem."""
    folder = tmp_path / "episodes"
    folder.mkdir()
    (folder / "a.md").write_text(episode_text("First talk"))
    (folder / "b.md").write_text(
        episode_text("Second talk", url="https://youtu.be/bbbbbbbbbbb", more="duration: -5")
    )
    return folder


TERMINALS = {
    "colours": {"term": "xterm-256color"},
    "dumb": {"term": "dumb"},
    "NO_COLOR": {"term": "xterm-256color", "NO_COLOR": "1"},
}
#: Shows progress from the first report on.
SHOW_AT_ONCE = """
from kgraph.cli import main, progress
progress.NOTICE_DELAY_S = 0
main()
"""
KGRAPH_AT_ONCE = (sys.executable, "-c", SHOW_AT_ONCE)
COLOUR = re.compile(r"\x1b\[(?:[0-9]*;)*(?:3|4|9|10)[0-9](?:;[0-9]+)*m")


def check_look(recording, terminal):
    """A recording has colours and a moving cursor only where the terminal is to have them."""
    assert "Traceback" not in recording.raw
    if terminal == "dumb":
        assert "\x1b" not in recording.raw
    if terminal == "NO_COLOR":
        assert not COLOUR.search(recording.raw)


@pytest.mark.parametrize("terminal", TERMINALS)
def test_a_build_shows_a_bar_and_ends_well(episodes, tmp_path, terminal):
    recording = run_in_terminal(
        [*KGRAPH_AT_ONCE, "build", episodes, "--store", "s"], cwd=tmp_path, **TERMINALS[terminal]
    )
    check_look(recording, terminal)
    assert recording.status == 0
    assert "2 files, 2 read, 2 episodes" in recording.text
    assert re.search(r"\nwrote s in \d+\.\d s\n$", recording.text)
    assert bool(re.search("reading +━", recording.text)) == (terminal != "dumb")
    assert bool(COLOUR.search(recording.raw)) == (terminal == "colours")


@pytest.mark.parametrize("terminal", TERMINALS)
def test_a_check_shows_a_bar_and_every_problem(episodes, terminal):
    recording = run_in_terminal([*KGRAPH_AT_ONCE, "check", episodes], **TERMINALS[terminal])
    check_look(recording, terminal)
    assert recording.status == 1
    assert "b.md:" in recording.text
    assert recording.text.endswith("[out-of-range]\n1 problem\n")
    assert bool(re.search("checking +━", recording.text)) == (terminal != "dumb")


@pytest.mark.parametrize("terminal", TERMINALS)
def test_figures_fit_a_terminal(sample, terminal):
    recording = run_in_terminal([*KGRAPH, "stats", "--store", sample.path], **TERMINALS[terminal])
    check_look(recording, terminal)
    assert recording.status == 0
    assert "Confidence of accepted mentions" in recording.text
    assert max(map(len, recording.text.splitlines()[1:])) <= 80


REPORT = [*KGRAPH, "report", "--since", "2025-09", "--until", "2025-09"]


@pytest.mark.parametrize("terminal", TERMINALS)
def test_a_briefing_is_rendered_in_a_terminal(sample, terminal):
    line = [*REPORT, "--store", sample.path]
    recording = run_in_terminal(line, **TERMINALS[terminal])
    check_look(recording, terminal)
    assert recording.status == 0
    plain = subprocess.run(line, capture_output=True, check=True).stdout.decode()
    addresses = set(re.findall(r"\]\(<(.*?)>\)", plain))
    headings = re.findall("^## (.*)$", plain, re.MULTILINE)
    commands = re.findall("^Repeat it: `(.*)`$", plain, re.MULTILINE)
    assert addresses and headings and max(map(len, commands)) > 80
    lines = [line.rstrip() for line in recording.text.splitlines()]
    assert not [line for line in lines if line.startswith("#") or "](" in line]
    assert set(headings) <= set(lines)
    assert {f"Repeat it: {command}" for command in commands} <= set(lines)
    if terminal == "dumb":
        whole = "".join(map(str.strip, lines))
        assert all(address in whole for address in addresses)
    else:
        assert set(re.findall("\x1b\\]8;id=[0-9]+;([^\x1b]+)\x1b", recording.raw)) == addresses


def test_a_briefing_in_a_named_format_is_not_rendered_in_a_terminal(sample):
    line = [*REPORT, "--store", sample.path]
    plain = subprocess.run(line, capture_output=True, check=True).stdout.decode()
    assert run_in_terminal([*line, "--format", "markdown"]).text == plain


def test_lists_are_shorter_in_a_terminal_and_say_so(sample):
    line = [*KGRAPH, "show", "Coinbase", "--store", sample.path]
    short, whole, as_json = (
        run_in_terminal([*line, *more], columns=200).text
        for more in ((), ("--limit", "10"), ("--json",))
    )
    piped = subprocess.run(line, capture_output=True, check=True).stdout.decode()
    assert strip_lines(piped) == strip_lines(whole)
    page = json.loads(as_json)
    companies = next(group for group in page["beside"] if group["type"] == "company")
    names = [row["thing"]["label"] for row in companies["rows"] + companies["uncertain"]]
    assert len(names) == len(page["episodes"]) == 10
    shown = {line.partition("  ")[0] for line in strip_lines(short)}
    assert [name for name in names if name in shown] == names[:5]
    rest = page["entity"]["episodes"] - 5
    mentioned = strip_lines(short.partition("Mentioned in, newest first\n")[2])
    assert mentioned[6] == f"and {rest:,} more: raise --limit"
    uncertain = sum(group["uncertain_total"] for group in page["beside"])
    listed = sum(len(group["uncertain"]) for group in page["beside"]) - 5
    assert f"and {uncertain - listed:,} more: raise --limit" in strip_lines(short)


def strip_lines(text):
    return [line.rstrip() for line in text.splitlines()]


def test_ctrl_c_in_place_of_an_answer_ends_the_review_and_builds(folder, tmp_path):
    build([folder], tmp_path / "store", workers=1)
    recording = run_in_terminal(
        [*KGRAPH, "review", "--all", "--build", "--store", "store", "--judgements", "j.yaml"],
        cwd=tmp_path,
        talk=[("> ", "reject\n"), ("> ", INTERRUPT)],
    )
    assert recording.status == 0
    assert "interrupted" not in recording.text
    assert "1 judgement written: building" in recording.text
    assert "wrote store in" in recording.text


def test_quiet_is_quiet_in_a_terminal(episodes, tmp_path):
    line = [*KGRAPH, "-q", "build", episodes, "--store", "s"]
    assert run_in_terminal(line, cwd=tmp_path).raw == ""


@pytest.mark.parametrize("columns", [50, 60])
def test_stats_and_a_review_break_no_word_in_a_narrow_terminal(sample, tmp_path, columns):
    stats = run_in_terminal([*KGRAPH, "stats", "--store", sample.path], columns=columns)
    review = run_in_terminal(
        [*KGRAPH, "review", "--limit", "2", "--store", sample.path, "--judgements", "none.yaml"],
        talk=[("> ", "k\n"), ("> ", "hm\n"), ("> ", "q\n")],
        columns=columns,
        cwd=tmp_path,
    )
    lines = [*stats.text.splitlines(), *review.text.splitlines()]
    wide = [line for line in lines if len(line.rstrip()) > columns]
    assert [line for line in wide if len(line.split()) > 1] == []  # file names stay whole
    assert any(line.split()[-1] == "ids" for line in lines if line.strip())
    assert "█" * 20 in stats.text


def test_a_review_is_answered_in_a_terminal(sample, tmp_path):
    recording = run_in_terminal(
        [
            *(*KGRAPH, "review", "--by", "ann", "--limit", "3", "--store", sample.path),
            *("--judgements", "data/judgements.yaml"),
        ],
        cwd=tmp_path,
        talk=[("> ", "frobnicate\n"), ("> ", "reject -- no name\n"), ("> ", "quit\n")],
    )
    assert "Traceback" not in recording.raw
    assert recording.status == 0
    assert "1 judgement written: build again to apply it: kgraph build" in recording.text
    assert "by: ann" in (tmp_path / "data" / "judgements.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    "command",
    [["serve", "--port", "0"], ["mcp", "--http", "127.0.0.1:0"], ["mcp"]],
    ids=" ".join,
)
def test_a_server_runs_until_it_is_interrupted(sample, command):
    if command[0] == "mcp":
        pytest.importorskip("mcp")
    recording = run_in_terminal(
        [*KGRAPH, *command, "--store", sample.path], talk=[("until Ctrl-C", INTERRUPT)]
    )
    assert "Traceback" not in recording.raw
    assert recording.status == 130


def test_a_server_of_agents_that_waits_for_input_is_interrupted(sample):
    pytest.importorskip("mcp")
    client = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "a", "version": "1"},
    }
    message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": client}
    recording = run_in_terminal(
        [*KGRAPH, "mcp", "--store", sample.path],
        talk=[("until Ctrl-C", f"{json.dumps(message)}\n"), ('"serverInfo"', INTERRUPT)],
    )
    assert "Traceback" not in recording.raw
    assert recording.status == 130


#: Runs the command line, whose modules take long to load.
SLOW_START = """
import importlib.abc, sys, time
class Slow(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "kgraph.cli.app":
            print("loading", flush=True)
            time.sleep(600)
sys.meta_path.insert(0, Slow())
from kgraph.cli import main
main()
"""


def test_a_command_that_is_still_loading_says_that_it_was_interrupted():
    recording = run_in_terminal([sys.executable, "-c", SLOW_START], talk=[("loading", INTERRUPT)])
    assert recording.text.endswith("\nkgraph: interrupted\n")
    assert "Traceback" not in recording.raw
    assert recording.status == 130


def test_a_watch_builds_and_ends_when_it_is_interrupted(folder, tmp_path):
    store = tmp_path / "watched"
    recording = run_in_terminal(
        [*KGRAPH, "watch", folder, "--store", store, "--workers", "1"],
        talk=[(f"wrote {store} in", INTERRUPT)],
    )
    assert "Traceback" not in recording.raw
    assert recording.text.endswith("\nkgraph: stopped watching\n")
    assert recording.status == 130
    assert Store(store).meta.episodes == 2


@pytest.mark.parametrize("options", [(), ("--workers", "1")], ids=" ".join)
def test_a_build_says_that_it_was_interrupted(sample, tmp_path, options):
    store = tmp_path / "store"
    shutil.copytree(sample.path, store)
    recording = run_in_terminal(
        [*KGRAPH_AT_ONCE, "build", SAMPLE, "--full", "--store", store, *options],
        talk=[("reading", INTERRUPT)],
        cwd=tmp_path,
    )
    assert "Traceback" not in recording.raw
    assert recording.status == 130
    assert recording.text.endswith("\nkgraph: interrupted\n")
    assert [build.name for build in (store / "builds").iterdir()] == [sample.build.name]
    assert Store(store).meta == sample.meta


IN_TERMINAL = ROOT / ".ci" / "in_terminal"


@pytest.mark.skipif(not IN_TERMINAL.exists(), reason="not a checkout")
@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("import sys; sys.exit(not (sys.stdout.isatty() and sys.stderr.isatty()))", 0),
        ("import sys; sys.exit(3)", 3),
        ("print('Traceback (most recent call last):')", 1),
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", 143),
    ],
)
def test_the_clean_clone_is_run_in_a_terminal(code, status):
    line = [sys.executable, IN_TERMINAL, sys.executable, "-c", code]
    assert subprocess.run(line, stdin=subprocess.DEVNULL, check=False).returncode == status
