import pytest

from kgraph.base.model import EpisodeFile, Row
from kgraph.resolve.shows.evidence import ShowClaim, find_claims


def claims(summary="", context="", position=100, quote="", llm=""):
    rows = []
    if context:
        rows.append(Row("companies", 0, {"name": "X", "context": context, "position": position}))
    if llm:
        rows.append(Row("companies", 1, {"name": "Widget Hour", "context": llm, "source": "llm"}))
    quotes = (Row("quotes", 0, {"text": quote}),) if quote else ()
    lists = {"companies": tuple(rows), "quotes": quotes}
    return list(find_claims(EpisodeFile("a.md", "", {"summary": summary}, lists, {})))


@pytest.mark.parametrize(
    ("summary", "name"),
    [
        ("This 30-minute episode of *The Widget Hour* features Ann Lee.", "The Widget Hour"),
        ('This episode of "Widget Hour" covers gears.', "Widget Hour"),
        ("This 12-minute podcast episode from Widget Hour analyses gears.", "Widget Hour"),
        ("This Widget Hour podcast episode covers gears.", "Widget Hour"),
        ("## Summary of Widget Hour Podcast: gears", "Widget Hour"),
    ],
)
def test_a_summary_names_the_show(summary, name):
    assert ShowClaim("summary", name) in claims(summary=summary)


@pytest.mark.parametrize(
    ("context", "name"),
    [
        ("ready? Hello and welcome back to Widget Hour, where we", "Widget Hour"),
        ("folks, welcome to another episode of the Widget Hour. I", "Widget Hour"),
        ("and you are listening to Widget Hour with Ann", "Widget Hour with Ann"),
        ("Hi there. This is Widget Hour, recorded in May", "Widget Hour"),
        ("Today on the Widget Hour, gears and how", "Widget Hour"),
    ],
)
def test_hosts_say_their_shows_name_early_on(context, name):
    assert set(claims(context=context)) == {ShowClaim("spoken", name)}


def test_late_only_a_welcome_counts():
    assert claims(context="this is Widget Hour, they say", position=50_000) == []
    late = claims(context="welcome back to Widget Hour, all", position=50_000)
    assert late == [ShowClaim("spoken", "Widget Hour")]


def test_sponsors_are_no_shows():
    assert claims(context="sponsor. Welcome to Widget Town, they make") == []
    assert claims(llm="A sponsor of the podcast itself.") == []


def test_a_row_may_be_the_podcast_itself():
    assert claims(llm="The name of the podcast hosting the talk.") == [
        ShowClaim("itself", "Widget Hour")
    ]


def test_hosts_name_themselves():
    hosts = claims(context="up. I'm your host Ann Lee, and today")
    assert set(hosts) == {ShowClaim("host", "Ann Lee")}
    assert ShowClaim("host", "Ann Lee") in claims(summary="A talk hosted by Ann Lee about gears.")


def test_nothing_is_claimed_by_other_words():
    assert (
        claims("A talk about gears.", "we were watching the market", quote="You are welcome.") == []
    )
