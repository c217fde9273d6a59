"""The kept knowledge: a file that is not as it was written is made anew."""

import pytest

from kgraph.resolve import knowledge, knowledge_cache
from kgraph.resolve.knowledge import Knowledge

MADE = Knowledge(shows={"a": "OpenAI"})


@pytest.fixture
def made(tmp_path, monkeypatch):
    """How often the knowledge was made, in a cache of its own."""
    times = []
    monkeypatch.setenv("KGRAPH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(knowledge_cache.lexicon, "load_lexicon", lambda: None)
    monkeypatch.setattr(knowledge, "load_model", lambda: None)
    monkeypatch.setattr(knowledge, "prepare_knowledge", lambda *_: times.append(1) or MADE)
    return times


def ask():
    """The knowledge, as a new process asks for it."""
    found = knowledge_cache.load_shipped_knowledge.__wrapped__()
    assert found.shows == MADE.shows


def test_the_knowledge_is_prepared_once(made, tmp_path):
    ask()
    ask()
    assert len(made) == 1
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
def test_a_damaged_file_is_written_again(made, tmp_path, damage):
    ask()
    (file,) = (tmp_path / "cache").iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    ask()
    assert (len(made), file.read_bytes()) == (2, whole)


def test_without_a_cache_the_knowledge_is_prepared_each_time(made, tmp_path):
    (tmp_path / "cache").write_text("a file, not a folder")
    ask()
    ask()
    assert len(made) == 2
