"""Queries of agents run within limits, and return plain values."""

import threading

import anyio
import pytest
from server.server_fixture import until

from kgraph.base.errors import (
    InputError,
    QueryBusyError,
    QueryError,
    QueryRefusedError,
    QueryTimeoutError,
    StoreMissingError,
    UnknownNameError,
)
from kgraph.server.mcp import AgentLimits, AgentService, service

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"


@pytest.fixture
def asked(store):
    return AgentService(store.path, AgentLimits())


def test_rows_are_plain_values_and_ids(asked):
    found = asked.run_sparql(
        "SELECT ?c ?n ?class ?none { ?c schema:name ?n ; a ?class FILTER(?class = kg:Company) } "
        "ORDER BY ?n",
        2,
    )
    assert found.columns == ("c", "n", "class", "none")
    assert found.rows == [
        ["company/coinbase", "Coinbase", "kg:Company", None],
        ["company/nvidia", "Nvidia", "kg:Company", None],
    ]
    assert found.more


def test_a_graph_is_a_table_of_statements(asked):
    found = asked.run_sparql("CONSTRUCT { <company/x> rdfs:label 'x', 'y' } {}", 1)
    assert found.columns == ("subject", "predicate", "object")
    assert [row[:2] for row in found.rows] == [["company/x", "rdfs:label"]]
    assert found.more


def test_a_yes_or_no_is_a_table_of_one(asked):
    assert asked.run_sparql("ASK { ?s a kg:Company }", 1) == service.PlainTable(
        ("answer",), [[True]]
    )


def test_all_that_is_of_a_huge_answer_is_not_looked_for(asked):
    found = asked.run_sparql("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", 3)
    assert (len(found.rows), found.more) == (3, True)


def test_what_takes_long_is_stopped(store):
    with pytest.raises(QueryTimeoutError, match="longer than 0.3 s and was stopped: ask for less"):
        AgentService(store.path, AgentLimits(seconds=0.3)).run_sparql(ENDLESS, 1)


@pytest.mark.usefixtures("quiet")
def test_what_takes_much_memory_is_stopped(store):
    little = AgentService(store.path, AgentLimits(memory=64 << 20))
    with pytest.raises(QueryError, match="needed more memory than its limit of 64 MB"):
        little.run_sparql("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c", 1)


def stopped(full):
    with pytest.raises(QueryTimeoutError):
        full.run_sparql(ENDLESS, 1)


def test_where_all_places_are_taken_it_says_so(store, monkeypatch):
    monkeypatch.setattr(service, "AGENT_QUEUE_TIMEOUT_S", 0.1)
    full = AgentService(store.path, AgentLimits(seconds=2, at_once=1))
    slow = threading.Thread(target=stopped, args=(full,))
    slow.start()
    try:
        until(lambda: not full._slots._value)
        with pytest.raises(QueryBusyError, match="1 questions are at work already"):
            full.run_sparql("ASK {}", 1)
    finally:
        slow.join()
    assert full.run_sparql("ASK {}", 1).rows == [[True]]


def test_nothing_is_changed_and_nothing_is_fetched(asked):
    for query in (
        "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "ASK { SERVICE <http://x> { ?s ?p ?o } }",
    ):
        with pytest.raises(QueryRefusedError):
            asked.run_sparql(query, 1)


def test_a_question_is_asked_by_name(asked):
    found = asked.run_question("co-mentioned", {"company": "coin base"})
    assert found.rows == [["Nvidia", 1, 0, "company/nvidia"]]


def test_what_is_wrong_with_a_question_is_told_with_how_to_ask(asked):
    with pytest.raises(UnknownNameError, match="did you mean co-mentioned"):
        asked.run_question("comentioned", {})
    with pytest.raises(InputError, match=r"did you mean Nvidia.*\n.*co-mentioned\(company: entity"):
        asked.run_question("co-mentioned", {"company": "Nvidea"})
    with pytest.raises(InputError, match=r"no parameter of; it takes: company, since"):
        asked.run_question("co-mentioned", {"of": "x"})
    with pytest.raises(InputError, match="use ask_question"):
        asked.run_sparql("co-mentioned", 1)


def test_what_an_agent_waits_for_no_more_leaves_its_place(store):
    full = AgentService(store.path, AgentLimits(seconds=300, at_once=1))

    async def leave():
        with anyio.move_on_after(0.5) as left:
            await anyio.to_thread.run_sync(full.run_sparql, ENDLESS, 5)
        assert left.cancelled_caught
        return await anyio.to_thread.run_sync(full.run_sparql, "ASK {}", 5)

    assert anyio.run(leave).rows == [[True]]


def test_what_waits_for_a_place_may_leave_too(store):
    full = AgentService(store.path, AgentLimits(seconds=300, at_once=1))

    async def leave():
        async with anyio.create_task_group() as both:
            both.start_soon(anyio.to_thread.run_sync, full.run_sparql, ENDLESS, 5)
            await anyio.to_thread.run_sync(until, lambda: not full._slots._value)
            with anyio.move_on_after(0.3) as left:
                await anyio.to_thread.run_sync(full.run_sparql, "ASK {}", 5)
            both.cancel_scope.cancel()
        return left.cancelled_caught

    assert anyio.run(leave)


def test_where_there_is_no_graph_no_place_is_lost(tmp_path, monkeypatch):
    monkeypatch.setattr(service, "AGENT_QUEUE_TIMEOUT_S", 0.1)
    empty = AgentService(tmp_path, AgentLimits(at_once=1))
    for _ in range(2):
        with pytest.raises(StoreMissingError):
            empty.run_sparql("ASK {}", 1)
