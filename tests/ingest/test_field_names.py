import pytest

from kgraph.ingest.field_names import split_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("OpenAI", ["OpenAI"]),
        (" OpenAI, ", ["OpenAI"]),
        ("OpenAI, Perplexity", ["OpenAI", "Perplexity"]),
        ("a,b;c", ["a,b", "c"]),
        ("OpenAI, Nvidia, and Arm Holdings", ["OpenAI", "Nvidia", "Arm Holdings"]),
        ("OpenAI, Johnson & Johnson", ["OpenAI", "Johnson & Johnson"]),
        ("Acme, Inc.", ["Acme, Inc."]),
        ("Acme, Inc., Bolt, LLC, Nvidia", ["Acme, Inc.", "Bolt, LLC", "Nvidia"]),
        ("10,000 Maniacs", ["10,000 Maniacs"]),
        ("- OpenAI\n- Nvidia\n", ["OpenAI", "Nvidia"]),
        ("One, which is a whole sentence of words", ["One, which is a whole sentence of words"]),
        (",", [","]),
    ],
)
def test_one_text_is_a_list_where_it_clearly_is_one(text, names):
    assert split_names(text) == names
