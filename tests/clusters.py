"""Clusters that tests start, and tasks for them; the workers import this module."""

import io
import os
import signal
import time
from contextlib import contextmanager
from typing import NamedTuple

import dask
from distributed import Client, LocalCluster

from kgraph.pipeline import build
from kgraph.store import Store, layout


def build_bytes(folder, store, **options):
    """Build everything; return the bytes of the Turtle, of the records, and of what is kept."""
    out = io.BytesIO()
    build([folder], store, turtle=out, judgements=None, full=True, **options)
    files = (f"{layout.RECORDS_FILE}-1", layout.KEPT_FILE, f"{layout.KEPT_FILE}-1")
    return (out.getvalue(), *((Store(store).build / name).read_bytes() for name in files))


@contextmanager
def start_cluster(workers=2, allowed_failures=1):
    """Start a cluster that gives a task up when more workers died that had it."""
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": allowed_failures}),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0",
            silence_logs="CRITICAL",
        ) as opened,
        Client(opened, set_as_default=False) as client,
    ):
        yield opened, client


class Shard(NamedTuple):
    """A task that kills its worker, unless it is harmless; as a shard, it can name its files."""

    name: str
    is_deadly: bool = False

    def list_files(self):
        return [f"{self.name}.md"]


def work(shard):
    if shard.is_deadly:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)
    return shard.name
