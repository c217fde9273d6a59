import pytest
from msgspec.structs import replace
from support import add_corpus

from kgraph.base.lexicon import LexiconEntry, build_lexicon
from kgraph.base.model import EpisodeFile, Row
from kgraph.resolve.judgement_table import JudgementTable
from kgraph.resolve.knowledge import load_model, prepare_knowledge
from kgraph.resolve.mentions.decide import decide_mentions
from kgraph.resolve.name_counts import count_names


def decisions(*rows, entries=(), title="A note"):
    listed = tuple(Row("companies", number, values) for number, values in enumerate(rows))
    episode = EpisodeFile("a.md", "", {"title": title}, {"companies": listed}, {})
    knowledge = prepare_knowledge(build_lexicon(entries), load_model())
    corpus_knowledge = add_corpus(knowledge, count_names(episode), JudgementTable())
    return [decision for (decision,) in decide_mentions(episode, corpus_knowledge)]


PERSON = LexiconEntry("Vitor Zaprel", "person", aliases=("Zaprel", "Vitor"))


@pytest.mark.parametrize("name", ["My Tiny Startup GmbH", "Zorblax", "Kestrel Metrics", "pentavox"])
def test_a_company_listed_by_a_person_is_accepted(name):
    (decision,) = decisions({"name": name})
    assert (decision.type, decision.label, decision.rule) == ("company", name, "listed-by-hand")
    assert 0.75 <= decision.confidence <= 0.98
    assert [reason.part for reason in decision.reasons][-1] == "hand"


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        *((name, "placeholder") for name in ("N/A", "n/a", "TBD", "?", "-", "…", "$$$", "Unknown")),
        *((name, "placeholder") for name in ("n.a.", "N/A.", "(unknown)", "[TBD]", "_")),
        *((name, "function-words") for name in ("today", "to do", "nothing")),
    ],
)
def test_what_stands_in_place_of_a_name_is_none(name, rule):
    (decision,) = decisions({"name": name})
    assert (decision.type, decision.rule) == ("noise", rule)


@pytest.mark.parametrize("name", ["Here", "Within", "3M", "ß"])
def test_a_name_of_few_letters_or_written_with_a_capital_may_be_a_function_word(name):
    (decision,) = decisions({"name": name})
    assert decision.type != "noise"


def test_what_the_lexicon_knows_is_no_placeholder():
    (decision,) = decisions({"name": "None"}, entries=[LexiconEntry("None", "product")])
    assert (decision.type, decision.label) == ("product", "None")


@pytest.mark.parametrize(
    "name", ["Kathy Campbell", "Ruben Z. Somsen", "Grace Hopper", "Ida Kintank"]
)
def test_a_full_name_is_no_company_because_it_is_listed(name):
    (decision,) = decisions({"name": name})
    assert (decision.type, decision.rule) == ("person", "listed-by-hand")
    assert decision.confidence > 0.5


@pytest.mark.parametrize(
    "entry",
    [
        PERSON,
        LexiconEntry("Vitor Zaprel", "institution"),
        LexiconEntry("Zaprel", "place"),
        LexiconEntry("Kathy Campbell", "company"),
    ],
    ids=lambda entry: f"{entry.name}, {entry.type}",
)
def test_a_listed_name_of_one_type_has_this_type(entry):
    (decision,) = decisions({"name": entry.name}, entries=(entry,))
    assert (decision.type, decision.label, decision.confidence) == (entry.type, entry.name, 0.98)
    assert str(decision.reasons[-1]) == (
        "hand: a person listed it, and the lexicon knows one type of it (+8.00)"
    )


def test_a_name_of_two_types_a_word_and_a_category_are_weighed():
    two = (PERSON, LexiconEntry("Vitor Zaprel", "company", cues=("chips",)))
    word = LexiconEntry("Vitor Zaprel", "person", is_common_word=True)
    for entries in (two, (word,)):
        (decision,) = decisions({"name": "Vitor Zaprel"}, entries=entries)
        assert decision.reasons[-1].words == "a person listed it among the companies"
    (decision,) = decisions({"name": "Vitor Zaprel", "category": "bank"}, entries=(PERSON,))
    assert decision.reasons[-1].words == "a person listed it among the companies"


@pytest.mark.parametrize("name", ["Zorblax", "Kestrel Metrics", "Vitor Zaprel", "林砚", "Ann"])
@pytest.mark.parametrize("role", ["guest", "host", "speaker", "person"])
def test_a_name_listed_among_people_is_a_person(name, role):
    (decision,) = decisions({"name": name, "category": role})
    assert (decision.type, decision.label, decision.rule) == ("person", name, "listed-by-hand")
    assert decision.reasons[-1].words.startswith("a person listed it among the people")


@pytest.mark.parametrize("type_", ["company", "crypto", "place", "product", "show", "other"])
@pytest.mark.parametrize("role", ["guest", "host", "speaker", "person"])
def test_a_first_name_among_people_is_a_person_whatever_else_has_it(role, type_):
    for entry in (LexiconEntry("Bob", type_), LexiconEntry("Zorbia", type_, tickers=("BOB",))):
        (decision,) = decisions({"name": "Bob", "category": role}, entries=[entry])
        assert (decision.type, decision.label, decision.confidence) == ("person", "Bob", 0.98)
        words = "a person listed it among the people, as a first name"
        assert decision.reasons[-1].words == words


@pytest.mark.parametrize("name", ["Bob Inc.", "Bob's", "Bob Price"])
def test_a_first_name_is_one_alone(name):
    entry = LexiconEntry(name.removesuffix(" Inc."), "company")
    (decision,) = decisions({"name": name, "category": "guest"}, entries=[entry])
    assert decision.type == "company"


@pytest.mark.parametrize(
    ("name", "types", "labels"),
    [
        ("Bob and Quuxley", ("crypto", "crypto"), ["Bob and Quuxley"]),
        ("Zorbia and Quuxley", ("company", "crypto"), ["Zorbia", "Quuxley"]),
        ("Bob Zorb and Ida Zorb", ("person", "person"), ["Bob Zorb", "Ida Zorb"]),
    ],
)
def test_names_joined_among_people_are_no_first_names_of_firms(name, types, labels):
    entries = list(map(LexiconEntry, name.split(" and "), types))
    episode = EpisodeFile(
        "a.md",
        "",
        {},
        {"companies": (Row("companies", 0, {"name": name, "category": "host"}),)},
        {},
    )
    knowledge = prepare_knowledge(build_lexicon(entries), load_model())
    corpus_knowledge = add_corpus(knowledge, count_names(episode), JudgementTable())
    [found] = decide_mentions(episode, corpus_knowledge)
    assert [decision.label for decision in found] == labels


def test_an_own_entry_has_a_first_name_as_alias():
    own = LexiconEntry("Bob Zorblax", "person", aliases=("Bob",))
    row = {"name": "Bob", "category": "host"}
    for entry, label in ((own, "Bob"), (replace(own, is_own=True), "Bob Zorblax")):
        (decision,) = decisions(row, entries=[entry])
        assert (decision.type, decision.label) == ("person", label)


FAMOUS = LexiconEntry("Bob Zorblax", "person", aliases=("Bob", "Zorblax"), misheard=("Bob Sorlak",))
RELATIVE = LexiconEntry("Ida Zorblax", "person", aliases=("Zorblax",))


@pytest.mark.parametrize(
    ("name", "others", "title", "label"),
    [
        ("Bob Zorblax", (), "A note", "Bob Zorblax"),
        ("Zorblax", (), "A note", "Bob Zorblax"),
        ("Zorblax", (RELATIVE,), "A note", "Zorblax"),
        ("Zorblax", (RELATIVE,), "Ida Zorblax on firms", "Ida Zorblax"),
        ("Bob Sorlak", (), "A note", "Bob Zorblax"),
        ("Bob Price", (), "A note", "Bob Price"),
        ("Bob", (), "A note", "Bob"),
        ("Bob", (), "A note on Zorblax", "Bob"),
        ("Bob", (), "Bob Zorblax on firms", "Bob Zorblax"),
        ("Bob", (), "Why Bob Zorblax Left Zorbia", "Bob Zorblax"),
        ("Bob", (), "BOB ZORBLAX ON FIRMS", "Bob Zorblax"),
    ],
)
def test_a_listed_person_is_a_well_known_one_by_the_whole_name(name, others, title, label):
    row = {"name": name, "category": "guest"}
    (decision,) = decisions(row, entries=(FAMOUS, *others), title=title)
    assert (decision.type, decision.label) == ("person", label)


def test_a_first_name_means_the_person_whom_another_row_names_in_full():
    rows = [{"name": name, "category": "guest"} for name in ("Bob Zorblax", "Bob")]
    labels = [decision.label for decision in decisions(*rows, entries=[FAMOUS])]
    assert labels == ["Bob Zorblax", "Bob Zorblax"]


@pytest.mark.parametrize("role", ["guest", "host", "person"])
@pytest.mark.parametrize(("name", "type_"), [("North Zorbia", "place"), ("Zorbia", "company")])
def test_what_the_lexicon_knows_as_something_else_is_so_among_people_too(role, name, type_):
    entry = LexiconEntry(name, type_)
    (decision,) = decisions({"name": name, "category": role}, entries=[entry])
    assert (decision.type, decision.label) == (type_, name)


@pytest.mark.parametrize("name", ["Charles Prince of Zorbia", "Felipe VI, King of Zorbia"])
def test_a_ruler_is_no_place(name):
    entry = LexiconEntry("Zorbia", "place")
    (decision,) = decisions({"name": name, "category": "guest"}, entries=[entry])
    assert (decision.type, decision.label) == ("person", name)


def test_the_same_name_from_a_transcript_has_another_rule():
    row = {"name": "My Tiny Startup GmbH", "position": 7, "category": "unknown"}
    (decision,) = decisions(row)
    assert decision.rule != "listed-by-hand"


@pytest.mark.parametrize(
    ("values", "extractor"),
    [
        ({"name": "Acme"}, "hand"),
        ({"name": "Acme", "category": "bank", "context": "we met them"}, "hand"),
        ({"name": "Acme", "position": 0}, "regex"),
        ({"name": "Acme", "source": "a program"}, "regex"),
        ({"name": "Acme", "source": "llm_enhanced"}, "llm"),
    ],
)
def test_who_wrote_a_row_shows_in_its_fields(values, extractor):
    assert Row("companies", 0, values).extractor == extractor


@pytest.mark.parametrize(
    ("name", "label"), [("William", "William"), ("Will.i.am", "Will.i.am"), ("Adele", "Adele")]
)
def test_a_first_name_is_no_stage_name_that_is_spelt_otherwise(name, label):
    entries = [LexiconEntry("Will.i.am", "person", kind="entertainer")]
    entries += [LexiconEntry("Adele", "person", kind="entertainer")]
    (decision,) = decisions({"name": name, "category": "guest"}, entries=entries)
    assert (decision.type, decision.label) == ("person", label)


@pytest.mark.parametrize(
    ("name", "other", "label"),
    [
        *((f"Quorvex {form}", "Quorvex", "Quorvex") for form in ("Ltd.", "GmbH", "AB", "S.A.")),
        ("Quorvex, Inc.", "Quorvex", "Quorvex"),
        ("Zorblax A/S", "", "Zorblax"),  # the lexicon has it
        ("Quorvex Ltd.", "", "Quorvex Ltd."),  # nothing has it without
        *((f"Quorvex {noun}", "Quorvex", f"Quorvex {noun}") for noun in ("Company", "Trust")),
        ("Quorvex & Co.", "Quorvex", "Quorvex & Co."),
        ("Ida Kintank LLC", "Ida Kintank", "Ida Kintank LLC"),
        ("Ida LLC", "Ida", "Ida LLC"),
        ("Window AB", "window", "Window AB"),
        ("Vitor Zaprel AB", "Vitor Zaprel", "Vitor Zaprel AB"),  # the lexicon has a person
    ],
)
def test_a_legal_form_is_no_part_of_the_name_of_a_known_company(name, other, label):
    rows = [{"name": each} for each in (name, other) if each]
    found = decisions(*rows, entries=[PERSON, LexiconEntry("Zorblax", "company")])
    assert (found[0].type, found[0].label) == ("company", label)
    assert (found[0].rule == "legal-form") == (name != label)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Zorb Lab GmbH", {"name": "Zorb Lab", "category": "guest"}),
        ("Zorb Lab GmbH", {"name": "Zorb Lab", "category": "token"}),
        ("N/A Ltd", {"name": "N/A"}),
        ("TBD Inc", {"name": "TBD"}),
    ],
)
def test_a_legal_form_stays_where_the_name_without_is_of_something_else(name, other):
    found = decisions({"name": name}, other)
    assert (found[0].label, found[0].rule) == (name, "listed-by-hand")


def test_a_legal_form_among_people_or_in_a_transcript_stays():
    for values in ({"category": "guest"}, {"position": 7, "category": "unknown"}):
        found = decisions({"name": "Quorvex AB", **values}, {"name": "Quorvex"})
        assert found[0].label == "Quorvex AB"


def test_a_legal_form_stays_where_a_judgement_says_that_two_names_differ():
    rows = [Row("companies", n, {"name": name}) for n, name in enumerate(("Quorvex AB", "Quorvex"))]
    episode = EpisodeFile("a.md", "", {"title": "A note"}, {"companies": tuple(rows)}, {})
    knowledge = prepare_knowledge(build_lexicon(()), load_model())
    judgements = JudgementTable(different={"quorvexab": {"quorvex": "Quorvex"}})
    corpus_knowledge = add_corpus(knowledge, count_names(episode), judgements)
    found = [decision.label for (decision,) in decide_mentions(episode, corpus_knowledge)]
    assert found == ["Quorvex AB", "Quorvex"]


@pytest.mark.parametrize(
    ("name", "label"),
    [("NYSE: ZRB", "Zorblax"), ("$ZRB", "Zorblax"), ("NYSE: AI", "NYSE: AI")],
)
def test_behind_an_exchange_or_a_dollar_sign_is_a_symbol_alone(name, label):
    entries = [LexiconEntry("Zorblax", "company", tickers=("ZRB",))]
    entries += [LexiconEntry("Artificial intelligence", "other", aliases=("AI",))]
    (decision,) = decisions({"name": name}, entries=entries)
    assert decision.label == label


@pytest.mark.parametrize("conjunction", ["and", "AND", "und", "et", "y", "e", "og"])
def test_names_joined_by_a_word_of_any_language_are_told_apart(conjunction):
    entries = [LexiconEntry(name, "company") for name in ("Zorbia", "Quuxley")]
    name = f"Zorbia {conjunction} Quuxley"
    rows = (Row("companies", 0, {"name": name}),)
    episode = EpisodeFile("a.md", "", {}, {"companies": rows}, {})
    knowledge = prepare_knowledge(build_lexicon(entries), load_model())
    corpus_knowledge = add_corpus(knowledge, count_names(episode), JudgementTable())
    [joined] = decide_mentions(episode, corpus_knowledge)
    assert [decision.label for decision in joined] == ["Zorbia", "Quuxley"]
    [one] = decisions({"name": name}, entries=entries[:1])
    assert one.label == name
