"""Statements, and what workers share, in a bucket: of a server on this machine that speaks S3."""

import pytest
from clusters import build_bytes
from support import SAMPLE, episode_text

from kgraph.base.errors import ExportError
from kgraph.export.statement_output import build_statements
from kgraph.pipeline.workers import WorkerOptions

s3fs = pytest.importorskip("s3fs", reason="the package s3fs is not installed")
moto = pytest.importorskip("moto.server", reason="the package moto is not installed")

ONE, TWO = WorkerOptions(workers=1), WorkerOptions(workers=2)


@pytest.fixture(scope="module")
def bucket():
    """The name of an empty bucket, and the file system."""
    server = moto.ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    with pytest.MonkeyPatch.context() as patch:
        host, port = server.get_host_and_port()
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "nobody")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "none")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        files = s3fs.S3FileSystem(skip_instance_cache=True)
        files.mkdir("kgraph-tests")
        yield "kgraph-tests", files
    server.stop()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("episodes")
    for number in range(30):
        url = f"https://www.youtube.com/watch?v=abcdefghi{number:02d}"
        text = episode_text(f"Talk {number}", url)
        (folder / f"{number}.md").write_text(text, "utf-8")
    return folder


def test_a_bucket_and_a_folder_get_the_same_bytes(bucket, folder, tmp_path):
    name, files = bucket
    build_statements([folder], tmp_path / "local", judgements=None, workers=ONE)
    expected = {path.name: path.read_bytes() for path in (tmp_path / "local").iterdir()}
    for _ in range(2):  # the second replaces the first
        build_statements([folder], f"s3://{name}/kg", judgements=None, workers=TWO)
        files.invalidate_cache()
        written = {path.rpartition("/")[2]: files.cat(path) for path in files.find(f"{name}/kg")}
        assert written == expected


def test_files_of_others_stay_in_a_bucket(bucket, folder):
    name, files = bucket
    files.pipe(f"{name}/mine/notes.txt", b"mine")
    with pytest.raises(ExportError, match=r"there are other files in it \(notes\.txt\)"):
        build_statements([folder], f"s3://{name}/mine", judgements=None, workers=ONE)
    assert files.cat(f"{name}/mine/notes.txt") == b"mine"


def test_a_missing_bucket_is_told(bucket, folder):
    with pytest.raises(ExportError, match="s3://no-such-bucket/kg: "):
        build_statements([folder], "s3://no-such-bucket/kg", judgements=None, workers=ONE)


def test_workers_share_a_bucket_and_leave_it_empty(bucket, tmp_path):
    name, files = bucket
    expected = build_bytes(SAMPLE, tmp_path / "one", workers=1)
    work = f"s3://{name}/work"
    assert build_bytes(SAMPLE, tmp_path / "store", dask="local:2", work=work) == expected
    files.invalidate_cache()
    assert files.find(f"{name}/work") == []
