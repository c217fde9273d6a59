"""The table of what ``same_outputs.py`` asks a graph: one row an operation with its arguments.

A row says how each face is asked. When a command, path, method or tool is renamed, edit its cell
here; records are compared by the row's key, so that a new name is no difference.

In each cell the words of :data:`THINGS` in capitals stand for things of the graph at hand.
"""

from __future__ import annotations

import shlex
from typing import Any, NamedTuple

from workload import EPISODE_QUERY, THIRTY_QUESTIONS, TWELVE_QUERIES

THINGS = {
    "EPISODE": EPISODE_QUERY,
    "QUOTE": """SELECT ?q { ?o kg:quote ?q ; kg:relevance ?r } ORDER BY DESC(?r) ?q LIMIT 1""",
    "THEME": """SELECT ?t (COUNT(*) AS ?n) { ?q kg:theme ?t } GROUP BY ?t
        ORDER BY DESC(?n) ?t LIMIT 1""",
    "SHOW": """SELECT ?s (COUNT(*) AS ?n) { ?e schema:partOfSeries ?s } GROUP BY ?s
        ORDER BY DESC(?n) ?s LIMIT 1""",
    "TOPIC": """SELECT ?t (COUNT(*) AS ?n) { ?e schema:about ?t . ?t a kg:Topic } GROUP BY ?t
        ORDER BY DESC(?n) ?t LIMIT 1""",
}
"""Word -> query of the thing's IRI; it stands for the id (``episode/...``)."""


class Row(NamedTuple):
    """An operation with its arguments, in each face that has it.

    Attributes:
        key: what the row's records are called, whatever the program calls the operation.
        command: command line after ``kgraph``; asked as a table and as JSON (``json_option``).
        http: path and parameters of the JSON answer.
        page: path and parameters of the page.
        library: Python expression over ``graph``, an open KnowledgeGraph.
        tool: name and arguments of the agents' tool.
        json_option: option of the command that gives JSON; "" if it has only a text.
    """

    key: str
    command: str = ""
    http: str = ""
    page: str = ""
    library: str = ""
    tool: tuple[str, dict[str, Any]] | None = None
    json_option: str = "--json"


def _make_list(kind: str, more: str = "", page: str = "") -> Row:
    """Return the row of a list that only HTTP has."""
    return Row(f"list {kind} {more}".strip(), http=f"/api/{kind}?{more}", page=page or f"/{kind}")


def _make_search(text: str, options: str = "", query: str = "", call: str = "") -> Row:
    arguments = {"text": text, "kind": "", "limit": 20}
    return Row(
        f"search {text} {options}".strip(),
        f"search {options} -- '{text}'",
        f"/api/search?q={text}{query}",
        f"/search?q={text}{query}",
        f"graph.search({text!r}{call})",
        ("search", arguments) if not options else None,
    )


def _make_question(name: str, parameters: dict[str, str]) -> Row:
    """Return the row of a named question."""
    options = " ".join(f"--param {key}='{value}'" for key, value in parameters.items())
    query = "&".join(f"{key}={value}" for key, value in parameters.items())
    return Row(
        f"question {name} {query}".strip(),
        f"query {name} {options}",
        f"/api/questions/{name}?{query}",
        f"/questions/{name}?{query}",
        f"list(graph.query({name!r}, **{parameters!r}))",
        ("ask_question", {"name": name, "parameters": parameters}),
        "--format json",
    )


def _make_show(name: str, view: str) -> Row:
    """Return the row of a thing that ``kgraph show`` shows and a view of its own."""
    return Row(
        f"show {name}",
        f"show '{name}'",
        f"/api/{view}?name={name}",
        f"/{name}",
        f"graph.show({name!r})",
        ("look_up", {"name": name}),
    )


def _make_pair_of_names(operation: str, command: str, fields: str, first: str, second: str) -> Row:
    """Return the row of an operation of two names, which has the same two fields in each face."""
    one, other = fields.split()
    method = operation.replace("-", "_")
    tool = {"why": "explain"}.get(operation, method)
    query = f"{one}={first}&{other}={second}"
    return Row(
        f"{operation} {first} {second}",
        f"{command} '{first}' '{second}'" if command else "",
        f"/api/{operation}?{query}",
        f"/{operation}?{query}",
        f"graph.{method}({first!r}, {second!r})",
        (tool, {one: first, other: second}),
    )


def _make_audit(what: str) -> Row:
    command = f"audit {what} --limit 300"
    return Row(
        f"audit {what}", command, page=f"/audit?what={what}", library=f"graph.audit({what!r})"
    )


def _make_how(name: str) -> Row:
    query = f"how?name={name}"
    call = ("how", {"name": name})
    return Row(
        f"how {name}", f"how '{name}'", f"/api/{query}", f"/{query}", f"graph.how({name!r})", call
    )


OPERATIONS = (
    Row("stats", "stats", "/api/stats", "/", "graph.stats()"),
    Row("stats unlikely", "stats --unlikely", library="graph.stats(unlikely=True)"),
    Row("front", http="/api/front", page="/"),
    Row("schema", "schema", library="graph.schema()"),
    Row("queries", "queries", "/api/questions", "/questions", "graph.queries()"),
    Row("queries months", tool=("list_questions", {"about": "months"})),
    Row("names", http="/api/names?q=nvi"),
    _make_list("entities", "type=company", "/companies"),
    _make_list("entities", "type=any&only_unlikely=true", "/entities?type=any&only_unlikely=true"),
    _make_list("episodes", page="/episodes?mentions=nvidia&beside=openai"),
    _make_list("episodes", "mentions=nvidia&beside=openai"),
    *(_make_list(kind) for kind in ("themes", "topics", "tags", "shows")),
    _make_show("NVIDIA", "entity")._replace(page="/company/nvidia"),
    _make_show("openai", "entity")._replace(page="/company/openai"),
    _make_show("EPISODE", "episode"),
    _make_show("THEME", "theme"),
    Row("show quote", http="/api/quote?name=QUOTE", page="/QUOTE"),
    Row("show show", http="/api/show?name=SHOW", page="/SHOW"),
    Row("show topic", "show TOPIC", page="/TOPIC", library="graph.show('TOPIC')"),
    Row("neighbourhood", http="/api/neighbourhood?name=NVIDIA&depth=2&limit=40"),
    Row("risers", http="/api/risers"),
    _make_pair_of_names("pair", "", "one other", "NVIDIA", "OpenAI"),
    Row(
        "compare",
        http="/api/compare?x=NVIDIA&x=OpenAI&x=Bitcoin",
        page="/compare?x=NVIDIA&x=OpenAI&x=Bitcoin",
        library="graph.compare('NVIDIA', 'OpenAI', 'Bitcoin')",
        tool=("compare", {"names": ["NVIDIA", "OpenAI", "Bitcoin"]}),
    ),
    Row("report", "report", "/api/briefing", "/briefing", "graph.briefing()", ("report", {})),
    Row(
        "report of a month",
        "report --since 2025-09 --until 2025-09 --limit 9",
        "/api/briefing?since=2025-09&until=2025-09&limit=9",
        "/briefing?since=2025-09&until=2025-09",
        "graph.briefing('2025-09', '2025-09', 9)",
        ("report", {"since": "2025-09", "until": "2025-09", "limit": 9}),
    ),
    _make_pair_of_names("why", "why --steps", "episode name", "EPISODE", "NVIDIA"),
    _make_pair_of_names("why", "why", "episode name", "EPISODE", "OpenAI"),
    _make_pair_of_names("why-not", "why-not", "name other", "NVIDIA", "OpenAI"),
    _make_pair_of_names("why-not", "why-not", "name other", "Bitcoin", "EPISODE"),
    _make_how("NVIDIA"),
    _make_how("Bitcoin"),
    *map(_make_audit, ("mentions", "shows", "quotes", "themes", "rows")),
    Row("review", "review", library="graph.review(limit=25)"),
    Row("review misheard", "review --misheard --all --limit 50"),
    Row("diff", "diff", library="graph.diff()"),
    Row("match", "match FIRMS --column Firm", library="graph.match(['Nvidia Corp', 'open ai'])"),
    Row("reconcile", http='/reconcile?queries={"a":{"query":"Nvidia"},"b":{"query":"Open AI"}}'),
    Row("reconcile manifest", http="/reconcile"),
    _make_search("stablecoin yield"),
    _make_search('"interest rates"'),
    _make_search("nvid*"),
    _make_search("openai OR anthropic"),
    _make_search("marketz"),
    _make_search("market", "--kind quote --adverts", "&kind=quote&adverts=true"),
    _make_search("market", "--company NVIDIA", "&company=NVIDIA", ", company='NVIDIA'"),
    _make_search("EPISODE", "--mode similar", "&mode=similar", ", mode='similar'"),
    *(_make_question(name, parameters) for name, parameters in THIRTY_QUESTIONS),
    *(
        Row(f"sparql {name}", f"query {shlex.quote(query)}", json_option="")
        for name, query in TWELVE_QUERIES.items()
    ),
    Row(
        "sparql count",
        "query 'SELECT (COUNT(*) AS ?n) { ?s ?p ?o }'",
        "/sparql?query=SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        tool=("run_sparql", {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}),
        json_option="--format json",
    ),
    Row("linked data turtle", http="/company/nvidia.ttl"),
    Row("linked data json", http="/company/nvidia.jsonld"),
    Row("dataset description", http="/.well-known/void"),
    Row("downloads", page="/downloads"),
    Row("editor", page="/editor"),
    Row("openapi", http="/api/openapi.json"),
)

BAD_INPUTS = (
    _make_show("No Such Name", "entity"),
    _make_pair_of_names("why", "why", "episode name", "no-such-episode", "NVIDIA"),
    _make_pair_of_names("why", "why", "episode name", "EPISODE", "No Such Name"),
    _make_pair_of_names("why-not", "why-not", "name other", "NVIDIA", "No Such Name"),
    _make_pair_of_names("pair", "", "one other", "NVIDIA", "No Such Name"),
    _make_how("No Such Name"),
    _make_question("no-such-question", {}),
    _make_question("co-mentioned", {"company": "No Such Name"}),
    _make_question("co-mentioned", {"nope": "1"}),
    _make_question("co-mentioned", {"since": "yesterday"}),
    _make_search("market", "--since yesterday", "&since=yesterday", ", since='yesterday'"),
    _make_search("market", "--limit 0", "&limit=0", ", limit=0"),
    _make_search("market", "--kind nope", "&kind=nope", ", kind='nope'"),
    _make_search("***"),
    _make_list("entities", "limit=x", "/entities?limit=x"),
    _make_list("entities", "type=nope", "/entities?type=nope"),
    Row("report backwards", "report --since 2025-09 --until 2025-08", "/api/briefing?since=x"),
    Row("no such path", http="/api/nope", page="/no/such"),
    Row("no such command", "nope"),
    Row("no such format", "export nope", library="graph.export('nope', '/dev/null')"),
    Row("judge wrong verb", "judge nope X"),
    Row("judge unknown name", "judge reject 'No Such Name' --preview"),
    Row("sparql syntax", "query 'SELECT ?x {'", "/sparql?query=SELECT", json_option=""),
    Row("unknown tool value", tool=("search", {"text": "market", "limit": "many"})),
)

JUDGEMENTS = (
    "reject NVIDIA",
    "same OpenAI NVIDIA",
    "rename NVIDIA 'Nvidia Corporation'",
    "type NVIDIA --type product",
    "sameas NVIDIA Q182477",
    "accept 'No Such Name' --type company",
)
"""Judgements that are previewed, built and undone, one after the other: arguments of ``judge``."""

EXPORTS = {
    **{f"{name} {profile}": f"export {name} --profile {profile}" for name, profile in (
        ("ntriples", "kb"), ("ntriples", "full"), ("ntriples", "edges"), ("turtle", "kb"),
        ("nquads", "kb"), ("trig", "kb"), ("jsonld", "kb"), ("rdfxml", "kb"),
    )},
    "ntriples quotes": "export ntriples --quotes 3 --rdf12 --licence CC-BY-4.0",
    "turtle part": "export turtle --type company --since 2025-06 --min-confidence 0.8",
    **{f"{name} {network}": f"export {name} --network {network}"
       for name in ("graphml", "gexf", "json", "csv", "csv-nodes")
       for network in ("statements", "co-mentions")},
    **{name: f"export {name} --quotes 2" for name in ("sqlite", "neo4j", "parquet", "vault")},
    "sssom": "export sssom",
    "view": "view --focus NVIDIA",
    "atlas": "atlas",
}  # fmt: skip
"""Key -> command of an export, which takes ``--output``."""
