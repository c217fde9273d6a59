"""The writer of judgements and its builds, without HTTP."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from msgspec.structs import replace
from server.judge_server import build_judged

from kgraph.base.errors import RequestError, StoreError
from kgraph.judging.correct import write_judgements
from kgraph.project import load_project
from kgraph.project.rebuild import rebuild_store
from kgraph.resolve.judgement import drop_lines, make_judgement
from kgraph.resolve.judgements_file import load_judgements
from kgraph.server.app import create_app
from kgraph.server.judge_job import JudgeJob, describe_outcome
from kgraph.server.judge_process import BuildOutcome, BuildProcess, build_again
from kgraph.server.service import Service
from kgraph.server.settings import JudgeSettings, Settings
from kgraph.store import Store
from kgraph.store.layout import describe_build

REJECT = make_judgement("reject", ["Coinbase"])


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """The store and the file of judgements of a small graph."""
    return build_judged(tmp_path_factory.mktemp("job"), {"a": ("NVIDIA", "OpenAI")})


class ListedOutcomes:
    """In place of the process that builds: outcomes, one a build."""

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)

    def build(self, judgements, build_before):
        return replace(self.outcomes.pop(0), read=drop_lines(load_judgements(judgements)))


def test_without_a_store_no_other_file_is_taken(judged, tmp_path, monkeypatch):
    store, file = judged
    default = tmp_path / "data" / "judgements.yaml"
    default.parent.mkdir()
    default.write_text("- {verb: reject, names: [Other]}\n")
    monkeypatch.chdir(tmp_path)
    job = JudgeJob(store, JudgeSettings("Ada"))
    moved = store.rename(store.parent / "moved")
    try:
        assert (job.file, job.load()) == (file, [])
    finally:
        moved.rename(store)


def test_a_build_applies_also_what_an_earlier_one_did_not(judged, capsys):
    store, _ = judged
    outcomes = BuildOutcome(error="no space left"), BuildOutcome(seconds=1.0)

    async def judge_twice():
        job = JudgeJob(store, JudgeSettings("Ada"))
        job._process = ListedOutcomes(*outcomes)
        states = []
        for name in ("NVIDIA", "OpenAI"):
            await job.add([make_judgement("accept", [name])])
            await job._building
            states.append([job.find_change(n).state for n in range(1, job.last_change.number + 1)])
        return states, [job.find_change(n).message for n in (1, 2)]

    states, messages = asyncio.run(judge_twice())
    assert states == [["failed"], ["applied", "applied"]]
    log = [line.partition(" ")[2] for line in capsys.readouterr().err.splitlines()]
    assert log == [
        "accept NVIDIA: the file is changed, but not the graph: no space left",
        *(f"accept {name}: {messages[0]}" for name in ("OpenAI", "NVIDIA")),
    ]
    assert messages == ["applied in 1.0 s: no name, mention or id is lost or new"] * 2


def test_only_what_a_change_wrote_is_told_as_not_applied():
    old, new = (make_judgement("reject", [name]) for name in ("Zork", "Zonk"))
    unapplied, other = ((old, "no Zork"), (new, "no Zonk")), make_judgement("reject", ["OpenAI"])
    outcome = BuildOutcome(seconds=1.0, unapplied=unapplied, read=frozenset((old, new, other)))
    applied = "applied in 1.0 s: no name, mention or id is lost or new"
    advice = "not apply: the list of judgements marks"
    for added, told in (
        ([replace(new, line=2)], f"no Zonk; 1 other judgement does {advice} it"),
        ([other], f"2 other judgements do {advice} them"),
        ([], f"2 judgements do {advice} them"),
        ([old, new], "no Zork; no Zonk"),
    ):
        assert describe_outcome(outcome, added) == f"{applied}; {told}"
    assert describe_outcome(outcome, [new], [old]) == f"{applied}; no Zonk"
    assert describe_outcome(outcome, [], [old, new]) == applied


def test_a_judgement_that_does_not_apply_is_told_once(judged):
    store, file = judged
    before = file.read_text()
    lost = make_judgement("reject", ["Zork"])
    outcome = BuildOutcome(seconds=1.0, unapplied=((lost, "no Zork"),))

    async def judge_twice():
        job = JudgeJob(store, JudgeSettings("Ada"))
        job._process = ListedOutcomes(outcome, outcome)
        for name in ("Figma", "Cisco"):
            await job.add([make_judgement("accept", [name])])
            await job._building
        return [job.find_change(n).message for n in (1, 2)]

    try:
        first, second = asyncio.run(judge_twice())
    finally:
        file.write_text(before)
    applied = "applied in 1.0 s: no name, mention or id is lost or new"
    told = "1 other judgement does not apply: the list of judgements marks it"
    assert (first, second) == (f"{applied}; {told}", applied)


def test_a_build_tells_which_judgements_did_not_apply(judged):
    store, file = judged
    before = file.read_text()
    try:
        file.write_text("# ours\n- {verb: reject, names: [Zork]}\n")
        [(judgement, words)] = build_again(store, file, "").unapplied
        assert judgement == make_judgement("reject", ["Zork"])
        assert words.startswith(f"{file}:2: reject Zork: no row is called 'Zork' (not applied)")
    finally:
        file.write_text(before)


class IdleOutcomes(ListedOutcomes):
    """The same, of a process that can be started and stopped."""

    def start(self):
        pass

    stop = start


class ImmediateBuilds:
    """In place of the process that builds: builds in this one."""

    def __init__(self, store):
        self.store = store

    def start(self):
        pass

    stop = start

    def build(self, judgements, build_before):
        return build_again(self.store, judgements, build_before)


@pytest.mark.parametrize("builds", [1, 2])
def test_what_another_program_judges_and_builds_is_told(tmp_path, monkeypatch, builds):
    monkeypatch.setattr("kgraph.server.judge_job.POLL_S", 0.05)
    store, file = build_judged(tmp_path)

    async def judge_elsewhere():
        job = JudgeJob(store, JudgeSettings("Ada", watches=True))
        job._process = ImmediateBuilds(store)
        await job.open()
        for name in ("Figma", "Coinbase")[:builds]:
            judgement = make_judgement("reject", [name])
            write_judgements(store, [judgement], file=file)  # and build, before the file is seen
        while not job.last_change or job.last_change.state != "applied":
            await asyncio.sleep(0.05)
        await job.close()
        return job.last_change.message

    message, shown = asyncio.run(judge_elsewhere()), describe_build(Store(store).build)
    told = {1: ": 1 mention lost, 1 entity lost", 2: ", and is shown now"}
    assert message == f"{shown} had applied it already{told[builds]}"


@pytest.mark.parametrize("is_brief", [False, True])
def test_judgements_are_taken_back_once_their_file_is_gone_for_good(
    tmp_path, monkeypatch, is_brief
):
    monkeypatch.setattr("kgraph.server.judge_job.POLL_S", 0.05)
    monkeypatch.setattr("kgraph.project.settling.ABSENCE_S", 60 if is_brief else 0.2)
    monkeypatch.chdir(tmp_path)
    store, file = build_judged(tmp_path)
    file.write_text("- {verb: reject, names: [Figma]}\n")
    rebuild_store(store, judgements="data/judgements.yaml")

    async def remove_file():
        job = JudgeJob(store, JudgeSettings("Ada", watches=True))
        job._process = ImmediateBuilds(store)
        await job.open()
        file.rename(tmp_path / "away.yaml")
        if is_brief:
            await asyncio.sleep(0.5)
            (tmp_path / "away.yaml").rename(file)
        while not job.last_change or job.last_change.state != "applied":
            await asyncio.sleep(0.05)
        await job.close()
        return job.last_change

    change = asyncio.run(asyncio.wait_for(remove_file(), 60))
    assert change.number == 1
    told = (change.text, change.message.partition(": ")[2])
    nothing, one = "no name, mention or id is lost or new", "1 mention gained, 1 entity gained"
    assert told == (
        ("the file of judgements was changed", nothing)
        if is_brief
        else (
            "the file of judgements is gone",
            f"{one}; {file} is gone, and with it 1 judgement that the last build applied: bring "
            "them back into it, and build again",
        )
    )


def test_a_file_that_moves_with_its_line_of_the_project_is_taken_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr("kgraph.server.judge_job.POLL_S", 0.05)
    monkeypatch.setattr("kgraph.project.settling.ABSENCE_S", 600)
    store, file = build_judged(tmp_path)
    project, moved = tmp_path / "kgraph.toml", tmp_path / "decided.yaml"
    project.write_text('sources = ["episodes"]\njudgements = "data/judgements.yaml"\n')
    file.write_text("- {verb: reject, names: [Figma]}\n")
    rebuild_store(store, project=load_project(project))

    async def move_file():
        job = JudgeJob(store, JudgeSettings("Ada", watches=True))
        job._process = ImmediateBuilds(store)
        await job.open()
        file.rename(moved)
        project.write_text(project.read_text().replace("data/judgements", "decided"))
        while not job.last_change or job.last_change.state != "applied":
            await asyncio.sleep(0.05)
        text = job.last_change.text
        change = await job.add([REJECT])
        await job._building
        await job.close()
        return text, change.state

    states = asyncio.run(asyncio.wait_for(move_file(), 60))
    assert states == ("the file of judgements was changed", "applied")
    assert (file.exists(), len(load_judgements(moved))) == (False, 2)


def run_without_file(tmp_path, monkeypatch, absence_s, act):
    """Judge with a file that has a judgement and is moved away while `act` runs; its result."""
    monkeypatch.setattr("kgraph.server.judge_job.POLL_S", 0.05)
    monkeypatch.setattr("kgraph.project.settling.ABSENCE_S", absence_s)
    monkeypatch.chdir(tmp_path)
    store, file = build_judged(tmp_path)
    file.write_text("- {verb: reject, names: [Figma]}\n")
    rebuild_store(store, judgements="data/judgements.yaml")

    async def judge():
        job = JudgeJob(store, JudgeSettings("Ada"))
        job._process = ImmediateBuilds(store)
        await job.open()
        try:
            return await act(job, file)
        finally:
            await job.close()

    return asyncio.run(asyncio.wait_for(judge(), 60))


def test_nothing_is_written_while_the_file_is_gone_for_a_moment(tmp_path, monkeypatch):
    async def act(job, file):
        file.rename(tmp_path / "away.yaml")
        with pytest.raises(RequestError, match="perhaps only for a moment: repeat it in 10 sec"):
            await job.add([REJECT])
        assert not file.exists()

    run_without_file(tmp_path, monkeypatch, 60, act)


def test_what_a_new_file_takes_back_is_told(tmp_path, monkeypatch):
    async def act(job, file):
        file.unlink()
        await asyncio.sleep(0.5)
        change = await job.add([REJECT])
        await job._building
        return change.state, change.message

    state, message = run_without_file(tmp_path, monkeypatch, 0.2, act)
    assert state == "applied" and "is gone, and with it 1 judgement that the last" in message


@pytest.mark.parametrize("absence_s", [60, 0.2])
def test_a_build_waits_for_a_file_that_is_gone_for_a_moment(tmp_path, monkeypatch, absence_s):
    async def act(job, file):
        change = await job.add([REJECT])
        file.rename(tmp_path / "away.yaml")
        await asyncio.sleep(0.5)
        if absence_s == 60:
            assert change.state == "building"
            (tmp_path / "away.yaml").rename(file)
        await job._building
        return change.state, change.message

    state, message = run_without_file(tmp_path, monkeypatch, absence_s, act)
    if absence_s == 60:
        assert state == "applied" and message.endswith(": 2 mentions lost, 1 entity lost")
    else:
        assert state == "failed" and message.startswith("not applied: ")


@pytest.mark.parametrize("is_watched", [False, True])
def test_a_failed_change_that_another_program_has_built_is_applied(
    tmp_path, monkeypatch, is_watched
):
    monkeypatch.setattr("kgraph.server.judge_job.POLL_S", 0.05)
    store, file = build_judged(tmp_path)

    async def build_elsewhere():
        job = JudgeJob(store, JudgeSettings("Ada", watches=is_watched))
        job._process = IdleOutcomes(BuildOutcome(error="no space left"))
        await job.open()
        change = await job.add([make_judgement("reject", [name]) for name in ("Figma", "Zork")])
        await job._building
        (tmp_path / "episodes" / "d.md").write_text("---\ntitle: Another talk\n---\n")
        await asyncio.to_thread(rebuild_store, store, judgements=file)
        while change.state == "failed":
            await asyncio.sleep(0.05)
        job._process = ImmediateBuilds(store)
        later = await job.add([make_judgement("reject", ["Coinbase"])])
        await job._building
        await job.close()
        return change, later.message

    change, later = asyncio.run(asyncio.wait_for(build_elsewhere(), 60))
    assert later.endswith(": 2 mentions lost, 1 entity lost")  # Zork is told once
    shown = describe_build(Store(store).previous.build)
    assert change.state == "applied"
    assert change.message.startswith(f"{shown} had applied it already, and is shown now; ")
    assert ": reject Zork: no row is called 'Zork' (not applied)" in change.message


def test_a_failed_change_that_another_program_may_have_built_has_no_numbers_of_a_later_one(
    tmp_path,
):
    store, file = build_judged(tmp_path)

    async def judge_twice():
        job = JudgeJob(store, JudgeSettings("Ada"))
        job._process = ListedOutcomes(BuildOutcome(error="no space left"))
        first = await job.add([make_judgement("reject", ["Figma"])])
        await job._building
        rebuild_store(store, judgements=file)
        job._process = ImmediateBuilds(store)
        second = await job.add([make_judgement("reject", ["Coinbase"])])
        await job._building
        return first.message, second.message

    first, second = asyncio.run(judge_twice())
    assert second.endswith(": 2 mentions lost, 1 entity lost")
    assert first == f"{second.partition(':')[0]}, and is shown now"


async def wait_for_looks(job, count=4):
    """Wait until the watch has looked so often for the published build."""
    read, looks = job._read_published, []
    job._read_published = lambda: looks.append(1) or read()
    while len(looks) < count:
        assert not job._watching.done()
        await asyncio.sleep(0.02)
    job._read_published = read


class HeldBuilds(ImmediateBuilds):
    """Builds that end when they are released."""

    def __init__(self, store):
        super().__init__(store)
        self.published, self.released = threading.Event(), threading.Event()

    def build(self, judgements, build_before):
        outcome = super().build(judgements, build_before)
        self.published.set()
        assert self.released.wait(60)
        return outcome


class FailedChange:
    """A job whose first change, of Figma, has failed, while it watches what others build."""

    def __init__(self, home, monkeypatch):
        monkeypatch.setattr("kgraph.server.judge_job.POLL_S", 0.05)
        self.store, self.file = build_judged(home)
        self._episodes = home / "episodes"

    def run(self, act):
        async def fail_and_act():
            self.job = JudgeJob(self.store, JudgeSettings("Ada"))
            self.job._process = IdleOutcomes(BuildOutcome(error="no space left"))
            await self.job.open()
            self.change = await self.job.add([make_judgement("reject", ["Figma"])])
            await self.job._building
            assert self.change.state == "failed"
            try:
                return await act()
            finally:
                await self.job.close()

        return asyncio.run(asyncio.wait_for(fail_and_act(), 60))

    async def release(self, held):
        """Let a held build end; return the state that the watch gave the change before."""
        await wait_for_looks(self.job)
        state = self.change.state
        held.released.set()
        await self.job._building
        return state

    def build_elsewhere(self, letter):
        (self._episodes / f"{letter}.md").write_text(f"---\ntitle: Talk {letter}\n---\n")
        rebuild_store(self.store, judgements=self.file)


@pytest.fixture
def failed(tmp_path, monkeypatch):
    return FailedChange(tmp_path, monkeypatch)


def test_a_build_of_this_server_is_not_taken_for_that_of_another_program(failed):
    async def judge():
        failed.job._process = held = HeldBuilds(failed.store)
        await failed.job.add([REJECT])
        await asyncio.to_thread(held.published.wait, 60)
        return await failed.release(held)

    assert (failed.run(judge), failed.change.state) == ("failed", "applied")
    assert failed.change.message.startswith("applied in ")


def test_a_change_that_is_retried_meanwhile_is_left_to_its_own_build(failed):
    async def retry():
        started, released = threading.Event(), threading.Event()
        read = failed.job._read_outcome

        def read_outcome():
            started.set()
            assert released.wait(60)
            return read()

        failed.job._read_outcome = read_outcome
        failed.job._process = held = HeldBuilds(failed.store)
        failed.build_elsewhere("d")
        await asyncio.to_thread(started.wait, 60)
        failed.job.retry()
        await asyncio.to_thread(held.published.wait, 60)
        released.set()
        return await failed.release(held)

    assert (failed.run(retry), failed.change.state) == ("building", "applied")


def test_a_broken_file_does_not_end_the_watch(failed):
    async def break_file():
        failed.build_elsewhere("d")
        text = failed.file.read_text()
        failed.file.write_text("- {")
        await wait_for_looks(failed.job)
        state = failed.change.state
        failed.file.write_text(text)
        failed.build_elsewhere("e")
        await wait_for_looks(failed.job)
        return state

    assert (failed.run(break_file), failed.change.state) == ("failed", "applied")


def test_a_change_is_compared_with_the_build_of_another_program_before_it(failed):
    builds = []

    class RecordedBuilds(IdleOutcomes):
        def build(self, judgements, build_before):
            builds.append(build_before)
            return super().build(judgements, build_before)

    async def judge():
        failed.build_elsewhere("d")
        await wait_for_looks(failed.job)
        failed.job._process = RecordedBuilds(BuildOutcome(seconds=1.0))
        await failed.job.add([REJECT])
        await failed.job._building

    failed.run(judge)
    assert builds == [Store(failed.store).build.name]


@pytest.mark.parametrize("is_retry", [False, True])
def test_a_change_that_is_no_longer_in_the_file_is_not_applied(tmp_path, is_retry):
    """It was taken out before the build that was to apply it, or before a failed one is retried."""
    store, file = build_judged(tmp_path)

    async def judge_once():
        job = JudgeJob(store, JudgeSettings("Ada"))
        outcomes = [BuildOutcome(error="no space left")] if is_retry else []
        job._process = ListedOutcomes(*outcomes)
        change = await job.add([make_judgement("reject", ["Figma"])])
        if is_retry:
            await job._building
        file.write_text("- {verb: reject, names: [Coinbase]}\n")
        job._process = ImmediateBuilds(store)
        if is_retry:
            job.retry()
        await job._building
        return change

    change = asyncio.run(judge_once())
    assert (change.state, change.message) == (
        "failed",
        "not applied: no longer in the file of judgements: judge it again if it is meant",
    )


@pytest.mark.parametrize("is_retry", [False, True])
def test_what_a_build_applied_for_an_earlier_change_is_told(tmp_path, is_retry):
    store, file = build_judged(tmp_path)

    class WatchedBuilds(ImmediateBuilds):
        def build(self, judgements, build_before):
            started.set()
            assert released.wait(60)
            if is_retry and not errors:
                errors.append("no space left")
                return BuildOutcome(errors[0])
            return super().build(judgements, build_before)

    started, released, errors = threading.Event(), threading.Event(), []
    job = JudgeJob(store, JudgeSettings("Ada"))
    job._process = WatchedBuilds(store)

    async def judge_meanwhile():
        await job.add([make_judgement("reject", ["Figma"])])
        await asyncio.to_thread(started.wait, 60)
        if is_retry:
            released.set()
            await job._building
            rebuild_store(store, judgements=file)
            job._noticed_build = job._read_published()  # as if the file is watched
            job.retry()
        else:
            await job.add([make_judgement("reject", ["Coinbase"])])
            released.set()
        await job._building
        return job.last_change.message

    message = asyncio.run(judge_meanwhile())
    assert message.startswith(f"{describe_build(Store(store).build)} had applied it already: ")


def test_what_was_judged_while_no_server_ran_is_applied_at_its_start(judged):
    store, file = judged
    before = file.read_text()

    async def open_once():
        job = JudgeJob(store, JudgeSettings("Ada"))
        job._process = IdleOutcomes(BuildOutcome(seconds=1.0))
        await job.open()
        if job._building:
            await job._building
        await job.close()
        return job.last_change

    try:
        for text in ("- {verb: reject, names: [Other]}\n", ""):  # one more, and one less
            file.write_text(text)
            change = asyncio.run(open_once())
            told = "judgements that no build has read yet"
            assert (change.text, change.state) == (told, "applied")
            rebuild_store(store)
            assert asyncio.run(open_once()) is None
        file.write_text("- {")  # the pages say what is wrong
        assert asyncio.run(open_once()) is None
    finally:
        file.write_text(before)


def test_a_process_that_starts_while_it_is_stopped_ends(judged):
    process = BuildProcess(judged[0])
    process.stop()
    outcome = process.build(judged[1], "")
    assert outcome.error == "the process that builds has ended: try again"


SCRIPT = """
import sys
from pathlib import Path
from kgraph.server.judge_process import BuildProcess
if __name__ == "__main__":
    process = BuildProcess(Path(sys.argv[1]))
    process.start()
    print(process._process.pid, flush=True)
    sys.stdin.read()
    print(process._process.is_alive(), flush=True)
    process.stop()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to a whole console")
def test_ctrl_c_while_the_process_starts_is_left_to_the_server(judged, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    running = subprocess.Popen([sys.executable, script, judged[0]], text=True, **pipes)
    builder = int(running.stdout.readline())
    for _ in range(20):
        os.kill(builder, signal.SIGINT)
        time.sleep(0.02)
    out, err = running.communicate("", timeout=60)
    assert (out.strip(), err) == ("True", "")


def test_the_first_names_to_judge_are_listed_while_the_server_starts(judged, monkeypatch):
    tasks = []

    async def run(service, task, timeout_s):
        tasks.append(task)
        raise StoreError("there is no graph")  # the page says it

    async def nothing(opened):
        pass

    for name in ("open", "close"):
        monkeypatch.setattr(JudgeJob, name, nothing)
        monkeypatch.setattr(Service, name, nothing)
    monkeypatch.setattr(Service, "run_newest_task", run)
    app = create_app(Settings(judged[0], judge=JudgeSettings("Ada")))

    async def serve():
        messages = iter([{"type": "lifespan.startup"}])
        sent, ended = [], asyncio.Event()

        async def receive():
            for message in messages:
                return message
            await ended.wait()
            return {"type": "lifespan.shutdown"}

        async def send(message):
            sent.append(message["type"])

        serving = asyncio.create_task(app({"type": "lifespan", "state": {}}, receive, send))
        while not tasks:
            await asyncio.sleep(0)
        ended.set()
        await serving
        return sent

    assert asyncio.run(serve()) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert [task.file for task in tasks] == [str(judged[1])]
