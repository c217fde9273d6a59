import frontmatter
import pytest

from kgraph.reading import read_bytes
from kgraph.reading.fence import Handler


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
    assert Handler().split(text) == (front, body)


def test_python_frontmatter_reads_by_the_handler():
    post = frontmatter.loads("---\ntitle: On\ntags: [a]\n---\nBody\n", handler=Handler())
    assert (post.metadata, post.content) == ({"title": "On", "tags": ["a"]}, "Body")


@pytest.mark.parametrize("text", ["title: x\n", "# A heading\n---\n", "----\na: 1\n---\n", "---"])
def test_no_front_matter_is_told(text):
    reading = read_bytes("ep.md", text.encode())
    assert reading.episode is None
    assert [str(problem) for problem in reading.problems] == [
        "ep.md:1:1: no line of --- opens front matter (file left out) [front-matter-missing]"
    ]


@pytest.mark.parametrize(
    ("front", "shown"),
    [("- 1\n- 2", "a list of 2"), ("12", "12"), ("words", "words"), ("", "null"), ("{}", "{}")],
)
def test_front_matter_that_is_no_mapping_is_told(read_front, front, shown):
    reading = read_front(front, head="")
    assert reading.episode is None
    assert [str(problem) for problem in reading.problems] == [
        f"ep.md:2:1: the front matter is no mapping of fields, but {shown} (file left out)"
        " [front-matter-shape]"
    ]


def test_a_fence_that_never_closes_is_told_and_all_is_read():
    text = "---\ntitle: A talk\ndate: 2025-08-11\ntags:\n- a\n\n<!-- made by hand -->\n"
    reading = read_bytes("ep.md", text.encode())
    assert [str(problem) for problem in reading.problems] == [
        "ep.md:1:1: no line of --- closes the front matter (all of the file read as front matter)"
        " [front-matter-unclosed]"
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
