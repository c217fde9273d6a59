"""The command line: words, exit statuses, no traceback."""

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import datetime
from inspect import signature

import msgspec
import pytest
import typer.main
from cli.runner import run, start
from support import ROOT, episode_text
from terminal import run_all_in_terminal

from kgraph import KnowledgeGraph
from kgraph.base.errors import InputError
from kgraph.cli import options
from kgraph.cli.app import app, select_command
from kgraph.cli.search import describe_source
from kgraph.judging.signature import sign_judgement
from kgraph.pipeline import build
from kgraph.resolve.judgement import make_judgement
from kgraph.search.search import DEFAULT_HITS
from kgraph.store import Store
from kgraph.store.origin import LAST_JUDGEMENTS

GROUP = typer.main.get_command(app)


def options_of(command):
    """Every way in which its options are written."""
    return {name for parameter in command.params for name in parameter.opts}


COMMANDS = [
    "build",
    "check",
    "query",
    "queries",
    "analyse",
    "diff",
    "search",
    "stats",
    "show",
    "why",
    "audit",
    "judge",
    "review",
    "export",
    "view",
    "atlas",
    "serve",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_an_example(command):
    done = run(command, "--help")
    assert done.returncode == 0
    assert "Example: kgraph " + command in " ".join(done.stdout.split())


def test_the_version_is_told():
    done = start("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, "0.1.0\n", "")


def test_build_tells_what_became_of_every_row(folder, tmp_path):
    done = run("build", folder, "--store", tmp_path / "s", "--workers", 1)
    assert (done.returncode, done.stdout) == (0, "")
    assert "2 files, 2 read, 2 episodes" in done.stderr
    assert "rows in = accepted + merged + rejected + unreadable" in done.stderr


def test_build_reports_to_programs(folder, tmp_path):
    done = run("build", folder, "--store", tmp_path / "s", "--json", "--workers", 1)
    report = json.loads(done.stdout)
    assert report["rows"]["lists"]["companies"]["rows"] == 4
    assert set(report["seconds"]) == {"read", "conclude", "resolve, write and load", "publish"}


def test_strict_makes_a_problem_an_error(folder, tmp_path):
    (folder / "c.md").write_text("nothing")
    assert run("build", folder, "--store", tmp_path / "s", "--workers", 1).returncode == 0
    strict = run("build", folder, "--store", tmp_path / "s", "--strict", "--workers", 1)
    assert strict.returncode == 1


def test_standard_input_is_an_episode(tmp_path):
    done = run("build", "-", "--store", tmp_path / "s", "--workers", 1, stdin=episode_text())
    assert "1 file, 1 read" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["stats", "--store", "nowhere"], 1, "no graph here yet"),
        (["build", "nowhere"], 2, "nowhere"),
        (["watch", "nowhere"], 2, "nowhere: no such file or folder: name an episode file, "),
        (["watch", "no*.md"], 2, "no*.md: nothing matches this pattern: name an episode file, "),
        (["query", "SELECT *"], 2, "line 1, column"),
        (["query", "co-mentioned", "--param", "company"], 2, "write it as NAME=VALUE"),
        (
            ["query", "which-one", "--param", "name=a", "--param", "name=b"],
            2,
            "name=b: name is give",
        ),
        (["query", "co-mentionned"], 2, "no such question: did you mean co-mentioned"),
        (["query", "which-one"], 2, "which-one: give episode=... ("),
        (["analyse", "bridge"], 2, "no such question: did you mean bridges"),
        (["analyse", "co-mentioned"], 2, "use `kgraph query co-mentioned`"),
        (["build", "data", "--judgements", "nosuch.yaml"], 2, "nosuch.yaml: no such file"),
        (["export", "turtle", "--episode", "typo.md"], 2, "typo.md: no such episode"),
        (["export", "turtle", "--since", "2099-01-01"], 2, "no episode is since 2099-01-01"),
        (["query", "missing.rq"], 2, "missing.rq: cannot be read"),
        (["export", "docx"], 2, "docx: no such format; choose one of turtle"),
        (["export", "turtle", "--type", "firm"], 2, "--type firm: no such type"),
        (
            ["export", "turtle", "--since", "June"],
            2,
            "--since June: not a date: write it as 2025-06-01, 2025-06 or 2025",
        ),
        (["export", "turtle", "--output", "/dev/null/x"], 1, "choose another --output"),
        (["show", "NVIDA"], 2, "did you mean Nvidia?"),
        (["why", "a.md", "Nobody"], 2, "nothing called 'Nobody'"),
        (["why", "zzz", "NVIDIA"], 2, "no such episode"),
        (["search", " ... "], 2, "nothing to search for"),
        (["search", "chips", "--kind", "qoute"], 2, "did you mean quote?"),
        (["search", "chips", "--company", "Nvidai"], 2, "did you mean Nvidia?"),
        (
            ["search", "chips", "--format", "xml"],
            2,
            "--format xml: choose one of table, tsv, csv, json",
        ),
        (["search", "chips", "--output", "/dev/null/x", "--format", "tsv"], 1, "another --output"),
        (["search", "zzzz"], 1, "nothing matches 'zzzz': try fewer words"),
        (["search", "zzzz"], 1, "\nsearched are quotes, insights, titles and summaries of ep"),
        (["query", "ASK { ?a kg:mention ?b }"], 0, "did you mean kg:Mention?"),
        (["view", "page.html"], 2, "(page.html). To write to a file: --output page.html"),
        (["export", "csv", "out/x"], 2, "(out/x). To write to a file: --output out/x"),
        (["search", "two", "words"], 2, "(words). Put a name or words with spaces in quotes"),
        (["why-not", "Ann", "Lee", "a.md"], 2, "(a.md). Put a name or words with spaces in quotes"),
        (["show", "Acme", "Inc."], 2, "(Inc.). Put a name or words with spaces in quotes"),
        (
            ["query", "co-mentioned", "--param", "company", "NVIDIA"],
            2,
            "(NVIDIA). A parameter is one word: --param NAME=VALUE",
        ),
        (["queries", "--json", "co-mentioned", "more"], 2, "argument(s) (more)"),
        (["frobnicate"], 2, "No such command"),
        (["query", "--list"], 2, "No such option: --list. `kgraph queries` lists the questions"),
        (["analyse", "--list"], 2, "No such option: --list. `kgraph queries` lists the questions"),
        (["pair", "A", "B"], 2, "No such command 'pair'. To ask the question: kgraph query pair"),
    ],
)
def test_wrong_use_is_said_in_words(store, arguments, status, words):
    if "--store" not in arguments and arguments[0] not in ("build", "frobnicate"):
        arguments = [*arguments, "--store", str(store.path)]
    done = run(*arguments, cwd=store.path.parent)
    assert done.returncode == status
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_query_prints_a_table_and_takes_standard_input(store):
    text = "ASK { ?s a schema:PodcastEpisode }"
    assert run("query", "-", "--store", store.path, stdin=text).stdout == "yes\n"
    table = run("query", "co-mentioned", "--param", "company=OpenAI", "--store", store.path)
    assert table.stdout.split()[:5] == ["name", "episodes", "undated", "other", "Nvidia"]


def test_a_query_and_an_analysis_are_asked_alike(store):
    given = ("path", "--param", "one=NVIDIA", "--param", "other=OpenAI", "--store", store.path)
    asked = run("query", *given, "--format", "csv").stdout.splitlines()
    analysed = run("analyse", *given, "--format", "csv").stdout.splitlines()
    assert asked[0] == analysed[0] == "path,from,to,through,title,confidence,evidence"
    assert len(asked) == len(analysed) == 2
    turtle = run("analyse", *given, "--format", "turtle").stdout
    assert "kg:finds <company/nvidia>, <company/openai>" in turtle


def test_diff_tells_a_person_and_a_program(store):
    written = datetime.fromtimestamp((store.build / "checksums").stat().st_mtime)
    line = f"There was no build before build 1 of {written:%Y-%m-%d %H:%M} to compare it with.\n"
    assert run("diff", "--store", store.path).stdout == line
    told = json.loads(run("diff", "--store", store.path, "--json").stdout)
    assert (told["before"], told["changes"]) == ("", [])


def test_diff_names_the_builds_that_it_compares_and_when_they_were(tmp_path):
    source, store = tmp_path / "a.md", tmp_path / "s"
    for number, title in enumerate(("First", "Second", "Second"), 1):
        source.write_text(f"---\ntitle: {title}\ndate: 2025-01-01\n---\n")
        run("build", source, "--store", store)
        if number < 3:
            os.utime(store / f"builds/000{number}/checksums", (number * 86_400 + 43_200,) * 2)
    done = run("diff", "--store", store)
    first, second = (
        f"build {n} of {datetime.fromtimestamp(n * 86_400 + 43_200):%Y-%m-%d %H:%M}" for n in (1, 2)
    )
    assert done.stdout.splitlines() == [
        f"From {first} to {second} (its input is another):",
        "1 episode renamed: Second (was First)",
    ]
    assert done.stderr == ""


def test_diff_names_what_lists_the_changes_that_it_leaves_out(tmp_path):
    source, store = tmp_path / "episodes", tmp_path / "s"
    source.mkdir()
    for number in range(7):
        text = f"---\ntitle: Talk {number}\ndate: 2025-01-01\n---\n"
        (source / f"{number}.md").write_text(text)
        if number in (0, 6):
            run("build", source, "--store", store)
    done = run("diff", "--store", store)
    assert done.stdout.rstrip().endswith("Talk 5, and 1 more")
    assert done.stderr == "--json lists every change\n"


def test_diff_compares_with_another_store(tmp_path):
    source, store, copy = tmp_path / "a.md", tmp_path / "s", tmp_path / "yesterday"
    for number, title in enumerate(("First", "Second", "Third"), 1):
        source.write_text(f"---\ntitle: {title}\ndate: 2025-01-01\n---\n")
        run("build", source, "--store", store)
        os.utime(store / f"builds/000{number}/checksums", (number * 86_400 + 43_200,) * 2)
        if number == 1:
            shutil.copytree(store, copy)
    first, third = (
        f"build {n} of {datetime.fromtimestamp(n * 86_400 + 43_200):%Y-%m-%d %H:%M}" for n in (1, 3)
    )
    done = run("diff", "--against", copy, "--store", store)
    assert (done.stdout.splitlines(), done.stderr) == (
        [
            f"From {first} in {copy} to {third} (its input is another):",
            "1 episode renamed: Third (was First)",
        ],
        "",
    )
    data = json.loads(run("diff", "--against", copy, "--json", "--store", store).stdout)
    assert [change["before"] for change in data["changes"]] == ["First"]
    (copy / "current").unlink()
    warned = start("diff", "--against", copy, "--store", store)  # a test's own makes it an error
    assert warned.stderr == f"kgraph: {copy}: `current` is gone: using build 0001: build again\n"
    refused = run("diff", "--against", source, "--store", store)
    assert (refused.returncode, refused.stderr) == (
        2,
        f"kgraph: --against {source}: not a folder: give the folder of a store, or an RDF file "
        "with --format patch or update\n",
    )


def test_a_build_of_everything_explains_what_differs(tmp_path):
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text(f"---\ntitle: Note {name}\n---\n")
    command = ("build", tmp_path, "--store", tmp_path / ".kgraph", "--explain", "--workers", "1")
    assert "redid everything: there is no earlier build" in run(*command).stderr
    (tmp_path / "b.md").write_text("---\ntitle: Another note\n---\n")
    lines = run(*command).stderr.splitlines()
    place = lines.index("redid everything: 1 of 2 files differ, more than a fifth")
    assert lines[place + 1] == "differs: b.md: it changed"
    asked = run(*command, "--full").stderr.splitlines()
    assert "redid everything: a full build was asked for" in asked
    asked = run(*command, "--turtle", tmp_path / "graph.ttl").stderr.splitlines()
    assert "redid everything: Turtle is written of the whole graph" in asked


def test_stats_of_notes_without_dates_name_no_days(tmp_path):
    (tmp_path / "a.md").write_text("---\ntitle: A note\ncompanies: [OpenAI]\n---\n")
    run("build", tmp_path / "a.md", "--store", tmp_path / "store")
    shown = run("stats", "--store", tmp_path / "store").stdout
    assert shown.startswith("1 episode from 1 file; 0 with one of 0 shows, 0 with a date")


def test_stats_tell_mentions_of_a_show_from_its_own_episodes(sample):
    lines = run("stats", "--store", sample.path).stdout.splitlines()
    mentioned = lines.index("Mentioned in most episodes")
    own = lines.index("Shows, by episodes of their own")
    for first, end, episodes in ((mentioned, own, "9"), (own, len(lines), "6")):
        [line] = [line for line in lines[first:end] if line.startswith("Model Behaviour")]
        assert line.split()[-1] == episodes


def test_results_for_programs_are_json(store):
    for command in (["stats"], ["show", "NVIDIA"], ["why", "a.md", "NVIDIA"], ["queries"]):
        options = [] if command == ["queries"] else ["--store", store.path]
        assert json.loads(run(*command, "--json", *options).stdout)


def test_search_tells_a_person_what_and_where(store):
    done = run("search", "Nvidai", "--kind", "entity", "--store", store.path)
    assert done.stdout.split() == ["kind", "weight", "found", "in", *done.stdout.split()[4:]]
    assert "company" in done.stdout and "2 episodes" in done.stdout
    assert "\x1b" not in done.stdout  # bold is for terminals
    assert done.stderr == "nothing matches 'Nvidai': these are hits for 'Nvidia'\n"


def test_the_title_of_a_hit_leads_to_its_recording(store):
    [hit] = KnowledgeGraph.open(store.path).search("chips")
    source = describe_source(hit)
    assert source.plain == "2025-09-01 · First talk"
    [span] = source.spans
    assert span.style.link == hit.episode.original_url
    for url in ("javascript:alert(1)", "https://example.org/\x1b]8;;evil", ""):
        episode = msgspec.structs.replace(hit.episode, original_url=url, title="A\x1b[31m")
        source = describe_source(msgspec.structs.replace(hit, episode=episode))
        assert source.plain == "2025-09-01 · A\ufffd[31m"
        assert not any(span.style and span.style.link for span in source.spans)


def test_search_tells_programs(store, tmp_path):
    found = json.loads(run("search", "chips", "--format", "json", "--store", store.path).stdout)
    [hit] = found["hits"]
    assert hit["segments"][0] == {"text": "Chips", "match": True}
    assert hit["episode"]["slug"] == "youtube-abcdefghijk"
    out = tmp_path / "hits.tsv"
    run("search", "chips", "--format", "tsv", "--output", out, "--store", store.path)
    head, row, _ = out.read_text("utf-8").split("\n")
    cells = dict(zip(head.split("\t"), row.strip().split("\t"), strict=True))
    assert (cells["kind"], cells["text"], cells["date"]) == ("quote", hit["text"], "2025-09-01")


def test_show_tells_ids_in_other_registers(sample):
    lines = run("show", "Oracle", "--store", sample.path).stdout.splitlines()
    assert lines[1].startswith("in other registers: ")
    assert "cik:0001341439" in lines[1]


def test_show_tells_what_else_a_name_may_mean(sample):
    lines = run("show", "Coinbase", "--store", sample.path).stdout.splitlines()
    ids = "product/coinbasecustody, product/coinbaseprime"
    assert f"the name may also mean: {ids} (`kgraph show ID`)" in lines


def test_show_and_why_tell_a_person(store):
    shown = run("show", "nvidia", "--store", store.path).stdout
    assert shown.startswith("Nvidia: company") or shown.startswith("NVIDIA: company")
    assert "Second talk" in shown
    explained = run("why", "a.md", "NVIDIA", "--store", store.path).stdout
    assert "a.md#/companies/0" in explained
    assert "the language model" in explained


def test_show_tells_a_theme(sample):
    def told(*options):
        return run("show", "theme/bitcoin", *options, "--store", sample.path).stdout

    term = sample.shared.themes["theme/bitcoin"]
    first, which, *rest = told().splitlines()
    assert first.startswith(f"Bitcoin: theme; {term.episodes} episodes")
    assert first.endswith("(theme/bitcoin)")
    assert which.endswith("mention Bitcoin (crypto/bitcoin)")
    assert "broader: Crypto (theme/crypto)" in rest
    assert "by month: kgraph query by-month --param entity=theme/bitcoin" in rest
    assert {"Best quotes", "Its episodes, newest first"} < set(map(str.strip, rest))
    facts = json.loads(told("--json", "--limit", "1"))
    assert (facts["thing"]["id"], facts["episodes"]) == ("theme/bitcoin", term.episodes)
    assert len(facts["quotes"]) == len(facts["latest"]) == 1


def test_show_tells_what_has_the_name_of_a_theme_too(sample):
    line = "the name may also mean: company/microstrategy (`kgraph show ID`)"
    for name, is_told in (("Strategy", True), ("theme/strategy", False)):
        lines = run("show", name, "--store", sample.path).stdout.splitlines()
        assert lines[0].endswith("(theme/strategy)")
        assert (line in lines) == is_told
    assert json.loads(run("show", "Strategy", "--json", "--store", sample.path).stdout)[
        "others"
    ] == ["company/microstrategy"]


def test_the_command_that_describes_a_topic_or_a_tag_does_so(tmp_path):
    folder, store = tmp_path / "notes", tmp_path / "store"
    folder.mkdir()
    for name, day in (("a", "2025-09-01"), ("b", "2025-09-02")):
        head = f"title: Talk {name}\ndate: {day}\ntopics: [chips]\ntags: [t1]"
        (folder / f"{name}.md").write_text(f"---\n{head}\n---\n")
    build([folder], store, workers=1)
    for kind, name in (("topic", "chips"), ("tag", "t1")):
        advised = run("how", name, "--store", store).stderr
        assert advised == (
            f"kgraph: {name!r} is a {kind} ({kind}/{name}), and no entity: "
            f"`kgraph show {kind}/{name}` describes it\n"
        )
        shown = run("show", f"{kind}/{name}", "--store", store)
        assert [line.rstrip() for line in shown.stdout.splitlines()] == [
            f"{name}: {kind}; 2 episodes ({kind}/{name})",
            f"episodes whose files list it under {kind}s",
            f"by month: kgraph query by-month --param entity={kind}/{name}",
            "",
            "Written",
            f"{'as':{len(name)}}  rows",
            f"{name}  2",
            "",
            "Its episodes, newest first",
            "date        title   show",
            "2025-09-02  Talk b",
            "2025-09-01  Talk a",
            "",
        ]
        assert run("show", name, "--store", store).stdout == shown.stdout
        facts = json.loads(run("show", name, "--json", "--store", store).stdout)
        assert [line["date"] for line in facts["latest"]] == ["2025-09-02", "2025-09-01"]
    episode = run("show", "a.md", "--store", store).stdout.splitlines()
    assert episode[3:5] == ["topics: chips (topic/chips)", "tags: t1 (tag/t1)"]


def test_show_tells_the_topic_and_the_tag_of_a_name(tmp_path):
    folder, store = tmp_path / "notes", tmp_path / "store"
    folder.mkdir()
    head = "title: Talk\ncompanies: [NVIDIA]\ntopics: [Nvidia, chips]\ntags: [nvidia, Chips]"
    (folder / "a.md").write_text(f"---\n{head}\n---\n")
    build([folder], store, workers=1)
    for name, shown, others in (
        ("NVIDIA", "company/nvidia", ["topic/nvidia", "tag/nvidia"]),
        ("chips", "topic/chips", ["tag/chips"]),
        ("tag/chips", "tag/chips", []),
        ("company/nvidia", "company/nvidia", []),
    ):
        lines = run("show", name, "--store", store).stdout.splitlines()
        assert lines[0].endswith(f"({shown})")
        line = f"the name may also mean: {', '.join(others)} (`kgraph show ID`)"
        assert (line in lines) == bool(others)
        assert json.loads(run("show", name, "--json", "--store", store).stdout)["others"] == others


def test_json_names_every_value(store):
    def told(*command):
        return json.loads(run(*command, "--json", "--store", store.path).stdout)

    thing = told("show", "nvidia")["entity"]
    assert (thing["type"], thing["key"], thing["episodes"]) == ("company", "nvidia", 2)
    assert told("show", "a.md")["mentions"][0].keys() == {"label", "type", "confidence"}
    [row] = told("why", "a.md", "NVIDIA")["trees"][0]["because"]
    assert row["source"]["pointer"] == "/companies/0"
    assert {"kind", "words", "weight"} <= row["because"][0].keys()


def test_hostile_text_reaches_no_terminal_raw(folder, tmp_path):
    evil = r'"\e]0;owned\a[red]bold[/red] \x1b[31m"'
    (folder / "e.md").write_text(episode_text(evil, url="https://youtu.be/eeeeeeeeeee"))
    run("build", folder, "--store", tmp_path / "s", "--workers", 1)
    shown = run("show", "e.md", "--store", tmp_path / "s").stdout
    assert "\x1b" not in shown
    assert "[red]bold[/red]" in shown


def test_data_of_standards_is_exact_in_a_pipe_and_all_printable_in_a_terminal(folder, tmp_path):
    quote = r'"\e]0;owned\a is what a terminal would say if it took this text for a command."'
    (folder / "e.md").write_text(
        episode_text("A talk", url="https://youtu.be/eeeeeeeeeee", quotes=(quote,))
    )
    run("build", folder, "--store", tmp_path / "s", "--workers", 1)
    lines = [
        (*command, "--store", str(tmp_path / "s"))
        for command in (
            ("search", "owned", "--format", "csv"),
            ("query", "SELECT ?text { ?quote schema:text ?text }", "--format", "tsv"),
            ("query", "SELECT ?text { ?quote schema:text ?text }", "--format", "csv"),
            ("export", "ntriples"),
        )
    ]
    piped = [run(*line).stdout for line in lines]
    assert all("\ufffd]0;owned\ufffd is what" in text for text in piped[:2])
    assert "\x1b]0;owned\x07 is what" in piped[2]
    shown = [recording.raw for recording in run_all_in_terminal(lines)]
    assert [text for text in shown if re.search("[\x00-\x08\x0b-\x0c\x0e-\x1f]", text)] == []
    assert all("\ufffd]0;owned\ufffd is what" in text for text in shown[:3])


def test_a_reader_that_leaves_early_is_no_error(sample):
    done = subprocess.run(
        f"{sys.executable} -m kgraph -q export ntriples --store {sample.path} | head -1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("judged", "label", "type"),
    [
        (["reject", "OpenAI"], "OpenAI", "noise"),
        (["rename", "OpenAI", "Open AI Lab"], "Open AI Lab", "company"),
        (["same", "Nvidia", "OpenAI"], "Nvidia", "company"),
        (["type", "OpenAI", "--type", "institution"], "OpenAI", "institution"),
    ],
)
def test_what_a_person_judged_holds_at_every_build(folder, tmp_path, judged, label, type):
    file = tmp_path / "judgements.yaml"
    assert run("judge", *judged, "--judgements", file, "--by", "ann").returncode == 0
    run("build", folder, "--store", tmp_path / "s", "--judgements", file, "--workers", 1)
    found = json.loads(run("why", "a.md", "OpenAI", "--store", tmp_path / "s", "--json").stdout)
    tree = found["trees"][0]
    thing = tree["thing"] or {"label": "OpenAI", "type": "noise"}
    assert (thing["label"], thing["type"], tree["rule"]) == (label, type, "judgement")


def test_a_judgement_on_a_name_that_is_not_there_says_so(store, tmp_path):
    file = tmp_path / "judgements.yaml"
    known = ("--judgements", file, "--store", store.path)
    head = f"{file}:1: wrote reject Nvidai: build again to apply it: kgraph build "
    done = run("judge", "reject", "Nvidai", *known)
    assert done.returncode == 0
    assert re.fullmatch(
        re.escape(head) + r".*\nnote: nothing changes\nnote: nothing in the graph is called Nvidai "
        r"\(did you mean Nvidia\?\); the judgement waits for it\n",
        done.stderr,
    )
    for quiet in (("accept", "OpenAI"), ("rename", "Nvidia", "Nvidai"), ("reject", "Nvidia")):
        assert "waits for it" not in run("judge", *quiet, *known).stderr
    nowhere = ("--judgements", file, "--store", tmp_path / "none")
    unbuilt = run("--no-project", "judge", "reject", "Other", *nowhere)
    [line] = [n for n, text in enumerate(file.read_text().splitlines(), 1) if "Other" in text]
    assert unbuilt.stderr == (
        f"{file}:{line}: wrote reject Other: build again to apply it: kgraph build PATH... "
        f"--store {tmp_path}/none --judgements {file}\n"
    )


def test_judgements_that_contradict_are_named_with_their_lines(tmp_path):
    file = tmp_path / "judgements.yaml"
    run("judge", "same", "Acme", "Acme Labs", "--judgements", file)
    done = run("judge", "different", "Acme", "Acme Labs", "--judgements", file)
    assert done.returncode == 1
    words = "different Acme, Acme Labs contradicts line 1: same Acme, Acme Labs"
    undo = f"kgraph judge --undo 1 --judgements {file}"
    assert f"judgements.yaml: {words}: remove that with `{undo}` first" in done.stderr
    assert run(*undo.split()[1:]).returncode == 0
    assert run("judge", "different", "Acme", "Acme Labs", "--judgements", file).returncode == 0


def test_a_judgement_that_says_nothing_is_refused(tmp_path):
    file = tmp_path / "judgements.yaml"
    for wrong in (["same", "Acme"], ["type", "Acme"], ["praise", "Acme"]):
        done = run("judge", *wrong, "--judgements", file)
        assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert not file.exists()


def test_why_says_once_what_its_numbers_mean(store):
    explained = run("why", "a.md", "OpenAI", "--store", store.path).stdout
    assert explained.count("Weights are log-odds") == 1
    assert "by itself, for a company rather than" in explained


def test_an_atlas_is_written_with_its_title(store, tmp_path):
    first = run("atlas", "--store", store.path, "--output", tmp_path / "a.html")
    assert (first.returncode, first.stdout) == (0, "")
    assert re.search(r"wrote .*a\.html: \d+ nodes, \d+ edges, \d+\.\d kB", first.stderr)
    again = run(
        *("atlas", "--store", store.path, "--title", "<b>", "--output", tmp_path / "b.html"),
        "--no-quotes",
    )
    assert again.returncode == 0
    assert "<title>&lt;b&gt;</title>" in (tmp_path / "b.html").read_text("utf-8")


@pytest.mark.parametrize(
    "options",
    [["--since", "2099-01-01"], ["--since", "May"], ["--type", "x"]],
)
def test_an_atlas_that_cannot_be_is_refused_in_words(store, tmp_path, options):
    done = run("atlas", "--store", store.path, "--output", "a.html", *options, cwd=tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert not (tmp_path / "a.html").exists()


@pytest.mark.parametrize(
    ("command", "head"),
    [
        (["query", "co-mentioned", "--param", "company=NVIDIA"], "name\tepisodes\t"),
        (["audit", "mentions"], "name\tlabel\tid\t"),
        (["analyse", "associated"], "name\ttype\tepisodes\tweighted\t"),
        (["search", "chips"], "kind\ttype\t"),
        (["query", "ASK { ?s ?p ?o }"], "yes"),
        (["query", "DESCRIBE <company/nvidia>"], "@prefix"),
        (["review", "--format", "table"], "name\tpays\t"),
        (["review", "--json"], "["),
    ],
    ids=" ".join,
)
def test_what_has_an_output_is_written_there(store, tmp_path, command, head):
    out = tmp_path / "out"
    done = run(*command, "--store", store.path, "--output", out, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert out.read_text("utf-8").startswith(head)


def test_a_talk_has_no_output(store, tmp_path):
    done = run("review", "--output", tmp_path / "x", "--store", store.path)
    assert done.returncode == 2
    assert "a dialogue has no output: add --format, or a suffix such as .tsv" in done.stderr


OF_JSON = {name: it for name, it in GROUP.commands.items() if "--json" in options_of(it)}


def test_what_offers_json_offers_it_by_both_names():
    assert {n for n, it in GROUP.commands.items() if "--format" in options_of(it)} == set(OF_JSON)
    assert len(OF_JSON) == 21


@pytest.mark.parametrize("command", OF_JSON)
def test_json_is_short_for_the_format(folder, store, tmp_path, command):
    given = {
        "init": [folder, "--dry-run"],
        "build": [folder, "--workers", 1],
        "check": [folder],
        "show": ["NVIDIA"],
        "why": ["a.md", "NVIDIA"],
        "how": ["NVIDIA"],
        "why-not": ["NVIDIA", "OpenAI"],
        "query": ["co-mentioned"],
        "analyse": ["clusters", "--param", "minMembers=1"],
        "audit": ["rows"],
        "search": ["chips"],
        "judge": ["--list"],
        "match": [ROOT / "tests" / "identify" / "companies.csv", "--column", "itemLabel"],
        "identify": ["--from", ROOT / "tests" / "identify" / "companies.csv", "--dry-run"],
        "push": ["http://localhost/", "--graph", "https://example.org/graph", "--dry-run"],
    }.get(command, [])
    if command not in ("init", "check", "queries"):
        given = [*given, "--store", tmp_path / "s" if command == "build" else store.path]
    short, long = (run(command, *given, *how) for how in (["--json"], ["--format", "json"]))
    assert json.loads(short.stdout).__class__ is json.loads(long.stdout).__class__
    if command != "build":  # which takes its time
        assert short.stdout == long.stdout
    wrong = run(command, *given, "--format", "docx", cwd=tmp_path)
    assert (wrong.returncode, "docx" in wrong.stderr) == (2, True)


def test_a_format_that_is_given_wins(store):
    done = run("audit", "rows", "--json", "--format", "csv", "--store", store.path)
    assert done.stdout.startswith("name,label,")


def test_an_analysis_has_a_limit_of_time(sample):
    done = start("analyse", "clusters", "--timeout", 0.01, "--store", sample.path)
    assert (done.returncode, "passed its limit of 0.01 s" in done.stderr) == (2, True)


def test_as_many_hits_as_the_library_gives():
    [limit] = [it.default for it in GROUP.commands["search"].params if it.name == "limit"]
    assert limit == DEFAULT_HITS == signature(KnowledgeGraph.search).parameters["limit"].default


def test_the_judgements_are_those_of_the_library():
    default = signature(KnowledgeGraph.build).parameters["judgements"].default
    assert options.DEFAULT_JUDGEMENTS == LAST_JUDGEMENTS == default


def test_who_has_no_name_is_asked_for_one(monkeypatch):
    def unknown():
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.setattr("getpass.getuser", unknown)
    with pytest.raises(InputError, match="^by: the system has no name for you: give one$"):
        sign_judgement(make_judgement("reject", ["A"]))
    assert sign_judgement(make_judgement("reject", ["A"]), "ann").by == "ann"


def test_hostile_words_of_an_error_reach_no_terminal_raw(folder, store):
    done = run("show", "\x1b]0;owned\x07", "--store", store.path)
    assert (done.returncode, "\x1b" in done.stderr, "owned" in done.stderr) == (2, False, True)
    (folder / "c.md").write_text('---\ntitle: T\n"\\e[31m": 1\n---\n', "utf-8")
    told = run("check", folder).stdout
    assert ("\x1b" in told, "[31m" in told) == (False, True)


# -- where output goes -------------------------------------------------------------


def shell(line):
    """A line of a shell in which $K is the program."""
    program = f"{sys.executable} -m kgraph"
    return subprocess.run(
        ["sh", "-c", line.replace("$K", program)], capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Unix")
@pytest.mark.parametrize("command", ["stats", "show NVIDIA", "query 'ASK {}'", "export turtle"])
def test_a_closed_output_is_told(store, command):
    done = shell(f"$K {command} --store {store.path} >&-")
    assert done.returncode == 1
    assert done.stderr == (
        "kgraph: Bad file descriptor: the output is closed: open it, or write to a file\n"
    )


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full device here")
@pytest.mark.parametrize("command", ["stats", "export turtle"])
def test_a_full_disk_under_the_output_is_told(store, command):
    done = shell(f"$K {command} --store {store.path} >/dev/full")
    assert done.returncode == 1
    assert done.stderr == (
        "kgraph: No space left on device: free disk space, or write the output elsewhere\n"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Unix")
def test_a_closed_error_output_stops_no_build(folder, tmp_path):
    assert shell(f"$K build {folder} --store {tmp_path / 's'} 2>&-").returncode == 0
    assert Store(tmp_path / "s").meta.episodes == 2


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Unix")
@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_what_an_output_cannot_carry_is_escaped(store, encoding):
    done = shell(f"PYTHONIOENCODING={encoding} $K stats --store {store.path}")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u2588" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("stats", "--store", ""), "--store: no folder is named: leave it out"),
        (("query", "best-quotes", "--param", "about=\udcff"), "not UTF-8: encode it as UTF-8"),
        (("search", "x", "--limit", "9" * 20), "1000000"),
        (("build", "x", "--workers", "9" * 20), "256"),
    ],
)
def test_a_value_that_can_be_none_is_refused(arguments, said):
    done = run(*arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_the_graph_is_written_over_no_episode(folder, tmp_path):
    episode = next(folder.glob("*.md"))
    before = episode.read_bytes()
    done = run("build", folder, "--store", tmp_path / "s", "--turtle", episode)
    assert (done.returncode, episode.read_bytes()) == (2, before)
    assert "this is one of the episodes: write to another file" in done.stderr


@pytest.mark.parametrize("command", ["query by-month", "query associated", "analyse associated"])
def test_what_a_name_was_taken_for_is_told_beside_the_answer(sample, command):
    verb, name = command.split()
    done = run(verb, name, "--param", "entity=Apollo", "--store", sample.path)
    told = "Apollo: taken for Apollo Global Management (company/apolloglobalmanagement)"
    assert f"entity={told}" in done.stderr
    assert "taken for" not in done.stdout


def test_why_tells_of_the_show_that_an_episode_is_of(sample):
    episode = "TLL 118: Stablecoins Grow Up"
    done = run("why", episode, "The Ledger Line", "--store", sample.path)
    assert done.returncode == 0
    assert "the episode belongs to the show The Ledger Line" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Unix")
def test_a_closed_input_is_an_empty_one(store):
    done = shell(f"$K query - --store {store.path} <&-")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("args", [["build", "notes"], ["why-not", "A", "B"]])
def test_only_the_named_command_is_made(args):
    assert list(typer.main.get_command(select_command(args)).commands) == args[:1]
    assert len(app.registered_commands) > 1


@pytest.mark.parametrize("args", [[], ["--help"], ["help", "build"], ["-q", "build"], ["bild"]])
def test_all_commands_are_made_if_none_is_named_first(args):
    assert select_command(args) is app
