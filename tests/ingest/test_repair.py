import pytest

from kgraph.base.text import replace_surrogates
from kgraph.ingest.decode import fix_mojibake, may_be_mojibake


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("wellâ€”theyâ€™re", "well—they’re"),
        ("cafÃ© au lait", "café au lait"),
        ("ðŸ˜€ yes", "😀 yes"),
        ("“quoted” â€œagain", "“quoted” “again"),
        ("SÃO PAULO", "SÃO PAULO"),
        ("Âge d’or – ﬁn ①", "Âge d’or – ﬁn ①"),
        ("plain", "plain"),
        ("it\x92s an â", "it\x92s an â"),
    ],
)
def test_only_mojibake_is_repaired(text, sound):
    assert fix_mojibake(text) == sound


def test_the_quick_test_sees_every_kind():
    assert all(map(may_be_mojibake, ["â€™", "Ã©", "Â°", "ðŸ˜€", "Ð¿"]))
    assert not may_be_mojibake("naïve – “quotes” ☃")


def test_lone_surrogates_become_replacement_characters():
    assert replace_surrogates("a\ud800b") == "a\ufffdb"


def test_a_repair_is_told_with_its_field(read_front):
    reading = read_front(
        "source: The host sayâ€™s so\ntags: [cafÃ©, é]\nquotes:\n- text: so itâ€™s"
    )
    assert reading.episode.rows["quotes"][0].values == {"text": "so it’s"}
    assert reading.episode.text("source") == "The host say’s so"
    assert [str(problem) for problem in reading.problems] == [
        "ep.md:4:1: /source: text in the wrong encoding: sayâ€™s so -> say’s so (repaired)"
        " [mojibake]",
        "ep.md:5:1: /tags/0: text in the wrong encoding: cafÃ© -> café (repaired) [mojibake]",
        "ep.md:7:3: /quotes/0/text: text in the wrong encoding: itâ€™s -> it’s (repaired)"
        " [mojibake]",
    ]


def test_half_a_character_is_told_and_a_pair_is_one(read_front):
    reading = read_front('source: "a\\ud800b"\nlayout: "\\ud83d\\ude00"')
    assert (reading.episode.text("source"), reading.episode.text("layout")) == ("a\ufffdb", "😀")
    assert [str(problem) for problem in reading.problems] == [
        "ep.md:4:1: /source: half a character was escaped in a\ufffdb (read as U+FFFD) [surrogate]"
    ]
