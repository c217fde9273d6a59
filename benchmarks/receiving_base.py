"""How many companies of another knowledge base join an export of kgraph as terms?

    python benchmarks/receiving_base.py STORE [--episodes FOLDER]

Loads receiving_base.ttl and the profile kb of the store into one graph and asks one SPARQL query,
without string functions: which companies share an IRI or a literal, by which register. A company
that joins another one than expected is a stranger. With --episodes, the items and labels of the
base are taken as a table by `kgraph identify`, the folder is built again with these judgements in a
temporary folder, and the query asked again. Ends with status 1 if a stranger joins.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
from measuring import table

from kgraph import KnowledgeGraph

BASE = Path(__file__).with_name("receiving_base.ttl")

PREFIXES = """
PREFIX ex: <https://base.example/>
PREFIX kg: <https://w3id.org/kgraph/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
PREFIX wdtn: <http://www.wikidata.org/prop/direct-normalized/>
"""

JOIN = (
    PREFIXES
    + """
SELECT ?item ?expected ?register ?thing WHERE {
  ?item ex:expected ?expected .
  { ?thing schema:sameAs ?item . BIND("Wikidata item" AS ?register) }
  UNION { ?item wdtn:P5531/^schema:sameAs ?thing . BIND("CIK" AS ?register) }
  UNION { ?item ex:article/^schema:sameAs ?thing . BIND("Wikipedia article" AS ?register) }
  UNION { ?item schema:tickerSymbol/^schema:tickerSymbol ?thing .
          BIND("ticker with exchange" AS ?register) }
  UNION { ?item ex:symbol/^schema:tickerSymbol ?thing . BIND("ticker alone" AS ?register) }
  ?thing a kg:Company .
}
"""
)

LABELS = PREFIXES + "SELECT ?item ?label WHERE { ?item ex:expected ?e ; rdfs:label ?label }"

#: Registers that tell companies apart; a ticker alone may be of several.
SURE_REGISTERS = ("Wikidata item", "CIK", "Wikipedia article", "ticker with exchange")


def select(store: pyoxigraph.Store, query: str) -> pyoxigraph.QuerySolutions:
    """Return the solutions of a query."""
    solutions = store.query(query)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    return solutions


def load(graph: KnowledgeGraph) -> pyoxigraph.Store:
    """Return the base and the export in one graph."""
    store = pyoxigraph.Store()
    store.bulk_load(path=str(BASE), format=pyoxigraph.RdfFormat.TURTLE)
    out = io.BytesIO()
    graph.export("ntriples", out)
    store.bulk_load(out.getvalue(), format=pyoxigraph.RdfFormat.N_TRIPLES)
    return store


def join(store: pyoxigraph.Store) -> tuple[dict[str, set[str]], list[str]]:
    """Return register -> items that join by it, and a sentence on each stranger."""
    items: dict[str, set[str]] = defaultdict(set)
    strangers = []
    for item, expected, register, thing in select(store, JOIN):
        if thing == expected:
            items[register.value].add(item.value)
        else:
            strangers.append(f"{item.value} joins {thing.value} by {register.value}")
    return items, sorted(strangers)


def describe(store: pyoxigraph.Store) -> tuple[Iterator[tuple[str, str]], list[str]]:
    """Return rows of register and number of companies, and the strangers."""
    items, strangers = join(store)
    count = sum(1 for _ in select(store, LABELS))
    joined = set().union(*(items[register] for register in SURE_REGISTERS))
    rows = [(register, len(items[register])) for register in (*SURE_REGISTERS, "ticker alone")]
    rows.append(("any but the ticker alone", len(joined)))
    return ((register, f"{number} of {count}") for register, number in rows), strangers


def write_table(store: pyoxigraph.Store, path: Path) -> None:
    """Write items and labels as the Wikidata Query Service does."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("item", "itemLabel"))
        rows = [(item.value, label.value) for item, label in select(store, LABELS)]
        writer.writerows(sorted(rows))


def report(title: str, store: pyoxigraph.Store) -> bool:
    """Print how many join; return whether a stranger joins by a sure register."""
    rows, strangers = describe(store)
    print(f"\n{title}")
    print(table(("join by", "companies"), list(rows)))
    print("\n".join(strangers) or "no stranger joins")
    return any(not line.endswith(" ticker alone") for line in strangers)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("--episodes", type=Path)
    options = parser.parse_args()
    graph = KnowledgeGraph.open(options.store)
    joined = load(graph)
    has_strangers = report("as it is", joined)
    if options.episodes:
        with tempfile.TemporaryDirectory() as folder:
            items, judgements = Path(folder, "items.csv"), Path(folder, "judgements.yaml")
            judgements.touch()
            write_table(joined, items)
            outcome = graph.identify(items, by="benchmark", judgements=judgements)
            print(f"\nidentify: {outcome.counts}")
            print("\n".join(f"{f.name}: {f.note}" for f in outcome.findings if f.note))
            built = KnowledgeGraph.build(
                [options.episodes], Path(folder, "store"), judgements=judgements
            )
            has_strangers |= report("after identify and a build", load(built))
    sys.exit(has_strangers)


if __name__ == "__main__":
    main()
