"""A small lexicon, and entries of a user's own that replace, join and rename its entries."""

from hypothesis import strategies as st

from kgraph.base.lexicon import LexiconEntry
from kgraph.base.text import name_key

SHIPPED = [
    LexiconEntry("Acme", "company", aliases=("Acme Corp",), misheard=("ack me",), kind="maker"),
    LexiconEntry("Acme Pay", "product", product_of="Acme", tickers=("ACME",)),
    LexiconEntry("Gem (exchange)", "company", tickers=("GEM",)),
    LexiconEntry("Gem (model)", "product", product_of="Acme"),
    LexiconEntry("Gem Labs", "company", part_of="Gem (exchange)"),
    LexiconEntry("Bolt (city)", "place"),
    LexiconEntry("Widget Works", "company", same_as="Acme"),
    LexiconEntry("The Widget", "product", product_of="Widget Works"),
    LexiconEntry("Ann Example", "person"),
    LexiconEntry("Bob Example", "person", aliases=("Bobby Example",)),
    LexiconEntry("Gem Talks", "show", hosts=("Ann Example",)),
]
NAMES = (*(entry.name for entry in SHIPPED), "ACME", "Gem", "Bolt", "Ann Quorvex", "Quorvex")
TYPES = tuple(dict.fromkeys(entry.type for entry in SHIPPED))
_several = st.lists(st.sampled_from(NAMES), max_size=2).map(tuple)
_related = st.sampled_from(("", *NAMES))
_entries = st.builds(
    LexiconEntry,
    st.sampled_from(NAMES),
    st.sampled_from(TYPES),
    aliases=_several,
    misheard=_several,
    tickers=_several,
    is_common_word=st.booleans(),
    cues=st.sampled_from(((), ("bank",))),
    kind=st.sampled_from(("", "maker")),
    since=st.sampled_from(("", "2026-01")),
    product_of=_related,
    part_of=_related,
    token_of=_related,
    same_as=_related,
)
own_entries = st.lists(_entries, max_size=6, unique_by=lambda e: (e.type, name_key(e.name)))
