import pytest

from kgraph.ingest.frontmatter import is_leftover_front_matter, split_comments


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
    ],
)
def test_residue_is_a_fence_or_two_known_fields(body, residue):
    assert is_leftover_front_matter(body) is residue


def test_residue_is_kept_and_told_with_its_line(read_front):
    reading = read_front("layout: x", body="\n<!-- made -->\n\nywords:\n- one\n---\n")
    assert reading.episode.body == "ywords:\n- one\n---"
    assert [str(problem) for problem in reading.problems] == [
        "ep.md:9:1: front matter left over below the front matter: ywords: - one ---"
        " (kept as body) [body-residue]"
    ]
