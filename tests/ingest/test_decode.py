import pytest

from kgraph.base.text import replace_surrogates
from kgraph.ingest import read_bytes
from kgraph.ingest.decode import decode_text, fix_mojibake, may_be_mojibake
from kgraph.ingest.problems import ProblemCollector


def decoded(data):
    report = ProblemCollector("ep.md")
    return decode_text(data, report), [str(problem) for problem in report.problems()]


@pytest.mark.parametrize("data", ["---\ntitle: é\n".encode(), b"a\x0bb\x1bc"])
def test_utf_8_is_read_without_a_word(data):
    assert decoded(data) == (data.decode(), [])


def test_every_line_break_is_a_line_feed():
    assert decoded(b"a\r\nb\rc\n") == ("a\nb\nc\n", [])


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", "\ufeff"), ("utf-16-le", "\ufeff"), ("utf-16-be", "\ufeff")],
)
def test_a_byte_order_mark_decides_and_is_told(encoding, mark):
    text, told = decoded(f"{mark}naïve ☃".encode(encoding))
    assert text == "naïve ☃"
    assert told == [f"ep.md: byte order mark: {encoding} (read as {encoding}) [encoding]"]


def test_what_is_not_utf_8_is_windows_1252():
    assert decoded(b"one\ncaf\xe9 \x93quoted\x94") == (
        "one\ncafé “quoted”",
        ["ep.md:2: not UTF-8 (read as Windows-1252) [encoding]"],
    )


def test_utf_8_with_a_damaged_byte_stays_utf_8():
    assert decoded("naïve – ".encode() + b"\xff") == (
        "naïve – \ufffd",
        ["ep.md:1: bytes that are not UTF-8: 1 (each read as U+FFFD) [encoding]"],
    )


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "ep.md: the file is empty (file left out) [file-empty]"),
        (b" \n\t\r\n", "ep.md: the file is empty (file left out) [file-empty]"),
        (b"a\0b", "ep.md: not text: it holds NUL bytes (file left out) [file-binary]"),
        (
            "\ufeffa\0b".encode("utf-16-le"),
            "ep.md: not text: it holds NUL bytes (file left out) [file-binary]",
        ),
        (
            b"\x89PNG\x01\x02",
            "ep.md: not text: neither UTF-8 nor free of controls (file left out) [file-binary]",
        ),
    ],
)
def test_what_is_no_text_is_refused(data, told):
    assert decoded(data) == (None, [told])
    assert read_bytes("ep.md", data).episode is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_file_says_the_same_in_every_encoding(encoding, newline):
    text = "---\ntitle: Ünïcode ☃\ntags:\n- a\n---\nBody\n".replace("\n", newline)
    episode = read_bytes("ep.md", text.encode(encoding)).episode
    assert (episode.title, episode.rows["tags"][0].text("tag"), episode.body) == (
        "Ünïcode ☃",
        "a",
        "Body",
    )


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
        "ep.md:4:1: /source: a lone surrogate is escaped in a\ufffdb (read as U+FFFD) [surrogate]"
    ]
