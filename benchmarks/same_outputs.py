"""Record everything that kgraph gives for a folder of episodes, and compare two such records.

    python benchmarks/same_outputs.py record EPISODES OUTPUT.json [--only PART ...]
    python benchmarks/same_outputs.py compare BEFORE.json AFTER.json [--intended FILE] [--wording]

``record`` builds the folder, edits a copy and builds that incrementally, judges and undoes, exports
in every format, and asks every row of ``output_rows.py`` in every face that has it: command line
(JSON and text), HTTP, page, library and agents' tool. ``compare`` prints each output whose values
differ, with the path of the first values that do, and exits with 1. Texts that people read count
as wording: their number is printed (with ``--wording`` the lines), and they are no failure.

A file of intended differences has a line for each: a pattern of ``fnmatch`` over ``key`` or
``key:path``, two spaces or a tab, and the reason. Lines that match nothing are named.

Compare records of the same parts only: which builds went before is part of some outputs.

The script uses the command line, HTTP, the library's public face and the protocol of agents.
"""

from __future__ import annotations

import argparse
import asyncio
import difflib
import html
import http.client
import json
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from measuring import KGRAPH, agent_server, environment, serve
from output_content import describe_output, digest
from output_rows import BAD_INPUTS, EXPORTS, JUDGEMENTS, OPERATIONS, THINGS
from workload import BASE

ROWS = {
    row.key: row for row in (*OPERATIONS, *(r._replace(key=f"bad: {r.key}") for r in BAD_INPUTS))
}
PARTS = ("build", "judging", "exports", "commands", "http", "library", "tools")
PROSE_FIELDS = frozenset(
    "sentence sentences text summary note notes message detail reason reasons description words "
    "hint advice title heading command says claim help".split()
)
"""Fields of JSON whose texts people read: their differences are wording."""

VOLATILE_FIELDS = frozenset("seconds started ended built made took elapsed timing times".split())
MAX_PRINTED_CHARS = 160  # of a value in a printed difference
COMMANDS_AT_ONCE = 3
LIBRARY_SCRIPT = """
import dataclasses, json, sys, msgspec
from kgraph import KnowledgeGraph
def encode(value):
    if hasattr(value, "__iter__") and not isinstance(value, (str, bytes)): return list(value)
    return re.sub(" at 0x[0-9a-f]+", "", str(value))
import re
graph = KnowledgeGraph.open(sys.argv[1])
answers = {}
for key, expression in json.load(sys.stdin).items():
    try: answers[key] = msgspec.to_builtins(eval(expression), enc_hook=encode, str_keys=True)
    except Exception as error:
        kind = "error" if type(error).__module__.startswith("kgraph") else repr(error)
        answers[key] = {"error": kind, "message": str(error)}
json.dump(answers, sys.stdout, default=str)
"""

Record = dict[str, Any]
Face = tuple[str, str]


class Recorder:
    """Records outputs of one folder of episodes; a folder of its own holds all that is written."""

    def __init__(self, episodes: Path, folder: Path) -> None:
        self.folder = folder
        self.episodes = Path(shutil.copytree(episodes, folder / "episodes"))
        self.store = folder / "store"
        self.firms = folder / "firms.csv"
        self.firms.write_text("Firm,City\nNvidia Corp,Santa Clara\nOpen AI,\nNobody & Sons,Bonn\n")
        self.judgements = folder / "judgements.yaml"
        self.judgements.touch()
        text = self._run(f"build {self.episodes}")
        if not self.store.exists():
            raise SystemExit(f"kgraph build failed: {text}")
        self.things = {word: self._find_thing(query) for word, query in THINGS.items()}

    def _find_thing(self, query: str) -> str:
        answer = self._run(f"query {shlex.quote(query)} --format csv").split()
        return answer[-1].split(",")[0].removeprefix(BASE) if answer else ""

    def _fill(self, cell: str) -> str:
        for word, thing in (self.things | {"FIRMS": str(self.firms)}).items():
            cell = cell.replace(word, thing)
        return cell

    def _run(self, line: str) -> str:
        """Return what a command prints; a failure's status and errors are part of it."""
        env = environment() | {"KGRAPH_STORE": str(self.store), "COLUMNS": "100", "USER": "ann"}
        env |= {"KGRAPH_JUDGEMENTS": str(self.judgements)}
        command = [*KGRAPH, *shlex.split(line)]
        done = subprocess.run(command, capture_output=True, env=env, cwd=self.folder, check=False)
        text = done.stdout.decode("utf-8", "replace")
        if done.returncode:
            text = f"exit {done.returncode}\n{text or done.stderr.decode()}"
        return text or done.stderr.decode("utf-8", "replace")

    def parse(self, text: str) -> Any:
        """Return JSON as data, any other text as it is; both without what varies between runs."""
        if failure := re.match(r"exit (\d+)\n", text):
            output = self.parse(text[failure.end() :])
            name = "message" if isinstance(output, str) else "output"
            return {"exit": int(failure[1]), name: output}
        try:
            return self._clean_value(json.loads(text))
        except ValueError:
            return self.clean(text)

    def _clean_value(self, value: Any) -> Any:
        if isinstance(value, dict):
            kept = {name: item for name, item in value.items() if name not in VOLATILE_FIELDS}
            return {name: self._clean_value(item) for name, item in kept.items()}
        if isinstance(value, list):
            return [self._clean_value(item) for item in value]
        return self.clean(value) if isinstance(value, str) else value

    def clean(self, text: str) -> str:
        """Return a text without times, addresses, folders and dates of this run."""
        text = text.replace(str(self.folder), "TMP").replace(
            f"{datetime.now(UTC):%Y-%m-%d}", "TODAY"
        )
        sizes = r"\d+(\.\d+)? ?(s|ms|seconds|MB|KB|GB)\b"
        volatile = rf"{sizes}|(127\.0\.0\.1|localhost):\d+|in \d+:\d+|TODAY \d\d:\d\d"
        return re.sub(volatile, "~", text)

    def _digest_graph(self, episodes: Path, options: str = "") -> str:
        """Build and return the digest of the graph as Turtle."""
        turtle = self.folder / "graph.ttl"
        self._run(f"build {episodes} --turtle {turtle} {options}")
        return self._digest_turtle(turtle)

    def _digest_turtle(self, turtle: Path) -> str:
        """Return the digest of a graph; a judgement of today has the same as one of yesterday."""
        return digest(turtle.read_text("utf-8").replace(f"{datetime.now(UTC):%Y-%m-%d}", "TODAY"))

    def record_build(self) -> Record:
        """Record a build, its store, and an incremental build of an edited folder."""
        build = sorted((self.store / "builds").iterdir())[-1]
        kept = {
            str(path.relative_to(build)): digest(path.read_bytes()) for path in _list_files(build)
        }
        before = self._digest_graph(self.episodes)
        edited, full_store = self.folder / "edited", self.folder / "full"
        _edit_copy(self.episodes, edited)
        shutil.copytree(self.store, full_store)
        turtle = self.folder / "edited.ttl"
        text = self.clean(self._run(f"build {edited} --explain --turtle {turtle}"))
        after = self._digest_turtle(turtle)
        changes = self.parse(self._run("diff --json"))
        full = self._digest_graph(edited, f"--full --store {full_store}")
        restored = self._digest_graph(self.episodes)
        return {
            "build turtle": before,
            "build store": kept,
            "build report": self.parse(self._run(f"build {self.episodes} --full --json")),
            "build check": self.parse(self._run(f"check {self.episodes} --json")),
            "incremental graph": after,
            "incremental text/text": text,
            "incremental changes": changes,
            "incremental equals full": after == full,
            "incremental back equals first": restored == before,
        }

    def record_judging(self) -> Record:
        """Record for each judgement its preview, build, list and undo."""
        unchanged = "--previous none"  # without the ids that lead to what they are now
        before, outputs = self._digest_graph(self.episodes, unchanged), Record()
        for line in JUDGEMENTS:
            outputs[f"preview {line}"] = self.parse(self._run(f"judge {line} --preview --json"))
            outputs[f"preview {line}/text"] = self.clean(self._run(f"judge {line} --preview"))
            outputs[f"judge {line}"] = self.parse(
                self._run(f"judge {line} --by ann --build --json")
            )
            outputs[f"judged graph {line}"] = self._digest_graph(self.episodes)
            outputs[f"judged list {line}"] = self.parse(self._run("judge --list --json"))
            outputs[f"undo {line}/text"] = self.clean(self._run("judge --undo --build"))
            undone = self._digest_graph(self.episodes, unchanged)
            outputs[f"undone equals first {line}"] = undone == before
        return outputs

    def record_exports(self) -> Record:
        """Record what each export holds."""

        def describe(key: str) -> tuple[str, Any]:
            output = self.folder / f"export-{key.replace(' ', '-')}"
            text = self._run(f"{EXPORTS[key]} --output {output}")
            return f"export {key}", describe_output(key, output) if output.exists() else self.clean(
                text
            )

        return dict(self._map(describe, EXPORTS))

    def record_commands(self) -> Record:
        """Record each command as a text and as JSON."""
        lines: dict[str, str] = {}
        for key, row in ROWS.items():
            if row.command:
                lines[f"{key}/text"] = self._fill(row.command)
                if row.json_option:
                    options, dashes, names = self._fill(row.command).partition(" -- ")
                    lines[f"{key}/command"] = f"{options} {row.json_option}{dashes}{names}"
        outputs = dict(self._map(lambda key: (key, self._run(lines[key])), lines))
        return {
            key: self.parse(text) if key.endswith("/command") else self.clean(text)
            for key, text in outputs.items()
        }

    def _map(self, work: Any, items: Any) -> Iterator[Any]:
        with ThreadPoolExecutor(COMMANDS_AT_ONCE) as pool:
            yield from pool.map(work, items)

    def record_http(self) -> Record:
        """Record each JSON answer and the text of each page."""
        outputs = Record()
        with serve(self.store) as (address, _):
            host = urllib.parse.urlsplit(address).netloc
            for key, row in ROWS.items():
                if row.http:
                    status, text = _get(host, self._fill(row.http), "application/json")
                    outputs[f"{key}/http"] = {"status": status, "answer": self.parse(text)}
                if row.page:
                    status, text = _get(host, self._fill(row.page), "text/html")
                    outputs[f"{key}/page status"] = status
                    outputs[f"{key}/page/text"] = self.clean(_read_page(text))
        return outputs

    def record_library(self) -> Record:
        """Record what the library returns, as JSON."""
        cells = {
            f"{key}/library": self._fill(row.library) for key, row in ROWS.items() if row.library
        }
        done = subprocess.run(
            [sys.executable, "-c", LIBRARY_SCRIPT, str(self.store)],
            input=json.dumps(cells),
            text=True,
            stdout=subprocess.PIPE,
            env=environment(),
            check=True,
        )
        return dict(self.parse(done.stdout))

    def record_tools(self) -> Record:
        """Record what the agents' tools are and answer."""
        return asyncio.run(self._call_tools())

    async def _call_tools(self) -> Record:
        from mcp import Client

        async with Client(agent_server(self.store)) as client:
            listed = (await client.list_tools()).tools
            outputs: Record = {f"tools {tool.name}/text": tool.description or "" for tool in listed}
            for key, row in ROWS.items():
                if row.tool:
                    name, arguments = row.tool
                    filled = json.loads(self._fill(json.dumps(arguments)))
                    outputs[f"{key}/tool"] = await self._call_tool(client, name, filled)
        return outputs

    async def _call_tool(self, client: Any, name: str, arguments: Any) -> Any:
        try:
            result = await client.call_tool(name, arguments)
        except Exception as error:
            return {"error": True, "message": self.clean(str(error))}
        text = "\n".join(getattr(content, "text", "") for content in result.content)
        if result.is_error:
            return {"error": True, "message": self.clean(text)}
        answer = json.dumps(result.structured_content) if result.structured_content else text
        return {"error": False, "answer": self.parse(answer)}


def _list_files(build: Path) -> list[Path]:
    """List the files of a build whose bytes the same input gives again."""
    names = ("records-1", "index", "search", "changes.json")
    files = [path for name in names for path in (build / name,) if path.is_file()]
    return files + [
        p for n in names if (build / n).is_dir() for p in sorted((build / n).rglob("*"))
    ]


def _edit_copy(episodes: Path, edited: Path) -> None:
    """Copy the folder, then change, rename, remove and add a file."""
    shutil.copytree(episodes, edited)
    changed, renamed, removed, copied = sorted(p for p in edited.rglob("*") if p.is_file())[:4]
    changed.write_text(changed.read_text("utf-8").replace("NVIDIA", "Anthropic") + "\nMore.\n")
    text = copied.read_text("utf-8")
    copied.with_name("zz-added.md").write_text(re.sub(r"(title: \S+)", r"\1 again", text))
    renamed.rename(renamed.with_name(f"renamed-{renamed.name}"))
    removed.unlink()


def _get(host: str, path: str, kind: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection(host)
    connection.request("GET", urllib.parse.quote(path, "/?&=%"), headers={"Accept": kind})
    response = connection.getresponse()
    text = response.read().decode("utf-8", "replace")
    connection.close()
    return response.status, text


def _read_page(text: str) -> str:
    """Return a page's text without markup, one element a line."""
    body = re.sub(r"<(script|style|datalist)\b.*?</\1>", "", text, flags=re.DOTALL)
    lines = html.unescape(re.sub(r"<[^>]*>", "\n", body)).splitlines()
    return "\n".join(" ".join(line.split()) for line in lines if line.strip())


def find_differences(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, Any, Any, bool]]:
    """Yield (path, old, new, is wording) of values that differ in two trees of JSON."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted(old.keys() | new.keys()):
            yield from find_differences(old.get(name), new.get(name), f"{path}.{name}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (first, second) in enumerate(zip(old, new, strict=True)):
            yield from find_differences(first, second, f"{path}[{place}]")
    elif old != new:
        field = re.sub(r"\[\d+\]", "", path).rpartition(".")[2]
        texts = isinstance(old, str) and isinstance(new, str)
        yield path, old, new, texts and field in PROSE_FIELDS


def compare(before: Record, after: Record, intended: dict[str, str], wording: bool) -> bool:
    """Print what differs and was not intended; return whether all values are equal."""
    used, failures, texts, expected = set[str](), 0, 0, 0
    for key in sorted(before.keys() | after.keys()):
        if key.endswith("/text"):
            if before.get(key) != after.get(key):
                texts += 1
                if wording:
                    _print_lines(key, before.get(key), after.get(key))
            continue
        first = 0
        for path, old, new, is_wording in find_differences(before.get(key), after.get(key)):
            matches = [
                p for p in intended if fnmatchcase(key, p) or fnmatchcase(f"{key}:{path}", p)
            ]
            used.update(matches)
            expected += bool(matches)
            texts += is_wording and not matches
            if not matches and not is_wording:
                first += 1
                if first == 1:
                    print(f"{key}:{path}: {_shorten(old)} -> {_shorten(new)}")
        if first > 1:
            print(f"    and {first - 1} more values")
        failures += first > 0
    for pattern in intended.keys() - used:
        print(f"intended, but nothing differs: {pattern}")
    print(f"{len(before)} and {len(after)} outputs: values of {failures} differ; ", end="")
    print(f"{expected} intended differences, {texts} texts differ")
    return not failures


def _shorten(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MAX_PRINTED_CHARS else text[:MAX_PRINTED_CHARS] + "..."


def _print_lines(key: str, old: Any, new: Any) -> None:
    print(key)
    before, after = (str(side or "").splitlines() for side in (old, new))
    for line in difflib.unified_diff(before, after, n=0, lineterm=""):
        print(f"    {line[:MAX_PRINTED_CHARS]}")


def read_intended(path: Path | None) -> dict[str, str]:
    """Read intended differences: pattern -> reason."""
    lines = path.read_text("utf-8").splitlines() if path else []
    pairs = (re.split(r"\t|  +", line.strip(), maxsplit=1) for line in lines if line.strip())
    return {pattern: (*reason, "")[0] for pattern, *reason in pairs if not pattern.startswith("#")}


def main() -> None:
    """Read the command line; record or compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    recorder = commands.add_parser("record")
    recorder.add_argument("episodes", type=Path)
    recorder.add_argument("output", type=Path)
    recorder.add_argument("--only", nargs="*", choices=PARTS, default=PARTS)
    comparer = commands.add_parser("compare")
    comparer.add_argument("before", type=Path)
    comparer.add_argument("after", type=Path)
    comparer.add_argument("--intended", type=Path, help="file of intended differences")
    comparer.add_argument("--wording", action="store_true", help="also print texts that differ")
    arguments = parser.parse_args()
    if arguments.command == "record":
        outputs = Record()
        with tempfile.TemporaryDirectory() as folder:
            recorded = Recorder(arguments.episodes, Path(folder))
            for part in arguments.only:
                print(part, file=sys.stderr)
                outputs |= getattr(recorded, f"record_{part}")()
        arguments.output.write_text(json.dumps(outputs, indent=1, sort_keys=True), "utf-8")
        return
    records = [json.loads(path.read_text("utf-8")) for path in (arguments.before, arguments.after)]
    intended = read_intended(arguments.intended)
    sys.exit(0 if compare(records[0], records[1], intended, arguments.wording) else 1)


if __name__ == "__main__":
    main()
