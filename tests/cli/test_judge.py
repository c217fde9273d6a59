"""``kgraph judge``: what it writes, lists and takes back, and what it says of unknown names."""

import json
from pathlib import Path

import pytest
from support import episode_text

from kgraph.cli.app import main
from kgraph.pipeline import build
from kgraph.resolve.judgement import make_judgement
from kgraph.resolve.judgements_file import append_judgement, load_judgements
from kgraph.store import Store

SPOKEN = """- name: And Gather
  category: unknown
  confidence: medium
  context: when they came to us and gather what they had said about it again
  position: 3"""


@pytest.fixture
def kgraph(monkeypatch, capsys, tmp_path):
    """A function that runs a command in an empty folder: status, output, words."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KGRAPH_JUDGEMENTS", raising=False)

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["kgraph", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        told = capsys.readouterr()
        return left.value.code or 0, told.out, told.err

    return run


@pytest.fixture
def built(tmp_path, monkeypatch):
    """A store with a company, and a name that is rejected."""
    home = tmp_path / "episodes"
    home.mkdir()
    text = episode_text("First talk", companies=("OpenAI", "Microsoft"))
    (home / "a.md").write_text(text.replace("quotes:", SPOKEN + "\nquotes:"), "utf-8")
    monkeypatch.chdir(tmp_path)
    build([home], tmp_path / "store", workers=1)
    return tmp_path / "store"


def test_verbose_names_the_file_that_is_written_to(kgraph, built, tmp_path):
    file = tmp_path / "project" / "data" / "judgements.yaml"
    append_judgement(file, make_judgement("reject", ["And Gather"]))
    build([tmp_path / "episodes"], built, judgements=file, workers=1)
    file.unlink()
    _, _, err = kgraph("-v", "judge", "reject", "OpenAI", "--by", "ann", "--store", built)
    assert f"judgements: {file} (does not exist)\n" in err
    assert [judged.names for judged in load_judgements(file)] == [("OpenAI",)]


def test_only_what_no_row_has_is_said_to_wait(kgraph, built):
    file = "data/judgements.yaml"
    for verb, name, *more in (
        ("accept", "Gather", "--type", "company"),  # rejected, which is what accept is for
        ("type", "And Gather", "--type", "company"),
        ("rename", "OpenAI", "Open Lab"),
        ("accept", "company/openai"),
        ("accept", "company/andgather"),
    ):
        names = ", ".join([name, *more[: verb == "rename"]])
        told = f"{file}: {verb} {names}: build again to apply it"
        assert kgraph("judge", verb, name, *more, "--store", built) == (0, "", f"{told}\n")
    for name, note in (
        ("OpneAI", "nothing in the graph is called 'OpneAI': did you mean OpenAI?"),
        (
            "product/openai",
            "nothing in the graph has the id product/openai: did you mean company/openai?",
        ),
        ("product/bolt", "nothing in the graph has the id product/bolt"),
    ):
        status, _, words = kgraph("judge", "reject", name, "--store", built)
        head = f"{file}: reject {name}: build again to apply it"
        assert (status, words) == (0, f"{head}\nnote: {note}; the judgement waits for it\n")


def test_what_a_judgement_of_ids_changes_is_said(kgraph, built):
    file = "data/judgements.yaml"
    for words, notes in (
        (["sameas", "OpenAI", "wd:Q21708200"], []),
        (
            ["sameas", "company/microsoft", "Q5"],
            ["wikidata:Q5 replaces wikidata:Q2283 of company/microsoft"],
        ),
        (
            ["sameas", "OpenAI", "NASDAQ:MSFT"],
            ["ticker:NASDAQ:MSFT is an id of company/microsoft now: the next build takes it away "
             "there"],
        ),
        (["sameas", "Nowhere", "Q7"], ["nothing in the graph is called 'Nowhere'; the judgement "
                                       "waits for it"]),
        (["not-sameas", "OpenAI", "Q6"], ["company/openai has no wikidata:Q6"]),
    ):  # fmt: skip
        status, _, err = kgraph("judge", *words, "--store", built, "--by", "ann")
        judged = load_judgements(Path(file))[-1]
        told = [f"{file}: {judged}: build again to apply it", *(f"note: {note}" for note in notes)]
        assert (status, err.splitlines()) == (0, told)


def test_what_was_judged_is_listed_with_its_lines(kgraph):
    assert kgraph("judge", "--list") == (0, "", "data/judgements.yaml: no judgements yet\n")
    kgraph("judge", "reject", "A", "--by", "ann", "--why", "[bold]no\x1b name")
    kgraph("judge", "type", "B", "--type", "show", "--by", "bob")
    status, told, words = kgraph("judge", "--list")
    assert (status, words) == (0, "")
    assert [line.split() for line in told.splitlines()[1:3]] == [
        ["line", "verb", "names", "type", "by", "date", "why"],
        ["1", "reject", "A", "ann", day_of_first(), "[bold]no", "name"],
    ]
    assert "\x1b" not in told
    listed = json.loads(kgraph("judge", "--list", "--json")[1])
    assert [(one["line"], one["verb"], one["names"], one["by"]) for one in listed] == [
        (1, "reject", ["A"], "ann"),
        (2, "type", ["B"], "bob"),
    ]


def day_of_first():
    return load_judgements(Path("data/judgements.yaml"))[0].date


def test_what_was_judged_is_taken_back(kgraph):
    for name in "ABC":
        kgraph("judge", "reject", name, "--by", "ann")
    file = "data/judgements.yaml"
    first = f"{file}:1: removed reject A: build again to apply it\n"
    assert kgraph("judge", "--undo", 1) == (0, "", first)
    last = f"{file}:2: removed reject C: build again to apply it\n"
    assert kgraph("judge", "--undo") == (0, "", last)
    assert [one["names"] for one in json.loads(kgraph("judge", "--list", "--json")[1])] == [["B"]]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--undo"], "data/judgements.yaml: there is no judgement to undo"),
        (["--undo", "soon"], "judge --undo soon: not a line: `kgraph judge --list` shows them"),
        (["--undo", "1", "2"], "judge --undo: 2: takes no names: leave them out"),
        (["--list", "reject"], "judge --list: reject: takes no names: leave them out"),
        (["--list", "--undo"], "judge --list --undo: choose one of the two"),
        (
            ["frobnicate", "X"],
            "judge frobnicate: no such verb; choose one of same, different, type, rename, reject, "
            "accept, sameas, not-sameas",
        ),
        (
            ["rename", "A", "company/b"],
            "judge rename: company/b is an id: write the new name, or judge same company/b A",
        ),
        (
            ["sameas", "OpenAI"],
            "judge sameas: needs a name and its id in another register: sameas NVIDIA Q182477",
        ),
        (
            ["not-sameas", "OpenAI", "ABCD"],
            "judge not-sameas: 'ABCD': no id of another register: a ticker needs its exchange: "
            "write NASDAQ:ABCD or NYSE:ABCD",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(kgraph, tmp_path, words, said):
    assert kgraph("judge", *words) == (2, "", f"kgraph: {said}\n")
    assert not (tmp_path / "data").exists()


def test_the_file_is_that_of_the_option_the_environment_or_the_last_build(
    kgraph, built, tmp_path, monkeypatch
):
    away = tmp_path / "away"
    away.mkdir()
    monkeypatch.chdir(away)
    remembered = tmp_path / "data" / "judgements.yaml"
    kgraph("judge", "reject", "OpenAI", "--store", built)
    assert [one.names for one in load_judgements(remembered)] == [("OpenAI",)]
    assert list(away.iterdir()) == []

    status, _, words = kgraph("build", tmp_path / "episodes", "--store", built, "--workers", 1)
    assert status == 0
    assert f"using the judgements in {remembered}, as in the last build" in words
    assert "company/openai" not in Store(built).shared.entities

    monkeypatch.setenv("KGRAPH_JUDGEMENTS", "env.yaml")
    _, _, words = kgraph("judge", "reject", "And Gather", "--store", built)
    assert words == (
        "env.yaml: reject And Gather: build again to apply it\n"
        f"note: using the judgements in env.yaml, not those in {remembered} as in the last build\n"
    )
    kgraph("judge", "reject", "And Gather", "--store", built, "--judgements", "option.yaml")
    assert sorted(file.name for file in away.iterdir()) == ["env.yaml", "option.yaml"]


def test_a_build_says_what_it_could_not_apply(kgraph, built, tmp_path):
    file = Path("data/judgements.yaml")
    append_judgement(file, make_judgement("reject", ["OpenAI"]))
    append_judgement(file, make_judgement("reject", ["Nowhere\x1b"]))
    _, _, words = kgraph("build", tmp_path / "episodes", "--store", built, "--workers", 1)
    assert "1 judgement could not be applied in full:\n" in words
    said = f"  {file}:2: reject Nowhere : no row is called 'Nowhere\\x1b' (not applied)"
    assert f"{said} [judgement-unapplied]\n" in words
    told = kgraph("build", tmp_path / "episodes", "--store", built, "--workers", 1, "--json")[1]
    report = json.loads(told)
    assert (report["judgements"], len(report["unapplied"])) == (1, 1)
    assert report["unapplied"][0]["line"] == 2
