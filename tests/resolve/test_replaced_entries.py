"""Remarks on the names of shipped entries that are lost where own ones replace them."""

import pytest

from kgraph.base.lexicon import LexiconEntry, build_lexicon
from kgraph.resolve import replaced_entries
from kgraph.resolve.knowledge import load_own_entries
from kgraph.resolve.replaced_entries import describe_replaced_entries

SHIPPED = build_lexicon(
    [
        LexiconEntry("Acme", "company", aliases=("Acme Works", "Acme Corp"), tickers=("ACM",)),
        LexiconEntry("Acme Labs", "company", aliases=("Labs",), same_as="Acme"),
        LexiconEntry("Bolt (scooters)", "company", aliases=("Taxify",)),
        LexiconEntry("Carp", "company"),
    ]
)


@pytest.mark.parametrize(
    ("entry", "lost"),
    [
        (LexiconEntry("ACME", "company"), "Acme Works, Acme Corp, ACM"),
        (LexiconEntry("Acme", "company", aliases=("acme works",), tickers=("ACM",)), "Acme Corp"),
        (LexiconEntry("Bolt", "company"), "Taxify"),
        (LexiconEntry("Bolt (scooters)", "company"), "Taxify"),
        (LexiconEntry("Acme", "product"), ""),  # another thing
        (LexiconEntry("Acme Works", "company"), ""),  # takes a name, not the place
        (LexiconEntry("Carp", "company"), ""),
        (LexiconEntry("Nobody", "company"), ""),
    ],
)
def test_names_of_a_replaced_entry_are_told(entry, lost):
    remark = (
        f"{entry.name} takes the place of the shipped entry, whose further names are lost: {lost}; "
        "repeat those that it needs as aliases or tickers"
    )
    assert describe_replaced_entries(SHIPPED, [entry]) == ([remark] if lost else [])


def test_many_remarks_and_names_are_counted(monkeypatch):
    own = [LexiconEntry(name, "company") for name in ("Acme", "Bolt")]
    monkeypatch.setattr(replaced_entries, "MAX_REMARKS", 1)
    monkeypatch.setattr(replaced_entries, "MAX_NAMES", 1)
    first, further = describe_replaced_entries(SHIPPED, own)
    assert "are lost: Acme Works and 2 more; repeat" in first
    assert further == "so does 1 further entry"


def test_a_build_is_told_each_time(tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text("type: company\nentries: {NVIDIA: {kind: startup}}\n")
    for _ in range(2):
        own = load_own_entries([file], [])
        assert any(note.startswith("NVIDIA takes the place of the shipped") for note in own.notes)
