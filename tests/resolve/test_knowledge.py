"""The knowledge without a corpus: it is cached, and own entries are put over the shipped ones."""

import msgspec
import pytest
from hypothesis import given
from lexicons import SHIPPED, own_entries

from kgraph.base.lexicon import EntryLookup, build_lexicon, overlay_entries
from kgraph.base.text import name_key
from kgraph.resolve import knowledge
from kgraph.resolve.knowledge import Knowledge, overlay_knowledge, prepare_knowledge
from kgraph.resolve.mentions.classifier import ResolverModel
from kgraph.resolve.own_entries import OwnEntries

PREPARED = Knowledge(shows={"a": "OpenAI"})


@pytest.fixture
def preparations(tmp_path, monkeypatch):
    """Count the preparations of the knowledge, in a cache of its own."""
    calls = []
    monkeypatch.setenv("KGRAPH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(knowledge, "read_lexicon_folder", list)
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
    names = sorted(path.name.partition("-")[0] for path in (tmp_path / "cache").iterdir())
    assert names == ["entries", "knowledge"]


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
    (file,) = (tmp_path / "cache").glob("knowledge-*")
    content = file.read_bytes()
    file.write_bytes(damage(content))
    load_in_new_process()
    assert (len(preparations), file.read_bytes()) == (2, content)


def test_without_a_cache_the_knowledge_is_prepared_each_time(preparations, tmp_path):
    (tmp_path / "cache").write_text("a file, not a folder")
    load_in_new_process()
    load_in_new_process()
    assert len(preparations) == 2


@given(own_entries)
def test_own_entries_over_compiled_ones_are_as_if_all_were_compiled(own):
    shipped = prepare_knowledge(build_lexicon(SHIPPED), ResolverModel())
    ids = {"company": {"Acme": {"wikidata": {"Q42": ""}}}}
    found = overlay_knowledge(shipped, SHIPPED, OwnEntries(tuple(own), ids, "digest"))
    anew = prepare_knowledge(build_lexicon(overlay_entries(SHIPPED, own)), ResolverModel())
    anew = msgspec.structs.replace(anew, own_ids=ids)
    assert msgspec.structs.astuple(found) == msgspec.structs.astuple(anew)
    encode = msgspec.msgpack.Encoder(order="deterministic").encode
    assert encode(found) == encode(anew)


def test_a_name_an_id_and_a_ticker_mean_what_the_lexicon_says():
    lexicon = knowledge.load_shipped_knowledge().lexicon
    meanings, lookup = knowledge.load_shipped_meanings(), EntryLookup(lexicon)
    for listed in lexicon.entries[::20]:
        for name in (listed.name, *listed.aliases, *listed.tickers, listed.entity_id):
            matches = [lexicon.get_entry(match) for match in lexicon.find_matches(name)]
            entry = lookup.find_entry(name) or matches[0]
            meaning = (entry.name, entry.entity_id)
            assert meanings.get(name_key(name), meanings.get(name)) == meaning
    assert "zorbla" not in meanings
