"""Files of settings: whatever stands in one, its error is one line that names file and line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.base.errors import DataError
from kgraph.ingest.located_file import load_located_toml, load_located_yaml

TOML = """\
# settings
one = ["a", "b"]

[two]
"three four" = 5
"""


def test_values_have_the_lines_of_their_keys(tmp_path):
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbf" + TOML.replace("\n", "\r\n").encode())
    file = load_located_toml(path)
    assert file.value == {"one": ["a", "b"], "two": {"three four": 5}}
    for keys, line in ((["one"], 2), (["one", 1], 2), (["two"], 4), (["two", "three four"], 5)):
        with pytest.raises(DataError) as caught:
            file.fail(keys, "wrong")
        assert str(caught.value) == f"{path}:{line}: wrong"
    with pytest.raises(DataError) as caught:
        file.fail([], "wrong")
    assert str(caught.value) == f"{path}: wrong"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "one = [\n  'a'\n  'b'\n]\n",
            ":3: not TOML: Unclosed array (put a comma between entries, and a ] behind the last "
            "one, here or before)",
        ),
        (
            "one = 1\none = 2\n",
            ":2: not TOML: Cannot overwrite a value (the key stands twice: delete one)",
        ),
        (
            'one = "a\n',
            ":1: not TOML: Illegal character '\\n' (close the quotation mark on its line)",
        ),
        ("one = 'a\n", ':1: not TOML: Expected "\'" (close the quotation mark on its line)'),
        (
            'one = """a\n',
            ":1: not TOML: Unterminated string (close the text with as many quotation marks as "
            "begin it)",
        ),
        (
            'one = "C:\\dir"\n',
            ":1: not TOML: Unescaped '\\' in a string (write a backslash twice, or put the text in "
            "single quotes)",
        ),
        (
            "one: 1\n",
            ":1: not TOML: Expected '=' after a key in a key/value pair (write a field as "
            "key = value)",
        ),
        (
            "one = yes\n",
            ":1: not TOML: Invalid value (correct the line; texts, and dates of other forms than "
            "2025-01-31, stand in quotes)",
        ),
    ],
)
def test_what_is_not_toml_has_its_line(tmp_path, text, expected):
    path = tmp_path / "a.toml"
    path.write_text(text)
    with pytest.raises(DataError) as caught:
        load_located_toml(path)
    assert str(caught.value) == f"{path}{expected}"


@pytest.mark.parametrize("load", [load_located_toml, load_located_yaml])
@given(data=st.one_of(st.binary(max_size=40), st.text(max_size=40).map(str.encode)))
def test_nothing_but_a_data_error_is_raised(tmp_path_factory, load, data):
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(data)
    try:
        assert isinstance(load(path).value, dict)
    except DataError as error:
        assert str(error).startswith(f"{path}:")
