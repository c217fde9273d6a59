"""Two stores are compared as a build is with the one before."""

import re
import shutil

import pytest
from support import episode_text

from kgraph import KnowledgeGraph
from kgraph.base.errors import InputError, StoreMissingError
from kgraph.graph.diff import Changes
from kgraph.pipeline import build
from kgraph.store import Store


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "episodes"
    path.mkdir()
    for name in "abc":
        text = episode_text(f"Talk {name}", f"https://example.org/{name}", ("OpenAI", "Nvidia"))
        (path / f"{name}.md").write_text(text)
    return path


def test_several_builds_are_compared_as_one_would_be(folder, tmp_path):
    store, copy, judged = tmp_path / "store", tmp_path / "copy", tmp_path / "judged.yaml"
    judged.write_text("")

    def run(store):
        build([folder], store, workers=1, judgements=judged)

    run(store)
    shutil.copytree(store, copy)
    (folder / "a.md").rename(folder / "z.md")
    run(store)
    text = (folder / "b.md").read_text()
    (folder / "b.md").write_text(text.replace("OpenAI", "Quarnolt").replace("Talk", "Speech"))
    run(store)
    judged.write_text("- {verb: rename, names: [Nvidia, Nvidia Corp]}\n")
    run(store)
    changes = KnowledgeGraph.open(store).diff(copy)
    assert ("entity", "renamed", "Nvidia Corp") in {(c.what, c.how, c.label) for c in changes}
    assert len(Store(store).changes) < len(changes)
    run(copy)
    assert Store(copy).changes == changes
    digest = Store(store).meta.digest
    assert KnowledgeGraph.open(store).diff(copy) == Changes(digest, digest)


def test_what_is_no_store_to_compare_with_is_refused(folder, tmp_path):
    store, other = tmp_path / "store", tmp_path / "other"
    build([folder], store, workers=1)
    build([folder], other, workers=1, base="https://example.org/id/")
    graph, file = KnowledgeGraph.open(store), tmp_path / "held.nt"
    file.write_text("")
    advice = "give the folder of a store"
    for path, message in (
        (file, f"against {file}: not a folder: {advice}"),
        (tmp_path / "gone", f"against {tmp_path / 'gone'}: no such folder: {advice}"),
        (
            other,
            f"{other}: its IRIs begin with https://example.org/id/, those of {store} with "
            f"{graph.store.meta.base}: build one of them again with the base of the other",
        ),
    ):
        with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
            graph.diff(path)
    with pytest.raises(StoreMissingError):
        graph.diff(folder)
