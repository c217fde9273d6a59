"""``kgraph how``, ``kgraph why-not`` and ``kgraph why --steps`` in every format."""

import csv
import io
import json
import re

import pytest
from cli.runner import run
from support import episode_text

from kgraph.pipeline import build
from kgraph.views.how_tables import HOW_COLUMNS, WHY_NOT_COLUMNS

POLYMARKET = "2025-10-02-tll-137-polymarket-comes-home.md"


def test_how_prints_sources_rules_and_rows(sample):
    done = run("how", "NVIDIA", "--limit", 2, "--store", sample.path)
    assert done.returncode == 0
    for words in (
        "Nvidia: company, chip-maker (company/nvidia); mentioned in ",
        "label: the lexicon has an entry of this name",
        "type: the lexicon's entry has type company, kind chip-maker",
        "cik:0001045810",
        "Rules that joined rows",
        "Joined: ",
    ):
        assert words in done.stdout
    assert re.search(r"joined: limited to 2 of \d+ groups of rows; use --limit", done.stderr)


def test_how_and_why_not_print_the_names_by_which_files_state_a_show(sample):
    lines = run("how", "Model Behaviour", "--store", sample.path).stdout.splitlines()
    start = lines.index("Stated as the show by files of 2 episodes")
    assert lines[start + 1].split() == ["as", "episodes", "rule", "why", "example"]
    assert lines[start + 2].startswith("Model Behaviour  2         label  the show is called so  2")
    done = run("why-not", "Model Behaviour", "show/modelbehaviour", "--store", sample.path)
    line = "  'Model Behaviour': stated by files of 2 episodes, as "
    assert sum(text.startswith(line) for text in done.stdout.splitlines()) == 1


@pytest.mark.parametrize("suffix", ["csv", "tsv", "json"])
def test_formats_have_the_same_facts(sample, tmp_path, suffix):
    for command, columns in (
        (("how", "NVIDIA"), HOW_COLUMNS),
        (("why-not", "NVIDIA", "Microsoft"), WHY_NOT_COLUMNS),
    ):
        out = tmp_path / f"{command[0]}.{suffix}"
        assert run(*command, "--output", out, "--store", sample.path).returncode == 0
        text = out.read_bytes().decode("utf-8-sig")
        if suffix == "json":
            assert json.loads(text)["thing"]["id"] == "company/nvidia"
            continue
        delimiter = "," if suffix == "csv" else "\t"
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        assert tuple(rows[0]) == columns
        assert len(rows) > 3
        assert {len(row) for row in rows} == {len(columns)}


def test_json_names_the_fields_of_reasons(sample):
    done = run("why-not", "product/arcbrowser", "TLL 131: Payday on Chain", "--json",
               "--store", sample.path)  # fmt: skip
    [row] = json.loads(done.stdout)["reasons"][0]["rows"]
    assert row["reasons"][0]["part"] == "known"


def test_why_not_prints_the_answer_the_evidence_and_a_judgement(sample):
    done = run("why-not", "product/arcbrowser", "TLL 131: Payday on Chain", "--store", sample.path)
    lines = done.stdout.splitlines()
    assert lines[0].startswith("TLL 131: Payday on Chain (")
    assert lines[1] == "The episode has the name Arc (browser), which was taken for something else."
    assert any("#/companies/" in line and "'Arc' by " in line for line in lines)
    assert lines[-2:] == [
        "A judgement changes it, if it is wrong:",
        "  kgraph judge same product/arcbrowser Arc",
    ]


def test_why_prints_the_rows_of_a_theme_without_a_confidence(sample):
    episode = "2025-06-10-tll-122-circle-rings-the-bell.md"
    done = run("why", episode, "theme/stablecoins", "--store", sample.path)
    lines = done.stdout.splitlines()
    assert lines[0] == (
        "Stablecoins: theme, no confidence (theme/stablecoins) in TLL 122: Circle Rings the Bell"
    )
    assert f"  {episode}#/quotes/7 'stablecoin' by llm: word" in lines
    assert "      words: “stablecoin”: of the words that mean Stablecoins by themselves" in lines
    assert "confidence 0" not in done.stdout
    data = run("why", episode, "theme/stablecoins", "--json", "--store", sample.path)
    [edge] = json.loads(data.stdout)
    assert (edge["target"], edge["confidence"]) == ("theme/stablecoins", None)


def test_steps_end_at_the_confidence(sample):
    done = run("why", POLYMARKET, "Polymarket", "--steps", "--json", "--store", sample.path)
    rows = [row for edge in json.loads(done.stdout) for row in edge["rows"]]
    printed = run("why", POLYMARKET, "Polymarket", "--steps", "--store", sample.path).stdout
    shown = re.findall(r"^ +[+-]\d+\.\d\d +(\d+\.\d)%", printed, re.MULTILINE)
    assert len(shown) == sum(len(row["steps"]) for row in rows) > 0
    end = 0
    for row in rows:
        end += len(row["steps"])
        assert float(shown[end - 1]) == pytest.approx(100 * row["confidence"], abs=0.051)
    assert "Steps are log-odds that add up to the confidence" in printed
    plain = run("why", POLYMARKET, "Polymarket", "--store", sample.path).stdout
    assert "Steps are" not in plain


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("how", "Nvidya"), "did you mean Nvidia"),
        (("why-not", "NVIDIA", "Nvidya"), "did you mean Nvidia"),
        (("how", "NVIDIA", "--format", "xml"), "xml"),
        (("how", "NVIDIA", "--limit", "0"), "--limit"),
    ],
)
def test_wrong_use_is_an_error_in_words(sample, arguments, words):
    done = run(*arguments, "--store", sample.path)
    assert (done.returncode, words in done.stderr) == (2, True)


def test_an_undated_episode_is_told_so(tmp_path):
    (tmp_path / "a.md").write_text("---\ntitle: A talk\ncompanies: [OpenAI]\n---\n")
    build([tmp_path / "a.md"], tmp_path / "store", workers=1, judgements=None)
    told = run("why-not", "NVIDIA", "a.md", "--store", tmp_path / "store").stdout
    assert re.match(r"A talk \(undated, episode/\S+\)\n", told)
    shown = run("show", "a.md", "--store", tmp_path / "store").stdout
    assert shown.splitlines()[1].startswith("undated  show unknown")


def test_hostile_names_do_not_reach_the_terminal(tmp_path):
    evil = '"Acme \\x1b\\u202e<b>{0}% Incorporated"'
    text = episode_text('"Talk \\x1b[2J"', companies=(evil,))
    (tmp_path / "a.md").write_text(text)
    build([tmp_path / "a.md"], tmp_path / "store", workers=1, judgements=None)
    name = "Acme \x1b\u202e<b>{0}% Incorporated"
    for command in (
        ("how", name),
        ("why-not", name, "a.md"),
        ("why-not", "NVIDIA", "a.md"),
        ("why", "a.md", name, "--steps"),
    ):
        done = run(*command, "--store", tmp_path / "store")
        assert done.returncode == 0, done.stderr
        assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", done.stdout), command
        assert "Acme" in done.stdout or "NVIDIA" in done.stdout or "Nvidia" in done.stdout
    done = run("how", "Zorb \x1b[31m\u202e", "--store", tmp_path / "store")
    assert done.returncode == 2
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", done.stderr)
