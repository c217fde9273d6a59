from pathlib import Path

import pytest

from kgraph.base.errors import DataError
from kgraph.base.lexicon import Entry, Hit, build, load, read


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_an_entry_is_found_by_every_name_that_it_goes_by():
    found = build([Entry("The Acme Co", "company", aliases=("ACM",), heard=("akme",))])
    names = ("the acme co", "Acme Co", "A.C.M.", "Akmé", "Other")
    assert [found.find(name) for name in names] == [
        (Hit(0, "name"),),
        (Hit(0, "name"),),
        (Hit(0, "alias"),),
        (Hit(0, "heard"),),
        (),
    ]


def test_tickers_count_in_capitals_only_and_beside_names():
    found = build([Entry("Acme", "crypto", tickers=("BOLT",)), Entry("Bolt", "company", word=True)])
    assert found.find("Bolt") == (Hit(1, "name"),)
    assert found.find("BOLT") == (Hit(1, "name"), Hit(0, "ticker"))


def test_a_bracket_stays_only_where_it_tells_two_things_apart():
    found = build(
        [
            Entry("Gem", "product", product_of="Anvil (maker)"),
            Entry("Gem (exchange)", "company"),
            Entry("Anvil (maker)", "company"),
            Entry("Ministry of Rain (Atlantis)", "institution"),
        ]
    )
    assert [(entry.name, entry.product_of) for entry in found.entries] == [
        ("Anvil", ""),
        ("Gem", "Anvil"),
        ("Gem (exchange)", ""),
        ("Ministry of Rain (Atlantis)", ""),
    ]
    assert found.find("Anvil (maker)") == (Hit(0, "alias"),)


def test_the_order_of_the_rows_does_not_count():
    rows = [Entry("B", "company"), Entry("A", "product", aliases=("b",))]
    assert build(rows) == build(rows[::-1])


def test_a_file_gives_its_type_and_kind(tmp_path):
    entries = "  Acme: {word: true, not: [Akme]}\n  Bolt: {kind: shop}\n"
    text = f"type: company\nkind: bank\nentries:\n{entries}"
    found = list(read(write(tmp_path, "a.yaml", text)))
    assert found == [
        Entry("Acme", "company", "bank", word=True, different=("Akme",)),
        Entry("Bolt", "company", "shop"),
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
        load(tmp_path)
    assert said in str(caught.value)


def test_a_name_that_stands_twice_is_an_error(tmp_path):
    for name in ("a.yaml", "b.yaml"):
        write(tmp_path, name, "type: company\nentries: {Acme: {}}\n")
    with pytest.raises(DataError, match="'Acme' stands in a.yaml too: delete one"):
        load(tmp_path)


def test_the_lexicon_that_travels_with_the_program_is_whole():
    found = load()
    assert found.entry(found.find("Nvidia")[0]).type == "company"
    named = {entry.name for entry in found.entries}
    shown = {hit.number for name in named for hit in found.find(name)}
    assert len(shown) == len(found.entries)


def test_every_relation_of_the_lexicon_names_an_entry():
    entries = load().entries
    named = {entry.name for entry in entries}
    said = {name for e in entries for name in (e.product_of, e.part_of, e.token_of) if name}
    assert said - named == set()
