"""Names match what they clearly mean, with words for why; other candidates do not match."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_graph import HOSTILE

from kgraph.base.identity import make_identities
from kgraph.base.lexicon import LexiconEntry, build_lexicon
from kgraph.graph import Entity
from kgraph.graph.lookup import Lookup
from kgraph.graph.matcher import MATCH_SCORE, MAX_NAME_CHARS, Matcher
from kgraph.resolve.knowledge import prepare_knowledge
from kgraph.resolve.mentions.classifier import ResolverModel

ENTRIES = [
    LexiconEntry(
        "Acme", "company", aliases=("Acme Rockets",), misheard=("Akmee",), tickers=("ACMX",)
    ),
    LexiconEntry("Walt Borealis", "person"),
    LexiconEntry("Borealis", "company", aliases=("The Walt Borealis Company",)),
    LexiconEntry("Gemma (exchange)", "company"),
    LexiconEntry("Gemma (model)", "product"),
    LexiconEntry("Block", "company", is_common_word=True),
    LexiconEntry("Constellara", "company", kind="bank"),
    LexiconEntry("And I", "show"),
    LexiconEntry("Editor", "product"),
]
IDS = {"company": {"Constellara": {"wikidata": {"Q77": "x"}, "ticker": {"NYSE:CNST": "x"}}}}


def make_matcher(*entities):
    """A matcher of a small lexicon and of a graph with these entities."""
    lookup = Lookup({entity.id: entity for entity in entities})
    knowledge = prepare_knowledge(build_lexicon(ENTRIES), ResolverModel())
    return Matcher(lookup, knowledge, make_identities({}, IDS))


@pytest.fixture(scope="module")
def matcher():
    """A graph that mentions Acme, both Gemmas, and a firm that the lexicon lacks."""
    return make_matcher(
        Entity("company", "acme", "Acme", {"Acme": 6, "Acmee": 3}, 5, 0.98, tickers=("ACMX",)),
        Entity("product", "gemmamodel", "Gemma (model)", {"Gemma": 97}, 40, 0.95),
        Entity("company", "gemmaexchange", "Gemma (exchange)", {"Gemma": 3}, 3, 0.9),
        Entity("company", "wexlerium", "Wexlerium", {"Wexlerium": 4}, 4, 0.95),
        Entity("company", "misheardio", "Misheardio", {"Misheardio": 1}, 0, 0.4, unlikely=1),
        Entity(
            "company", "borealisgroup", "Borealis Group", {}, 2, 0.9, replaces=("company/borealis",)
        ),
    )


def top(matcher, name, *types):
    """Id, whether it matches, and the kind of evidence, of the first candidate of a name."""
    first = matcher.match(name, types).candidates[0]
    return first.thing.id, first.match, first.evidence


@pytest.mark.parametrize(
    ("name", "id_", "evidence"),
    [
        ("Acme", "company/acme", "name"),
        ("  ACME, ", "company/acme", "name"),
        ("Acme Rockets", "company/acme", "alias"),
        ("Akmee", "company/acme", "heard"),
        ("ACMX", "company/acme", "ticker"),
        ("Acmee", "company/acme", "written"),
        ("And Acme", "company/acme", "name"),
        ("Acme, Inc.", "company/acme", "name"),
        ("Acme & Co. KGaA", "company/acme", "name"),
        ("Acme A/S", "company/acme", "name"),
        ("Acme S.A.B. de C.V.", "company/acme", "name"),
        ("[Acme](https://acme.example/)", "company/acme", "name"),
        ("company/acme", "company/acme", "id"),
        ("https://w3id.org/kgraph/id/company/acme", "company/acme", "id"),
        ("Constellara", "company/constellara", "name"),
        ("Q77", "company/constellara", "id"),
        ("http://www.wikidata.org/entity/Q77", "company/constellara", "id"),
        ("NYSE:CNST", "company/constellara", "id"),
        ("$CNST", "company/constellara", "id"),
        ("Wexlerium", "company/wexlerium", "label"),
        ("Wexlerium Ltd", "company/wexlerium", "label"),
    ],
)
def test_a_name_matches_what_it_clearly_means(matcher, name, id_, evidence):
    assert top(matcher, name) == (id_, True, evidence)


@pytest.mark.parametrize(
    "name", ["And I said", "And", "So", "General Manager", "Chief Editor", "$$$", "", "  ", "…"]
)
def test_what_is_no_name_has_no_candidate(matcher, name):
    assert matcher.match(name).candidates == ()


def test_function_words_match_what_is_called_exactly_so(matcher):
    assert top(matcher, "And I") == ("show/andi", True, "name")
    assert matcher.match("and I").candidates == ()


def test_the_whole_name_counts_more_than_a_part_of_it(matcher):
    """The company is not taken for the person whose name is in its own."""
    assert top(matcher, "The Walt Borealis Company")[:2] == ("company/borealisgroup", True)
    assert top(matcher, "Walt Borealis")[:2] == ("person/waltborealis", True)


def test_an_entry_is_the_entity_that_replaced_it(matcher):
    assert top(matcher, "Borealis") == ("company/borealisgroup", True, "name")
    assert top(matcher, "company/borealis") == ("company/borealisgroup", True, "id")


def test_the_usual_meaning_of_a_name_comes_first(matcher):
    first, second = matcher.match("Gemma").candidates
    assert (first.thing.id, first.match) == ("product/gemmamodel", True)
    assert (second.thing.id, second.match) == ("company/gemmaexchange", False)
    assert (first.share, second.share) == (0.961, 0.039)
    assert top(matcher, "Gemma", "company")[:2] == ("company/gemmaexchange", True)


def test_a_name_of_two_things_matches_neither():
    first, second = make_matcher().match("Gemma").candidates
    assert {first.thing.id, second.thing.id} == {"company/gemmaexchange", "product/gemmamodel"}
    assert (first.match, second.match, first.share) == (False, False, 0.5)


PART = "its name is a part of the given one: “Constellara”"


@pytest.mark.parametrize(
    ("name", "id_", "evidence", "why"),
    [
        ("Constelara", "company/constellara", "sound", "its name sounds like “Constelara”"),
        ("Wexlerum", "company/wexlerium", "sound", "its name sounds like “Wexlerum”"),
        ("Constellara Rewards", "company/constellara", "part", PART),
        ("Walt", "person/waltborealis", "longer", "its name is longer, and has “Walt” in it"),
        ("Misheardio", "company/misheardio", "label", "its name in the graph"),
        ("block", "company/block", "name", "its name, as in the lexicon"),
    ],
)  # fmt: skip
def test_what_is_less_clear_is_a_candidate_that_does_not_match(matcher, name, id_, evidence, why):
    first = matcher.match(name).candidates[0]
    assert (first.thing.id, first.evidence, first.match, first.why) == (id_, evidence, False, why)
    assert first.score < MATCH_SCORE


def test_an_ordinary_word_matches_where_a_type_is_given(matcher):
    assert top(matcher, "block", "company")[:2] == ("company/block", True)
    assert top(matcher, "Block")[:2] == ("company/block", True)


def test_a_number_makes_another_name(matcher):
    """Another version is another thing, however alike its name."""
    for name in ("Acme 33", "Acme 2.0", "Wexlerium 7"):
        assert matcher.match(name).best is None


def test_types_limit_the_candidates(matcher):
    assert matcher.match("Acme", ["person"]).candidates == ()
    assert [c.thing.type for c in matcher.match("Gemma", ["product"]).candidates] == ["product"]
    assert matcher.match("company/acme", ["person"]).candidates == ()


def test_a_thing_tells_what_is_known_of_it(matcher):
    unmentioned = matcher.match("Constellara").candidates[0].thing
    assert (unmentioned.in_graph, unmentioned.in_lexicon, unmentioned.kind) == (False, True, "bank")
    assert unmentioned.ids == (("wikidata", "Q77"), ("ticker", "NYSE:CNST"))
    mentioned = matcher.match("Wexlerium").candidates[0].thing
    assert (mentioned.in_graph, mentioned.in_lexicon, mentioned.episodes) == (True, False, 4)


def test_why_tells_how_a_name_was_read(matcher):
    first = matcher.match("And Acme").candidates[0]
    assert first.why == "its name, as in the lexicon, read as “Acme”"
    assert matcher.match("Acmee").candidates[0].why == "episodes write it so: 3 of 3 rows"


def test_best_is_the_match(matcher):
    assert matcher.match("Acme").best.thing.id == "company/acme"
    assert matcher.match("Constelara").best is None
    assert matcher.match("").best is None


def test_a_limit_cuts_the_candidates_and_not_the_decision(matcher):
    assert [len(matcher.match("Gemma", limit=n).candidates) for n in (1, 2, 9)] == [1, 2, 2]
    ambiguous = make_matcher().match("Gemma", limit=1)
    assert [candidate.match for candidate in ambiguous.candidates] == [False]


def test_a_name_longer_than_any_is_not_matched(matcher):
    assert matcher.match("Acme " * MAX_NAME_CHARS).candidates == ()


def test_unmentioned_entries_are_listed_by_prefix(matcher):
    assert [t.name for t in matcher.list_unmentioned("const", 9)] == ["Constellara"]
    assert matcher.list_unmentioned("acm", 9) == []  # the graph mentions it
    assert matcher.list_unmentioned("", 9) == []
    assert len(make_matcher().list_unmentioned("gemma", 1)) == 1


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_names_are_matched_or_not_without_an_error(matcher, text):
    check_order(matcher.match(text))


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(["Acme", "Gemma", "And", "I", "Inc.", "(", "’s", "🔥"])).map(
        " ".join
    )
)
def test_any_text_has_ordered_candidates(text):
    check_order(ANY.match(text))


ANY = make_matcher(Entity("company", "acme", "Acme", {"Acme": 6}, 5, 0.98))


def check_order(result):
    """Check what holds of the candidates of every name."""
    scores = [candidate.score for candidate in result.candidates]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 100 for score in scores)
    assert [c.match for c in result.candidates[1:]] == [False] * len(scores[1:])
    assert len({c.thing.id for c in result.candidates}) == len(scores)
