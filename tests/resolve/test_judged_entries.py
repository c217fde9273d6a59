"""Entries of the lexicon that judged types choose."""

import pytest

from kgraph.base.lexicon import LexiconEntry, build_lexicon
from kgraph.base.model import Decision
from kgraph.resolve.judgement import Judgement
from kgraph.resolve.judgement_table import build_judgement_table
from kgraph.resolve.knowledge import resolve_judgements
from kgraph.resolve.renamed_ids import list_joined_ids, list_renamed_ids

LEXICON = build_lexicon(
    [
        LexiconEntry("Carp", "product", aliases=("Works Carp",), misheard=("Harp",)),
        LexiconEntry("Carp (exchange)", "company", aliases=("Carp Trust",)),
        LexiconEntry("Old fork", "other", aliases=("Forks",)),
        LexiconEntry("Old Fork", "show"),
        LexiconEntry("Bolt", "company"),
        LexiconEntry("Bolt (payments)", "company"),
    ]
)
PRODUCT = Decision("product", "carp", "Carp", 0.7, "known")
EXCHANGE = Decision("company", "carpexchange", "Carp (exchange)", 0.7, "known")
PAYMENTS = Decision("company", "boltpayments", "Bolt (payments)", 0.7, "known")
FORK = Decision("other", "oldfork", "Old fork", 0.7, "known")
REJECTED = Decision("noise", "carp", "carp", 0.9, "function-words")

TYPE_PRODUCT = Judgement("type", ("Carp",), "product")
TYPE_COMPANY = Judgement("type", ("Carp",), "company")


def resolve(*judgements):
    return resolve_judgements(build_judgement_table(judgements), LEXICON, lambda key: "")


def judge(judgements, keys, decision):
    judged = resolve(*judgements).apply(keys, decision)
    return judged.type, judged.label


@pytest.mark.parametrize("decision", [PRODUCT, EXCHANGE, REJECTED])
@pytest.mark.parametrize(
    ("judgement", "target"),
    [
        (TYPE_PRODUCT, ("product", "Carp")),
        (TYPE_COMPANY, ("company", "Carp (exchange)")),
        (Judgement("accept", ("CARP",), "company"), ("company", "Carp (exchange)")),
    ],
)
def test_a_name_of_a_judged_type_is_the_entry_of_that_type(judgement, target, decision):
    assert judge([judgement], ("carp",), decision) == target


def test_what_the_lexicon_lacks_is_called_without_the_bracket_of_what_it_was():
    show = Judgement("type", ("Carp",), "show")
    assert judge([show], ("carp",), EXCHANGE) == ("show", "Carp")
    assert judge([show], ("carp",), PRODUCT) == ("show", "Carp")
    trust = Judgement("type", ("Carp Trust",), "show")
    assert judge([trust], ("carptrust",), EXCHANGE) == ("show", "Carp (exchange)")


@pytest.mark.parametrize("id_", ["company/boltpayments", "product/boltpayments"])
def test_an_id_that_remains_is_called_as_its_entry_whatever_type_it_has(id_):
    [type_, _] = id_.split("/")
    same = Judgement("same", (id_, "Carp"))
    assert judge([same], ("carp",), PRODUCT) == (type_, "Bolt (payments)")


@pytest.mark.parametrize(
    ("keys", "decision", "target"),
    [
        (("workscarp",), PRODUCT, ("product", "Carp")),  # an alias of the product alone
        (("carptrust",), EXCHANGE, ("company", "Carp (exchange)")),
        (("workscarp",), Decision("company", "carp", "Carp", 0.7, "known"), ("company", "Carp")),
        ((), PRODUCT, ("company", "Carp (exchange)")),  # a part of a row that joins names
    ],
)
def test_rows_of_other_names_stay_what_shares_the_name(keys, decision, target):
    table = resolve(TYPE_COMPANY)
    judged = table.apply(keys, decision)
    assert (judged.type, judged.label) == target
    assert judged.judgement_keys == (() if keys else ("carp",))


def test_an_accepted_name_stays_what_shares_a_name_of_a_judged_type():
    judgements = [TYPE_COMPANY, Judgement("accept", ("Works Carp",))]
    assert judge(judgements, ("workscarp",), PRODUCT) == ("product", "Carp")


def test_rows_of_other_names_follow_where_the_entry_is_the_same():
    wrong_type = Decision("company", "carp", "Carp", 0.7, "known")
    assert judge([TYPE_PRODUCT], ("workscarp",), wrong_type) == ("product", "Carp")


def test_two_entries_may_have_one_name():
    show = Judgement("type", ("Old Fork",), "show")
    assert judge([show], ("oldfork",), FORK) == ("show", "Old Fork")
    assert judge([show], ("forks",), FORK) == ("other", "Old fork")
    renamed = list_renamed_ids(resolve(show))
    assert "other/oldfork" not in renamed
    assert renamed["company/oldfork"] == "show/oldfork"


@pytest.mark.parametrize(
    ("name", "type_", "entry_names"),
    [
        ("Bolt", "company", {}),  # of two companies
        ("Harp", "product", {}),  # only misheard
        ("Carp Trust", "company", {"carptrust": "Carp (exchange)"}),
    ],
)
def test_only_a_name_or_alias_of_a_single_entry_chooses_it(name, type_, entry_names):
    assert resolve(Judgement("type", (name,), type_)).entry_names == entry_names


def test_of_several_entries_of_the_judged_type_rows_keep_theirs():
    judgement = Judgement("type", ("Bolt",), "company")
    assert judge([judgement], ("bolt",), PAYMENTS) == ("company", "Bolt (payments)")


@pytest.mark.parametrize("old", ["Carp (exchange)", "Zed"])
def test_a_name_that_rename_gives_is_spelled_as_in_that(old):
    rename = Judgement("rename", (old, "CARP"))
    key = old.replace(" (", "").strip(")").lower()
    decision = Decision("company", key, old, 0.7, "known")
    for type_ in (TYPE_COMPANY, TYPE_PRODUCT):
        assert judge([rename, type_], (key,), decision) == (type_.type, "CARP")
        assert resolve(rename, type_).entry_names == {}


def test_an_id_that_a_rename_gives_leads_to_nothing_else():
    renamed = list_renamed_ids(
        resolve(Judgement("rename", ("Carp (exchange)", "Carp")), TYPE_COMPANY)
    )
    assert renamed["company/carpexchange"] == "company/carp"
    assert "company/carp" not in renamed


def test_what_is_the_same_as_a_name_is_the_entry_that_it_chooses():
    same = Judgement("same", ("Carp", "Zed"))
    zed = Decision("person", "zed", "Zed", 0.7, "itself")
    assert judge([same, TYPE_COMPANY], ("zed",), zed) == ("company", "Carp (exchange)")
    assert judge([same, TYPE_COMPANY], ("zeds",), zed) == ("company", "Carp (exchange)")
    ids = list_joined_ids(resolve(same, TYPE_COMPANY))
    assert ids["person/zed"] == "company/carpexchange"
    by_id = Judgement("same", ("Carp", "person/zed"))
    assert judge([by_id, TYPE_COMPANY], ("zed",), zed) == ("company", "Carp (exchange)")
    # What is the same as an id is that.
    assert judge([Judgement("same", ("product/carp", "Zed")), TYPE_COMPANY], ("zed",), zed) == (
        "product",
        "Carp",
    )


def test_the_id_of_what_shares_a_judged_name_is_no_former_one():
    assert list_renamed_ids(resolve(TYPE_COMPANY)) == {}
    assert list_joined_ids(resolve(TYPE_PRODUCT)) == {}
    assert list_renamed_ids(resolve(TYPE_PRODUCT))["company/carp"] == "product/carp"


def test_an_id_is_accepted_for_rows_without_the_bracket_of_its_name():
    judged = resolve(Judgement("accept", ("company/boltpayments",))).apply(("bolt",), PAYMENTS)
    assert (judged.label, judged.confidence) == ("Bolt (payments)", 1.0)
    other = resolve(Judgement("accept", ("company/boltpayments",))).apply(("boltpay",), PAYMENTS)
    assert other.confidence == 0.7


def test_an_id_of_a_judged_type_is_the_entry_of_that_type():
    to_company = Judgement("type", ("product/carp",), "company")
    assert judge([to_company], ("carp",), PRODUCT) == ("company", "Carp (exchange)")
    assert list_renamed_ids(resolve(to_company)) == {"product/carp": "company/carpexchange"}
    assert resolve(to_company).namesake_ids == frozenset()
    without_letters = resolve(Judgement("type", ("product/x-0123abcd",), "company"))
    assert list_renamed_ids(without_letters) == {"product/x-0123abcd": "company/x-0123abcd"}
    several = Judgement("type", ("product/bolt",), "company")
    assert resolve(several).entry_names == {}
    renamed = Judgement("rename", ("Zed", "Carp"))
    assert resolve(renamed, to_company).entry_names == {}
