import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.resolve.mentions import variants

PARTS = ["So", "CEO", "Acme", "(ACM)", "acme.com", "Inc.", "tokens", "Ann", "I", "Check", "Acme's"]


def texts(surface: str) -> list[str]:
    return [variant.text for variant in variants.generate_variants(surface)]


@pytest.mark.parametrize(
    ("surface", "name"),
    [
        ("So Acme", "Acme"),
        ("And the Acme", "Acme"),
        ("Check Acme", "Acme"),
        ("CEO Ann Example", "Ann Example"),
        ("Head of the Acme Fund", "Acme Fund"),
        ("Acme (ACM)", "ACM"),
        ("Acme's Rocket", "Acme Rocket"),
        ("Acme, Inc.", "Acme"),
        ("Acme tokens", "Acme"),
        ("Acmes", "Acme"),
        ("One Acme", "Acme"),
        ("rocket.acme.com", "acme rocket"),
        ("https://www.acme.com/shop", "acme"),
        ("Acme I", "Acme"),
        ("  “Acme” ", "Acme"),
        ("Acme Eleven", "Acme 11"),
        ("Acme 11", "Acme eleven"),
    ],
)
def test_a_name_is_freed_from_the_words_around_it(surface, name):
    assert name in texts(surface)


@pytest.mark.parametrize(
    ("surface", "first"),
    [
        ("ICE (Intercontinental Exchange)", "Intercontinental Exchange"),
        ("Intercontinental Exchange (ICE)", "Intercontinental Exchange"),
        ("ICE (Some Other Firm)", "ICE"),
        ("ACME (Roadrunners)", "ACME"),
        ("Acme (A Certain Maker Early)", "Acme"),
    ],
)
def test_the_long_form_comes_before_its_acronym(surface, first):
    assert texts(surface)[1] == first


@pytest.mark.parametrize("surface", ["CEO of", "Head of the Acme", "Director for Acme"])
def test_link_words_behind_an_office_are_dropped(surface):
    made = [variant for variant in variants.generate_variants(surface) if "title" in variant.steps]
    assert [variant.text for variant in made] in ([], ["Acme"])


@pytest.mark.parametrize("surface", ["VS Code", "US Steel", "Acme (Implied)", "Boss"])
def test_guards_keep_what_belongs_to_a_name(surface):
    whole = surface.partition(" (")[0]
    assert texts(surface)[-1] == whole or whole in texts(surface)
    assert not {"Code", "Steel", "Implied", "Bos"} & set(texts(surface))


@pytest.mark.parametrize(
    ("surface", "is_dropped"),
    [
        ("Charles Prince of Acme", False),
        ("Felipe VI, King of Acme", False),
        ("Charles CEO of Acme", True),
        ("Charles Lord of the Acme", True),
        ("Zorb Prince of Acme", True),
        ("King of Acme", True),
    ],
)
def test_a_rank_in_the_name_of_a_ruler_is_no_office(surface, is_dropped):
    assert ("Acme" in texts(surface)) == is_dropped


def test_a_legal_form_takes_the_ampersand_before_it_along():
    assert texts("Quorvex & Co.") == ["Quorvex & Co", "Quorvex"]


def test_hostile_surfaces_give_few_variants_without_errors():
    assert texts("") == []
    assert texts("'\"  ") == []
    assert len(texts("So " * 5_000 + "(" * 5_000)) <= variants.MAX_VARIANTS
    assert all(len(text) <= variants.MAX_SURFACE_CHARS for text in texts("x" * 10_000))


@pytest.mark.parametrize(
    ("surface", "is_talk", "is_post"),
    [
        ("And I", True, False),
        ("The US", False, False),
        ("Chief Example Officer", False, False),
        ("Chief Technology Officer", False, True),
        ("The Information", False, False),
    ],
)
def test_function_words_and_offices_are_no_names(surface, is_talk, is_post):
    assert (variants.has_only_function_words(surface), variants.is_job_title(surface)) == (
        is_talk,
        is_post,
    )


@given(st.lists(st.sampled_from(PARTS), max_size=5).map(" ".join))
def test_the_outer_variants_come_first(surface):
    outer = variants.generate_outer_variants(surface)
    assert variants.generate_variants(surface)[: len(outer)] == outer


@pytest.mark.parametrize(
    ("surface", "symbols"),
    [
        ("$TSLA", ["TSLA"]),
        ("NASDAQ:TSLA", ["TSLA"]),
        ("NYSE: BRK.B", ["BRK.B"]),
        ("Tesla (NASDAQ: TSLA)", ["TSLA"]),
        ("TSLA", []),
        ("$100M", []),
        ("$tsla", []),  # as a word of a transcript may be
        ("CEO: AB", []),  # no exchange
        ("NASDAQ:TOOLONGNAME", []),
    ],
)
def test_a_symbol_is_found_without_its_dollar_or_exchange(surface, symbols):
    made = [each.text for each in variants.generate_variants(surface) if "market" in each.steps]
    assert made == symbols
