"""Markdown as values: HTML in the text remains text."""

import pytest

from kgraph.base.markdown import MAX_NESTING, MarkdownNode, parse_markdown


def plain(found):
    """The text of parts, with their kinds."""
    return "".join(
        f"<{part.kind}>{part.text}{plain(part.parts)}" if part.kind != "text" else part.text
        for part in found
    )


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("# A *b*\n\nc **d** `e`", "<heading>A <em>b<p>c <strong>d <code>e"),
        ("- a\n- b\n\n1. c", "<ul><li><p>a<li><p>b<ol><li><p>c"),
        ("a\nb  \nc\n\n---", "<p>a b<br> c<hr>"),
        ("    a < b", "<block>a < b\n"),
        ("```x\n<b>\n```", "<block><b>\n"),
        ("<script>alert(1)</script>", "<p><script>alert(1)</script>"),
        ("a <b onclick='x'>b</b>", "<p>a <b onclick='x'>b</b>"),
        ("[words](javascript:alert(1))", "<p>[words](javascript:alert(1))"),
        ("[words](https://example.org/)", "<p><all>words"),
        ("![words](https://example.org/x.png)", "<p>words"),
        ("&lt;script&gt;", "<p><script>"),
        (
            "| a | *b* |\n|---|:-:|\n| c \\| d | <b> |\n",
            "<table><thead><tr><th>a<th><em>b<tbody><tr><td>c | d<td><b>",
        ),
        ("a | b", "<p>a | b"),
        ("", ""),
    ],
)
def test_a_text_becomes_parts(text, tree):
    assert plain(parse_markdown(text)) == tree


def test_a_hostile_depth_is_followed_no_further():
    deepest = parse_markdown(">" * 500 + " a")
    depth = 0
    while deepest and deepest[0].parts:
        deepest, depth = deepest[0].parts, depth + 1
    assert depth <= MAX_NESTING


def test_a_very_long_text_is_cut():
    assert len(plain(parse_markdown("a" * 200_000))) < 60_000


def test_what_is_not_known_only_holds_what_it_holds():
    assert parse_markdown("~~a~~") == (MarkdownNode("p", parts=(MarkdownNode("text", "~~a~~"),)),)
