from kgraph.lexicon import Entry
from kgraph.lexicon import build as lexicon_of
from kgraph.model import Episode, Row
from kgraph.resolve import candidates, knowledge, mentions, setting
from kgraph.resolve.judgements import Rulings
from kgraph.resolve.statistics import Statistics

ENTRIES = [
    Entry("Bank of Acmé", "company"),
    Entry("Acme", "company"),
    Entry("Smith & Rocket", "company"),
]
KNOWN = knowledge.build(lexicon_of(ENTRIES), Statistics(0, {}), Rulings())


def longer(name: str, context: str) -> list[tuple[str, str]]:
    """Entries that go by the name and the words around it, and how many on each side."""
    row = Row("companies", 0, {"name": name, "context": context, "position": 1})
    around = setting.of(Episode("a.md", "", {}, {"companies": (row,)}, {}))
    found = candidates.of(mentions.row_of(around.mentions[0], around, KNOWN))
    return [(one.label, one.says[0]) for one in found if one.source == "longer"]


def test_an_entry_goes_by_the_name_and_the_words_that_were_cut_off():
    assert longer("Acme", "so the Bank of Acme said") == [("Bank of Acmé", "longer:name:2:0")]
    assert longer("Smith", "then Smith & Rocket came") == [("Smith & Rocket", "longer:name:0:2")]


def test_words_beyond_the_name_must_belong_to_it():
    assert longer("Acme", "so the bank, Acme said") == []
