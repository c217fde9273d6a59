"""An agent: the protocol's own client, and what it is told."""

import asyncio
import json
import re

import pytest

pytest.importorskip("mcp", reason="the package mcp is not installed")

from mcp import Client


def talk(server, conversation):
    """What a conversation with a server gives.

    Args:
        server: as the client takes it: a server, a command, an address.
        conversation: a coroutine function of a client.
    """

    async def talking():
        async with Client(server) as client:
            return await conversation(client)

    return asyncio.run(talking())


async def told(client, tool, **arguments):
    """A tool's answer, as plain values."""
    result = await client.call_tool(tool, arguments)
    [content] = result.content
    assert not result.is_error, content.text
    assert result.structured_content == json.loads(content.text)
    return result.structured_content


async def refused(client, tool, **arguments):
    """The words with which a tool refuses."""
    result = await client.call_tool(tool, arguments)
    [content] = result.content
    assert result.is_error, content.text
    return content.text


async def what_changed(client):
    """An agent at work: "what changed in talk about stablecoins since August, with three
    quotes?"; the table of months, the quotes, and what is known of the first one's episode."""
    listed = await told(client, "list_questions", about="talk month")
    [question] = [q["name"] for q in listed["questions"] if "about: subject" in q["parameters"][0]]
    months = await told(client, "ask_question", name=question, parameters={"about": "stablecoins"})
    found = await told(client, "search", text="stablecoins", since="2025-08-01", limit=3)
    episode = await told(client, "look_up", name=found["hits"][0]["episode"]["id"])
    return months, found["hits"], episode


async def follow_prompt(client, prompt_name, /, **arguments):
    """Get a prompt, call the tools that it names with the arguments that it gives; the answers by
    tool."""
    prompt = await client.get_prompt(prompt_name, arguments)
    [message] = prompt.messages
    calls = re.findall(r"^\d+\. (\w+) (\{.*\})$", message.content.text, re.MULTILINE)
    return {tool: await told(client, tool, **json.loads(given)) for tool, given in calls}
