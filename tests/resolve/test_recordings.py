import random
from collections import Counter
from datetime import date, timedelta

import msgspec
import pytest

from kgraph.base.model import EpisodeFile, Row
from kgraph.resolve.quotes.fingerprints import fingerprint_quotes
from kgraph.resolve.recordings import (
    Recording,
    are_grouped_alike,
    file_slug,
    group_recordings,
    recording_key,
    recording_slug,
    summarise_file,
)

TITLE = "Why chips are the new oil of the economy"
QUOTES = ("Chips are the new oil.", "Nobody can make enough of them.", "Power is next.")


def episode(file, url="", title=TITLE, date="2025-09-01", quotes=QUOTES, body="", processed=""):
    rows = tuple(Row("quotes", i, {"text": text}) for i, text in enumerate(quotes))
    values = {"title": title, "date": processed or date, "original_url": url}
    counts = {"quotes": len(rows)}
    return EpisodeFile(file, "", values, {"quotes": rows}, counts, bool(processed), (), body)


def summarise(file):
    return summarise_file(file, fingerprint_quotes(file).hex_keys())


def files_of(*episodes):
    return [recording.files for recording in group_recordings(map(summarise, episodes)).recordings]


def test_files_of_one_url_are_one_recording():
    a = episode("a.md", "https://youtu.be/aB3dE6gH9-_")
    b = episode("b.md", "https://www.youtube.com/watch?v=aB3dE6gH9-_", date="2020-01-01", quotes=())
    assert group_recordings([summarise(b), summarise(a)]).recordings == [
        Recording("youtube-aB3dE6gH9-_", "youtube/aB3dE6gH9-_", ("a.md", "b.md"))
    ]


def test_files_of_the_same_bytes_are_one_recording_whatever_they_state():
    digests = {"b.md": "ab" * 32, "a.md": "ab" * 32, "c.md": "cd" * 32, "d.md": ""}
    files = [
        msgspec.structs.replace(episode(name, title=name, quotes=(), date=""), sha256=digest)
        for name, digest in digests.items()
    ]
    assert files_of(*files) == [("a.md", "b.md"), ("c.md",), ("d.md",)]
    assert files_of(episode("e.md", title="", quotes=()), *files[3:]) == [("d.md",), ("e.md",)]


URL = "https://youtu.be/aB3dE6gH9-_"
BODY = "\n".join(f"Line {n} of a transcript that is long enough to tell texts." for n in range(30))


def altered(number, **more):
    """A file of the same address, of which nothing else agrees with the others."""
    titles = ("Potluck: Next or Gatsby", "Is Redux dead?", "Server rendering and search engines")
    dates = ("2018-05-09", "2020-02-26", "2018-06-06")
    facts = {"title": titles[number], "date": dates[number], "quotes": ()} | more
    return episode(f"{number}.md", URL, **facts)


def test_files_of_one_url_are_kept_apart_where_title_and_day_and_text_differ():
    files = [altered(number) for number in range(3)]
    pair = group_recordings(map(summarise, files[:2])).recordings
    assert pair == [
        Recording(file_slug("0.md"), "", ("0.md",), ("0.md", "1.md")),
        Recording(file_slug("1.md"), "", ("1.md",), ("1.md", "0.md")),
    ]
    # A further file changes no slug.
    every = group_recordings(map(summarise, files)).recordings
    assert every == [*pair, Recording(file_slug("2.md"), "", ("2.md",), ("2.md", "0.md"))]


@pytest.mark.parametrize(
    "more",
    [
        {"title": "Potluck: Next"},
        {"title": "The Widget Hour: Potluck - Next or Gatsby?"},
        {"date": "2018-05-09"},
        {"date": ""},
        {"title": ""},
        {"processed": "2020-02-26T10:00:00Z"},
        {"body": BODY.replace("Line 7 ", "Line seven ")},
        {"quotes": QUOTES},
    ],
    ids=str,
)
def test_a_url_joins_files_of_which_anything_agrees_or_is_unknown(more):
    first = altered(0, body=BODY, quotes=QUOTES)
    assert files_of(first, altered(1, **more)) == [("0.md", "1.md")]


def test_a_file_without_a_date_does_not_join_others_under_a_contested_url():
    undated, agreeing = altered(2, date=""), altered(2, date="", title="Is Redux dead?")
    apart = [("0.md",), ("1.md",)]
    assert files_of(altered(0), altered(1), undated) == [*apart, ("2.md",)]
    assert files_of(altered(0), altered(1), agreeing) == [("0.md",), ("1.md", "2.md")]


@pytest.mark.parametrize("days_apart", [1, 7])
def test_the_episodes_of_a_show_that_share_its_address_are_kept_apart(days_apart):
    titles = [f"The Widget Hour {n}: on money" for n in range(100, 130)]
    titles += [f"The {word} and its makers" for word in "amber birch cedar delta ember".split()]
    days = [str(date(1, 1, 1) + timedelta(days_apart * n)) for n in range(len(titles))]
    dated = zip(titles, days, strict=True)
    episodes = [episode(f"{day}.md", URL, title, day, ()) for title, day in dated]
    assert files_of(*episodes[:30]) == [(f"{day}.md",) for day in days[:30]]
    assert files_of(*episodes[30:]) == [tuple(f"{day}.md" for day in days[30:])], "titles agree"


def test_a_url_that_another_one_leads_to_is_no_longer_contested():
    # The files of the second address are one recording, as far as they say.
    mirrors = [episode(f"{n}-mirror.md", "https://example.org/9.mp3", "", "") for n in "ab"]
    a, b = altered(0, quotes=QUOTES), altered(1)
    assert files_of(a, b, *mirrors) == [("0.md",), ("1.md",), ("a-mirror.md", "b-mirror.md")]


def test_one_title_date_and_quote_join_two_urls():
    a = episode("a.md", "https://youtu.be/aB3dE6gH9-_")
    b = episode("b.md", "https://example.org/9.mp3", date="2025-09-04", quotes=QUOTES[:1])
    assert files_of(a, b) == [("a.md", "b.md")]


def test_a_title_with_the_shows_name_joins_when_several_quotes_agree():
    b_title = f"The Widget Hour: {TITLE}"
    assert files_of(episode("a.md"), episode("b.md", title=b_title)) == [("a.md", "b.md")]


def test_a_rerun_a_serial_title_and_a_shared_advert_do_not_join():
    assert files_of(episode("a.md"), episode("b.md", date="2025-12-24")) == [("a.md",), ("b.md",)]
    weekly = [episode(f"{n}.md", title="Weekly roundup") for n in "ab"]
    assert files_of(*weekly) == [("a.md",), ("b.md",)]
    advert = [episode(f"{n}.md", title=f"{TITLE}, part {n}", quotes=QUOTES[:1]) for n in "abcdef"]
    assert len(files_of(*advert)) == 6


def draw_episode(draw, number):
    """An episode of few titles and quotes, so that files are often one recording."""
    title = draw.choice(
        (TITLE, f"The Widget Hour: {TITLE}", f"{number} talks of makers", f"{number} notes")
    )
    url = f"https://example.org/{draw.choice((number, number, number, number % 3))}.mp3"
    quotes = draw.sample([f"Quote {n} of the widget makers" for n in range(9)], draw.randrange(6))
    return episode(f"{number}.md", url, title, f"2025-09-0{draw.randrange(1, 9)}", quotes)


def test_a_file_that_is_grouped_alike_with_other_quotes_changes_no_recording():
    draw, answers = random.Random(1), Counter()
    for _ in range(300):
        files = [draw_episode(draw, number) for number in range(8)]
        old = [summarise(file) for file in files]
        recordings, compared = group_recordings(old)
        number = draw.randrange(8)
        rows = draw_episode(draw, number).rows
        changed = summarise(msgspec.structs.replace(files[number], rows=rows))
        [own] = [recording for recording in recordings if changed.file in recording.files]
        if len(own.files) == 1 and not own.contested:
            is_alike = are_grouped_alike(old[number], changed, compared)
            new = group_recordings([*old[:number], changed, *old[number + 1 :]])
            answers[is_alike, new == (recordings, compared)] += 1
    assert answers[True, False] == 0
    assert min(answers[True, True], answers[False, False]) >= 20, answers


def test_grouping_does_not_depend_on_order():
    files = [episode(f"{n}.md", f"https://example.org/{n % 7}.mp3", f"Talk {n}") for n in range(40)]
    summaries = [summarise(file) for file in files]
    expected = group_recordings(summaries)
    for seed in range(3):
        random.Random(seed).shuffle(summaries)
        assert group_recordings(summaries) == expected


def test_slugs_are_readable_safe_and_depend_on_the_key_alone():
    assert recording_key("https://youtu.be/aB3dE6gH9-_") == "youtube/aB3dE6gH9-_"
    assert recording_slug("youtube/aB3dE6gH9-_") == "youtube-aB3dE6gH9-_"
    assert recording_slug("libsyn/myshow/What <is> money? #3") == "libsyn-What-is-money-3-94463c9b"
    assert len(recording_slug("example.org/" + "long " * 100)) <= 100
    assert recording_slug("example.org/a/x.mp3") != recording_slug("example.org/b/x.mp3")


def test_without_a_url_the_slug_comes_from_the_file_name():
    [recording] = group_recordings([summarise(episode("x/On money #3.md"))]).recordings
    assert recording.slug == file_slug("x/On money #3.md")
    assert file_slug("x/On money #3.md") != file_slug("y/On money #3.md")


@pytest.mark.parametrize("copy", ["a (1).md", "Copy of a.md", "a.sync-conflict-2025.md", "b.md"])
def test_a_copy_does_not_take_the_slug_of_a_file_without_a_url(copy):
    files = [
        msgspec.structs.replace(episode(name, quotes=()), sha256="ab" * 32)
        for name in (copy, "a.md")
    ]
    [recording] = group_recordings(map(summarise, files)).recordings
    assert recording.slug == file_slug("a.md")
    assert recording.files == tuple(sorted((copy, "a.md")))
