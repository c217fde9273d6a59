import math

import pytest

from kgraph.base.vocabulary import load_field_table
from kgraph.ingest import limits, read_bytes
from kgraph.ingest.problems import UNPARSED, ProblemCollector
from kgraph.ingest.rows import encode_unknown


def rows_of(reading, name):
    return [(row.index, row.values) for row in reading.episode.rows[name]]


def told(reading):
    return [str(problem) for problem in reading.problems]


def test_rows_are_read_as_the_table_says(read_front):
    reading = read_front(
        "companies:\n- name: Acme\n  confidence: High\n  position: 12\n"
        "quotes:\n- text: |\n    Two\n    lines\n  topics: [a, b]\n  relevance_score: 8\n"
        "topics:\n- topic: ai\n  prominence: 1\n  mentions: 3\n  keywords: []"
    )
    assert rows_of(reading, "companies") == [
        (0, {"name": "Acme", "confidence": "high", "position": 12})
    ]
    assert rows_of(reading, "quotes") == [
        (0, {"text": "Two\nlines\n", "topics": ["a", "b"], "relevance_score": 8})
    ]
    assert rows_of(reading, "topics") == [
        (0, {"topic": "ai", "prominence": 1.0, "mentions": 3, "keywords": []})
    ]
    assert reading.problems == ()


def test_keys_of_rows_are_read_in_any_case(read_front):
    reading = read_front(
        "companies:\n- Name: Acme\n  CATEGORY: cars\n- Name: ''\n- Name: '[[Bolt|the maker]]'\n"
        "Topics: {Topic: ai, Prominence: high}\n"
        "guests: [{Name: Ann Lee}]"
    )
    assert rows_of(reading, "companies") == [
        (0, {"name": "Acme", "category": "cars"}),
        (2, {"name": "Bolt", "context": "the maker"}),
        (3, {"name": "Ann Lee", "category": "guest"}),
    ]
    assert rows_of(reading, "topics") == [(0, {"topic": "ai"})]
    assert told(reading) == [
        "ep.md:4:1: /companies: rows whose name is empty: 1 (rows left out) [row-empty]",
        "ep.md:9:1: /Topics: expected a list, got a mapping of Topic, Prominence (read as 1 row)"
        " [converted]",
        "ep.md:9:1: /Topics/0/Prominence: expected a number from 0 to 1, got high"
        " (field set aside) [type-wrong]",
    ]


def test_of_two_keys_that_differ_in_case_the_documented_one_counts(read_front):
    reading = read_front("companies:\n- NAME: Bolt\n  name: Acme\n- Name: Cog\n  NAME: Dot")
    assert rows_of(reading, "companies") == [
        (0, {"name": "Acme", "+": '{"NAME":"Bolt"}'}),
        (1, {"name": "Cog", "+": '{"NAME":"Dot"}'}),
    ]
    assert told(reading) == [
        "ep.md:5:3: /companies/0/NAME: unknown field in 2 rows (name is there as well, and"
        " counts): NAME (kept as JSON) [field-unknown]"
    ]


def test_another_name_of_a_list_is_read_with_keys_in_any_case(read_front):
    reading = read_front("organisations: [{Name: Cog}]")
    assert rows_of(reading, "companies") == [(0, {"name": "Cog"})]


def test_a_value_that_is_wrong_is_set_aside_and_the_row_kept(read_front):
    reading = read_front(
        "companies:\n- name: Acme\n  confidence: none\n- confidence: low\n  name: Bolt\n"
        "quotes:\n- text: x\n  relevance_score: 11\n"
        "topics:\n- topic: ai\n  prominence: high"
    )
    assert rows_of(reading, "companies")[0] == (0, {"name": "Acme"})
    assert rows_of(reading, "quotes") == [(0, {"text": "x"})]
    assert rows_of(reading, "topics") == [(0, {"topic": "ai"})]
    assert told(reading) == [
        "ep.md:6:3: /companies/0/confidence: expected high, medium or low, got none"
        " (field set aside) [level-invalid]",
        "ep.md:11:3: /quotes/0/relevance_score: expected a whole number from 1 to 10, got 11"
        " (field set aside) [out-of-range]",
        "ep.md:14:3: /topics/0/prominence: expected a number from 0 to 1, got high"
        " (field set aside) [type-wrong]",
    ]


@pytest.mark.parametrize("row", [" [[Acme]]", "\n- [[Acme]]", " [[[Acme]]]"])
def test_a_link_without_quotes_is_a_row_and_told(read_front, row):
    reading = read_front(f"companies:{row}")
    assert rows_of(reading, "companies") == [(0, {"name": "Acme"})]
    told_words = told(reading)
    assert len(told_words) == 1
    assert told_words[0].partition(": /")[2] == (
        'companies/0: expected a text (put a link in quotes: "[[Acme]]"), got a list of 1'
        " (read as Acme) [converted]"
    )


def test_links_without_quotes_keep_the_words_that_they_show(read_front):
    reading = read_front("companies:\n- [[Acme|the maker]]\n- name: [[Bolt|it]]\n- [[Corp, Inc.]]")
    assert rows_of(reading, "companies") == [
        (0, {"name": "Acme", "context": "the maker"}),
        (1, {"name": "Bolt", "context": "it"}),
    ]
    assert [problem.code for problem in reading.problems] == ["converted", "converted", "row-shape"]


@pytest.mark.parametrize("blank", ["", '""', "' '", "null", "~"])
def test_null_and_blanks_state_nothing(read_front, blank):
    reading = read_front(f"companies:\n- name: Acme\n  confidence: {blank}\n  context: {blank}")
    assert rows_of(reading, "companies") == [(0, {"name": "Acme"})]
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("entry", "shown", "example"),
    [
        ("7", "7", "write `- name: OpenAI`"),
        ("true", "true", "write `- name: OpenAI`"),
        ("", "null", "write `- name: OpenAI`"),
        ("[[a, b]]", "a list of 1", 'put a link in quotes: `- "[[OpenAI]]"`'),
    ],
)
def test_an_entry_that_is_no_row_is_left_out_but_counted(read_front, entry, shown, example):
    reading = read_front(f"companies:\n- {entry}\n- name: Acme")
    assert rows_of(reading, "companies") == [(1, {"name": "Acme"})]
    assert reading.episode.row_counts == {"companies": 2}
    assert told(reading) == [
        f"ep.md:5:1: /companies/0: expected a text or a mapping with name ({example}),"
        f" got {shown} (row left out) [row-shape]"
    ]


@pytest.mark.parametrize(
    ("key", "row"),
    [
        ("tags", "tag: cars"),
        ("topics", "topic: electric cars"),
        ("insights", "text: the words"),
        ("actionable_items", "action: read the report"),
        ("guests", "name: Ann Lee"),
    ],
)
def test_the_example_of_an_entry_fits_the_list(read_front, key, row):
    reading = read_front(f"{key}:\n- Words\n- {{}}")
    [problem] = reading.problems
    name = row.partition(":")[0]
    assert problem.message == f"expected a mapping with {name} (write `- {row}`), got"


def test_a_row_without_its_required_field_is_left_out(read_front):
    reading = read_front("quotes:\n- topic: ai\n- text: [x]")
    assert (rows_of(reading, "quotes"), reading.episode.row_counts) == ([], {"quotes": 2})
    assert told(reading) == [
        "ep.md:5:1: /quotes/0: expected a mapping with text (write `- text: the words`), got a"
        " mapping of topic (row left out) [row-incomplete]",
        "ep.md:6:1: /quotes/1: expected a mapping with text (write `- text: the words`), got a"
        " mapping of text (row left out) [row-incomplete]",
        "ep.md:6:3: /quotes/1/text: expected a text, got a list of 1 (field set aside)"
        " [type-wrong]",
    ]


def test_rows_whose_text_is_empty_are_told_once(read_front):
    reading = read_front("insights:\n- text: ''\n- text: x\n- text: ''\n  type: general")
    assert rows_of(reading, "insights") == [(1, {"text": "x"})]
    assert reading.episode.row_counts == {"insights": 3}
    assert told(reading) == [
        "ep.md:4:1: /insights: rows whose text is empty: 2 (rows left out) [row-empty]"
    ]


@pytest.mark.parametrize(
    ("value", "shown"), [("7", "7"), ("true", "true"), ("{mood: x}", "a mapping of mood")]
)
def test_a_field_of_rows_that_is_no_list_is_told(read_front, value, shown):
    reading = read_front(f"companies: {value}")
    assert (rows_of(reading, "companies"), reading.episode.row_counts) == ([], {"companies": 0})
    assert told(reading) == [
        "ep.md:4:1: /companies: expected a list (write `- name: OpenAI`), got"
        f" {shown} (field set aside) [list-shape]"
    ]


def test_tags_may_be_bare_texts(read_front):
    reading = read_front("tags:\n- ai\n- 007\n- null\n- tag: {}\n- [x]\n- tag: ml")
    assert rows_of(reading, "tags") == [(0, {"tag": "ai"}), (1, {"tag": "007"}), (5, {"tag": "ml"})]
    assert [(p.line, p.field, p.code, p.action) for p in reading.problems] == [
        (6, "/tags/1", "converted", "read as 007"),
        (7, "/tags/2", "row-shape", "row left out"),
        (8, "/tags/3", "row-incomplete", "row left out"),
        (8, "/tags/3/tag", "type-wrong", "field set aside"),
        (9, "/tags/4", "row-shape", "row left out"),
    ]


def test_unknown_fields_of_rows_are_kept_as_json_and_told_once(read_front):
    reading = read_front("companies:\n- name: A\n- name: B\n  mood: [1]\n- name: C\n  mood: 2")
    assert rows_of(reading, "companies") == [
        (0, {"name": "A"}),
        (1, {"name": "B", "+": '{"mood":[1]}'}),
        (2, {"name": "C", "+": '{"mood":2}'}),
    ]
    assert told(reading) == [
        "ep.md:7:3: /companies/1/mood: unknown field in 2 rows (read are name, category,"
        " confidence, context, position, source): mood (kept as JSON) [field-unknown]"
    ]


def test_entries_over_the_limit_are_counted_and_told_once(read_front, monkeypatch):
    monkeypatch.setattr(limits, "MAX_ENTRIES", 2)
    reading = read_front("companies:\n- name: A\n- name: B\n- 7\n- name: C")
    assert [row.text("name") for row in reading.episode.rows["companies"]] == ["A", "B"]
    assert reading.episode.row_counts == {"companies": 4}
    assert told(reading) == [
        "ep.md:4:1: /companies: only 2 entries are read of a list of 4 (2 left out) [limit]"
    ]


@pytest.mark.parametrize(("name", "kind"), load_field_table().rows.items())
def test_a_bare_text_is_a_row_with_its_place_in_the_list(read_front, name, kind):
    field = kind.scalar
    reading = read_front(f"{name}:\n- One thing\n- {field}: Another, thing\n- Third")
    assert rows_of(reading, name) == [
        (0, {field: "One thing"}),
        (1, {field: "Another, thing"}),
        (2, {field: "Third"}),
    ]
    assert [row.pointer for row in reading.episode.rows[name]] == [
        f"/{name}/0",
        f"/{name}/1",
        f"/{name}/2",
    ]
    assert reading.problems == ()


def test_a_list_in_one_line_is_rows(read_front):
    reading = read_front("companies: [OpenAI, Nvidia, 7]")
    assert rows_of(reading, "companies") == [(0, {"name": "OpenAI"}), (1, {"name": "Nvidia"})]
    assert reading.episode.row_counts == {"companies": 3}
    assert [(p.line, p.field, p.code) for p in reading.problems] == [
        (4, "/companies/2", "row-shape")
    ]


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("OpenAI", ["OpenAI"]),
        ("OpenAI, Perplexity,Google", ["OpenAI", "Perplexity", "Google"]),
        ("OpenAI; Acme, Inc.; Nvidia", ["OpenAI", "Acme, Inc.", "Nvidia"]),
    ],
)
def test_one_text_is_a_row_or_a_list_of_names_and_told(read_front, value, names):
    reading = read_front(f"companies: {value}")
    assert rows_of(reading, "companies") == [(n, {"name": x}) for n, x in enumerate(names)]
    assert reading.episode.row_counts == {"companies": len(names)}
    rows = "1 row" if len(names) == 1 else f"{len(names)} rows"
    assert told(reading) == [
        f"ep.md:4:1: /companies: expected a list, got {value} (read as {rows}) [converted]"
    ]


@pytest.mark.parametrize(
    ("value", "rows"),
    [
        ("Foo Labs, Bar og Baz", "2 rows"),
        ("Foo Labs und Bar", "1 row"),
        ("Foo, Ernst & Young", ""),  # a name that the lexicon knows
        ("Foo, Bar, and Baz", ""),
    ],
)
def test_a_conjunction_within_a_list_in_one_text_is_a_problem(read_front, value, rows):
    [problem] = read_front(f"companies: {value}").problems
    assert problem.is_remark == (not rows)
    if rows:
        assert str(problem) == (
            'ep.md:4:1: /companies: expected a list (write each name as an entry: "and" may join'
            f" two, or be part of one), got {value} (read as {rows}) [name-unclear]"
        )


@pytest.mark.parametrize(("field", "part"), [("topics", "topic"), ("tags", "tag")])
def test_topics_and_tags_are_lists_of_names_too(read_front, field, part):
    reading = read_front(f'{field}: "[[chips]], energy policy; AI"')
    assert [row[part] for _, row in rows_of(reading, field)] == ["chips, energy policy", "AI"]
    reading = read_front(f"{field}: chips, energy policy")
    assert rows_of(reading, field) == [(0, {part: "chips"}), (1, {part: "energy policy"})]


def test_names_lose_links_and_emphasis_without_a_word(read_front):
    reading = read_front(
        'source: "[[The Show]]"\ncompanies: ["[[NVIDIA]]", "**[[Oracle|a cloud]]**"]\n'
        "quotes: [{text: 'On [[NVIDIA]].', topic: '[[chips]]', topics: ['[[AI|machines]]', gas]}]"
    )
    assert reading.episode.text("source") == "The Show"
    oracle = {"name": "Oracle", "context": "a cloud"}
    assert rows_of(reading, "companies") == [(0, {"name": "NVIDIA"}), (1, oracle)]
    text = {"text": "On [[NVIDIA]].", "topic": "chips", "topics": ["AI", "gas"]}
    assert rows_of(reading, "quotes") == [(0, text)]
    assert told(reading) == []


def test_a_link_without_quotes_is_read_and_told(read_front):
    reading = read_front("source: [[The Show]]\ncompanies: [{name: [[Tesla]]}]")
    assert reading.episode.text("source") == "The Show"
    assert rows_of(reading, "companies") == [(0, {"name": "Tesla"})]
    assert told(reading) == [
        'ep.md:4:1: /source: expected a text (put a link in quotes: "[[The Show]]"), got a list '
        "of 1 (read as The Show) [converted]",
        'ep.md:5:1: /companies/0/name: expected a text (put a link in quotes: "[[Tesla]]"), got a '
        "list of 1 (read as Tesla) [converted]",
    ]


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ('"[[2025-03-04]]"', []),
        ('"[[Daily/2025-03-04|Tuesday]]"', []),
        ("'[4 March 2025](daily/2025-03-04.md)'", []),
        (
            "[[2025-03-04]]",
            [
                'ep.md:3:1: /date: expected a text (put a link in quotes: "[[2025-03-04]]"), got '
                "a list of 1 (read as 2025-03-04) [converted]"
            ],
        ),
    ],
)
def test_a_date_may_be_a_link_to_a_daily_note(date, words):
    reading = read_bytes("ep.md", f"---\ntitle: A talk\ndate: {date}\n---\n".encode())
    assert reading.episode.text("date") == "2025-03-04"
    assert told(reading) == words


def test_a_link_that_is_no_date_is_told_as_it_is_written():
    reading = read_bytes("ep.md", b"---\ntitle: A talk\ndate: '[[Spring]]'\n---\n")
    (problem,) = reading.problems
    assert (problem.code, problem.value) == ("date-invalid", "[[Spring]]")


@pytest.mark.parametrize(
    ("field", "place", "advice"),
    [
        (
            "companies: [[Meta]], [[Bolt]]",
            "4:20: /companies",
            'put the text in quotes: "[[Meta]], [[Bolt]]"',
        ),
        ('source: [[Acme]] "X"', "4:18: /source", 'put the text in quotes: "[[Acme]]"'),
        ("quotes:\n- [[Acme]] won", "5:12: /quotes/0", 'put the text in quotes: "[[Acme]] won"'),
        (
            "companies:\n- [[Meta]], [[Bolt]]",
            "5:11: /companies/0",
            'write an entry for each link, in quotes: `- "[[Meta]]"`',
        ),
    ],
)
def test_links_without_quotes_in_a_text_are_told_with_what_to_do(read_front, field, place, advice):
    reading = read_front(field)
    (problem,) = told(reading)
    start = f"ep.md:{place}: [[ begins a list in a list ({advice}): "
    assert problem.startswith(start) and problem.endswith("[yaml-broken]")


def test_the_words_that_a_link_shows_are_the_context_of_a_row_without_one(read_front):
    reading = read_front(
        'companies: [{name: "[[Tesla|the car maker]]"}, {name: "[[Tesla|it]]", context: it rose}]\n'
        'topics: ["[[EV|electric cars]]"]'
    )
    assert rows_of(reading, "companies") == [
        (0, {"name": "Tesla", "context": "the car maker"}),
        (1, {"name": "Tesla", "context": "it rose"}),
    ]
    assert rows_of(reading, "topics") == [(0, {"topic": "EV"})]
    assert told(reading) == []


def test_one_text_of_words_is_never_split(read_front):
    reading = read_front("quotes: We listen, and we build.")
    assert rows_of(reading, "quotes") == [(0, {"text": "We listen, and we build."})]


def test_one_mapping_is_one_row_and_told(read_front):
    reading = read_front("companies: {name: Acme}")
    assert rows_of(reading, "companies") == [(0, {"name": "Acme"})]
    assert told(reading) == [
        "ep.md:4:1: /companies: expected a list, got a mapping of name (read as 1 row) [converted]"
    ]


@pytest.mark.parametrize("value", ["''", "' '"])
def test_a_blank_text_is_no_row(read_front, value):
    reading = read_front(f"companies: {value}")
    assert (rows_of(reading, "companies"), reading.episode.row_counts) == ([], {"companies": 0})
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None, "é"]}, '{"a":[true,null,"é"],"b":1}'),
        ([math.inf, math.nan], '["inf","nan"]'),
        (2**70, '"1180591620717411303424"'),
        ({1: "a", None: "b", ("x",): "c"}, '{"(\'x\',)":"c","1":"a","None":"b"}'),
        ("a\ud800", '"a\ufffd"'),
        ([UNPARSED, 1], "[null,1]"),
    ],
)
def test_any_value_becomes_json(value, text):
    assert encode_unknown(value, ProblemCollector("ep.md"), "/a") == text


def test_a_number_too_long_to_print_becomes_words():
    assert encode_unknown(10**5000, ProblemCollector("ep.md"), "/a") == '"a number of many digits"'


def test_unknown_fields_are_kept_and_told(read_front):
    reading = read_front("mood:\n  good: 7")
    assert reading.episode.extra == {"mood": '{"good":7}'}
    assert [str(problem) for problem in reading.problems] == [
        "ep.md:4:1: /mood: unknown field: a build does not use it (kept as JSON) [field-unknown]"
    ]


RENAME = "rename it to {} if that is what it holds"
UNUSED = "a build does not use it"
MAKER_ADVICE = (
    "who made the notes is no name in the graph: list who speaks under guests, hosts or speakers, "
    "and others under people"
)


@pytest.mark.parametrize(
    ("field", "advice"),
    [
        ("publishDate: 2025-09-01", "date is there as well, and counts"),
        ("url: /7", RENAME.format("original_url")),  # of another site, or a file
        ("media: photos and sounds", UNUSED),
        ("length: 47185920", UNUSED),  # of a file, in bytes
        ("summari: Words.", RENAME.format("summary")),
        ("summry: [a, b]", UNUSED),
        ("Title: Words.", "title is there as well, and counts"),
        ("Title:", UNUSED),
        ("compnies: [OpenAI]", RENAME.format("companies")),
        ("compnies: 7", UNUSED),
        ("channel: https://example.org/feed", UNUSED),
        ("sources: [a, b]", UNUSED),
        ("podcast: true", UNUSED),
        ("transcript_by: Ann Example", MAKER_ADVICE),
        ("transcript_uri: Ann Example", UNUSED),
        ("layuot: 7", UNUSED),
        ("has_trancript: true", RENAME.format("has_transcript")),
        ("mood: ''", UNUSED),
        ("x" * 100 + ": 7", UNUSED),
    ],
)
def test_an_unknown_field_is_told_with_what_it_most_likely_means(read_front, field, advice):
    reading = read_front(field)
    assert list(reading.episode.extra) == [field.partition(":")[0]]
    assert [problem.message for problem in reading.problems] == [f"unknown field: {advice}"]


@pytest.mark.parametrize(
    "field", ["description: ''", "guests:", "hosts: []", "Published:", "url: ''", "channel: []"]
)
def test_a_field_of_a_template_without_a_value_is_no_problem(read_front, field):
    reading = read_front(field)
    assert list(reading.episode.extra) == [field.partition(":")[0]]
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("field", "name", "value"),
    [
        ("publishDate: May 1st, 2025", "date", "2025-05-01"),
        ("published: 1776855600000", "date", "2026-04-22T11:00:00Z"),
        ("runtime: '1:02:51'", "duration", 63),
        ("channel: Acme Talks", "source", "Acme Talks"),
        ("media: https://example.org/7.mp3", "original_url", "https://example.org/7.mp3"),
        ("transcript: https://example.org/7.txt", "transcript_url", "https://example.org/7.txt"),
        ("Description: Words.", "summary", "Words."),
    ],
)
def test_a_missing_field_is_read_under_another_name(read_front, field, name, value):
    reading = read_front(field, head="title: A talk\n")
    key = field.partition(":")[0]
    assert reading.episode.values == {"title": "A talk", name: value}
    assert reading.episode.extra == {}
    assert [str(problem) for problem in reading.problems if problem.code != "field-missing"] == [
        f"ep.md:3:1: /{key}: another name of {name} (read as {name}) [field-renamed]"
    ]


def test_a_list_of_rows_is_read_under_another_name(read_front):
    reading = read_front("keywords: [chips, 7]\norganisations:\n- OpenAI\n- 7")
    rows = {name: [row.values for row in rows] for name, rows in reading.episode.rows.items()}
    assert rows == {"companies": [{"name": "OpenAI"}], "tags": [{"tag": "chips"}, {"tag": "7"}]}
    assert [str(problem) for problem in reading.problems if problem.code == "row-shape"] == [
        "ep.md:7:1: /organisations/1: expected a text or a mapping with name (write"
        " `- name: OpenAI`), got 7 (row left out) [row-shape]"
    ]


@pytest.mark.parametrize(
    ("value", "advice"),
    [
        (
            "01/02/2025",
            "it would be date if it could be read: day and month could be either way round"
            " (write the year first, as in 2025-01-31): 01/02/2025",
        ),
        (
            "2024-13-45",
            "it would be date if it could be read: there is no such day (correct it): 2024-13-45",
        ),
        ("true", UNUSED),
        ("never", UNUSED),
    ],
)
def test_what_a_field_could_not_hold_is_not_read_under_another_name(read_front, value, advice):
    reading = read_front(f"published: {value}", head="title: A talk\n")
    assert list(reading.episode.extra) == ["published"]
    assert [p.message for p in reading.problems if p.code == "field-unknown"] == [
        f"unknown field: {advice}"
    ]


@pytest.mark.parametrize("keys", [("show", "podcast_name"), ("podcast_name", "show")])
def test_of_several_names_of_a_field_the_first_of_the_table_counts(read_front, keys):
    names = {"show": "acme-talks", "podcast_name": "Acme Talks"}
    reading = read_front("".join(f"{key}: {names[key]}\n" for key in keys))
    assert reading.episode.values["source"] == "Acme Talks"
    assert reading.episode.extra == {"show": '"acme-talks"'}


def test_a_field_that_is_there_is_not_read_under_another_name(read_front):
    reading = read_front("Source: Acme Talks\npodcast: Acme\npublished: 2020-01-01")
    assert reading.episode.values["source"] == "Acme Talks"
    assert reading.episode.date == "2025-08-11"
    assert list(reading.episode.extra) == ["podcast", "published"]


@pytest.mark.parametrize("blank", ["date:", "date: ''", "Date: ~", "date: # of the talk"])
def test_a_blank_field_is_read_under_another_name(read_front, blank):
    for lines in ((blank, "published: 2020-01-01"), ("published: 2020-01-01", blank)):
        reading = read_front("\n".join(lines), head="title: A talk\n")
        assert (reading.episode.values["date"], reading.episode.extra) == ("2020-01-01", {})
        assert [problem.code for problem in reading.problems] == ["field-renamed"]


@pytest.mark.parametrize(
    ("field", "name", "value", "code"),
    [
        ("Date: 01/02/2025\npublished: 2020-01-01", "date", "2020-01-01", "date-invalid"),
        ("duration: long\nlength: 52 min", "duration", 52, "type-wrong"),
        (
            "url: https://example.org/7\noriginal_url: n/a",
            "original_url",
            "https://example.org/7",
            "address-invalid",
        ),
        ("date: [soon]\npublished: 2020-01-01", "date", "2020-01-01", "date-invalid"),
        ("date: {day: 1}\npublished: 2020-01-01", "date", "2020-01-01", "date-invalid"),
        ("source: [A, B]\nchannel: Talks", "source", "Talks", "type-wrong"),
        ("summary: [a, b]\ndescription: Words", "summary", "Words", "type-wrong"),
    ],
)
def test_a_field_that_cannot_be_read_is_told_and_read_under_another_name(
    read_front, field, name, value, code
):
    reading = read_front(field, head="title: A talk\n")
    assert (reading.episode.values[name], reading.episode.extra) == (value, {})
    told = {p.code: p.field.lower() for p in reading.problems if p.code != "field-missing"}
    assert told.keys() == {code, "field-renamed"}
    assert told[code] == f"/{name}"


@pytest.mark.parametrize(("value", "code"), [("7", "list-shape"), ("[7]", "row-shape")])
def test_rows_that_cannot_be_read_are_told_and_read_under_another_name(read_front, value, code):
    reading = read_front(f"companies: {value}\norganisations: [Acme]")
    assert [row.text("name") for row in reading.episode.rows["companies"]] == ["Acme"]
    assert [(problem.field, problem.code) for problem in reading.problems] == [
        ("/companies" if value == "7" else "/companies/0", code),
        ("/organisations", "field-renamed"),
    ]


@pytest.mark.parametrize(
    "front",
    [
        "tags: [2024]\nkeywords: [cars]",
        "companies: [[Acme]]\norganisations: [Zed]",
        "source: [[Acme Talks]]\nchannel: Talks",
        "summary: [{overview: Words}]\ndescription: None",
    ],
)
def test_a_list_that_can_be_read_counts(read_front, front):
    assert len(read_front(front).episode.extra) == 1


def test_a_mapping_without_members_is_read_under_another_name(read_front):
    assert read_front("summary: {}\ndescription: Words").episode.values["summary"] == "Words"


NOT_A_DATE = (
    "not a date (write it as 2025-09-01, 2025-09-01T10:15:00Z, 12 Oct 2025 or seconds since 1970)"
)


@pytest.mark.parametrize(
    ("date", "published", "problem"),
    [
        ("soon", "later", NOT_A_DATE),
        ("soon", "later 7", NOT_A_DATE),
        (
            "[soon]",
            "01/02/2025",
            "day and month could be either way round (write the year first, as in 2025-01-31)",
        ),
    ],
)
def test_of_two_names_that_cannot_be_read_both_are_told(read_front, date, published, problem):
    reading = read_front(f"date: {date}\npublished: {published}", head="title: A talk\n")
    assert [(problem.field, problem.code) for problem in reading.problems] == [
        ("/date", "date-invalid"),
        ("/published", "field-unknown"),
    ]
    assert reading.problems[1].message == (
        f"unknown field: it would be date if it could be read: {problem}: {published}"
    )


def test_a_blank_field_without_another_name_and_a_hashtag_are_told_as_ever(read_front):
    reading = read_front("date:\npublished: soon\nsource: #acme\npodcast: Acme", head="title: A\n")
    assert list(reading.episode.values) == ["title"]
    assert list(reading.episode.extra) == ["published", "podcast"]
    assert {problem.code for problem in reading.problems} >= {"field-missing", "yaml-comment"}


def test_an_empty_list_is_read_under_another_name(read_front):
    reading = read_front("tags: []\nkeywords: [cars]")
    assert [row.text("tag") for row in reading.episode.rows["tags"]] == ["cars"]
    assert reading.episode.row_counts == {"tags": 1}


def test_of_two_spellings_of_a_name_the_first_that_can_be_read_counts(read_front):
    reading = read_front(
        "pub_date: soon\npubDate: 2025-01-02\nPubdate: 2025-01-03", head="title: A\n"
    )
    assert reading.episode.date == "2025-01-02"
    assert list(reading.episode.extra) == ["pub_date", "Pubdate"]


def test_a_field_that_another_fills_is_not_missing(read_front):
    reading = read_front("length: 12\nduration_seconds: 3147")
    assert reading.episode.values["duration"] == 52
    assert list(reading.episode.extra) == ["length"]


def test_what_a_key_may_mean_is_a_field_or_a_sentence():
    table = load_field_table()
    names = {*table.episode, *table.rows}
    assert {meant for meant in table.meant.values() if " " not in meant} <= names
    assert [key for key in table.meant if key != "".join(filter(str.isalnum, key.lower()))] == []


@pytest.mark.parametrize("front", ["&a [{}]", "[{}]"])  # with an anchor the exact parser reads
def test_a_list_over_the_limit_is_cut_and_told(read_front, monkeypatch, front):
    monkeypatch.setattr(limits, "MAX_ENTRIES", 3)
    reading = read_front(f"mood:\n  days: {front.format('1, 2, 3, 4, 5')}")
    assert reading.episode.extra == {"mood": '{"days":[1,2,3]}'}
    assert [str(problem) for problem in reading.problems] == [
        "ep.md:4:1: /mood: unknown field: a build does not use it (kept as JSON) [field-unknown]",
        "ep.md:5:3: /mood/days: only 3 entries are read of a list of 5 (2 left out) [limit]",
    ]


def test_a_list_over_the_limit_in_a_row_is_cut_and_told(read_front, monkeypatch):
    monkeypatch.setattr(limits, "MAX_ENTRIES", 2)
    reading = read_front("companies:\n- name: Acme\n  days: [[1, 2, 3], 4]")
    assert reading.episode.rows["companies"][0].values == {
        "name": "Acme",
        "+": '{"days":[[1,2],4]}',
    }
    assert [str(problem) for problem in reading.problems] == [
        "ep.md:6:3: /companies/0/days: unknown field in 1 row (read are name, category, confidence,"
        " context, position, source): days (kept as JSON) [field-unknown]",
        "ep.md:6:3: /companies/0/days/0: only 2 entries are read of a list of 3 (1 left out)"
        " [limit]",
    ]


FIELDS = "title date duration source summary topics tags companies quotes original_url".split()
NAMES_OF_FIELDS = {
    "German": "Titel Datum Dauer Sendung Zusammenfassung Themen Schlagwörter Firmen Zitate Adresse",
    "French": "titre publié durée émission résumé sujets mots-clés entreprises verbatims lien",
    "Spanish": "título fecha duración programa resumen temas etiquetas empresas citas enlace",
    "Italian": "titolo data durata programma riassunto argomenti etichette aziende citazioni "
    "collegamento",
    "Portuguese": "título data duração programa resumo assuntos palavras-chave empresas citações "
    "endereço",
    "Dutch": "titel datum duur bron samenvatting onderwerpen trefwoorden bedrijven citaten "
    "webadres",
}


@pytest.mark.parametrize("language", NAMES_OF_FIELDS)
def test_fields_are_read_under_their_names_in_other_languages(read_front, language):
    values = ["A talk", "2025-09-01", "38 min", "A Show", *["words"] * 5, "https://example.org/1"]
    names = NAMES_OF_FIELDS[language].split()
    front = "".join(f"{name}: {value}\n" for name, value in zip(names, values, strict=True))
    problems = read_front(front, head="").problems
    assert [p.value for p in problems if p.code == "field-renamed"] == FIELDS


def test_names_have_no_formatting_of_html_and_tags_no_sign(read_front):
    front = """\
companies: ["<b>Stripe</b>", "AT&amp;T"]
tags: ["#cloud", "##ai", "#", {tag: "#deep/sub"}, "<i>#x</i>", "C#"]
topics: ["#money"]
"""
    episode = read_front(front).episode
    assert [row.text("name") for row in episode.rows["companies"]] == ["Stripe", "AT&T"]
    tags = [row.text("tag") for row in episode.rows["tags"]]
    assert tags == ["cloud", "ai", "#", "deep/sub", "x", "C#"]
    assert [row.text("topic") for row in episode.rows["topics"]] == ["money"]


def test_the_semicolon_of_an_entity_separates_no_names(read_front):
    episode = read_front('companies: "AT&amp;T, Stripe"\ntags: "#cars #chips"').episode
    assert [row.text("name") for row in episode.rows["companies"]] == ["AT&T", "Stripe"]
    assert [row.text("tag") for row in episode.rows["tags"]] == ["cars", "chips"]


def test_a_key_without_letters_means_no_field(read_front):
    reading = read_front("'': 7\nmood: 7")
    assert [p.field for p in reading.problems if p.code == "field-unknown"] == ["/", "/mood"]


def test_an_empty_entry_is_told_as_an_empty_text(read_front):
    problem = read_front("tags: ['']").problems[0]
    assert (problem.code, problem.value) == ("row-shape", "an empty text")
