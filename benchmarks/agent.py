"""An agent at work: what changed in talk about stablecoins since August, with three quotes?

    python benchmarks/agent.py STORE [--about stablecoins] [--since 2025-08-01]
    python benchmarks/agent.py STORE --prompt briefing [--argument since=2025-09]...

With ``--prompt`` it gets a prompt of the server and calls the tools that the prompt names.

The Model Context Protocol's own client starts ``kgraph mcp`` and does what an agent would: it
looks for a question that tells of months, asks it, searches quotes since that day, looks up
what stands behind the best of them, and asks why. Prints each call with the size of what came
back and the seconds that it took, and the answer that the results add up to. No model is
called: which tool comes next is written down here.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import time
from pathlib import Path
from typing import Any

from mcp import Client
from measuring import agent_server


class Agent:
    """A client that prints what it does.

    Args:
        client: a connected one.

    Attributes:
        heard: characters of all answers so far: what an agent's context has to hold.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self.heard = 0

    async def call(self, tool: str, **arguments: Any) -> Any:
        """A tool's answer."""
        start = time.perf_counter()
        result = await self._client.call_tool(tool, arguments)
        took = time.perf_counter() - start
        [content] = result.content
        text: str = getattr(content, "text", "")
        self.heard += len(text)
        arguments_json = json.dumps(arguments, ensure_ascii=False)
        print(f"-> {tool} {arguments_json}\n<- {len(text)} characters, {took:.2f} s")
        if result.is_error:
            raise SystemExit(text)
        return json.loads(text)


async def work(store: Path, about: str, since: str) -> None:
    """Ask, and answer."""
    start = time.perf_counter()
    async with Client(agent_server(store)) as client:
        print(f"connected in {time.perf_counter() - start:.2f} s: {client.instructions}\n")
        agent = Agent(client)
        listed = await agent.call("list_questions", about="talk over months")
        if not any(question["name"] == "talk-by-month" for question in listed["questions"]):
            raise SystemExit("no question tells of months")
        months = await agent.call("ask_question", name="talk-by-month", parameters={"about": about})
        search_result = await agent.call("search", text=about, since=since, per_episode=1, limit=3)
        best = search_result["hits"][0]
        episode = await agent.call("look_up", name=best["episode"]["id"], limit=3)
        why = await agent.call(
            "explain", episode=episode["id"], name=episode["mentions"][0]["name"]
        )
        print(f"in all {agent.heard} characters\n")
        print(answered(about, since, months, search_result["hits"]))
        edge = why["edges"][0]
        print(
            f"\nThe first one's episode names {edge['name']} ({edge['decision']}, "
            f"{edge['confidence']:.2f}): {edge['rows'][0]['reasons'][0]}"
        )


async def follow(store: Path, prompt_name: str, arguments: dict[str, str]) -> None:
    """Get a prompt, call the tools that it names, and print what a briefing would be made of."""
    async with Client(agent_server(store)) as client:
        agent = Agent(client)
        prompt = await client.get_prompt(prompt_name, arguments)
        text = getattr(prompt.messages[0].content, "text", "")
        print(text)
        for tool, given in re.findall(r"^\d+\. (\w+) (\{.*\})$", text, re.MULTILINE):
            answer = await agent.call(tool, **json.loads(given))
            for section in answer.get("sections", ()):
                print(f"\n{section['title']}: {section['total']}  ({section['repeat']})")
                for row in section["rows"]:
                    names = " and ".join(each["name"] for each in row.get("about", ()))
                    print(f"  {names}{': ' if names else ''}{row['text']}")
        print(f"in all {agent.heard} characters")


def answered(about: str, since: str, months: dict[str, Any], quotes: list[dict[str, Any]]) -> str:
    """The answer in words: shares before and since, and the quotes with their sources."""
    column = {name: index for index, name in enumerate(months["columns"])}
    month_rows = [
        (row[column["month"]], row[column["episodes"]], row[column["all"]], row[column["share"]])
        for row in months["rows"]
    ]
    before, after = (
        [row for row in month_rows if (row[0] >= since[:7]) is late] for late in (False, True)
    )
    lines = [f"Share of episodes that speak of {about}: {_share(before)} before {since[:7]}, "
             f"{_share(after)} since."]  # fmt: skip
    lines += [
        f"  {month}: {some} of {all_} episodes ({share} %)"
        for month, some, all_, share in month_rows
    ]
    for quote in quotes:
        source = quote["episode"]
        lines.append(f"“{quote['text']}”\n    {source['title']}, {source['date']}, {source['url']}")
    return "\n".join(lines)


def _share(rows: list[tuple[str, int, int, float]]) -> str:
    every = sum(row[2] for row in rows)
    return f"{100 * sum(row[1] for row in rows) / every:.1f} %" if every else "nothing known"


def main() -> None:
    """Read the command line and work."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("--about", default="stablecoins")
    parser.add_argument("--since", default="2025-08-01")
    parser.add_argument("--prompt", default="")
    parser.add_argument("--argument", action="append", default=[], help="NAME=VALUE of the prompt")
    arguments = parser.parse_args()
    if arguments.prompt:
        given = dict(pair.split("=", 1) for pair in arguments.argument)
        asyncio.run(follow(arguments.store, arguments.prompt, given))
    else:
        asyncio.run(work(arguments.store, arguments.about, arguments.since))


if __name__ == "__main__":
    main()
