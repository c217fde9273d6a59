"""The folder that workers of a cluster share, at URLs of file systems that have a host."""

from types import SimpleNamespace
from urllib.parse import urlsplit

import fsspec
import pytest
from fsspec.exceptions import FSTimeoutError
from fsspec.implementations.memory import MemoryFile, MemoryFileSystem

from kgraph.base.errors import ClusterError, ExportError, InputError, StoreDamagedError
from kgraph.base.output_target import OutputTarget, open_target
from kgraph.pipeline import cluster_tasks, open_cluster
from kgraph.pipeline.locations import read_binary, write_binary
from kgraph.pipeline.passes import SurveyTask, survey_shard


class HostFiles(MemoryFileSystem):
    """Files on a host, which it leaves out of the URLs that it makes, as SFTP's do."""

    protocol = "hosted"

    def __init__(self, host, **options):
        super().__init__(**options)
        if host == "unreachable":
            raise LookupError("no banner")
        if host == "silent":
            raise FSTimeoutError  # which has no words of its own
        self.error = {"refusing": LookupError("access denied"), "slow": FSTimeoutError()}.get(host)

    def _open(self, path, mode="rb", **options):
        if self.error:
            raise self.error
        return super()._open(path, mode, **options)

    @classmethod
    def _strip_protocol(cls, path):
        return urlsplit(path).path.rstrip("/")

    @staticmethod
    def _get_kwargs_from_urls(path):
        host = urlsplit(path).hostname
        return {"host": host} if host else {}


fsspec.register_implementation("hosted", HostFiles, clobber=True)

CLIENT = SimpleNamespace(run=lambda work, location, **options: {"worker": work(location)})
POOL = SimpleNamespace(call=lambda work: work())


def test_a_url_keeps_its_host_and_the_folder_is_removed():
    with open_cluster._share_folder("hosted://machine/work/", CLIENT, POOL) as folder:
        assert folder.startswith("hosted://machine/work/kgraph-")
        write_binary(f"{folder}/a.spill", b"observed")
        assert read_binary(f"{folder}/a.spill", 2, 3) == b"ser"
        assert list(HostFiles("machine").find("/work"))
    assert HostFiles("machine").find("/work") == []


def test_a_host_that_is_not_reached_is_told():
    with (
        pytest.raises(InputError, match="--work hosted://unreachable/work: no banner: name a"),
        open_cluster._share_folder("hosted://unreachable/work", CLIENT, POOL),
    ):
        pass
    with (
        pytest.raises(ExportError, match="hosted://unreachable/kg: LookupError: no banner: check"),
        open_target("hosted://unreachable/kg", bool, "manifest.json"),
    ):
        pass
    with (
        pytest.raises(InputError, match="--work hosted://silent/work: FSTimeoutError: name a"),
        open_cluster._share_folder("hosted://silent/work", CLIENT, POOL),
    ):
        pass


def test_only_errors_of_a_service_are_told_as_such(monkeypatch):
    def write(host, lines):
        with OutputTarget(f"hosted://{host}/kg", "hosted://kg").open("a.nt") as out:
            for line in lines:
                out.write(line)

    write("machine", [b"one\n", b"two\n"])
    assert HostFiles("machine").cat_file("/kg/a.nt") == b"one\ntwo\n"
    with pytest.raises(ZeroDivisionError):
        write("machine", (b"line" * (1 // n) for n in (1, 0)))
    with pytest.raises(StoreDamagedError, match="build again"):
        write("machine", map(raise_damage, [b"line"]))
    with pytest.raises(ExportError, match="hosted://kg: LookupError: access denied: check the"):
        write("refusing", [b"line"])
    monkeypatch.setattr(MemoryFile, "write", raise_full)
    with pytest.raises(ExportError, match="hosted://kg: LookupError: the bucket is full: check"):
        write("machine", [b"line"])


def raise_damage(_):
    raise StoreDamagedError("the graph is damaged: build again")


def raise_full(*_):
    raise LookupError("the bucket is full")


def test_a_folder_that_a_worker_does_not_see_is_removed():
    blind = SimpleNamespace(run=lambda *arguments, **options: {"worker": OSError("not there")})
    with (
        pytest.raises(open_cluster.ClusterError, match="the worker worker does not see it"),
        open_cluster._share_folder("hosted://machine/work", blind, POOL),
    ):
        pass
    assert HostFiles("machine").find("/work") == []


@pytest.mark.parametrize(
    "use",
    [read_binary, lambda location: write_binary(location, b"")],
    ids=["read", "write"],
)
def test_an_error_of_a_service_names_the_address(use):
    with pytest.raises(OSError, match="LookupError: access denied") as caught:
        use("hosted://refusing/work/a.spill")
    assert caught.value.filename == "hosted://refusing/work/a.spill"
    with pytest.raises(OSError, match="FSTimeoutError"):
        use("hosted://slow/work/a.spill")
    with pytest.raises(OSError, match="a.spill") as caught:
        read_binary("hosted://machine/nowhere/a.spill")
    assert caught.value.filename == "hosted://machine/nowhere/a.spill"


def test_an_error_of_a_service_in_a_worker_is_told(monkeypatch):
    monkeypatch.setattr(cluster_tasks, "_name_worker", lambda: "tcp://machine:1")
    monkeypatch.setattr(cluster_tasks, "_prepare_worker", lambda: None)  # this is no worker
    task = cluster_tasks.pack_task(survey_shard, SurveyTask([], "hosted://refusing/work", ()))
    message = (
        r"the worker tcp://machine:1 cannot read or write a file: hosted://refusing/work/\w+\.spill:"
        " LookupError: access denied: see that its disk and --work have space, and build again"
    )
    with pytest.raises(ClusterError, match=message):
        cluster_tasks.run_task(task)
