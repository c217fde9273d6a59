"""Record everything that kgraph writes for a folder of episodes, and compare two such records.

    python benchmarks/same_outputs.py record EPISODES OUTPUT.json [--pages N]
    python benchmarks/same_outputs.py compare BEFORE.json AFTER.json [--wording]

``record`` builds the folder and writes JSON: SHA-256 digests of the Turtle, of the files of the
store and of each export, and the texts of answers (the twelve usual queries, the thirty usual
questions, every saved query), of commands, of pages and API answers found by following links, and
of an agent's tools. ``compare`` prints what differs. It exits with 1 when data differ; when only
texts that people read differ, it prints them as a diff (``--wording``) and exits with 0.

A change of the code's layout is safe when both records are equal. The script uses the command line,
HTTP and the protocol of agents, never the code's own modules.
"""

from __future__ import annotations

import argparse
import asyncio
import difflib
import hashlib
import html
import http.client
import json
import re
import shlex
import subprocess
import sys
import tempfile
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from measuring import KGRAPH, agent_server, environment, serve
from workload import EPISODE_QUERY, THIRTY_QUESTIONS, TWELVE_QUERIES

EXPORTS = (
    *("turtle", "ntriples", "nquads", "trig", "jsonld", "rdfxml"),
    *("graphml", "gexf", "json", "csv", "csv-nodes"),
)
SEARCHES = ("stablecoin yield", '"interest rates"', "nvid*", "openai OR anthropic", "marketz")
COMMANDS = (
    *("--help", "stats --json", "schema", "queries", "diff", "judge --list", "review --format csv"),
    *("audit mentions --format csv --limit 500", "audit quotes --format json --limit 50"),
    *("show NVIDIA", "show Anthropic --json", "why nobody NVIDIA", "query no-such-question"),
    *(f"{command} --help" for command in ("build", "query", "search", "export", "view", "atlas")),
    *(f"{command} --help" for command in ("serve", "mcp", "judge", "review", "why", "show")),
    *(f"search --format {format_} -- '{text}'" for text in SEARCHES for format_ in ("json", "tsv")),
)
TOOL_CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("look_up", {"name": "NVIDIA"}),
    ("search", {"text": "stablecoin", "limit": 5}),
    ("list_questions", {"about": "months"}),
    ("ask_question", {"name": "co-mentioned", "parameters": {"company": "NVIDIA"}}),
    ("explain", {"episode": "nobody", "name": "NVIDIA"}),
)
WORDING = ("commands", "pages", "agent")
"""Sections that hold texts for people: differences in them are printed, and are no failure."""

MAX_LINE_CHARS = 300  # of a printed difference; JSON answers are one line of 100,000

_VOLATILE = re.compile(r"\d+(\.\d+)? ?(s|ms|seconds|MB|KB)\b|127\.0\.0\.1:\d+|localhost:\d+")


def record(episodes: Path, store: Path, page_limit: int) -> dict[str, dict[str, str]]:
    """Return every output as section -> name -> digest or text."""
    turtle = store.with_suffix(".ttl")
    _run("build", episodes, "--store", store, "--turtle", turtle)
    data = {"turtle": _digest(turtle.read_bytes())}
    build = sorted((store / "builds").iterdir())[-1]
    for name in ("records-1", "index", "search", "changes.json"):
        data[name] = _digest((build / name).read_bytes())
    for format_ in EXPORTS:
        data[f"export {format_}"] = _digest(_run("export", format_, "--store", store).encode())
    for command in ("view", "atlas"):
        page = store.with_suffix(f".{command}.html")
        _run(command, "--store", store, "--output", page)
        data[command] = _digest(_data_of_page(page.read_text("utf-8")).encode())
    commands = {line: _run(*shlex.split(line), store=store) for line in COMMANDS}
    answers, pages = {}, {}
    with serve(store) as (address, _):
        host = urllib.parse.urlsplit(address).netloc
        episode = _get(host, _query_path(EPISODE_QUERY)).split()[-1]
        for name, query in TWELVE_QUERIES.items():
            path = _query_path(query.replace("EPISODE", episode))
            answers[f"query {name}"] = _sorted_lines(_get(host, path))
        for name, parameters in THIRTY_QUESTIONS:
            values = {key: value.replace("EPISODE", episode) for key, value in parameters.items()}
            path = f"/api/questions/{name}?" + urllib.parse.urlencode(values)
            answers[f"question {name} {parameters}"] = _get(host, path)
        pages = dict(_crawl(host, page_limit))
    return {
        "data": data,
        "answers": answers,
        "commands": commands,
        "pages": pages,
        "agent": asyncio.run(_agent(store)),
    }


def _run(*arguments: str | Path, store: Path | None = None) -> str:
    """Return what a command prints; a failure is part of the record."""
    command = [*KGRAPH, *map(str, arguments)]
    env = environment() | ({"KGRAPH_STORE": str(store)} if store else {})
    done = subprocess.run(command, capture_output=True, env=env | {"COLUMNS": "100"}, check=False)
    if done.returncode:
        return f"exit {done.returncode}\n{done.stdout.decode()}{done.stderr.decode()}"
    return done.stdout.decode()


def _query_path(query: str) -> str:
    graph = query.lstrip().startswith(("CONSTRUCT", "DESCRIBE"))
    parameters = {"query": query, "format": "ntriples" if graph else "csv"}
    return "/sparql?" + urllib.parse.urlencode(parameters)


def _get(host: str, path: str) -> str:
    connection = http.client.HTTPConnection(host)
    connection.request("GET", path)
    response = connection.getresponse()
    text = response.read().decode("utf-8", "replace")
    connection.close()
    kind = response.headers.get("Content-Type", "")
    return f"{response.status} {kind}\n{text}"


def _crawl(host: str, limit: int) -> Iterator[tuple[str, str]]:
    """Yield (path, text) of pages and API answers, breadth first, from the front page.

    Each path is followed by the API's answer about the same thing where the page links to it. At
    most ``limit`` addresses of one kind (first segment) are read.
    """
    queue = [
        "/",
        "/api",
        "/api/openapi.json",
        "/.well-known/void",
        "/why",
        "/downloads",
        "/no/such",
    ]
    queue += [f"/search?q={urllib.parse.quote(text)}" for text in SEARCHES]
    queue += [f"/api/search?q={urllib.parse.quote(text)}" for text in SEARCHES]
    queue += [f"/api/names?q={text}" for text in ("nvi", "sol", "the")]
    queue += ["/api/entity?name=nobody", "/api/entities?limit=x", "/sparql?query=SELECT", "/sparql"]
    visited, per_kind = set(queue), dict[str, int]()
    while queue:
        path = queue.pop(0)
        kind = "/".join(path.split("?")[0].split("/")[: 3 if path.startswith("/api") else 2])
        per_kind[kind] = per_kind.get(kind, 0) + 1
        if per_kind[kind] > limit or path.startswith(("/assets", "/downloads/")):
            continue
        text = _get(host, path)
        yield path, _without_volatile(_text_of(text))
        for link in re.findall(r'(?:href|action)="(/[^"#]*)', text):
            address = html.unescape(link)
            if address not in visited and not address.startswith("//"):
                visited.add(address)
                queue.append(address)


async def _agent(store: Path) -> dict[str, str]:
    """Return what the tools are and answer."""
    from mcp import Client

    async with Client(agent_server(store)) as client:
        texts = {"instructions": client.instructions or ""}
        tools = await client.list_tools()
        texts |= {f"tool {tool.name}": tool.model_dump_json(indent=1) for tool in tools.tools}
        for name, arguments in TOOL_CALLS:
            result = await client.call_tool(name, arguments)
            texts[f"call {name}"] = "\n".join(
                getattr(content, "text", "") for content in result.content
            )
        return texts


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _without_volatile(text: str) -> str:
    return _VOLATILE.sub("~", text)


def _sorted_lines(text: str) -> str:
    """Rows that nothing orders may come in any order."""
    return "\n".join(sorted(text.splitlines()))


def _data_of_page(text: str) -> str:
    """Return the data blocks of a drawn page: its programs may be renamed, its data may not."""
    block = r'<script type="application/[^>]*id="(?!worker)[^>]*>.*?</script>'
    return "\n".join(re.findall(block, text, re.DOTALL)) or text


def _text_of(response: str) -> str:
    """Return a page's text without markup, one element a line; other answers as they are."""
    head, _, body = response.partition("\n")
    if "text/html" not in head:
        return response
    body = re.sub(r"<(script|style)\b.*?</\1>", "", body, flags=re.DOTALL)
    text = html.unescape(re.sub(r"<[^>]*>", "\n", body))
    return "\n".join(
        [head, *(" ".join(line.split()) for line in text.splitlines() if line.strip())]
    )


def compare(before: dict[str, Any], after: dict[str, Any], wording: bool) -> bool:
    """Print what differs; return whether all data are equal."""
    equal = True
    for section in before.keys() | after.keys():
        old, new = before.get(section, {}), after.get(section, {})
        different = sorted(
            name for name in old.keys() | new.keys() if old.get(name) != new.get(name)
        )
        print(f"{section}: {len(old)} and {len(new)} outputs, {len(different)} differ")
        if section not in WORDING:
            equal = equal and not different
        for name in different:
            print(f"  {name}")
            if wording or section not in WORDING:
                texts = (str(side.get(name, "")).splitlines() for side in (old, new))
                lines = difflib.unified_diff(next(texts), next(texts), n=0, lineterm="")
                print("\n".join(f"    {line[:MAX_LINE_CHARS]}" for line in lines))
    return equal


def main() -> None:
    """Read the command line; record or compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    recorder = commands.add_parser("record")
    recorder.add_argument("episodes", type=Path)
    recorder.add_argument("output", type=Path)
    recorder.add_argument("--pages", type=int, default=40, help="pages of one kind")
    comparer = commands.add_parser("compare")
    comparer.add_argument("before", type=Path)
    comparer.add_argument("after", type=Path)
    comparer.add_argument("--wording", action="store_true", help="also print texts that differ")
    arguments = parser.parse_args()
    if arguments.command == "record":
        with tempfile.TemporaryDirectory() as folder:
            outputs = record(arguments.episodes, Path(folder) / "store", arguments.pages)
        arguments.output.write_text(json.dumps(outputs, indent=1, sort_keys=True), "utf-8")
        return
    before, after = (
        json.loads(file.read_text("utf-8")) for file in (arguments.before, arguments.after)
    )
    sys.exit(0 if compare(before, after, arguments.wording) else 1)


if __name__ == "__main__":
    main()
