import pytest

from kgraph.ingest import yaml_exact, yaml_fast
from kgraph.ingest.field_values import parse_duration


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
    reading = read_front("duration: 50\nduration_seconds: 3147")
    assert reading.episode.values["duration"] == 50
    assert [str(problem) for problem in reading.problems] == [
        "ep.md:5:1: /duration_seconds: duration says it, too: 3147 (field set aside) [key-twice]"
    ]
