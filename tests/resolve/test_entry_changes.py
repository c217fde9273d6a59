"""Where no key that was looked up has another entry, a decision finds the same."""

from array import array

from hypothesis import given
from lexicons import NAMES, SHIPPED, own_entries

from kgraph.base.lexicon import LexiconEntry, build_lexicon, overlay_entries
from kgraph.base.text import name_key
from kgraph.resolve.corpus import summarize_form
from kgraph.resolve.entry_changes import TableKey, decisive_fields, find_entry_changes
from kgraph.resolve.knowledge import load_model, prepare_knowledge
from kgraph.resolve.lookups import ChangedKey, number_key
from kgraph.resolve.mentions.decide import FormBuilder
from kgraph.resolve.mentions.row import find_entry

MODEL = load_model()
SURFACES = (
    *NAMES,
    *("Acmee", "acme's", "Gems", "Ann", "Example", "Quorveks Labs", "GEM", "gem", "Bob Exampel"),
    *("Gem and Acme", "Acme / Bolt", "Gem Bolt", "CEO Ann Example", "Widget Works Inc.", "Pay"),
)
INDEX = ("lexicon", "index")


def prepare(own):
    return prepare_knowledge(build_lexicon(overlay_entries(SHIPPED, own)), MODEL)


@given(own_entries, own_entries)
def test_a_surface_without_a_changed_key_has_the_same_form(before, after):
    old, new = prepare(before), prepare(after)
    changes = find_entry_changes(old, new, (*before, *after))
    changed = {number_key(0, place.key) for place in changes}
    old_forms, new_forms = FormBuilder(old), FormBuilder(new)
    for surface in SURFACES:
        outcome = summarize_form(old_forms.build(surface))
        if changed.isdisjoint(array("I", outcome.lookups)):
            assert summarize_form(new_forms.build(surface)) == outcome


@given(own_entries, own_entries)
def test_a_name_without_a_changed_key_has_the_same_entries(before, after):
    old, new = prepare(before), prepare(after)
    changes = find_entry_changes(old, new, (*before, *after))

    def list_found(name, known):
        matches = known.lexicon.index.get(name_key(name), ())
        found = [(m.name_kind, decisive_fields(known.lexicon.get_entry(m))) for m in matches]
        best = find_entry(name, known)
        return found, best and decisive_fields(best)

    for name in SURFACES:
        if TableKey(INDEX, name_key(name)) not in changes:
            assert list_found(name, old) == list_found(name, new)


def test_an_alias_more_changes_no_other_name_of_its_entry():
    before = [LexiconEntry("Zorblax", "company", kind="maker")]
    after = [LexiconEntry("Zorblax", "company", aliases=("ZBX",), kind="maker", part_of="Acme")]
    changes = find_entry_changes(prepare(before), prepare(after), (*before, *after))
    assert changes == {TableKey(INDEX, "zbx"): ChangedKey("own entry", "Zorblax changed")}


def test_a_shipped_entry_that_gets_its_bracket_back_is_named():
    own = [LexiconEntry("Bolt", "company")]
    changes = find_entry_changes(prepare([]), prepare(own), own)
    assert changes[TableKey(INDEX, "bolt")] == ChangedKey("own entry", "Bolt changed")
    assert {change.key for change in changes.values()} == {"Bolt changed"}
