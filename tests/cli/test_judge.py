"""``kgraph judge``: what it writes, lists and takes back, and what it says of unknown names."""

import json
import shlex
from pathlib import Path

import pytest
from support import episode_text

from kgraph.api import KnowledgeGraph
from kgraph.base.errors import UnknownNameError
from kgraph.cli import main
from kgraph.pipeline import build
from kgraph.resolve.judgement import make_judgement
from kgraph.resolve.judgements_file import append_judgements, load_judgements
from kgraph.store import Store, layout

AGAIN = "build again to apply it: kgraph build episodes --store store"

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
    append_judgements(file, [make_judgement("reject", ["And Gather"])])
    build([tmp_path / "episodes"], built, judgements=file, workers=1)
    file.unlink()
    _, _, err = kgraph("-v", "judge", "reject", "OpenAI", "--by", "ann", "--store", built)
    assert f"judgements: {file} (does not exist)\n" in err
    assert [judged.names for judged in load_judgements(file)] == [("OpenAI",)]


@pytest.mark.parametrize(
    "words",
    [
        ("judge", "--list"),
        ("judge", "--undo"),
        ("judge", "--undo", "1", "--preview"),
        ("judge", "reject", "OpenAI", "--preview"),
        ("review", "--format", "json"),
    ],
)
def test_a_named_file_is_there_to_be_read(kgraph, built, words):
    status, out, err = kgraph(*words, "--judgements", "typo.yaml", "--store", built)
    message = "typo.yaml: no such file: name one, or write it with `kgraph judge`"
    assert (status, out, message in err) == (2, "", True)
    assert not Path("typo.yaml").exists()


def test_a_named_file_is_created_to_be_written(kgraph, built):
    options = ("--judgements", "mine.yaml", "--store", built, "--by", "ann")
    assert kgraph("judge", "reject", "OpenAI", *options)[0] == 0
    assert [one.names for one in load_judgements(Path("mine.yaml"))] == [("OpenAI",)]


@pytest.mark.parametrize(
    ("words", "waits"),
    [
        (("accept", "Gather", "--type", "company"), ""),  # rejected: what accept is for
        (("accept", "company/andgather"), ""),
        (("sameas", "OpenAI", "wd:Q21708200"), ""),
        (("reject", "OpneAI"), "nothing in the graph is called OpneAI (did you mean OpenAI?)"),
        (
            ("reject", "product/openai"),
            "nothing in the graph is called product/openai (did you mean company/openai?)",
        ),
        (("sameas", "Nowhere", "Q7"), "nothing in the graph is called 'Nowhere'"),
    ],
)
def test_only_what_no_row_has_is_said_to_wait(kgraph, built, words, waits):
    notes = [f"note: {waits}; the judgement waits for it"] if waits else []
    for options in (("--preview",), ()):
        status, _, err = kgraph("judge", *words, *options, "--store", built)
        assert (status, [line for line in err.splitlines() if "waits" in line]) == (0, notes)


@pytest.mark.parametrize(
    ("verb", "name", "id_"),
    [
        ("same", "Microsoft", "company/opnai"),
        ("same", "Microsoft", "company/open-ai"),
        ("same", "Microsoft", "Company/OpenAI"),
        ("same", "Microsoft", "product/openai"),
        ("rename", "Microsoft", "company/open-ai"),
    ],
)
def test_no_mistyped_id_becomes_a_name(kgraph, built, verb, name, id_):
    names = [id_, name] if verb == "same" else [name, id_]
    message = (
        f"judge {verb}: {id_}: nothing in the graph has this id: did you mean company/openai? "
        "Else write the name that remains"
    )
    for options in ((), ("--preview",)):
        told = kgraph("judge", verb, *names, *options, "--store", built)
        assert told == (2, "", f"kgraph: {message}\n")
    graph = KnowledgeGraph.open(built)
    with pytest.raises(UnknownNameError) as caught:
        graph.judge(verb, *names)
    assert (str(caught.value), caught.value.suggestions) == (message, ("company/openai",))
    assert not Path("data/judgements.yaml").exists()
    removed = make_judgement(verb, names)  # of a file that was edited by hand
    assert graph.restore_judgement(removed).names == tuple(names)


def test_names_with_a_slash_and_ids_to_come_are_no_mistyped_ids(kgraph, built):
    judged = (
        ("same", "TCP/IP", "Microsoft"),
        ("rename", "And Gather", "openai/gather"),
        ("rename", "Zorb", "compny/zorb"),
        ("rename", "OpenAI", "Open Lab"),
        ("same", "company/openlab", "Gatherer"),
        ("same", "company/polymarket", "Gathering"),  # of the lexicon
    )
    for words in judged:
        assert kgraph("judge", *words, "--store", built, "--by", "ann")[0] == 0
    written = load_judgements(Path("data/judgements.yaml"))
    assert [(one.verb, *one.names) for one in written] == list(judged)


def test_what_is_the_same_as_another_name_of_an_entity_joins_it(kgraph, tmp_path):
    (tmp_path / "episodes").mkdir()
    text = episode_text("First talk", companies=("Micron", "SK Hynix"))
    (tmp_path / "episodes" / "a.md").write_text(text, "utf-8")
    build([tmp_path / "episodes"], tmp_path / ".kgraph", workers=1)
    note = "note: Micron is Micron Technology here\n"
    status, out, err = kgraph("judge", "same", "Micron", "SK Hynix", "--preview")
    head = "same Micron Technology, SK Hynix: 1 row in 1 episode changes"
    assert (status, out.startswith(head), err.endswith(note)) == (0, True, True)
    status, _, err = kgraph("judge", "same", "Micron", "SK Hynix", "--build")
    assert (status, note in err) == (0, True)
    assert load_judgements(Path("data/judgements.yaml"))[0].names == (
        "Micron Technology",
        "SK Hynix",
    )
    [entity] = Store(tmp_path / ".kgraph").shared.entities.values()
    assert (entity.label, entity.surfaces) == ("Micron Technology", {"Micron": 1, "SK Hynix": 1})


def test_a_contradiction_by_another_name_of_an_entity_is_refused(kgraph, tmp_path):
    (tmp_path / "episodes").mkdir()
    text = episode_text("First talk", companies=("Micron", "SK Hynix"))
    (tmp_path / "episodes" / "a.md").write_text(text, "utf-8")
    build([tmp_path / "episodes"], tmp_path / ".kgraph", workers=1)
    same, different = ("same", "Micron", "SK Hynix"), ("different", "SK Hynix", "Micron")
    for first, then in ((same, different), (different, same)):
        assert kgraph("judge", *first)[0] == 0
        for options in ((), ("--preview",)):
            status, out, err = kgraph("judge", *then, *options)
            assert (status, out) == (1, "")
            assert f" contradicts line 1: {first[0]} " in err
        assert [j.verb for j in load_judgements(Path("data/judgements.yaml"))] == [first[0]]
        assert kgraph("judge", "--undo")[0] == 0


def test_a_title_is_said_to_be_an_episode_that_cannot_be_judged(kgraph, built):
    _, out, words = kgraph("judge", "reject", "first talk", "--preview", "--store", built)
    assert out == "reject first talk: nothing changes\n"
    assert words == (
        "note: 'first talk' is an episode (episode/youtube-abcdefghijk), and no entity: only "
        "entities can be judged, such as a name in it; the judgement waits for it\n"
    )


def test_what_was_judged_is_listed_with_its_lines(kgraph):
    assert kgraph("judge", "--list") == (0, "", "data/judgements.yaml: no judgements yet\n")
    kgraph("judge", "reject", "A", "--by", "ann", "--why", "[bold]no\x1b name")
    kgraph("judge", "type", "B", "--type", "show", "--by", "bob")
    status, told, words = kgraph("judge", "--list")
    assert (status, words) == (0, "")
    assert [line.split() for line in told.splitlines()[1:3]] == [
        ["line", "verb", "names", "type", "state", "by", "date", "why"],
        f"1 reject A not built yet ann {day_of_first()} [bold]no\ufffd name".split(),
    ]
    assert "\x1b" not in told
    listed = json.loads(kgraph("judge", "--list", "--json")[1])
    assert [(one["line"], one["verb"], one["names"], one["by"]) for one in listed] == [
        (1, "reject", ["A"], "ann"),
        (2, "type", ["B"], "bob"),
    ]


def test_the_list_tells_what_the_last_build_made_of_each(kgraph, built, tmp_path):
    for name in ("OpenAI", "Nowhere"):
        kgraph("judge", "reject", name)
    kgraph("build", tmp_path / "episodes", "--store", built, "--workers", 1)
    kgraph("judge", "--undo", "1")  # the other is on another line now
    kgraph("judge", "reject", "Microsoft")
    listed = json.loads(kgraph("judge", "--list", "--json", "--store", built)[1])
    lost = "not applied: no row is called 'Nowhere'"
    assert [(*one["names"], one["state"]) for one in listed] == [
        ("Nowhere", lost),
        ("Microsoft", "not built yet"),
    ]
    kgraph("judge", "reject", "OpenAI")  # as the build read it
    shown = kgraph("judge", "--list", "--store", built)[1]
    assert lost in shown and "applied" in shown.splitlines()[4].split()


@pytest.mark.parametrize("file", [layout.KEPT_FILE, layout.REPORT_FILE])
def test_the_list_does_not_guess_what_a_damaged_build_made_of_them(kgraph, built, file):
    kgraph("judge", "reject", "OpenAI")
    damaged = Store(built).build / file
    damaged.write_bytes(b"{" + damaged.read_bytes())
    status, told, err = kgraph("judge", "--list", "--json", "--store", built)
    assert (status, [judged["state"] for judged in json.loads(told)]) == (0, [""])
    assert err.startswith("note: what the last build made of them is not known: ")
    assert file in err


def test_what_was_judged_is_listed_by_verb(kgraph):
    for words in (("reject", "A"), ("type", "B", "--type", "show"), ("reject", "C")):
        kgraph("judge", *words, "--by", "ann")
    listed = json.loads(kgraph("judge", "--list", "reject", "--json")[1])
    assert [(one["line"], one["names"]) for one in listed] == [(1, ["A"]), (3, ["C"])]
    shown = kgraph("judge", "--list", "type")[1].splitlines()
    assert [line.split()[:3] for line in shown[2:3]] == [["2", "type", "B"]]
    none = "data/judgements.yaml: no judgements with same\n"
    assert kgraph("judge", "--list", "same") == (0, "", none)
    unknown = "kgraph: praise: no such verb; choose one of same, different, "
    assert kgraph("judge", "--list", "praise")[2].startswith(unknown)


def test_a_judgement_is_one_line_of_its_file(kgraph):
    kgraph("judge", "reject", "A\nB", "--why", "one\u2028two\n\nthree", "--by", " ann\nb ")
    text = Path("data/judgements.yaml").read_text("utf-8")
    assert len(text.splitlines()) == 1
    [judged] = load_judgements(Path("data/judgements.yaml"))
    assert (judged.names, judged.why, judged.by) == (("A B",), "one two three", "ann b")


def test_an_author_that_is_not_utf_8_is_refused_as_a_reason_is(kgraph, tmp_path):
    said = (2, "", "kgraph: judge reject: caf\ufffd: not UTF-8: encode it again\n")
    assert kgraph("judge", "reject", "A", "--by", "caf\udce9") == said
    assert kgraph("judge", "reject", "A", "--why", "caf\udce9") == said
    assert not (tmp_path / "data").exists()


def day_of_first():
    return load_judgements(Path("data/judgements.yaml"))[0].date


def test_what_was_judged_is_taken_back(kgraph):
    for name in "ABC":
        kgraph("judge", "reject", name, "--by", "ann")
    file = "data/judgements.yaml"
    again = "no build has used it\nnote: to bring it back: kgraph judge"
    first = f"{file}:1: removed reject A: {again} --by ann reject A\n"
    assert kgraph("judge", "--undo", 1) == (0, "", first)
    last = f"{file}:2: removed reject C: {again} --by ann reject C\n"
    assert kgraph("judge", "--undo") == (0, "", last)
    assert [one["names"] for one in json.loads(kgraph("judge", "--list", "--json")[1])] == [["B"]]


def test_several_are_taken_back_at_once(kgraph, built):
    for name in ("OpenAI", "Microsoft"):
        kgraph("judge", "reject", name, "--by", "ann", "--store", "store")
    assert kgraph("judge", "--undo", 1, 2, "--preview", "--store", "store")[1].startswith(
        "without reject OpenAI; reject Microsoft: 2 rows in 1 episode change"
    )
    back = "note: to bring it back: kgraph judge --by ann --store store reject"
    assert kgraph("judge", "--undo", 2, 1, "--store", "store") == (
        *(0, ""),
        "data/judgements.yaml:1: removed 2 judgements: no build has used them\n"
        f"{back} OpenAI\n{back} Microsoft\n",
    )
    assert load_judgements(Path("data/judgements.yaml")) == ()


def test_a_judgement_that_another_build_applied_is_in_the_graph(kgraph, built, monkeypatch):

    from kgraph.judging import correct

    def build_twice(store, **options):
        rebuild(store, **options)
        return rebuild(store, **options)

    rebuild = correct.rebuild_store
    monkeypatch.setattr(correct, "rebuild_store", build_twice)
    words = kgraph("judge", "reject", "OpenAI", "--build", "--store", "store")[2]
    assert words.endswith(
        "store: another build has applied this already: `kgraph diff` lists what the last build "
        "changed\n"
    )


def test_an_interrupted_build_says_that_the_judgement_stays(kgraph, built, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("kgraph.judging.correct.rebuild_store", interrupt)
    # What the end of the program ignores, the process of the tests must not.
    monkeypatch.setattr("kgraph.cli.app.signal.signal", lambda *_: None)
    assert kgraph("judge", "reject", "OpenAI", "--build", "--store", "store") == (
        *(130, ""),
        "kgraph: interrupted: data/judgements.yaml:1: wrote reject OpenAI, but not built: the last "
        "graph stays: build again to apply it: kgraph build episodes --store store\n",
    )
    assert [one.names for one in load_judgements(Path("data/judgements.yaml"))] == [("OpenAI",)]


def test_a_removal_asks_for_a_build_only_if_one_used_the_judgement(kgraph, built):
    kgraph("judge", "reject", "OpenAI", "--build", "--store", "store")
    kgraph("judge", "reject", "Microsoft", "--store", "store")
    assert "Microsoft: no build has used it\n" in kgraph("judge", "--undo", "--store", "store")[2]
    assert f"OpenAI: {AGAIN}\n" in kgraph("judge", "--undo", "--store", "store")[2]


def test_a_judgement_that_is_there_waits_for_a_build_unless_one_has_read_it(kgraph, built):
    judge = ("judge", "reject", "OpenAI", "--store", "store")
    file = Path("data/judgements.yaml")
    present = f"{file}:1: has reject OpenAI already"
    assert kgraph(*judge)[0] == 0
    assert kgraph(*judge)[2] == f"{present}: {AGAIN}\n"
    assert kgraph("build", "episodes", "--store", "store")[0] == 0
    written = file.stat()
    assert kgraph(*judge)[2] == f"{present}, and so has the last build\n"
    again = file.stat()
    assert (again.st_ino, again.st_mtime_ns) == (written.st_ino, written.st_mtime_ns)


def test_what_was_written_is_told_with_the_rows_that_it_changes(kgraph, built, monkeypatch):
    words = kgraph("judge", "reject", "OpenAI", "--store", "store")[2]
    shown = "`kgraph judge --undo 1 --preview --store store`"
    assert words.splitlines()[1:] == [
        "note: 1 row in 1 episode changes, 1 of them to something else or nothing: "
        f"{shown} lists it"
    ]
    listed = kgraph("judge", "--undo", 1, "--preview", "--store", "store")[1]
    assert listed.startswith("without reject OpenAI: 1 row in 1 episode changes")
    monkeypatch.setattr("kgraph.cli.corrections.MAX_COUNTED_EPISODES", 0)
    words = kgraph("judge", "reject", "Microsoft", "--store", "store")[2]
    shown = "`kgraph judge --undo 2 --preview --store store`"
    assert words.endswith(f"\nnote: {shown} tells what changes\n")


def test_what_is_not_printed_is_not_counted(kgraph, built, monkeypatch):
    monkeypatch.setattr("kgraph.judging.judgement_preview.preview_judgements", None)
    assert kgraph("judge", "reject", "OpenAI", "-q", "--store", "store") == (0, "", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--undo"], "data/judgements.yaml: there is no judgement to undo"),
        (["--undo", "soon"], "judge --undo soon: not a line: `kgraph judge --list` shows them"),
        (["--undo", "1", "x"], "judge --undo x: not a line: `kgraph judge --list` shows them"),
        (["--list", "reject", "A"], "judge --list reject: A: takes no names: leave them out"),
        (["--list", "--undo"], "judge --list --undo: choose one of the two"),
        (["--list", "--preview"], "judge --list --preview: choose one of the two"),
        (["--list", "--type", "company"], "judge --list --type: choose one of the two"),
        (["--undo", "1", "--why", "x"], "judge --undo --why: choose one of the two"),
        (["--undo", "--by", "ann"], "judge --undo --by: choose one of the two"),
        (["A", "--preview", "--build"], "judge --preview --build: choose one of the two"),
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
        "env.yaml:1: wrote reject And Gather: build again to apply it: kgraph build "
        f"{tmp_path}/episodes --store {built} --judgements env.yaml\n"
        f"note: using the judgements in env.yaml, not those in {remembered} as in the last build\n"
        "note: 1 row in 1 episode changes only in confidence, spelling or reasons: "
        "`kgraph judge --undo 1 --preview "
        f"--store {built} --judgements env.yaml` lists it\n"
    )
    kgraph("judge", "reject", "And Gather", "--store", built, "--judgements", "option.yaml")
    assert sorted(file.name for file in away.iterdir()) == ["env.yaml", "option.yaml"]


def test_a_build_says_what_it_could_not_apply(kgraph, built, tmp_path):
    file = Path("data/judgements.yaml")
    append_judgements(file, [make_judgement("reject", ["OpenAI"])])
    append_judgements(file, [make_judgement("reject", ["Nowhere\x1b"])])
    _, _, words = kgraph("build", tmp_path / "episodes", "--store", built, "--workers", 1)
    assert "1 judgement could not be applied in full:\n" in words
    said = f"  {file}:2: reject Nowhere\ufffd: no row is called 'Nowhere\\x1b' (not applied)"
    assert f"{said} [judgement-unapplied]\n" in words
    told = kgraph("build", tmp_path / "episodes", "--store", built, "--workers", 1, "--json")[1]
    report = json.loads(told)
    assert (report["judgements"], len(report["unapplied"])) == (1, 1)
    assert report["unapplied"][0]["line"] == 2


def test_a_preview_says_what_would_change_and_writes_nothing(kgraph, built, tmp_path):
    status, told, words = kgraph("judge", "reject", "OpenAI", "--preview", "--store", built)
    assert (status, words) == (0, "")
    assert told.splitlines()[:2] == [
        "reject OpenAI: 1 row in 1 episode changes, 1 of them to something else or nothing",
        "lost: company/openai (OpenAI), 1 row in 1 episode",
    ]
    assert not (tmp_path / "data").exists()
    shown = kgraph("judge", "reject", "OpenAI", "--preview", "--json", "--store", built)[1]
    effect = json.loads(shown)
    assert (effect["rows"], effect["entities"][0]["before"]["id"]) == (1, "company/openai")
    nothing = kgraph("judge", "reject", "Nowhere", "--preview", "--store", built)
    assert nothing[1:] == (
        "reject Nowhere: nothing changes\n",
        "note: nothing in the graph is called Nowhere; the judgement waits for it\n",
    )


@pytest.fixture
def indexed(tmp_path, built):
    """The store with two more episodes, whose stated show is taken for another one."""
    for number in range(2):
        url = f"https://www.youtube.com/watch?v=abcdefghij{number}"
        text = episode_text(f"Talk {number}", url, (), more="source: Big Picture Show")
        (tmp_path / "episodes" / f"{number}.md").write_text(text, "utf-8")
    build([tmp_path / "episodes"], built, workers=1)
    return built


def test_a_preview_lists_the_episodes_whose_show_changes(kgraph, indexed):
    names = ("The Big Picture", "Big Picture Show")
    status, told, _ = kgraph("judge", "different", *names, "--preview", "--store", indexed)
    assert (status, told.splitlines()) == (
        0,
        [
            "different The Big Picture, Big Picture Show: the show of 2 episodes changes, 2 of "
            "them to something else or nothing",
            "renamed: show/thebigpicture (The Big Picture), 2 episodes of its own -> "
            "show/bigpictureshow (Big Picture Show), 2 episodes of its own",
            "Talk 0: show show/thebigpicture 0.82 -> show/bigpictureshow 0.82",
            "Talk 1: show show/thebigpicture 0.82 -> show/bigpictureshow 0.82",
        ],
    )
    shown = kgraph(
        "judge", "reject", "show/thebigpicture", "--preview", "--json", "--store", indexed
    )
    effect = json.loads(shown[1])
    assert (effect["rows"], effect["show_total"], effect["moved_shows"]) == (0, 2, 2)
    after = {"id": "", "label": "", "confidence": 0.0}
    assert [
        (change["before"]["id"], change["after"], change["reasons"]) for change in effect["shows"]
    ] == [("show/thebigpicture", after, ["reject show/thebigpicture"])] * 2


def test_a_judgement_of_shows_is_written_counted_built_and_undone(kgraph, indexed):
    status, _, words = kgraph(
        "judge", "rename", "Big Picture Show", "The Ledger", "--store", indexed
    )
    assert (status, words.splitlines()[1:]) == (
        0,
        [
            "note: the show of 2 episodes changes, 2 of them to something else or nothing: "
            "`kgraph judge --undo 1 --preview --store store` lists it",
            "note: the next build redoes all 3 episodes, since 2 of 3 episodes depend on what is "
            "judged, more than a fifth; rows and shows change only as this preview says",
        ],
    )
    kgraph("build", "episodes", "--store", indexed)
    assert "show/theledger" in Store(indexed).shared.entities
    told = kgraph("show", "The Ledger", "--store", indexed)[1]
    assert told.startswith("The Ledger: show; 2 episodes of its own")
    kgraph("judge", "--undo", "--build", "--store", indexed)
    assert "show/thebigpicture" in Store(indexed).shared.entities


def test_a_preview_of_what_contradicts_is_refused(kgraph, built):
    kgraph("judge", "accept", "OpenAI", "--store", built)
    assert kgraph("judge", "reject", "OpenAI", "--preview", "--store", built) == (
        *(1, ""),
        "kgraph: data/judgements.yaml: reject OpenAI contradicts line 1: accept OpenAI: "
        "remove that with `kgraph judge --undo 1 --judgements data/judgements.yaml` first\n",
    )


def test_a_preview_is_safe_in_a_terminal(kgraph, built, tmp_path):
    text = episode_text("A \x1b[31mtalk", companies=("OpenAI [bold]\x1b]0;x\x07",))
    (tmp_path / "episodes" / "b.md").write_text(text.replace("\x1b", "\u241b"), "utf-8")
    kgraph("build", "episodes", "--store", built)
    file = tmp_path / "data" / "judgements.yaml"
    file.parent.mkdir()
    append_judgements(file, [make_judgement("rename", ["OpenAI", "[red]\x1b[31mX"])])
    status, told, words = kgraph("judge", "--undo", "--preview", "--store", built)
    assert (status, "\x1b" in told + words) == (0, False)
    assert "[red]" in told


def test_a_judgement_is_built_at_once_and_undone(kgraph, built):
    status, told, words = kgraph("judge", "reject", "OpenAI", "--build", "--store", built)
    lines = words.splitlines()
    assert (status, told, lines[0]) == (0, "", "data/judgements.yaml:1: wrote reject OpenAI")
    assert lines[-2:] == ["1 entity lost: OpenAI", "1 mention lost: OpenAI in First talk"]
    assert "company/openai" not in Store(built).shared.entities
    shown = kgraph("judge", "--undo", "--preview", "--store", built)[1]
    assert shown.startswith("without reject OpenAI: 1 row in 1 episode changes, ")
    command = ["judge", "--undo", "--build", "--json", "--store", built]
    correction = json.loads(kgraph(*command)[1])
    assert [removed["names"] for removed in correction["removed"]] == [["OpenAI"]]
    assert "company/openai" in Store(built).shared.entities


def test_the_command_that_brings_a_judgement_back_can_be_pasted(kgraph, built):
    reason = 'it\'s "no" name; $HOME'
    kgraph("judge", "reject", "--by", "ann", "--why", reason, "--", "-x 'y'")
    made = load_judgements(Path("data/judgements.yaml"))
    note = kgraph("judge", "--undo")[2].splitlines()[1]
    command = shlex.split(note.removeprefix("note: to bring it back: "))
    assert load_judgements(Path("data/judgements.yaml")) == ()
    assert command[0] == "kgraph"
    assert kgraph(*command[1:])[0] == 0
    assert load_judgements(Path("data/judgements.yaml")) == made


def test_every_command_of_a_note_finds_the_store_and_the_file(kgraph, built, tmp_path):
    (tmp_path / "store").rename(tmp_path / "my store")
    files = ["--store", "my store", "--judgements", "my judgements.yaml"]
    words = kgraph("judge", "reject", "OpenAI", "--by", "ann", *files)[2]
    shown = shlex.split(words.split("`")[1])
    assert shown == ["kgraph", "judge", "--undo", "1", "--preview", *files]
    assert kgraph(*shown[1:])[1].startswith("without reject OpenAI: 1 row in 1 episode changes")
    note = kgraph("judge", "--undo", *files)[2].splitlines()[1]
    back = shlex.split(note.removeprefix("note: to bring it back: "))
    assert kgraph(*back[1:])[0] == 0
    assert [one.names for one in load_judgements(Path("my judgements.yaml"))] == [("OpenAI",)]
    assert not (tmp_path / "data").exists()


def test_what_cannot_be_built_at_once_is_written_and_said(kgraph, built, tmp_path):
    (tmp_path / "episodes").rename(tmp_path / "moved")
    status, _, words = kgraph("judge", "reject", "OpenAI", "--build", "--store", built)
    assert (status, words.splitlines()[-1]) == (
        2,
        f"kgraph: data/judgements.yaml:1: wrote reject OpenAI, but not built: {tmp_path}/episodes: "
        f"gone, and the last build of {built} read it: build again with `kgraph build PATH...`",
    )
