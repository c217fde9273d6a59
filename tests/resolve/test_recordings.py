import random

from kgraph.base.model import EpisodeFile, Row
from kgraph.resolve.quotes.fingerprints import fingerprint_quotes
from kgraph.resolve.recordings import (
    Recording,
    file_slug,
    group_recordings,
    recording_key,
    recording_slug,
    summarise_file,
)

TITLE = "Why chips are the new oil of the economy"
QUOTES = ("Chips are the new oil.", "Nobody can make enough of them.", "Power is next.")


def episode(file, url="", title=TITLE, date="2025-09-01", quotes=QUOTES):
    rows = tuple(Row("quotes", i, {"text": text}) for i, text in enumerate(quotes))
    values = {"title": title, "date": date, "original_url": url}
    return EpisodeFile(file, "", values, {"quotes": rows}, {"quotes": len(rows)})


def summarise(file):
    return summarise_file(file, fingerprint_quotes(file).hex_keys())


def files_of(*episodes):
    return [recording.files for recording in group_recordings(map(summarise, episodes))]


def test_files_of_one_url_are_one_recording():
    a = episode("a.md", "https://youtu.be/aB3dE6gH9-_")
    b = episode("b.md", "https://www.youtube.com/watch?v=aB3dE6gH9-_", "Other", "2020-01-01", ())
    assert group_recordings([summarise(b), summarise(a)]) == [
        Recording("youtube-aB3dE6gH9-_", "youtube/aB3dE6gH9-_", ("a.md", "b.md"))
    ]


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
    [recording] = group_recordings([summarise(episode("x/On money #3.md"))])
    assert recording.slug == file_slug("x/On money #3.md")
    assert file_slug("x/On money #3.md") != file_slug("y/On money #3.md")
