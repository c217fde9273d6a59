"""Open a Dask cluster for a build: connect, check versions, and share a folder.

A cluster of this machine (``local:N``) is started, and closed with all its workers at the end.
"""

from __future__ import annotations

import signal
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any

from kgraph.base.errors import ClusterError, InputError
from kgraph.base.output_target import is_url
from kgraph.pipeline.cluster import (
    ANSWER_TIMEOUT_S,
    ClusterPool,
    call_in_thread,
    make_version_error,
)
from kgraph.pipeline.cluster_tasks import describe_program, read_marker
from kgraph.pipeline.locations import write_binary

if TYPE_CHECKING:
    from distributed import Client

CLOSE_TIMEOUT_S = 10.0
MAX_LOCAL_WORKERS = 256
MARKER_FILE = "made-by-kgraph"

#: Settings of Dask while a build runs. Those of schedulers and workers count for ``local:N`` alone.
_SETTINGS = {
    "distributed.admin.large-graph-warning-threshold": "1GB",  # tasks carry the files of a shard
    "distributed.scheduler.worker-saturation": 1.0,  # a worker that dies has only what it runs
    "distributed.worker.profile.enabled": False,  # a hundred stacks a second
    "distributed.scheduler.worker-ttl": "60s",  # after which a worker without a heartbeat is lost
}


@contextmanager
def open_cluster(
    address: str, work: str = "", notify: Callable[[str], None] | None = None
) -> Iterator[ClusterPool]:
    """Open a cluster.

    Args:
        address: of the scheduler; or ``local:N`` for N workers of this machine.
        work: folder or URL that all workers share; "" for none.
        notify: called with the address of the dashboard, if there is one.

    Raises:
        InputError: Dask is not installed, or address or ``work`` cannot be used.
        ClusterError: the cluster does not answer, has no workers, or has another version.
    """
    try:
        import dask
        from distributed.utils import silence_logging_cmgr
    except ImportError as error:
        raise InputError(
            "--dask takes the packages dask and distributed: pip install '.[dask]' in the "
            "checkout of kgraph"
        ) from error
    with ExitStack() as stack:
        stack.enter_context(dask.config.set(_SETTINGS))
        stack.enter_context(silence_logging_cmgr("CRITICAL"))  # errors are told in words
        client = _connect(address, stack)
        pool = ClusterPool(client, address, sees_files=_is_local(address))
        pool.wait_for_workers()
        _check_programs(client, pool, address)
        if work:
            pool.work = stack.enter_context(_share_folder(work, client, pool))
        if notify and pool.call(lambda: client.run_on_scheduler(find_spec, "bokeh")):
            notify(client.dashboard_link)
        yield pool


def _connect(address: str, stack: ExitStack) -> Client:
    from distributed import Client

    target: Any = address
    if _is_local(address):
        number = address.partition(":")[2]
        if not number.isdecimal() or not 1 <= int(number) <= MAX_LOCAL_WORKERS:
            raise InputError(
                f"--dask {address}: write local:N, with N from 1 to {MAX_LOCAL_WORKERS}, such as "
                "local:2"
            )
        target = _start_local(int(number), stack)
    else:
        _check_address(address)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # versions are checked below
            client = call_in_thread(
                lambda: Client(target, timeout=ANSWER_TIMEOUT_S, set_as_default=False)
            ).result(ANSWER_TIMEOUT_S)
    except (OSError, ImportError) as error:
        raise ClusterError(
            f"--dask {address}: no scheduler answers there within {ANSWER_TIMEOUT_S:.0f} s: start "
            "one with `dask scheduler`, or name its address, such as tcp://10.0.0.1:8786"
        ) from error
    stack.callback(_close, client)
    return client


def _is_local(address: str) -> bool:
    return address.partition(":")[0] == "local"


def _check_address(address: str) -> None:
    from distributed.comm import get_address_host_port

    try:
        get_address_host_port(address)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"--dask {address}: not an address: write it as tcp://HOST:PORT, or local:N"
        ) from error


def _start_local(workers: int, stack: ExitStack) -> Any:
    from distributed import LocalCluster

    try:
        with _block_interrupts():
            cluster = LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                dashboard_address="127.0.0.1:0",
                silence_logs="CRITICAL",
            )
            stack.callback(_close, cluster)
    except (OSError, RuntimeError) as error:
        raise ClusterError(
            f"--dask local:{workers}: the workers do not start: {error}: see that the temporary "
            "folder has space, or build without --dask"
        ) from error
    return cluster


@contextmanager
def _block_interrupts() -> Iterator[None]:
    """Keep Ctrl-C from the threads and processes that a block starts.

    It reaches a terminal's whole group: this process handles it after the block, and ends them.
    They inherit the mask of signals: pthread_sigmask(3).
    """
    if not hasattr(signal, "pthread_sigmask"):  # on Windows
        yield
        return
    resource_tracker.ensure_running()  # its start would unblock the signal
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _close(opened: Any) -> None:
    with suppress(Exception):  # of a cluster that is lost
        opened.close(timeout=CLOSE_TIMEOUT_S)


def _check_programs(client: Client, pool: ClusterPool, address: str) -> None:
    """Check that scheduler and workers run the program of this machine."""
    expected = describe_program()
    programs: dict[str, Any] = {}
    try:
        programs[f"the scheduler {address}"] = pool.call(
            lambda: client.run_on_scheduler(describe_program)
        )
    except ImportError as error:
        programs[f"the scheduler {address}"] = error
    answers = pool.call(lambda: client.run(describe_program, on_error="return"))
    programs |= {f"the worker {worker}": answer for worker, answer in answers.items()}
    for machine, program in programs.items():
        if isinstance(program, OSError):
            continue  # a worker that left; its tasks go to the others
        if not isinstance(program, dict):
            raise make_version_error(machine, str(program))
        differences = [
            f"{name} {program.get(name, 'missing')}, here {value}"
            for name, value in expected.items()
            if program.get(name) != value
        ]
        if differences:
            raise make_version_error(machine, "; ".join(differences))


@contextmanager
def _share_folder(work: str, client: Client, pool: ClusterPool) -> Iterator[str]:
    """Make a folder of this build in the one that all workers share; remove it at the end."""
    import fsspec

    name = f"kgraph-{uuid.uuid4().hex}"
    marker = name.encode()
    with ExitStack() as stack:
        try:
            system, path = fsspec.url_to_fs(work)
            # Some file systems leave the host out of the URLs that they make.
            url = work if is_url(work) else system.unstrip_protocol(path)
            path, location = f"{path.rstrip('/')}/{name}", f"{url.rstrip('/')}/{name}/{MARKER_FILE}"
            stack.callback(_remove_folder, system, path)
            system.makedirs(path, exist_ok=True)
            write_binary(location, marker)
        except Exception as error:  # each service has errors of its own, as when it is not reached
            why = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise InputError(
                f"--work {work}: {why}: name a folder or URL that this machine can write to"
            ) from error
        answers = pool.call(lambda: client.run(read_marker, location, on_error="return"))
        for worker, answer in answers.items():
            if answer != marker:
                raise ClusterError(
                    f"--work {work}: the worker {worker} does not see it: name a folder that all "
                    "machines share, or leave --work out"
                )
        yield location.removesuffix(f"/{MARKER_FILE}")


def _remove_folder(system: Any, path: str) -> None:
    with suppress(Exception):  # each service has errors of its own
        system.rm(path, recursive=True)
