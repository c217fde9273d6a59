"""What is said to who names a word that the ontology does not have."""

import pytest

from kgraph.analysis import questions
from kgraph.ontology import PREFIXES
from kgraph.query import hints as module
from kgraph.query.hints import MAX_HINTS, hints
from kgraph.query.saved import saved_queries

MENTION = "kg:mention is no term of the ontology: did you mean kg:Mention?"
NONE = "kg:zzz is no term of the ontology: `kgraph queries` has examples"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ASK { ?a kg:mention ?b ; kg:mention ?c ; a kg:Mention }", [MENTION]),
        ("ASK { ?a kg:zzz ?b . ?c kg:mention ?d . }", [NONE, MENTION]),
        (f"ASK {{ ?a <{PREFIXES['kg']}mention> ?b }}", [MENTION]),
        (f"PREFIX kg: <{PREFIXES['kg']}> ASK {{ ?a kg:mention ?b }}", [MENTION]),
        ("PREFIX kg: <http://example.org/> ASK { ?a kg:mention ?b }", []),
        ("PREFIX xkg: <http://example.org/> ASK { ?a xkg:mention ?kg:mention }", []),
        ("ASK { ?a ?b 'kg:mention' } # kg:mention", []),
        ("ASK { ?a kg:status kg:Accepted FILTER(kg:matches(?a, 'x')) }", []),
        (f"PREFIX k: <{PREFIXES['kg']}> ASK {{ ?a k:episode ?b }}", []),
        ("", []),
    ],
)
def test_words_that_there_are_not_are_told(text, said):
    assert hints(text) == said


@pytest.mark.parametrize("name", saved_queries())
def test_nothing_is_said_of_saved_queries(name):
    assert name in questions()
    assert hints(saved_queries()[name].text) == []


def test_near_words_are_looked_for_a_bounded_number_of_times(monkeypatch):
    looked = []
    monkeypatch.setattr(module, "get_close_matches", lambda *given: looked.append(given[0]) or [])
    said = hints(" ".join(f"kg:w{n}" for n in range(9000)))
    assert looked == [f"w{n}" for n in range(MAX_HINTS)]
    assert len(said) == MAX_HINTS
    (long,) = hints("kg:" + "x" * 60_000)
    assert (len(looked), len(long)) == (MAX_HINTS, 125)
