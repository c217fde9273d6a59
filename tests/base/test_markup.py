"""Names in the markup of Markdown, wikis and HTML."""

import pytest

from kgraph.base.markup import parse_label, strip_markup


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("<b>Stripe</b>", "Stripe"),
        ("<EM>Stripe</EM>, <i>Inc.</i>", "Stripe, Inc."),
        ('<span class="x">Stripe</span>', "Stripe"),
        ("<strong><u><mark>Stripe</mark></u></strong>", "Stripe"),
        ("H<sub>2</sub> <code>Labs</code>", "H2 Labs"),
        ("<b>[[Firms/Stripe|the payers]]</b>", "Stripe"),
        ("**<b>Stripe</b>**", "Stripe"),
        ("AT&amp;T", "AT&T"),
        ("AT&amp;amp;T", "AT&T"),
        ("Moody&#39;s &#x26; Co", "Moody's & Co"),
        ("A&nbsp;B &eacute;", "A B é"),
        ("[[AT&amp;T]]", "AT&T"),
        ("&lt;b&gt;Stripe", "<b>Stripe"),
        ("A&#10;B", "A B"),
        ("AT&T; Visa", "AT&T; Visa"),
        ("R&D &amp Co", "R&D &amp Co"),
        ("&#27;[31m &#0; &nosuch;", "&#27;[31m &#0; &nosuch;"),
        ("<script>x</script>", "<script>x</script>"),
        ("the <script> & <b>worst</b>", "the <script> & <b>worst</b>"),
        ('the <script> <a href="x">worst</a>', "the <script> worst"),
        ("a <b and c> d", "a <b and c> d"),
        ("<b>", "<b>"),
    ],
)
def test_tags_that_format_and_entities_are_read(text, name):
    assert strip_markup(text) == name
    assert strip_markup(name) in (name, "Stripe")


def test_words_that_a_link_shows_have_their_entities_read():
    assert parse_label("[[T|AT&amp;T]]") == ("T", "AT&T")
