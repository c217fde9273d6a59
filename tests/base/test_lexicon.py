import re
from pathlib import Path

import pytest

from kgraph.base.errors import DataError
from kgraph.base.lexicon import (
    EntryLookup,
    LexiconEntry,
    LexiconMatch,
    build_lexicon,
    load_lexicon,
    read_lexicon_file,
)
from kgraph.base.text import name_key
from kgraph.base.vocabulary import data_path
from kgraph.resolve.knowledge import load_vocabulary


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_an_entry_is_found_by_every_name_that_it_goes_by():
    found = build_lexicon(
        [LexiconEntry("The Acme Co", "company", aliases=("ACM",), misheard=("akme",))]
    )
    names = ("the acme co", "Acme Co", "A.C.M.", "Akmé", "Other")
    assert [found.find_matches(name) for name in names] == [
        (LexiconMatch(0, "name"),),
        (LexiconMatch(0, "name"),),
        (LexiconMatch(0, "alias"),),
        (LexiconMatch(0, "heard"),),
        (),
    ]


def test_tickers_count_in_capitals_only_and_beside_names():
    found = build_lexicon(
        [
            LexiconEntry("Acme", "crypto", tickers=("BOLT",)),
            LexiconEntry("Bolt", "company", is_common_word=True),
        ]
    )
    assert found.find_matches("Bolt") == (LexiconMatch(1, "name"),)
    assert found.find_matches("BOLT") == (LexiconMatch(1, "name"), LexiconMatch(0, "ticker"))


def test_a_bracket_stays_only_where_it_tells_two_things_apart():
    found = build_lexicon(
        [
            LexiconEntry("Gem", "product", product_of="Anvil (maker)"),
            LexiconEntry("Gem (exchange)", "company"),
            LexiconEntry("Anvil (maker)", "company"),
            LexiconEntry("Ministry of Rain (Atlantis)", "institution"),
        ]
    )
    assert [(entry.name, entry.product_of) for entry in found.entries] == [
        ("Anvil", ""),
        ("Gem", "Anvil"),
        ("Gem (exchange)", ""),
        ("Ministry of Rain (Atlantis)", ""),
    ]
    assert found.find_matches("Anvil (maker)") == (LexiconMatch(0, "alias"),)


def test_the_order_of_the_rows_does_not_count():
    rows = [LexiconEntry("B", "company"), LexiconEntry("A", "product", aliases=("b",))]
    assert build_lexicon(rows) == build_lexicon(rows[::-1])


def test_a_file_gives_its_type_and_kind(tmp_path):
    entries = "  Acme: {word: true, not: [Akme]}\n  Bolt: {kind: shop}\n"
    text = f"type: company\nkind: bank\nentries:\n{entries}"
    found = list(read_lexicon_file(write(tmp_path, "a.yaml", text)))
    assert found == [
        LexiconEntry("Acme", "company", kind="bank", is_common_word=True, different=("Akme",)),
        LexiconEntry("Bolt", "company", kind="shop"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("type: firm\nentries: {}\n", "Invalid enum value 'firm' - at `$.type`"),
        ("type: company\nentries: {A: {alias: [B]}}\n", "unknown field `alias`"),
        ("type: company\nentries: {A: [}\n", "quote the value"),
    ],
)
def test_a_wrong_file_is_named_with_its_fault(tmp_path, text, said):
    path = write(tmp_path, "a.yaml", text)
    with pytest.raises(DataError, match=str(path)) as caught:
        load_lexicon(tmp_path)
    assert said in str(caught.value)


def test_a_name_in_two_files_is_an_error(tmp_path):
    for name in ("a.yaml", "b.yaml"):
        write(tmp_path, name, "type: company\nentries: {Acme: {}}\n")
    with pytest.raises(DataError, match="'Acme' is also in a.yaml: delete one"):
        load_lexicon(tmp_path)


def test_the_lexicon_that_travels_with_the_program_is_whole():
    found = load_lexicon()
    assert found.get_entry(found.find_matches("Nvidia")[0]).type == "company"
    named = {name for entry in found.entries for name in (entry.name, *entry.aliases)}
    shown = {hit.number for name in named for hit in found.find_matches(name)}
    assert len(shown) == len(found.entries)


def test_every_relation_of_the_lexicon_names_an_entry():
    entries = load_lexicon().entries
    named = {entry.name for entry in entries}
    said = {name for e in entries for name in (e.product_of, e.part_of, e.token_of) if name}
    assert said - named == set()


def test_an_entry_that_is_the_same_as_another_has_its_name():
    found = build_lexicon(
        [
            LexiconEntry("Z", "product", is_common_word=True, product_of="Acme"),
            LexiconEntry("Chirper", "product", aliases=("Chirper.com",), same_as="Z"),
            LexiconEntry("Chirper Blue", "product", part_of="Chirper"),
            LexiconEntry("Acme", "company"),
        ]
    )
    said = {
        name: [(found.get_entry(m).name, m.name_kind) for m in found.find_matches(name)]
        for name in ("Chirper", "chirper.com", "Z")
    }
    assert said == {
        "Chirper": [("Z", "name")],
        "chirper.com": [("Z", "alias")],
        "Z": [("Z", "name")],
    }
    assert not found.get_entry(found.find_matches("Chirper")[0]).is_common_word
    assert found.get_entry(found.find_matches("Chirper Blue")[0]).part_of == "Z"


def test_entries_are_found_by_entity_and_by_name():
    lexicon = build_lexicon(
        [
            LexiconEntry("Chirp", "product", aliases=("Chirper App",), misheard=("cheap",)),
            LexiconEntry("Old Chirper", "company", same_as="Chirp"),
            LexiconEntry("Older Chirper", "product", same_as="Chirp"),
            LexiconEntry("Gemini", "product"),
            LexiconEntry("Gemini (exchange)", "company", aliases=("Gemini Trust",)),
        ]
    )
    lookup = EntryLookup(lexicon)
    chirp = lookup.find_entry("product/chirp")
    assert chirp.misheard == ("cheap",)
    names = [(entry.short_name, *entry.aliases) for entry in lookup.find_entries("product/chirp")]
    assert names == [("Chirp", "Chirper App"), ("Chirp", "Older Chirper")]
    assert lookup.find_entry("company/chirp") is None  # the same as another: no entry of its own
    assert lookup.find_entries("company/chirp") == []
    assert lookup.find_entry("product/cheap") is lookup.find_entry("product/chirperapp") is None
    assert lookup.find_entry("company/geminiexchange").name == "Gemini (exchange)"
    targets = ("Gemini", "gemini", "", "Chirper App")
    parts = [LexiconEntry("Part", "product", part_of=target) for target in targets]
    related = [lookup.find_related_id(part, "part_of") for part in parts]
    assert related == ["product/gemini", "", "", ""]
    own = LexiconEntry("Gemini", "product", product_of="Gemini")
    assert lookup.find_related_id(own, "product_of") == ""


def test_a_young_entry_keeps_its_bracket():
    found = build_lexicon([LexiconEntry("Prism (Acme)", "product", since="2026-01")])
    assert [entry.name for entry in found.entries] == ["Prism (Acme)"]
    assert found.find_matches("Prism") == (LexiconMatch(0, "name"),)


# -- the rules of data/lexicon/README.md, held against the whole lexicon ---------


@pytest.fixture(scope="module")
def entries_by_name():
    """Key of each entry's usual name -> the entries that have it."""
    found = {}
    for entry in load_lexicon().entries:
        found.setdefault(name_key(entry.name), []).append(entry)
    return found


def test_nothing_misheard_is_an_ordinary_word():
    words = load_vocabulary().words
    heard = [(e.name, text) for e in load_lexicon().entries for text in e.misheard]
    assert [pair for pair in heard if " " not in pair[1] and pair[1].lower() in words] == []


def test_nothing_misheard_is_the_name_of_another_entry(entries_by_name):
    heard = [(e.name, text) for e in load_lexicon().entries for text in e.misheard]
    assert [
        (name, text)
        for name, text in heard
        if any(other.name != name for other in entries_by_name.get(name_key(text), ()))
    ] == []


def test_a_name_stands_at_two_entries_only_where_cues_tell_them_apart():
    """So no alias is a version, a product or a unit that has an entry of its own."""
    holders = {}
    for entry in load_lexicon().entries:
        for name in (entry.name, *entry.aliases):
            if not name.endswith(")"):  # a bracket tells apart
                holders.setdefault(name_key(name), {})[entry.name] = entry
    assert {
        name: sorted(entries)
        for name, entries in holders.items()
        if len(entries) > 1 and not all(e.is_common_word and e.cues for e in entries.values())
    } == {}


def test_what_is_the_same_as_an_entry_has_one():
    written = [
        entry
        for path in sorted(data_path("data", "lexicon").glob("*.yaml"))
        for entry in read_lexicon_file(path)
    ]
    names = {(entry.name, entry.type) for entry in written}
    assert [e.name for e in written if e.same_as and (e.same_as, e.type) not in names] == []
    assert [
        e.name for e in written if e.since and not re.fullmatch(r"\d{4}(-\d\d)?", e.since)
    ] == []
