"""A name that may mean several things: the user is asked, or the others are listed."""

import asyncio
import json

import msgspec
import pytest
from agents import talk, told
from analysis.asked import Said, episode, stored
from mcp import Client
from mcp_types import ElicitResult

from kgraph.server.mcp import AgentLimits, AgentService
from kgraph.server.mcp.choices import list_possible_entities
from kgraph.server.mcp.server import make_server

THEME = "Model makers"
THEMED = [Said("Models are made.", themes=THEME)]


def written(one, text):
    """The episode, as if its rows wrote each name so."""
    replace = msgspec.structs.replace
    return replace(
        one,
        mentions=tuple(
            replace(mention, rows=tuple(replace(row, surface=text) for row in mention.rows))
            for mention in one.mentions
        ),
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    talks = [
        episode(f"{type_} {n}", "2025-06-02", [f"Gemini:{type_}:1"], show="Alpha")
        for type_ in ("company", "product")
        for n in range(3)
    ]
    talks += [
        written(episode(f"{label} {n}", "2025-06-03", [f"{label}:{type_}:1"], THEMED), THEME)
        for label, type_ in (("Maker Union", "company"), ("Maker Guild", "institution"))
        for n in range(3)
    ]
    return stored(tmp_path_factory.mktemp("choices") / "store", talks)


@pytest.fixture(scope="module")
def served(store):
    return make_server(AgentService(store.path, AgentLimits()))


def ask(server, action, **content):
    """The answer of look_up for a user who does so, and what the user was asked."""
    asked = []

    async def answer(context, params):
        asked.append((params.message, params.requested_schema["properties"]["id"]["enum"]))
        return ElicitResult(action=action, content=content or None)

    async def talking():
        async with Client(server, elicitation_callback=answer) as client:
            return await told(client, "look_up", name="Gemini"), asked

    return asyncio.run(talking())


def test_a_user_chooses_what_is_meant(served):
    found, asked = ask(served, "accept", id="product/gemini")
    assert (found["id"], "may_mean" in found) == ("product/gemini", False)
    assert asked == [
        (
            "“Gemini” may mean: Gemini, company, in 3 episodes (company/gemini); Gemini, product, "
            "in 3 episodes (product/gemini). Which one?",
            ["company/gemini", "product/gemini"],
        )
    ]


@pytest.mark.parametrize("action", ["decline", "cancel"])
def test_a_user_who_does_not_choose_gets_all_meanings(served, action):
    found, _ = ask(served, action)
    assert [text.rpartition("(")[2] for text in found["may_mean"]] == [
        "company/gemini)",
        "product/gemini)",
    ]


def test_a_client_that_cannot_ask_gets_all_meanings(served):
    found = talk(served, lambda client: told(client, "look_up", name="Gemini"))
    assert (found["id"], len(found["may_mean"])) == ("company/gemini", 2)


def test_an_id_is_clear(served):
    _, asked = ask(served, "accept", id="company/gemini")
    by_id = talk(served, lambda client: told(client, "look_up", name="product/gemini"))
    assert (len(asked), by_id["id"], "may_mean" in by_id) == (1, "product/gemini", False)


def test_a_theme_comes_before_names_that_are_only_written_so(store):
    service = AgentService(store.path, AgentLimits())
    assert list_possible_entities(service, THEME, accepts_themes=True) == []
    meant = [entity.id for entity in list_possible_entities(service, THEME, accepts_themes=False)]
    assert meant == ["company/makerunion", "institution/makerguild"]


def test_things_of_one_name_are_compared_apart(served):
    ids = ["company/gemini", "product/gemini"]
    compared = talk(served, lambda client: told(client, "compare", names=ids))
    pair = talk(served, lambda client: told(client, "pair", one=ids[0], other=ids[1]))
    for months in (compared["months"], pair["months"]):
        assert [months[0][f"Gemini ({id_})"]["episodes"] for id_ in ids] == [3, 3]


def test_an_agent_does_not_see_the_choice_as_an_argument(served):
    listed = talk(served, lambda client: client.list_tools())
    schema = json.dumps([tool.input_schema for tool in listed.tools])
    assert "chosen" not in schema
