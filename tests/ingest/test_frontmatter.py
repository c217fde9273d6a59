import frontmatter
import pytest

from kgraph.ingest import read_bytes
from kgraph.ingest.frontmatter import FrontMatterHandler, is_leftover_front_matter, split_comments


@pytest.mark.parametrize(
    ("text", "front", "body"),
    [
        ("---\na: 1\n---\nbody\n", "a: 1\n", "body\n"),
        ("--- \na: 1\n---\t \nbody", "a: 1\n", "body"),
        ("\n\n---\na: 1\n---", "a: 1\n", ""),
        ("---\n---\nbody", "", "body"),
        ("---\na: |\n  ---\n  x\n---\nbody", "a: |\n  ---\n  x\n", "body"),
        ("---\na: x\n--- y\n----\n---\nbody", "a: x\n--- y\n----\n", "body"),
        ("---\na: 1\n---\nbody\n---\nmore", "a: 1\n", "body\n---\nmore"),
    ],
)
def test_only_a_line_of_three_dashes_is_a_fence(text, front, body):
    assert FrontMatterHandler().split(text) == (front, body)


def test_python_frontmatter_reads_by_the_handler():
    post = frontmatter.loads("---\ntitle: On\ntags: [a]\n---\nBody\n", handler=FrontMatterHandler())
    assert (post.metadata, post.content) == ({"title": "On", "tags": ["a"]}, "Body")


@pytest.mark.parametrize("text", ["title: x\n", "# A heading\n---\n", "----\na: 1\n---\n", "---"])
def test_no_front_matter_is_told(text):
    reading = read_bytes("ep.md", text.encode())
    assert reading.episode is None
    assert [str(problem) for problem in reading.problems] == [
        "ep.md:1:1: the file does not begin with front matter: put its fields between lines of ---"
        " (file left out) [front-matter-missing]"
    ]


@pytest.mark.parametrize(
    ("front", "shown"),
    [("- 1\n- 2", "a list of 2"), ("12", "12"), ("words", "words"), ("", "null"), ("{}", "{}")],
)
def test_front_matter_that_is_no_mapping_is_told(read_front, front, shown):
    reading = read_front(front, head="")
    assert reading.episode is None
    assert [str(problem) for problem in reading.problems] == [
        f"ep.md:2:1: the front matter is not a mapping of fields but {shown} (file left out)"
        " [front-matter-shape]"
    ]


def test_a_fence_that_never_closes_is_told_and_all_is_read():
    text = "---\ntitle: A talk\ndate: 2025-08-11\ntags:\n- a\n\n<!-- made by hand -->\n"
    reading = read_bytes("ep.md", text.encode())
    assert [str(problem) for problem in reading.problems] == [
        "ep.md:1:1: the front matter is not closed: put a line --- below its last field"
        " (all of the file read as front matter) [front-matter-unclosed]"
    ]
    assert reading.episode.comments == ("made by hand",)
    assert [row.values for row in reading.episode.rows["tags"]] == [{"tag": "a"}]


def test_a_key_written_twice_is_told_and_the_last_one_holds(read_front):
    reading = read_front("source: One\ntags: [a]\nsource: Two")
    assert reading.episode.text("source") == "Two"
    assert [str(problem) for problem in reading.problems] == [
        "ep.md:6:1: /source: key written twice (last one kept) [key-twice]"
    ]


def test_a_key_written_twice_in_a_row_is_told(read_front):
    reading = read_front("companies:\n- name: Acme\n  category: a\n  name: Bolt")
    assert reading.episode.rows["companies"][0].values == {"name": "Bolt", "category": "a"}
    assert [(p.line, p.column, p.field, p.code) for p in reading.problems] == [
        (7, 3, "/companies/0/name", "key-twice")
    ]


HUGO = {
    "json at the top": '{\n  "title": "On",\n  "date": "2025-09-01",\n  "tags": ["a"]\n}\nBody.\n',
    "json in dashes": '---\n{"title": "On", "date": "2025-09-01",\n\t"tags": ["a"]}\n---\nBody.\n',
    "json in semicolons": ';;;\n{"title": "On", "date": "2025-09-01", "tags": ["a"]}\n;;;\nBody.\n',
    "json without braces": ';;;\n"title": "On",\n"date": "2025-09-01", "tags": ["a"]\n;;;\nBody.\n',
    "json named": '---json\n{"title": "On", "date": "2025-09-01", "tags": ["a"]}\n---\nBody.\n',
    "toml named": "--- TOML\ntitle = 'On'\ndate = 2025-09-01\ntags = ['a']\n---\nBody.\n",
    "yaml named": "---yaml\ntitle: On\ndate: 2025-09-01\ntags: [a]\n---\nBody.\n",
    "yml named": "---yml \ntitle: On\ndate: 2025-09-01\ntags: [a]\n---\nBody.\n",
    "toml": "+++\ntitle = 'On'\ndate = 2025-09-01\ntags = ['a']\n+++\nBody.\n",
    "yaml": "---\ntitle: On\ndate: 2025-09-01\ntags: [a]\n---\nBody.\n",
}


@pytest.mark.parametrize("text", HUGO.values(), ids=HUGO)
def test_one_episode_is_read_from_every_format(text):
    reading = read_bytes("ep.md", text.encode())
    assert reading.problems == ()
    assert reading.episode.values == {"title": "On", "date": "2025-09-01"}
    assert [row.values for row in reading.episode.rows["tags"]] == [{"tag": "a"}]
    assert reading.episode.body == "Body."


@pytest.mark.parametrize(
    ("text", "position", "field", "constant"),
    [
        ('{\n"title": "NaN", "duration": NaN\n}\n', "2:17", "/duration", "NaN"),
        (';;;\n"title": "NaN", "duration": -Infinity\n;;;\n', "2:17", "/duration", "-Infinity"),
        ('{"title": "NaN",\n"tags": ["a", Infinity]}\n', "2:15", "/tags/1", "Infinity"),
        ('{"title": "NaN",\n"mood": {"a": [NaN]}}\n', "2:16", "/mood/a/0", "NaN"),
    ],
)
def test_a_constant_that_json_does_not_have_loses_only_its_value(text, position, field, constant):
    reading = read_bytes("ep.md", text.encode())
    assert reading.episode.title == "NaN"
    assert "duration" not in reading.episode.values
    assert [str(problem) for problem in reading.problems if problem.code == "json-broken"] == [
        f"ep.md:{position}: {field}: not a value of JSON (write null, or put it in quotes):"
        f" {constant} (value left out) [json-broken]"
    ]


TOML_FIX = "(correct the line; texts, and dates of other forms than 2025-01-31, stand in quotes)"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            '{\n  "title": "On"\n  "date": 1\n}\n',
            "ep.md:3:3: the front matter is not JSON: Expecting ',' delimiter (correct this line "
            'or one before): "date": 1 (file left out) [json-broken]',
        ),
        (
            '{\n  "title": "On",\n  "tags": ["a", ]\n}\n',
            "ep.md:3:17: the front matter is not JSON: a comma without an entry behind it (delete "
            'it): "tags": ["a", ] (file left out) [json-broken]',
        ),
        (
            '{\n  "title": "On",\n  "tags": ["a", b]\n}\n',
            "ep.md:3:17: the front matter is not JSON: Expecting value (correct this line or one "
            'before): "tags": ["a", b] (file left out) [json-broken]',
        ),
        (
            '{\n  "title": "On",\n}\n',
            "ep.md:3:1: the front matter is not JSON: a comma without an entry behind it (delete "
            "it): } (file left out) [json-broken]",
        ),
        (
            '{"title": "On\nand on"}\n',
            "ep.md:1:14: the front matter is not JSON: a line break or another control character in"
            ' a text (write \\n, or close the quotation mark): {"title": "On (file left out)'
            " [json-broken]",
        ),
        (
            "+++\ntitle = 'On'\nsource = 'open\n+++\n",
            'ep.md:3:10: the front matter is not TOML: Expected "\'" (close the quotation mark on'
            " its line): source = 'open (file left out) [toml-broken]",
        ),
        (
            '+++\ntitle = "On\n+++\n',
            "ep.md:2:12: the front matter is not TOML: Illegal character '\\n' (close the quotation"
            ' mark on its line): title = "On (file left out) [toml-broken]',
        ),
        (
            "+++\ntitle = 'On'\ndate = soon\n+++\n",
            f"ep.md:3:8: the front matter is not TOML: Invalid value {TOML_FIX}: date = soon "
            "(file left out) [toml-broken]",
        ),
        (
            "+++\ntitle = 'On'\n[[rows]]\ndate = 2025-02-30\n+++\n",
            f"ep.md:4:8: the front matter is not TOML: Invalid date or datetime {TOML_FIX}: "
            "date = 2025-02-30 (file left out) [toml-broken]",
        ),
        (
            "+++\nnames = [" + "'Acme', " * 20 + "soon]\n+++\n",
            f"ep.md:2:170: the front matter is not TOML: Invalid value {TOML_FIX}: soon] "
            "(file left out) [toml-broken]",
        ),
        (
            "+++\ntitle = 'On'\ntitle = 'Off'\n+++\n",
            "ep.md:3:14: the front matter is not TOML: Cannot overwrite a value (the key stands"
            " twice: delete one): title = 'Off' (file left out) [toml-broken]",
        ),
        (
            "+++\nduration = " + "9" * 5000 + "\n+++\n",
            "ep.md:2:1: the front matter is not TOML: a number of too many digits (file left out)"
            " [toml-broken]",
        ),
        (
            '{"a": ' + "[" * 5000 + "]" * 5000 + "}\n",
            "ep.md:1:70: more than 64 nested levels (file left out) [limit]",
        ),
        (
            "+++\na = " + "[" * 5000 + "]" * 5000 + "\n+++\n",
            "ep.md:2:1: more than 64 nested levels (file left out) [limit]",
        ),
        (
            "+++\n" + "a." * 100_000 + "a = 1\n+++\n",
            "ep.md:2:1: more than 64 nested levels (file left out) [limit]",
        ),
        (
            ";;;\n[1]\n;;;\n",
            "ep.md:2:1: the front matter is not a mapping of fields but a list of 1 (file left out)"
            " [front-matter-shape]",
        ),
    ],
)
def test_broken_json_and_toml_name_the_line(text, told):
    reading = read_bytes("ep.md", text.encode())
    assert (reading.episode, [str(problem) for problem in reading.problems]) == (None, [told])


JSON = """{
  "title": "On",
  "date": "2025-09-01",
  "duration": 012x,
  "companies": [{"name": "Acme", "mood": 1}, 7,
    {"name": "Bolt"}],
  "title": "Off"
}
"""


def test_problems_of_json_name_the_line_of_the_field():
    reading = read_bytes("ep.md", JSON.replace("012x", "true").encode())
    assert [(p.line, p.column, p.field, p.code) for p in reading.problems] == [
        (4, 3, "/duration", "type-wrong"),
        (5, 34, "/companies/0/mood", "field-unknown"),
        (5, 46, "/companies/1", "row-shape"),
        (7, 3, "/title", "key-twice"),
    ]
    assert reading.episode.title == "Off"
    assert [row.index for row in reading.episode.rows["companies"]] == [0, 2]


TOML = """+++
title = "On"
date = 2025-09-01T10:15:00+02:00
duration = 00:45:12
notes = '''
mood = 1
'''
companies = ["Acme", 7]
[[quotes]]
text = "One."
[[quotes]]
text = "Two."
mood = 1
[params]
x = 1
+++
"""


def test_problems_of_toml_name_the_line_of_the_key():
    reading = read_bytes("ep.md", TOML.encode())
    assert [(p.line, p.column, p.field, p.code) for p in reading.problems] == [
        (5, 1, "/notes", "field-unknown"),
        (8, 1, "/companies/1", "row-shape"),
        (13, 1, "/quotes/1/mood", "field-unknown"),
        (14, 1, "/params", "field-unknown"),
    ]
    assert reading.episode.values == {
        "title": "On",
        "date": "2025-09-01T10:15:00+02:00",
        "duration": 45,
    }


def test_a_brace_that_begins_no_object_is_no_front_matter():
    reading = read_bytes("ep.md", b"{{< youtube abc >}}\n")
    assert [problem.code for problem in reading.problems] == ["front-matter-missing"]


@pytest.mark.parametrize(
    ("body", "comments", "rest"),
    [
        ("", (), ""),
        ("\n<!-- one -->\n<!-- two\nlines -->\n", ("one", "two\nlines"), ""),
        ("Text <!-- in --> more", ("in",), "Text  more"),
        ("<!-- never closed", (), "<!-- never closed"),
        ("<!-->x-->", (">x",), ""),
        ("<script>1</script>", (), "<script>1</script>"),
    ],
)
def test_comments_are_told_from_the_rest(body, comments, rest):
    assert split_comments(body) == (comments, rest)


@pytest.mark.parametrize(
    ("body", "residue"),
    [
        ("Just words.", False),
        ("A title: with a colon", False),
        ("words:\n  - one\n---", True),
        ("  mentions: 1\n  prominence: 0.1", True),
        ("- topic: ai", False),
        ("# Heading\n\n---\n\nMore words.", False),
        ("---\n\nMore words.", False),
        ("# The surprising advice of a founder\n---\nMore words.", False),
        ("A heading: with a colon\n---\nMore words.", False),
        ("- Guest: Ann\n- Host: Bob\n---\nMore words.", False),
        ("Ann: Hello.\nBob: Hello.\n---", False),
        ("words of a summary\nkeywords:\n- one\n- two\n---\n# Talk", True),
        ("# Talk\n\nkeywords:\n  - one\nmood: good\n---\n", True),
        ("# Talk\n\nkeywords:\nSome words.\n---\n", False),
    ],
)
def test_residue_is_a_fence_or_two_known_fields(body, residue):
    assert is_leftover_front_matter(body) is residue


def test_residue_is_kept_and_told_with_its_line(read_front):
    reading = read_front("layout: x", body="\n<!-- made -->\n\nywords:\n- one\n---\n")
    assert reading.episode.body == "ywords:\n- one\n---"
    assert [str(problem) for problem in reading.problems] == [
        "ep.md:9:1: leftover front matter in the body: ywords: - one ---"
        " (kept as body) [body-residue]"
    ]
