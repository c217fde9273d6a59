import pytest

from kgraph.base import lexicon
from kgraph.resolve.shows.known_shows import (
    KnownShow,
    build_show_registry,
    load_show_registry,
    show_key,
)

LEXICON = {
    "Widget Hour (podcast)": KnownShow(aliases=("Widget Hour",), hosts=("Ann Lee",)),
    "Gadget Talk": KnownShow(misheard=("Gatchet Talk",), hosts=("Ann Lee", "Bo Ray")),
    "Gizmos": KnownShow(is_common_word=True),
}
FEEDS = {"The Widget Hour": KnownShow(feeds=("libsyn/widgets",), names=("Gatchet Talk",))}


def test_a_show_of_both_files_goes_by_the_lexicons_name():
    registry = build_show_registry(
        LEXICON, FEEDS | {"Gadget Talk Podcast": KnownShow(channels=("UC1",))}
    )
    assert registry.channels == {"UC1": "Gadget Talk"}
    assert registry.find_label("the GADGET talk show") == "Gadget Talk"


def test_brackets_only_tell_namesakes_apart():
    assert build_show_registry(LEXICON, {}).find_label("The Widget Hour") == "Widget Hour (podcast)"


def test_where_the_files_differ_the_feeds_are_right():
    assert build_show_registry(LEXICON, {}).find_label("Gatchet Talk") == "Gadget Talk"
    assert build_show_registry(LEXICON, FEEDS).find_label("Gatchet Talk") == "Widget Hour (podcast)"


def test_a_host_of_two_shows_is_left_out():
    assert build_show_registry(LEXICON, {}).hosts == {"boray": "Gadget Talk"}


def test_a_name_with_another_meaning_is_not_distinctive():
    names = build_show_registry(LEXICON, {}).distinctive_names
    assert "gadgettalk" in names and "gizmos" not in names


def test_a_long_name_is_known_by_its_consonants():
    registry = build_show_registry({"Marginal Comments Weekly": KnownShow()}, {})
    assert registry.find_by_consonants("Margenal Coments Wekly") == ""
    assert registry.find_by_consonants("Marginel Commentes Weekly") == "Marginal Comments Weekly"


@pytest.mark.parametrize("name", ["", "The Show", "Podcast", "!!!", "播客"])
def test_odd_names_have_a_key(name):
    assert show_key(name)


def test_the_data_loads_and_a_feed_is_one_shows():
    registry = load_show_registry()
    assert registry.feeds["libsyn/techemergence"] == registry.find_label("AI in Business")
    assert all(registry.feeds.values()) and all(registry.channels.values())


def test_episodes_and_mentions_call_a_show_the_same():
    named = {entry.name for entry in lexicon.load_lexicon().entries}
    labels = set(load_show_registry().names.values())
    assert {label for label in labels if label.endswith(")")} <= named


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("The Market Podcast", "The Market Podcast"),
        ("the market", "The Market Podcast"),
        ("Market Podcast Show", "The Market Podcast"),
        ("Market Show", ""),
        ("The Market Channel", ""),
        ("Quorvex Show", "Quorvex Podcast"),
        ("Morning Show", "Morning"),
    ],
)
def test_an_ordinary_word_with_another_word_of_any_show_is_another_show(name, label):
    known = {
        "The Market Podcast": KnownShow(),
        "Quorvex Podcast": KnownShow(),
        "Morning": KnownShow(aliases=("Morning Podcast",)),
    }
    assert build_show_registry(known, {}).find_label(name) == label


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Widget Hour Show", "Widget Hour Show"),
        ("the widget hour show", "Widget Hour Show"),
        ("The Widget Hour", "The Widget Hour"),
        ("Widget Hour", "The Widget Hour"),
        ("Widget Hour Podcast", ""),
        ("Gadget Talk", "Gadget Talk"),
        ("The Gadget Talk", "The Gadget Talk"),
        ("Gizmo Lab", ""),
        ("Gizmo Lab (radio)", "Gizmo Lab (radio)"),
    ],
)
def test_the_whole_name_decides_between_shows_whose_names_share_a_key(name, label):
    known = dict.fromkeys(
        (
            *("Widget Hour Show", "The Widget Hour", "Gadget Talk", "The Gadget Talk"),
            *("Gizmo Lab (radio)", "Gizmo Lab (video)"),
        ),
        KnownShow(),
    )
    registry = build_show_registry(known, {})
    assert registry.find_label(name) == label
    assert registry.labels == {*known}
