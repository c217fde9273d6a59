"""A graph of one recording, made by hand in one line, and texts that formats stumble over."""

from kgraph.base.model import EpisodeFile, Reason, Row, dump_json
from kgraph.graph import (
    Entity,
    EpisodeGraph,
    Graph,
    MentionEdge,
    Occurrence,
    Quote,
    RowDecision,
    SharedData,
    ShowEdge,
    TaxonomyTerm,
)

BASE = "https://example.org/id/"
QUOTE = "0123456789abcdef"

HOSTILE = {
    "controls": "".join(map(chr, range(32))) + "\x7f\x80\x85\x9f",
    "returns": "a\rb\r\nc\n",
    "non-characters": "\ufffe\uffff\U0001fffe",
    "right-to-left": "\u200f\u202eabc\u2028\u2029",
    "markup": "]]> <![CDATA[ & &amp; < > ' \"",
    "backslashes": '\\ \\\\ \\n \\u0041 "x\\" """ \\"',
    "datatype": '"^^xsd:integer',
    "blank": "  ",
    "mark": "\ufeffx",
    "long": "0123456789" * 100_000,
}


def handmade(text="NVIDIA"):
    """One recording of one file: one company, accepted; one surface, rejected; one quote."""
    rows = {
        "companies": (
            Row("companies", 0, {"name": text, "context": text, "source": "llm_enhanced"}),
            Row("companies", 2, {"name": "And I", "confidence": "low", "position": 7}),
        ),
        "quotes": (Row("quotes", 0, {"text": text, "relevance_score": 8}),),
        "topics": (Row("topics", 0, {"topic": "AI", "prominence": 0.5, "mentions": 3}),),
        "tags": (Row("tags", 0, {"tag": "Chips"}), Row("tags", 1, {"tag": "chips"})),
    }
    values = {"title": text, "date": "2025-09-01", "duration": 25, "summary": text}
    extra = {"more": dump_json({"any": text})}
    file = EpisodeFile("a.md", "0" * 64, values, rows, {}, False, (text,), text, extra)
    reason = Reason("lexicon", "known")
    episode = EpisodeGraph(
        "talk",
        (file,),
        ShowEdge("ours", "Ours", 0.9, (reason,)),
        (
            MentionEdge(
                "company",
                "nvidia",
                text,
                0.934,
                "lexicon",
                (RowDecision(0, 0, text, 0.934, "lexicon", (reason,)),),
            ),
            MentionEdge(
                "noise",
                "andi",
                "And I",
                0.99,
                "function-words",
                (RowDecision(0, 2, "And I", 0.99, "function-words"),),
            ),
        ),
        (Quote(QUOTE, text, 0.25, (), (("company/nvidia", 0.9),)),),
        (Occurrence(QUOTE, 0.75, ((0, 0),)),),
    )
    shared = SharedData(
        {
            "company/nvidia": Entity("company", "nvidia", text, {text: 1}, 1, 0.934, "chips"),
            "show/ours": Entity("show", "ours", "Ours", {}, 0, 0.9),
        },
        {"topic/ai": TaxonomyTerm("AI", {"AI": 1})},
        {"tag/chips": TaxonomyTerm("Chips", {"Chips": 1, "chips": 1})},
        {},
        "f" * 64,
    )
    return Graph((episode,), shared)
