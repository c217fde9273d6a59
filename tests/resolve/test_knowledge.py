"""The cached knowledge: a damaged file is ignored and written again."""

import pytest

from kgraph.resolve import knowledge
from kgraph.resolve.knowledge import Knowledge

PREPARED = Knowledge(shows={"a": "OpenAI"})


@pytest.fixture
def preparations(tmp_path, monkeypatch):
    """Count the preparations of the knowledge, in a cache of its own."""
    calls = []
    monkeypatch.setenv("KGRAPH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(knowledge, "load_lexicon", lambda **_: None)
    monkeypatch.setattr(knowledge, "load_model", lambda: None)
    monkeypatch.setattr(knowledge, "prepare_knowledge", lambda *_: calls.append(1) or PREPARED)
    return calls


def load_in_new_process():
    """Load the knowledge as a new process does."""
    loaded = knowledge.load_shipped_knowledge.__wrapped__()
    assert loaded.shows == PREPARED.shows


def test_the_knowledge_is_prepared_once(preparations, tmp_path):
    load_in_new_process()
    load_in_new_process()
    assert len(preparations) == 1
    assert [path.name[:10] for path in (tmp_path / "cache").iterdir()] == ["knowledge-"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.replace(b"OpenAI", b"OpenAX"),
        lambda data: data.replace(b"OpenAI", b"Open\xff\xff"),
        lambda data: data[:-1],
        lambda data: b"",
        lambda data: b"foreign",
    ],
)
def test_a_damaged_file_is_written_again(preparations, tmp_path, damage):
    load_in_new_process()
    (file,) = (tmp_path / "cache").iterdir()
    content = file.read_bytes()
    file.write_bytes(damage(content))
    load_in_new_process()
    assert (len(preparations), file.read_bytes()) == (2, content)


def test_without_a_cache_the_knowledge_is_prepared_each_time(preparations, tmp_path):
    (tmp_path / "cache").write_text("a file, not a folder")
    load_in_new_process()
    load_in_new_process()
    assert len(preparations) == 2
