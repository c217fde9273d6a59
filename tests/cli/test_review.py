"""``kgraph review``: the queue for programs, and answers on standard input."""

import json

import pytest
from cli import runner
from support import episode_text

from kgraph.judging import correct
from kgraph.pipeline import build
from kgraph.resolve.judgement import make_judgement
from kgraph.resolve.judgements_file import append_judgements, load_judgements
from kgraph.store import Store

SPOKEN = """- name: And Gather
  category: unknown
  confidence: medium
  context: when they came to us and gather what they had said about it again
  position: 3"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder of one episode, and the store that is built of it, once."""
    home = tmp_path_factory.mktemp("home")
    text = episode_text("First talk", companies=("OpenAI", "Akmeworks"))
    (home / "a.md").write_text(text.replace("quotes:", SPOKEN + "\nquotes:"))
    build([home / "a.md"], home / "store", workers=1)
    return home


@pytest.fixture
def run(home, tmp_path):
    """A function that runs the review of all names with judgements of its own."""

    def command(*arguments, stdin="", store=home / "store", names=("--all",)):
        said = ["--store", store, "--judgements", command.file, *names, *arguments]
        return runner.run("review", *said, stdin=stdin)

    command.file = tmp_path / "judgements.yaml"
    command.file.touch()
    return command


def names(run, *options, **more):
    found = run("--format", "json", *options, **more)
    return [case["name"] for case in json.loads(found.stdout)]


def test_the_queue_is_printed_for_programs(run):
    assert set(names(run)) == {"Akmeworks", "OpenAI", "Gather"}
    assert names(run, "--limit", 1) == names(run)[:1]
    assert names(run, "--type", "noise") == ["Gather"]
    lines = run("--format", "tsv").stdout.splitlines()
    assert lines[0].split("\t")[:4] == ["name", "pays", "wrong", "rows"]
    assert [line.split("\t")[0] for line in lines[1:]] == names(run)


def test_a_dialogue_creates_the_named_file(run):
    run.file.unlink()
    assert run(stdin="reject\n").returncode == 0
    assert len(load_judgements(run.file)) == 1


def test_a_name_that_is_different_does_not_come_up_again(run):
    first = names(run)[0]
    other = "OpenAI" if first != "OpenAI" else "Akmeworks"
    said = run(stdin=f"d {other}\nq\n").stderr
    [judgement] = load_judgements(run.file)
    assert f"\n{judgement}\n" in said
    assert first not in names(run)


def test_an_answer_that_the_file_has_already_is_told_as_such(run, tmp_path):
    store = tmp_path / "store"
    (tmp_path / "a.md").write_text(episode_text(companies=("Micron", "Nvidia")))
    build([tmp_path], store, workers=1)
    # It is doubtful still whether the name is Micron Technology.
    answers = "k\n" * names(run, store=store).index("Micron") + "d Nvidia\nq\n"
    first, again = (run(stdin=answers, store=store).stderr for _ in range(2))
    assert "\ndifferent company/nvidia, Micron\n" in first
    assert f"\n{run.file}:1: has different company/nvidia, Micron already\n" in again
    assert "0 judgements written" in again


def test_undo_removes_what_this_review_wrote_last(run):
    append_judgements(run.file, [make_judgement("reject", ["Earlier"])])
    answers = "type product\nu\nreject\nq\n"
    done = run(stdin=answers)
    earlier, last = load_judgements(run.file)
    assert (earlier.names, last.verb) == (("Earlier",), "reject")
    assert f"\n{run.file}:2: removed " in done.stderr
    assert "1 judgement written" in done.stderr


LEFT = (
    "what is left (1 name) is 99 % sure on average, and a judgement of it corrects at most "
    "0.01 rows: stop here, or use --all\n"
)


def test_the_review_says_where_to_stop(run):
    found = run("--format", "json", names=())
    assert {case["name"] for case in json.loads(found.stdout)} == {"Akmeworks", "Gather"}
    assert found.stderr == LEFT
    assert run("--format", "json", "--limit", 1, names=()).stderr == (
        "limited to 1 name; raise --limit for more\n"
    )
    answered = run(stdin="skip\nskip\n", names=())
    assert "2 names to judge" in answered.stderr
    assert LEFT in answered.stderr
    assert "what is left" not in run(stdin="quit\n", names=()).stderr
    assert run("--format", "json").stderr == ""


@pytest.mark.parametrize(
    ("options", "names", "advice"),
    [
        (("--limit", 1), ("--all",), "raise --limit"),
        (("--limit", 1), (), "raise --limit"),
        ((), (), "use --all"),
        ((), ("--all",), "remove it"),
    ],
)
def test_an_answer_behind_the_last_case_says_how_to_ask_about_more(run, options, names, advice):
    refused = run(*options, stdin="skip\n" * 4, names=names)
    assert refused.returncode == 2
    assert refused.stderr.splitlines()[-1].endswith(f": no case is left to answer: {advice}")


def test_answers_are_written_as_judgements_and_do_not_come_again(home, run, tmp_path):
    queue = names(run)
    answers = {"Gather": "accept product -- an app", "Akmeworks": "same open ai", "OpenAI": "skip"}
    done = run("--by", "ann", stdin="".join(f"{answers[name]}\n" for name in queue))
    assert (done.returncode, done.stdout) == (0, "")
    assert "2 judgements written: build again to apply them" in done.stderr
    said = {one.verb: (one.names, one.type, one.by, one.why) for one in load_judgements(run.file)}
    assert said == {
        "accept": (("Gather",), "product", "ann", "an app"),
        "same": (("OpenAI", "Akmeworks"), None, "ann", ""),
    }
    note = done.stderr.splitlines()[-1]
    undo = f"kgraph judge --undo 1 2 --preview --store {home / 'store'} --judgements {run.file}"
    changes = "2 rows in 1 episode change, 2 of them to something else or nothing"
    assert note == f"note: {changes}: `{undo}` lists it"
    assert runner.run(*undo.split()[1:]).stdout.startswith(
        f"without {'; '.join(map(str, load_judgements(run.file)))}: 2 rows in 1 episode change"
    )
    assert names(run) == ["OpenAI"]
    build([home / "a.md"], tmp_path / "store", workers=1, judgements=run.file)
    assert names(run, store=tmp_path / "store") == ["OpenAI"]
    assert {"product/gather", "company/openai"} <= Store(tmp_path / "store").shared.entities.keys()


def test_a_review_builds_at_its_end(home, run, tmp_path):
    store = tmp_path / "store"
    build([home / "a.md"], store, workers=1)
    answers = "".join("reject\n" if name == "OpenAI" else "skip\n" for name in names(run))
    done = run("--build", stdin=answers, store=store)
    assert done.returncode == 0
    assert f"{run.file}: 1 judgement written: building\n" in done.stderr
    assert done.stderr.splitlines()[-2] == "1 entity lost: OpenAI"
    assert "company/openai" not in Store(store).shared.entities
    unanswered = run("--build", stdin="skip\n", store=store)
    assert unanswered.stderr.endswith("0 judgements written: nothing was judged\n")


def test_judgements_that_another_build_applied_before_the_end_are_told(
    home, run, tmp_path, monkeypatch
):
    def build_twice(*args, **options):
        rebuild(*args, **options)
        return rebuild(*args, **options)

    rebuild = correct.rebuild_store
    monkeypatch.setattr(correct, "rebuild_store", build_twice)
    build([home / "a.md"], tmp_path / "store", workers=1)
    done = run("--build", stdin="reject\n", store=tmp_path / "store")
    assert done.stderr.endswith(
        "1 judgement written: building\n"
        f"{tmp_path / 'store'}: another build has applied this already: `kgraph diff` lists what "
        "the last build changed\n"
    )


def test_an_error_before_the_build_says_that_none_follows(home, run, tmp_path):
    build([home / "a.md"], tmp_path / "store", workers=1)
    done = run("--build", stdin="reject\npraise\n", store=tmp_path / "store")
    assert done.returncode == 2
    assert "1 judgement written: build again to apply it: kgraph build" in done.stderr
    assert "building" not in done.stderr


def test_an_interrupted_build_names_the_command_that_applies_the_judgements(run, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("kgraph.judging.correct.rebuild_store", interrupt)
    monkeypatch.setattr("kgraph.cli.app.signal.signal", lambda *_: None)
    done = run("--build", stdin="reject\n")
    assert done.returncode == 130
    assert "1 judgement written: building\n" in done.stderr
    assert f"interrupted: {run.file}: not built: build again to apply it: kgraph" in done.stderr


@pytest.mark.parametrize(
    ("stdin", "words", "kept"),
    [
        ("reject\npraise\n", "standard input:2: praise: no such answer: write accept [TYPE]", 1),
        ("same Nobody\n", "standard input:1: nothing in the graph is called 'Nobody'", 0),
        ("skip\nskip\nskip\nreject\n", "standard input:4: reject: no case is left to answer", 0),
        ("rename \x1b[31mX\n", "1 judgement written", 1),
        ("reject", "1 judgement written", 1),
        ("", "0 judgements written: nothing was judged", 0),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_the_rest_is_kept(run, stdin, words, kept):
    done = run("--type", "company", "--type", "noise", stdin=stdin)
    assert words in done.stderr
    assert done.returncode == (2 if "standard input" in words else 0)
    assert len(load_judgements(run.file)) == kept
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        (["--format", "xml"], 2, "--format xml: choose one of table, tsv, csv, json"),
        (["--type", "firm"], 2, "--type firm: no such type; choose one of company"),
    ],
)
def test_wrong_use_is_said_in_words(run, options, status, words):
    done = run(*options)
    assert (done.returncode, words in done.stderr) == (status, True)


def test_the_queue_on_the_screen_has_the_columns_that_fit_a_line(run):
    shown = run("--format", "table").stdout.splitlines()[0].split()
    whole = run("--format", "tsv").stdout.splitlines()[0].split("\t")
    assert shown == [*whole[:9], "misheard"]
    assert (whole[8], whole[9:]) == (
        "also",
        ["surfaces", "detail", "file", "context", "misheard", "evidence", "suggestion"],
    )


def test_the_file_and_the_answers_are_said_first(run):
    lines = run(stdin="").stderr.splitlines()
    assert lines[0].startswith(f"{run.file}: each judgement is written here at once")
    assert lines[1].startswith("3 names to judge; answer with accept [TYPE] (a), reject (r)")
    assert "quit (q), undo (u), help (?); a reason may follow" in lines[1]


def test_no_name_is_misheard_in_one_episode(run):
    done = run("--misheard", stdin="")
    assert "0 names to judge" in done.stderr
    assert names(run, "--misheard") == []


def test_a_file_that_is_no_list_of_judgements_stops_the_review(run):
    run.file.write_text("- {verb: praise, names: [A]}\n")
    done = run(stdin="reject\n")
    assert done.returncode == 1
    assert "judgements.yaml:1: praise: no such verb" in done.stderr


def test_piped_answers_are_told_with_their_names(run):
    first, second, *_ = names(run)
    lines = run(stdin="skip\nskip\n").stderr.splitlines()
    told = [line for line in lines if line.startswith(("1/3 ", "2/3 ", "3/3 "))]
    assert [line.split(":")[0].split("(")[0].split() for line in told] == [
        ["1/3", *first.split()],
        ["2/3", *second.split()],
    ]
    assert sum("expected wrong" in line or "row" in line for line in lines) >= 2
