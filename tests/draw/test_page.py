"""kgraph.draw.draw: one file, a strict policy that fits it, nothing that ends a block."""

import base64
import hashlib
import html
import json
import re

from kgraph.draw.bundle import encode_json_block
from kgraph.draw.draw import render_view_page

PAGE = render_view_page("A & <b>", "Cap\x1btion", ["1 < 2"], {"x": "</script><!--\u2028"}).decode()


def blocks(kind):
    return re.findall(rf"<{kind}>(.*?)</{kind.split()[0]}>", PAGE, re.DOTALL)


def test_text_is_escaped():
    assert "<span>1 &lt; 2</span>" in PAGE
    assert f"<h1>{html.escape('A & <b>')}</h1>" in PAGE
    assert "Cap\ufffdtion" in PAGE and "\x1b" not in PAGE


def test_json_is_kept_and_cannot_end_its_block():
    text = ["</script>", "<!--", "&amp;", "\u2028\u2029", "é"]
    assert json.loads(encode_json_block(text)) == text
    assert not re.search("[<>&\u2028\u2029]", encode_json_block(text))


def test_the_policy_allows_this_script_and_style_and_nothing_else():
    policy = re.search('http-equiv="Content-Security-Policy" content="([^"]*)"', PAGE)[1]
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    hashed = [
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in (*blocks("script"), *blocks('script type="module"'), *blocks("style"))
    ]
    assert parts == {
        "default-src": "'none'",
        "script-src": " ".join(hashed[:2]),
        "style-src": hashed[2],
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_nothing_is_asked_from_elsewhere():
    without_library = PAGE.replace(blocks("script")[0], "")
    assert re.findall(r'(?:src|href)="([^"]*)"', without_library) == ["data:,"]
    assert "sourceMappingURL" not in PAGE
