"""Build on a cluster of three hosts that share only a network, while things go wrong.

    python benchmarks/cluster.py [FOLDER] [--times K] [--builds N] [--seed S] [--fault NAME ...]
        [--limit SECONDS]

The hosts are network namespaces joined by a bridge, each with mounts of its own: the workers have
neither the files nor the store, and a disk of their own. The first host runs the client and the
scheduler, the others a worker of one core each. Each build meets a fault at a random moment, and
ends with the bytes of one process, or with an error in words, in the stated time. Needs root and
iproute2 (Linux).
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from measuring import ROOT, environment, table, tree
from replicate_corpus import grow

PYTHON = sys.executable
SWITCH = "kg-switch"
HOSTS = ("kg-host1", "kg-host2", "kg-host3")
ADDRESS = "tcp://10.77.0.1:8786"
BUILD_LIMIT_S = 400.0  #: of a build of some hundred files that ends well, on a busy machine
ERROR_LIMIT_S = 60.0 + 30.0 + 10.0  #: from the fault to an error: no workers, no answer, the rest
START_LIMIT_S = 90.0


class Outcome(NamedTuple):
    """The end of a build.

    Attributes:
        end: "same bytes", "error", or what is wrong.
        seconds: of the build.
        after_s: seconds from the fault to the end.
        message: the last line that the command printed.
    """

    end: str
    seconds: float
    after_s: float
    message: str


def run(*command: object) -> None:
    """Run a command; the error has its output."""
    subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True)


class Cluster:
    """Three hosts, with the processes that run on them.

    Args:
        home: folder of the run; of it hosts share ``shared`` alone.
    """

    def __init__(self, home: Path, scratch: str = "512m") -> None:
        self.home = home
        self.scratch = scratch
        self.scheduler: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Cluster:
        self._remove_network()
        run("ip", "netns", "add", SWITCH)
        run("ip", "-n", SWITCH, "link", "add", "br0", "type", "bridge")
        run("ip", "-n", SWITCH, "link", "set", "br0", "up")
        for number, host in enumerate(HOSTS, 1):
            run("ip", "netns", "add", host)
            run("ip", "-n", host, "link", "set", "lo", "up")
            port = f"port{number}"
            pair = ("peer", "name", "eth0", "netns", host)
            run("ip", "-n", SWITCH, "link", "add", port, "type", "veth", *pair)
            run("ip", "-n", SWITCH, "link", "set", port, "master", "br0", "up")
            run("ip", "-n", host, "addr", "add", f"10.77.0.{number}/24", "dev", "eth0")
            run("ip", "-n", host, "link", "set", "eth0", "up")
        self.start_scheduler()
        return self

    def __exit__(self, *exception: object) -> None:
        for process in self._processes:
            for pid in tree(process.pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.wait()
        self._remove_network()

    def _remove_network(self) -> None:
        for name in (SWITCH, *HOSTS):
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)

    def start(self, host: str, command: list[str], log: str, code: Path = ROOT) -> Any:
        """Start a process on a host, which sees of the run's folder what is shared."""
        mounts = "mount --make-rprivate /"
        if host != HOSTS[0]:
            mounts += f" && mount -t tmpfs tmpfs {self.home}/client"
            mounts += f" && mount -t tmpfs -o size={self.scratch} tmpfs {self.home}/scratch"
        shell = f'{mounts} && cd {self.home}/scratch && exec "$@"'
        unshare = ["unshare", "-m", "sh", "-c", shell, "sh", *command]
        variables = {
            **environment(),
            "PYTHONPATH": str(code),
            "KGRAPH_CACHE": f"{self.home}/scratch/cache",
            "TMPDIR": f"{self.home}/scratch",
        }
        with (self.home / log).open("ab") as out:
            process = subprocess.Popen(
                ["ip", "netns", "exec", host, *unshare], stdout=out, stderr=out, env=variables
            )
        self._processes.append(process)
        return process

    def start_scheduler(self) -> None:
        command = [PYTHON, "-m", "dask", "scheduler", "--host", "10.77.0.1", "--port", "8786"]
        self.scheduler = self.start(HOSTS[0], command, "scheduler.log")

    def start_worker(self, number: int, code: Path = ROOT) -> Any:
        """Start the worker of a host (1 or 2), of another version of kgraph if ``code`` is."""
        command = [PYTHON, "-m", "dask", "worker", ADDRESS, "--nthreads", "1"]
        command += ["--local-directory", f"{self.home}/scratch", "--nworkers", "1"]
        worker = self.start(HOSTS[number], command, f"worker{number}.log", code)
        self.workers.append(worker)
        return worker

    def build(self, *options: str) -> Any:
        """Start a build on the first host."""
        for leftover in ("graph.ttl", "build.log"):
            (self.home / "client" / leftover).unlink(missing_ok=True)
        folder, client = self.home / "client" / "episodes", self.home / "client"
        command = [PYTHON, "-m", "kgraph", "build", str(folder), "--store", str(client / "store")]
        command += ["--turtle", str(client / "graph.ttl"), "--full", "--dask", ADDRESS, *options]
        return self.start(HOSTS[0], command, "client/build.log")


def find_worker_process(nanny: int) -> int:
    """Return the process id of the worker of a nanny, once it has started."""
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        for pid in tree(nanny):
            with suppress(OSError):
                if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    return pid
        time.sleep(0.2)
    raise SystemExit("no worker has started")


# -- faults ---------------------------------------------------------------------------


def no_fault(cluster: Cluster, rng: random.Random) -> None:
    """Change nothing."""


def kill_worker(cluster: Cluster, rng: random.Random) -> None:
    """Kill a worker's process; its nanny starts another one."""
    os.kill(find_worker_process(rng.choice(cluster.workers).pid), signal.SIGKILL)


def kill_nanny(cluster: Cluster, rng: random.Random) -> None:
    """Kill a nanny; its worker ends, and one is left."""
    rng.choice(cluster.workers).kill()


def stop_worker(cluster: Cluster, rng: random.Random) -> None:
    """Stop a worker's process for ten seconds."""
    pid = find_worker_process(rng.choice(cluster.workers).pid)
    os.kill(pid, signal.SIGSTOP)
    time.sleep(10)
    os.kill(pid, signal.SIGCONT)


def stop_scheduler(cluster: Cluster, rng: random.Random) -> None:
    """Stop the scheduler for good."""
    assert cluster.scheduler is not None
    os.kill(cluster.scheduler.pid, signal.SIGSTOP)


def kill_scheduler(cluster: Cluster, rng: random.Random) -> None:
    """Kill the scheduler."""
    assert cluster.scheduler is not None
    cluster.scheduler.kill()


def add_worker(cluster: Cluster, rng: random.Random) -> None:
    """Start the second worker."""
    cluster.start_worker(2)


def add_other_version(cluster: Cluster, rng: random.Random) -> None:
    """Start a worker of another version, and end the first, so that tasks must go to it."""
    cluster.start_worker(2, cluster.home / "other")
    time.sleep(8)
    cluster.workers[0].kill()


class Fault(NamedTuple):
    """A fault.

    Attributes:
        act: makes it, some seconds after the build began.
        ends: the ends that are right.
        workers: how many start before the build.
        scratch: size of the workers' disk.
        options: of the build.
        other: whether the second worker is of another version from the start.
    """

    act: Callable[[Cluster, random.Random], None]
    ends: tuple[str, ...]
    workers: int = 2
    scratch: str = "512m"
    options: tuple[str, ...] = ()
    other: bool = False


SAME = ("same bytes",)
FAULTS = {
    "none": Fault(no_fault, SAME),
    "none, --work": Fault(no_fault, SAME, options=("--work", "SHARED")),
    "worker killed": Fault(kill_worker, SAME),
    "worker killed, --work": Fault(kill_worker, SAME, options=("--work", "SHARED")),
    "nanny killed": Fault(kill_nanny, SAME),
    "worker stopped for 10 s": Fault(stop_worker, SAME),
    "full disk, --work on it": Fault(
        no_fault, ("error",), scratch="512m", options=("--work", "FULL")
    ),
    "scratch of 1 MB": Fault(no_fault, ("same bytes", "error"), scratch="1m"),
    "worker joins late": Fault(add_worker, SAME, workers=1),
    "another version": Fault(no_fault, ("error",), other=True),
    "another version joins late": Fault(add_other_version, ("error", "same bytes"), workers=1),
    "scheduler killed": Fault(kill_scheduler, ("error", "same bytes")),
    "scheduler stopped": Fault(stop_scheduler, ("error", "same bytes")),
}


def run_build(
    home: Path, fault: Fault, rng: random.Random, expected: str, limit_s: float
) -> Outcome:
    """Run a build that meets a fault."""
    for name in ("scratch", "shared"):
        shutil.rmtree(home / name, ignore_errors=True)
        (home / name).mkdir()
    with ExitStack() as stack:
        places = {"SHARED": str(home / "shared")}
        if "FULL" in fault.options:  # before the hosts' own mounts begin
            places["FULL"] = stack.enter_context(mount_small_disk(home / "full"))
        cluster = stack.enter_context(Cluster(home, fault.scratch))
        for number in range(1, fault.workers + 1):
            is_other = fault.other and number == 2
            worker = cluster.start_worker(number, home / "other" if is_other else ROOT)
            if fault.scratch != "1m":
                find_worker_process(worker.pid)
        build = cluster.build(*(places.get(option, option) for option in fault.options))
        start = time.monotonic()
        time.sleep(rng.uniform(2, 12))
        if build.poll() is None:
            fault.act(cluster, rng)
        faulted = time.monotonic()
        end = wait_for(build, start + limit_s, home, expected)
        now = time.monotonic()
        lines = (home / "client/build.log").read_text(errors="replace").strip().splitlines()
        return Outcome(end, now - start, now - faulted, lines[-1] if lines else "")


def wait_for(build: Any, deadline: float, home: Path, expected: str) -> str:
    """Wait for a build, and judge its end."""
    try:
        status = build.wait(max(1.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return "hangs"
    log = (home / "client/build.log").read_text(errors="replace")
    if "Traceback" in log:
        return "traceback"
    if status:
        return "half a graph" if (home / "client/graph.ttl").exists() else "error"
    return "same bytes" if digest(home / "client/graph.ttl") == expected else "other bytes"


@contextmanager
def mount_small_disk(folder: Path) -> Iterator[str]:
    """Mount a disk of 1 MB that all hosts see, with 100 kB left."""
    folder.mkdir(exist_ok=True)
    run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder)
    try:
        (folder / "used").write_bytes(bytes(900_000))
        yield str(folder)
    finally:
        run("umount", "-l", folder)


def digest(file: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def prepare(home: Path, folder: Path, times: int) -> str:
    """Copy the episodes, build them in one process, and return the digest of the Turtle."""
    client = home / "client"
    client.mkdir()
    print(grow(folder, client / "episodes", times), "files", file=sys.stderr)
    shutil.copytree(ROOT / "kgraph", home / "other" / "kgraph")
    for name in ("data", "ontology"):
        (home / "other" / name).symlink_to(ROOT / name)
    changed = home / "other/kgraph/resolve/corpus.py"
    changed.write_text(changed.read_text() + "\n# another version\n")
    command = [PYTHON, "-m", "kgraph", "build", str(client / "episodes"), "--workers", "1"]
    command += ["--store", str(client / "store"), "--turtle", str(client / "one.ttl")]
    subprocess.run(command, check=True, env=environment(), capture_output=True)
    return digest(client / "one.ttl")


def main() -> None:
    """Read the command line, and build."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "data/episodes")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--builds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fault", nargs="*", choices=list(FAULTS), default=list(FAULTS))
    parser.add_argument("--limit", type=float, default=BUILD_LIMIT_S, help="seconds of a build")
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    rows = []
    home = Path(tempfile.mkdtemp(prefix="kgraph-cluster-", dir="/var/tmp"))
    try:
        expected = prepare(home, arguments.folder, arguments.times)
        for number in range(arguments.builds):
            name = arguments.fault[number % len(arguments.fault)]
            fault = FAULTS[name]
            outcome = run_build(home, fault, rng, expected, arguments.limit)
            end, seconds, after, message = outcome
            is_late = end == "error" and after > ERROR_LIMIT_S
            is_right = end in fault.ends and not is_late
            rows.append((number + 1, name, end, seconds, after, "" if is_right else "WRONG"))
            print(*rows[-1], message[:300], file=sys.stderr, flush=True)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(table(("build", "fault", "end", "s", "s after the fault", ""), rows))
    if any(row[-1] for row in rows):
        sys.exit(1)


if __name__ == "__main__":
    main()
