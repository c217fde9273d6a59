"""A user's own lexicon and tables of ids: what is read, what goes over what, which errors come."""

import os

import pytest

from kgraph.base.errors import DataError
from kgraph.base.lexicon import EntryLookup, LexiconEntry, build_lexicon, overlay_entries
from kgraph.resolve import knowledge
from kgraph.resolve.knowledge import Knowledge, load_own_entries
from kgraph.resolve.own_entries import NO_OWN_ENTRIES, OwnFiles
from kgraph.resolve.shows.known_shows import load_show_registry

SHIPPED = [
    LexiconEntry("Acme", "company", kind="bank", aliases=("Acme Inc",)),
    LexiconEntry("Bolt", "product", product_of="Acme"),
]


def write(folder, text, name="own.yaml"):
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def message(folder, lexicon="", identities=""):
    """The error of a file of entries or ids, without its folder."""
    with pytest.raises(DataError) as caught:
        files = OwnFiles(
            [write(folder, lexicon)] if lexicon else [],
            [write(folder, identities)] if identities else [],
        )
        files.check(build_lexicon(overlay_entries(SHIPPED, files.entries.lexicon)))
    assert str(caught.value).isprintable()
    return str(caught.value).removeprefix(f"{folder}/")


def test_no_files_are_no_entries():
    assert load_own_entries([], []) is NO_OWN_ENTRIES


def test_every_field_is_read(tmp_path):
    text = """\
# our own
type: company
kind: bank
entries:
  Zephyr Bank: {aliases: [ZB, "3B: Bank"], heard: sefir bank, word: true, cues: [zurich]}
  No:
    kind: shop
    since: 2026
    not: [Yes]
  Plain:
"""
    (files, again) = (OwnFiles([write(tmp_path, text)], []) for _ in range(2))
    assert files.entries.lexicon == (
        LexiconEntry(
            "Zephyr Bank",
            "company",
            kind="bank",
            aliases=("ZB", "3B: Bank"),
            misheard=("sefir bank",),
            is_common_word=True,
            cues=("zurich",),
        ),
        LexiconEntry("No", "company", kind="shop", since="2026", different=("Yes",)),
        LexiconEntry("Plain", "company", kind="bank"),
    )
    assert files.entries == again.entries
    assert (files.entries != again.entries) is False
    assert files.entries != OwnFiles([write(tmp_path, f"{text}\n# more\n")], []).entries


ENTRIES = "type: company\nentries:\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "entries:\n  A: {}\n",
            "own.yaml: no type: add it; see “Own names” in the reference of kgraph",
        ),
        (
            "type: compny\nentries:\n  A: {}\n",
            "own.yaml:1: 'compny': no such type: did you mean company? Choose one of ",
        ),
        (
            "type: company\nentrys: {}\n",
            "own.yaml:2: entrys: no such key: did you mean entries? The keys are type, kind, ",
        ),
        (
            f"{ENTRIES}  A: {{}}\n  B: {{alias: [C]}}\n",
            "own.yaml:4: entries.B.alias: no such key: did you mean aliases? The keys are ",
        ),
        (
            f"{ENTRIES}  A:\n    kind: bank\n    aliases: [B, 7]\n",
            "own.yaml:5: entries.A.aliases[1]: expected a text, got 7: see ",
        ),
        (
            f"{ENTRIES}  A: {{word: 1}}\n",
            "own.yaml:3: entries.A.word: expected true or false, got 1: see ",
        ),
        (
            f"{ENTRIES}  A: bank\n",
            "own.yaml:3: entries.A: expected a mapping of keys, got 'bank': ",
        ),
        (
            f"{ENTRIES}  A: {{since: 26-01}}\n",
            "own.yaml:3: entries.A.since: expected a year or month, got '26-01': write ",
        ),
        (f"{ENTRIES}  A: {{}}\n  A: {{}}\n", "own.yaml:4: entries.A: this key stands twice: "),
        (f"{ENTRIES}  A B: {{}}\n  ab: {{}}\n", "own.yaml:4: ab: is also in own.yaml as 'A B': "),
        (f"{ENTRIES}  '!?': {{}}\n", "own.yaml:3: '!?': no letter or digit: "),
        (f"{ENTRIES}  A: {{aliases: [B\n", "own.yaml:3: not YAML: "),
        (
            "- A\n",
            "own.yaml:1: expected a mapping of keys, got a list of 1: begin with "
            "`type:` and `entries:`; see ",
        ),
        (
            f"{ENTRIES}  C: {{same_as: D}}\n  D: {{same_as: C}}\n",
            "own.yaml:3: C: same_as: 'D' has a same_as itself: name an entry without same_as",
        ),
        (
            f"{ENTRIES}  D: {{same_as: Quux Nothing}}\n",
            "own.yaml:3: D: same_as: 'Quux Nothing': no entry of that name: Name an entry, ",
        ),
        (
            f"{ENTRIES}  C: {{}}\n  D: {{part_of: Acmee}}\n",
            "own.yaml:4: D: part_of: 'Acmee': no entry of that name: did you mean Acme? ",
        ),
        (
            f"{ENTRIES}  Acme AG: {{aliases: [ACME]}}\n",
            "own.yaml:3: Acme AG: alias 'ACME' is the name of a shipped company: "
            "write `same_as: Acme`, or ",
        ),
        (
            f"{ENTRIES}  Foo: {{aliases: [bar]}}\n  Bar: {{}}\n",
            "own.yaml:3: Foo: alias 'bar' is the name of Bar (company, own.yaml:4): write ",
        ),
        (
            f"{ENTRIES}  Foo: {{part_of: Foo}}\n",
            "own.yaml:3: Foo: part_of: 'Foo' is the entry itself: name another entry, or delete it",
        ),
        (
            f"{ENTRIES}  Foo: {{aliases: [Fo], part_of: Fo}}\n",
            "own.yaml:3: Foo: part_of: 'Fo' is the entry itself: name another entry, or delete it",
        ),
        (
            f"{ENTRIES}  Foo: {{part_of: Bar}}\n  Bar: {{part_of: Baz}}\n  Baz: {{part_of: Foo}}\n",
            "own.yaml:3: Foo: part_of: leads back to the entry by Bar, Baz: delete one of them",
        ),
        (
            f"{ENTRIES}  Foo: {{aliases: [Fo], not: [Qux, FO]}}\n",
            "own.yaml:3: Foo: not: 'FO' is the entry itself: name another thing",
        ),
        (
            f'{ENTRIES}  "a\\e[31mb": {{x: 1}}\n',
            "own.yaml:2: entries.a\\x1b[31mb.x: no such key: ",
        ),
        (
            f'{ENTRIES}  A: {{part_of: "a\\e[31mb"}}\n',
            "own.yaml:3: A: part_of: 'a\\\\x1b[31mb': no ",
        ),
    ],
)
def test_a_wrong_lexicon_names_file_line_and_value(tmp_path, text, expected):
    assert message(tmp_path, text).startswith(expected)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_bytes(b"type: company\nentries:\n  Caf\xe9: {}\n")
    with pytest.raises(DataError, match=r"own.yaml:3: not UTF-8: save it as UTF-8"):
        OwnFiles([path], [])
    with pytest.raises(DataError, match="gone.yaml: No such file or directory: "):
        OwnFiles([tmp_path / "gone.yaml"], [])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_waited_for(tmp_path):
    path = tmp_path / "own.yaml"
    os.mkfifo(path)
    for files in ([path], []), ([], [path]):
        with pytest.raises(DataError, match=r"own.yaml: not a regular file: name another, or"):
            OwnFiles(*files)


def test_an_own_entry_replaces_that_of_its_name_and_type():
    shipped = [
        LexiconEntry("Gem (exchange)", "company", kind="exchange"),
        LexiconEntry("Gem Pay", "product", product_of="Gem (exchange)"),
        LexiconEntry("Acme", "company", aliases=("Deep Thing", "AC"), misheard=("deep sing",)),
        LexiconEntry("Deep Thing", "product"),
    ]
    own = [
        LexiconEntry("GEM", "company", kind="bank"),
        LexiconEntry("deep thing", "company", aliases=("Deep Sing",)),
    ]
    found = build_lexicon(overlay_entries(shipped, own))
    assert [(e.name, e.type, e.kind, e.product_of) for e in found.entries] == [
        ("Acme", "company", "", ""),
        ("Deep Thing", "product", "", ""),
        ("GEM", "company", "bank", ""),
        ("Gem Pay", "product", "", "GEM"),
        ("deep thing", "company", "", ""),
    ]
    assert (found.entries[0].aliases, found.entries[0].misheard) == (("AC",), ())


IDS = "entries:\n  company:\n    Acme:\n"


def test_a_name_of_entries_of_two_types_is_told_with_both_lines(tmp_path):
    firms = """\
type: company
entries:
  Munich Re:
    aliases: [Münchener Rück, MR]
  Bolt Inc: {aliases: [Bolt]}
  Ada: {word: true, cues: [bank]}
"""
    people = """\
type: person
entries:
  Ann:
  Munchener Ruck:
    aliases: [mr]
  Ada: {word: true, cues: [said]}
"""
    products = "type: product\nentries:\n  Bolt: {product_of: Bolt Inc}\n  Ann: {word: true}\n"
    texts = {"firms": firms, "people": people, "products": products}
    files = OwnFiles([write(tmp_path, text, f"{name}.yaml") for name, text in texts.items()], [])
    fix = "name one of them otherwise, or give both `word: true` and `cues`"
    assert files.entries.notes == (
        "using 8 entries of the project's lexicon",
        "'Munchener Ruck' is a name of Munich Re (company, firms.yaml:4) and of Munchener Ruck "
        f"(person, people.yaml:4): {fix}",
        "'mr' is a name of Munich Re (company, firms.yaml:4) and of Munchener Ruck "
        f"(person, people.yaml:5): {fix}",
        "'Ann' is a name of Ann (person, people.yaml:3) and of Ann (product, products.yaml:4): "
        f"{fix}",
    )


def test_an_alias_of_two_entries_of_one_type_is_told_with_both_lines(tmp_path):
    text = f"""{ENTRIES}\
  Foo: {{aliases: [Zip, Two]}}
  Bar: {{aliases: [zip], word: true}}
  Baz: {{same_as: Acme, aliases: [Acme Two]}}
  Qux: {{same_as: Acme, aliases: [Acme Two]}}
  Pay: {{part_of: Foo, aliases: [Two]}}
"""
    (_, told) = OwnFiles([write(tmp_path, text)], []).entries.notes
    assert told == (
        "'zip' is a name of Foo (company, own.yaml:3) and of Bar (company, own.yaml:4): "
        "name one of them otherwise, or give both `word: true` and `cues`"
    )


def test_what_is_no_contradiction_is_read(tmp_path):
    companies = f"""{ENTRIES}\
  Foo: {{aliases: [Foo, Bar], word: true}}
  Bar: {{part_of: Foo}}
  Old Name: {{same_as: Bar, aliases: [Bar]}}
"""
    files = [
        write(tmp_path, companies),
        write(tmp_path, "type: product\nentries:\n  Foo: {product_of: Foo}\n", "products.yaml"),
    ]
    own = OwnFiles(files, [])
    merged = build_lexicon(own.entries.lexicon)
    own.check(merged)
    (product,) = (entry for entry in merged.entries if entry.type == "product")
    assert EntryLookup(merged).find_related_id(product, "product_of") == "company/foo"


def test_ids_are_read_in_every_form(tmp_path):
    text = f"{IDS}      cik: '0000000001'\n      ticker: [NYSE:ACM]\n      wikidata: {{Q5: hand}}\n"
    text += "packages:\n  hand: {registry: none}\n"
    files = OwnFiles([], [write(tmp_path, text)])
    files.check(build_lexicon(SHIPPED))
    assert files.entries.ids == {
        "company": {
            "Acme": {
                "cik": {"0000000001": ""},
                "ticker": {"NYSE:ACM": ""},
                "wikidata": {"Q5": "hand"},
            }
        }
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"{IDS}      cik: 1\n",
            "own.yaml:4: entries.company.Acme.cik: expected a list of texts, got 1: write ",
        ),
        (
            f"{IDS}      cick: '1'\n",
            "own.yaml:4: entries.company.Acme.cick: no such key: did you mean cik? ",
        ),
        (
            f"{IDS}      cik: '12'\n",
            "own.yaml:4: entries.company['Acme'].cik: '12' is no well-formed id of that kind: ",
        ),
        (
            f"{IDS}      wikidata: Q1\n    Acmee: {{wikidata: Q2}}\n",
            "own.yaml:5: entries.company['Acmee']: no company of that name in the lexicon: ",
        ),
        (
            f"{IDS}      wikidata: Q1\n  product:\n    Bolt: {{wikidata: Q1}}\n",
            "own.yaml:6: entries.product['Bolt'].wikidata: 'Q1' is also the id of entries.comp",
        ),
        (
            f"{IDS}      wikidata: {{Q1: hand}}\n",
            "own.yaml:4: entries.company['Acme'].wikidata: 'Q1' is from 'hand', which is not ",
        ),
        ("entry: {}\n", "own.yaml:1: entry: no such key: did you mean entries? "),
        ("about: ids\n", "own.yaml: no entries: add it; write for "),
    ],
)
def test_a_wrong_table_of_ids_names_file_line_and_value(tmp_path, text, expected):
    assert message(tmp_path, identities=text).startswith(expected)


def test_an_entry_stands_in_one_table_of_ids(tmp_path):
    files = [write(tmp_path, f"{IDS}      wikidata: Q{n}\n", f"{n}.yaml") for n in (1, 2)]
    with pytest.raises(DataError, match=r"2.yaml:3: 'Acme' stands in another table of ids, too: "):
        OwnFiles([], files)


def test_an_own_show_goes_before_the_known_ones():
    known = load_show_registry()
    label = known.find_label("Bankless")
    assert label and "Grant Sanderson" not in known.hosts
    own = LexiconEntry(
        "Kitchen Table Talk", "show", aliases=("Bankless",), hosts=("Grant Sanderson",)
    )
    registry = load_show_registry((own,))
    assert registry.find_label("Kitchen Table Talk podcast") == own.name
    assert registry.hosts["grantsanderson"] == own.name
    assert registry.distinctive_names - known.distinctive_names == {"kitchentabletalk"}


def test_files_are_checked_once_and_a_wrong_one_each_time(tmp_path, monkeypatch):
    monkeypatch.setenv("KGRAPH_CACHE", str(tmp_path / "cache"))
    checks = []

    def load(own=None):  # the shipped entries alone have no checks
        checks.extend([own] if own else [])
        return Knowledge(lexicon=build_lexicon(SHIPPED))

    monkeypatch.setattr(knowledge, "load_shipped_knowledge", load)
    right = write(tmp_path, "type: company\nentries:\n  Zephyr Bank: {}\n")
    assert load_own_entries([right], []) == load_own_entries([right], [])
    assert len(checks) == 1
    wrong = write(tmp_path, "type: company\nentries:\n  Zephyr Bank: {part_of: Nobody}\n")
    for number in (2, 3):
        with pytest.raises(DataError, match="Nobody"):
            load_own_entries([wrong], [])
        assert len(checks) == number
