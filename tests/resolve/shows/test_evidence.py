import pytest

from kgraph.base.model import EpisodeFile, Row
from kgraph.resolve.shows.evidence import observe_show

CHANNEL = "UC" + "x" * 22


def observed(title="Gears", source="Unknown Source", url="", names=()):
    rows = tuple(Row("companies", i, {"name": n, "position": 9}) for i, n in enumerate(names))
    values = {"title": title, "source": source, "original_url": url}
    return observe_show(EpisodeFile("a.md", "", values, {"companies": rows}, {}))


@pytest.mark.parametrize(
    "source",
    [
        *(
            "",
            "Unknown Source",
            "unknown",
            "N/A",
            "na",
            "None",
            "TBD",
            "?",
            f"AI Channel {CHANNEL}",
        ),
        "https://widgets.example/talks/7",  # a page
    ],
)
def test_a_source_that_names_no_show_claims_nothing(source):
    assert observed(source=source).claims == ()


def test_a_stated_source_is_a_claim_and_a_channel_a_scope():
    assert observed(source="Widget Hour").claims == (("source", "Widget Hour", 1),)
    assert observed(source=f"Crypto Channel {CHANNEL}").scopes == (f"channel:{CHANNEL}",)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("https://www.widgets.example/", "widgets.example"),
        ("HTTP://widgets.example", "widgets.example"),
        ("widgets.example", "widgets.example"),
    ],
)
def test_a_stated_address_without_a_path_is_its_host(source, name):
    assert observed(source=source).claims == (("source", name, 1),)


def test_a_feed_is_a_scope_and_its_name_a_claim():
    evidence = observed(url="https://traffic.libsyn.com/secure/thewidgethour/12.mp3")
    assert evidence.scopes == ("feed:libsyn/thewidgethour",)
    assert evidence.claims == (("slug", "widgethour", 1),)


@pytest.mark.parametrize(
    ("title", "form"),
    [("#12 Ann Lee | On gears", "#0 |"), ("On gears - Ep. 7", " - Ep. 0"), ("On gears", "")],
)
def test_a_publishers_feed_is_parted_by_the_form_of_titles(title, form):
    evidence = observed(title, url="https://traffic.megaphone.fm/QQQ123.mp3")
    assert [scope.rstrip() for scope in evidence.scopes] == [f"part:megaphone/QQQ:{form}".rstrip()]


def test_the_last_part_of_a_title_may_say_that_it_is_a_podcast():
    assert observed("On gears | The Widget Hour podcast").claims == (("title", "Widget Hour", 1),)


def test_evidence_stays_small():
    rows = tuple(
        Row("companies", i, {"name": "X", "context": f"welcome to Widget Hour {i}", "position": 1})
        for i in range(500)
    )
    evidence = observe_show(EpisodeFile("a.md", "", {}, {"companies": rows}, {}))
    assert len(evidence.claims) == 24
