import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.ingest import yaml_exact, yaml_fast
from kgraph.ingest.field_values import (
    normalize_url,
    parse_duration,
    split_names,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1:02:51", 3771),
        ("01:02:51", 3771),
        ("00:45:12", 2712),
        ("45:12", 2712),
        ("0:30", 30),
        ("90:00", 5400),
        ("1:02:51.5", 3771),
        ("PT52M27S", 3147),
        ("PT1H", 3600),
        ("P1DT2H", 93_600),
        ("pt1.5h", 5400),
        ("1h 2m", 3720),
        ("1h02m51s", 3771),
        ("1 hour, 2 minutes and 51 seconds", 3771),
        ("1.5 hours", 5400),
        ("52 min", 3120),
        ("52 mins.", 3120),
        (" 52m ", 3120),
        ("3120s", 3120),
        ("38 Minuten", 2280),
        ("1 Std. 5 Min.", 3900),
        ("1 Stunde und 5 Minuten", 3900),
        ("1,5 Stunden", 5400),
        ("1 h 05", 3900),
        ("1h05", 3900),
        ("1 heure 5 minutes", 3900),
        ("1 heure et 5 minutes 3 secondes", 3903),
        ("1 hora", 3600),
        ("1小时5分钟", 3900),
        ("79分18秒", 4758),
        ("1시간 5분", 3900),
        ("2 horas y 5 minutos", 7500),
        ("1 ora e 5 minuti", 3900),
        ("1 hora e 5 minutos, 3 segundos", 3903),
        ("1 uur en 5 minuten", 3900),
        ("38 minuut", 2280),
        ("1,500 minutes", None),
        ("1.500 Minuten", None),
        ("1.500 Sek", None),
        ("1 h 1.500 s", None),
        ("1.50 min", 90),
        ("1,50 min", 90),
        ("1 h 65", None),
        ("05", None),
        ("52", None),
        ("1:75", None),
        ("1:60:00", None),
        ("1:2", None),
        ("P1M", None),
        ("P1Y", None),
        ("P", None),
        ("PT", None),
        ("", None),
        ("52 apples", None),
        ("-52 min", None),
        ("\u0661\u0662:30", None),
    ],
)
def test_durations_become_seconds(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(("text", "minutes"), [("1:02:51", 63), ("45:12", 45), ("0:45:12", 45)])
def test_both_parsers_leave_a_clock_its_spelling(read_front, text, minutes):
    """YAML 1.1 reads 1:02:51 as the number 3771: neither parser does."""
    front = f"duration: {text}\n"
    assert yaml_exact.parse_exact(front).value == {"duration": text}
    assert yaml_fast.parse_fast(front) in ({"duration": text}, None)
    reading = read_front(front)
    assert (reading.episode.values["duration"], reading.problems) == (minutes, ())


def test_a_field_of_seconds_fills_the_duration(read_front):
    assert read_front("duration_seconds: 3147").episode.values["duration"] == 52
    assert read_front("duration: '52:27'\nduration_seconds: 3147").problems == ()
    reading = read_front("duration: 50\nduration_seconds: 3147")
    assert reading.episode.values["duration"] == 50
    assert [str(problem) for problem in reading.problems] == [
        "ep.md:5:1: /duration_seconds: duration states it as well: 3147 (field set aside)"
        " [key-twice]"
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://example.org/a/1.mp3?x=1#t", "https://example.org/a/1.mp3?x=1#t"),
        ("HTTP://example.org:8080", "HTTP://example.org:8080"),
        ("https://例え.jp/é", "https://例え.jp/é"),
        (" /transcripts/1.html ", "/transcripts/1.html"),
        ("https://e.org/a|b[1]", "https://e.org/a%7Cb%5B1%5D"),
        ('https://e.org/"><img>', "https://e.org/%22%3E%3Cimg%3E"),
        ("https://e.org/100%", "https://e.org/100%25"),
        ("https://e.org/a\\b#c#d", "https://e.org/a%5Cb#c%23d"),
        ("https://e.org/\u202ex", "https://e.org/%E2%80%AEx"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//evil.example/x", None),
        ("https://", None),
        ("https://a b.org/", None),
        ("https://e.org/a b", None),
        ("https://e.org/\x00", None),
        ("https://e.org/\nx", None),
        ("ftp://e.org/", None),
        ("https:e.org", None),
        ("https://e.org:port/", None),
        ("example.org", None),
        ("", None),
    ],
)
def test_an_address_is_http_or_a_path(text, found):
    assert normalize_url(text) == found


@given(
    st.sampled_from(["http://h", "https://h.x/", "/", "http://u@h/"]),
    st.text("ab/:?#[]@!&'()%20<>\"{}|\\^`~.é比\u202e\ufdd0\ue000\uffff😀\U000f0000", max_size=12),
)
def test_what_is_an_address_is_an_iri(start, rest):
    found = normalize_url(start + rest)
    if found is not None:
        pyoxigraph.NamedNode(found if found[0] != "/" else "http://h" + found)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("OpenAI", ["OpenAI"]),
        (" OpenAI, ", ["OpenAI"]),
        ("OpenAI, Perplexity", ["OpenAI", "Perplexity"]),
        ("a,b;c", ["a,b", "c"]),
        ("OpenAI, Nvidia, and Arm Holdings", ["OpenAI", "Nvidia", "Arm Holdings"]),
        ("OpenAI, Nvidia, und Acme", ["OpenAI", "Nvidia", "Acme"]),
        ("OpenAI, Nvidia, Y Combinator", ["OpenAI", "Nvidia", "Y Combinator"]),
        ("Visa, Nets, e Toro", ["Visa", "Nets", "e Toro"]),  # eToro, which the lexicon knows
        ("Acme, Zorb, e Nets", ["Acme", "Zorb", "Nets"]),
        ("ai, chips, e commerce", ["ai", "chips", "e commerce"]),
        ("ai, chips, y combinator", ["ai", "chips", "y combinator"]),
        ("OpenAI, Nvidia, og Acme", ["OpenAI", "Nvidia", "Acme"]),
        ("OpenAI, Johnson & Johnson", ["OpenAI", "Johnson & Johnson"]),
        ("Acme, Inc.", ["Acme, Inc."]),
        ("Acme, Inc., Bolt, LLC, Nvidia", ["Acme, Inc.", "Bolt, LLC", "Nvidia"]),
        ("10,000 Maniacs", ["10,000 Maniacs"]),
        ("- OpenAI\n- Nvidia\n", ["OpenAI", "Nvidia"]),
        ("One, which is a whole sentence of words", ["One, which is a whole sentence of words"]),
        (",", [","]),
        ("Tesla (cars, energy), BMW", ["Tesla (cars, energy)", "BMW"]),
        ("Tesla (cars, BMW", ["Tesla (cars", "BMW"]),
        ("[[Tesla|Tesla; Inc.]]; [[BMW, AG]]", ["[[Tesla|Tesla; Inc.]]", "[[BMW, AG]]"]),
        ("[[Tesla, BMW", ["[[Tesla", "BMW"]),
        (" #auto\t#chips ", ["#auto", "#chips"]),
        ("#auto chips", ["#auto chips"]),
        ("#auto, #chips", ["#auto", "#chips"]),
    ],
)
def test_one_text_is_a_list_where_it_clearly_is_one(text, names):
    assert split_names(text) == names
