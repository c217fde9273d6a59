"""JSON API: every operation answers and refuses as its OpenAPI description says."""

import json

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from kgraph.analysis import load_named_queries
from kgraph.server.endpoints.openapi import OPERATIONS, build_openapi

EPISODE = "media-example-mb-161-checkout.mp3-6ee6a67b"

ASKED = {
    "entity": "name=NVIDIA",
    "episode": f"name=episode/{EPISODE}",
    "show": "name=The+Ledger+Line",
    "why": f"episode={EPISODE}&name=OpenAI",
    "audit": "what=mentions&limit=5",
    "quote": "name=quote/789f563041a39526",
}
"""Operation -> parameters, if its example does not exist in this corpus."""


@pytest.fixture(scope="module")
def server(sample_server):
    """The sample corpus, served."""
    return sample_server


@pytest.fixture(scope="module")
def described(server):
    """The description as it is served."""
    return server.get("/api/openapi.json").json()


def address(path):
    """Return a path at which an operation has an answer."""
    asked = ASKED.get(path, OPERATIONS[path].example)
    return f"/api/{path}?{asked}" if asked else f"/api/{path}"


def check(described, path, answer):
    """Check that an answer fits its schema in the description."""
    responses = described["paths"][path]["get"]["responses"]
    told = responses["200" if answer.status_code == 200 else "default"]["content"]
    media_type = answer.headers["content-type"].partition(";")[0]
    schema = {**told[media_type]["schema"], "components": described["components"]}
    said = answer.json() if media_type.endswith("json") else answer.text
    Draft202012Validator(schema).validate(said)


def test_the_description_is_valid(described):
    validate(described)
    assert described == json.loads(json.dumps(build_openapi()))


@pytest.mark.parametrize("path", OPERATIONS)
def test_an_operation_answers_as_described(server, described, path):
    answer = server.get(address(path))
    assert answer.status_code == 200, answer.text
    check(described, f"/api/{path}", answer)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["link"] == '</api/openapi.json>; rel="service-desc"'
    held = server.get(address(path), if_none_match=answer.headers["etag"])
    assert held.status_code == 304


@pytest.mark.parametrize("path", OPERATIONS)
def test_an_operation_refuses_as_described(server, described, path):
    for asked in ("nonsense=1", "offset=-1&limit=100000"):
        answer = server.get(f"/api/{path}?{asked}", accept="text/html")
        assert answer.status_code == 400
        check(described, f"/api/{path}", answer)
    assert server.get(address(path), accept="text/turtle").status_code == 406
    assert server.client.post(f"/api/{path}").status_code == 405
    assert server.client.head(address(path)).status_code == 200


@pytest.mark.parametrize("path", OPERATIONS)
def test_every_parameter_is_described(described, path):
    for parameter in described["paths"][f"/api/{path}"]["get"]["parameters"]:
        assert parameter["description"] != parameter["name"], parameter
    schema = described["paths"][f"/api/{path}"]["get"]["responses"]["200"]
    assert "schema" in schema["content"]["application/json"]


@pytest.mark.parametrize("name", load_named_queries())
def test_a_question_answers_as_described(server, described, name):
    given = {"episode": EPISODE, "quote": "x"} if "episode" in name or name == "evidence" else {}
    needed = {
        p.name: given.get(p.name, "OpenAI")
        for p in load_named_queries()[name].parameters
        if p.default is None
    }
    answer = server.client.get(f"/api/questions/{name}", params=needed)
    check(described, f"/api/questions/{name}", answer)
    assert answer.status_code in (200, 400, 404), answer.text


@pytest.mark.parametrize("format_", ["csv", "tsv", "json", "xml"])
def test_a_question_answers_in_a_format_as_described(server, described, format_):
    path = "/api/questions/companies-by-shows"
    (taken,) = (p for p in described["paths"][path]["get"]["parameters"] if p["name"] == "format")
    assert format_ in taken["schema"]["enum"]
    check(described, path, server.get(f"{path}?format={format_}"))


def test_an_empty_parameter_of_a_question_has_its_default(server):
    path = "/api/questions/co-mentioned?company=NVIDIA"
    whole = server.get(path)
    assert whole.status_code == 200
    assert server.get(f"{path}&since=").json() == whole.json()
    assert server.get(f"{path}&since=&format=csv").text == server.get(f"{path}&format=csv").text


def test_a_limited_answer_says_so(sample_server):
    get = sample_server.client.get
    cut = get("/api/questions/strongest-pairs?minEpisodes=1").json()
    assert (cut["total"], cut["is_cut"]) == (load_named_queries()["strongest-pairs"].most, True)
    few = get("/api/questions/strongest-pairs?minEpisodes=4").json()
    assert (0 < few["total"] < cut["total"], few["is_cut"]) == (True, False)


def test_a_format_has_all_rows(server):
    path = "/api/questions/companies-by-shows?minShows=1&format=csv"
    answer = server.get(path)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.splitlines()[0].startswith("name,")
    wrong = server.get(path.replace("csv", "docx"))
    assert (wrong.status_code, wrong.json()["detail"].partition(";")[0]) == (
        400,
        "format=docx: no such format",
    )


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/api/entity?name=nvidai", 404, "did you mean Nvidia"),
        ("/api/entity?name=", 400, "name=: it is empty"),
        ("/api/entity?name=" + "x" * 400, 400, "longer than 300 characters"),
        ("/api/shows?limit=ten", 400, "limit=ten: expected a whole number"),
        ("/api/search?q=%21%21", 400, "word"),
        ("/api/search?q=x&kind=robot", 400, "kind robot: no such kind"),
        ("/api/search?q=x&since=June", 400, "since=June: wrong format: write"),
        ("/api/episodes?month=2025-13", 400, "wrong format: write it as 2025-09"),
        ("/api/entities?type=robot", 400, "no such value: choose one of any, company,"),
        ("/api/entities?type=crypto&type=company", 400, "type: given more than once"),
        (
            "/api/why?name=x",
            400,
            "give the parameter episode: title, file name or id of an",
        ),
        ("/api/questions/best-quotes?minRelevance=90", 400, "write a number from 0 to 1"),
        ("/api/questions/thin-evidence?maxConfidence=60", 400, "write a number from 0 to 1"),
        ("/api/questions/co-mentioned?company=nvidia&since=June", 400, "write it as 2025-06-01"),
        ("/api/questions/ranked-by-month?since=2025", 400, "not a month: write it as 2025-06"),
        (
            "/api/risers?before=2025-12&after=2025-12",
            400,
            "after=2025-12: give two different months",
        ),
        ("/api/risers?before=2999-12", 400, "no month to compare with 2999-12: give before="),
        ("/api/questions/quotes-naming?type=robot", 400, "type=robot: not a type: choose one of"),
        ("/api/questions/not-companies?types=person+robot", 400, "not types: choose some of comp"),
        ("/api/questions/not-companies?types=,", 400, "not types: choose some of company"),
        ("/api/questions/changes?what=robot", 400, "what=robot: choose some of episode, entity"),
        (
            "/api/questions/best-quotes?minRelevance=nan",
            400,
            "minRelevance=nan: not a relevance: write a number from 0",
        ),
        (
            "/api/search?q=x&since=2025-99-99",
            400,
            "since 2025-99-99: there is no such day or month",
        ),
        ("/api/search?q=x&company=zzzz", 404, "no such company in the graph: search for a part"),
        ("/api/questions/none", 404, "/api/questions lists them"),
        ("/api/questions/co-mentionned", 404, "did you mean co-mentioned"),
        ("/api/questions/which-one", 400, "which-one: give episode=... ("),
        ("/api/questions/companies-by-shows?minShows=0", 400, "a whole number from 1"),
        ("/api/questions/co-mentioned?companie=x", 400, "no parameter companie"),
        ("/api/questions/co-mentioned?company=nvidai", 404, "did you mean Nvidia"),
        ("/api/none", 404, "/api/none: no such endpoint; available: search"),
        ("/api/why?episode=" + EPISODE + "&name=zzz", 404, "nothing called 'zzz'"),
        ("/api/neighbourhood?name=NVIDIA&depth=3", 400, "depth=3: expected a number <= 2"),
    ],
)
def test_errors_are_problem_details(server, path, status, words):
    answer = server.get(path, accept="*/*")
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert (answer.status_code, told["status"], words in told["detail"]) == (status, status, True)


def test_suggestions_are_data(server):
    assert server.get("/api/entity?name=nvidai").json()["suggestions"][0] == "Nvidia"


def test_programs_get_the_openapi_description(server):
    assert server.get("/api", accept="application/json").json()["openapi"] == "3.1.0"
    page = server.get("/api", accept="text/html").text
    assert "/api/questions/co-mentioned" in page


def test_pages_show_the_data_of_the_api(server):
    facts = server.get("/api/entity?name=NVIDIA").json()
    page = server.get("/company/nvidia", accept="text/html").text
    for row in [row for group in facts["beside"] for row in group["rows"] + group["uncertain"]]:
        assert f'<a href="/{row["thing"]["id"]}">{row["thing"]["label"]}</a>' in page
    for saying in facts["quotes"]:
        assert f'href="/{saying["id"]}"' in page


@pytest.mark.parametrize(
    ("path", "name", "right", "wrong"),
    [
        ("search", "q", ("NVIDIA", "比特", "é"), ("", "!!", "x" * 1001)),
        ("search?q=nvidia", "kind", ("", "quote", "quote,entity"), ("quotes", "quote;entity")),
        ("search?q=nvidia", "type", ("", "company,crypto"), ("companies",)),
        ("names?q=nvi", "kind", ("entity",), ("entities",)),
        ("questions/changes", "what", ("entity", "edge episode"), ("edges",)),
        ("questions/risers", "before", ("2025-06",), ("2025-13", "2025", "0000-01")),
        ("questions/not-companies", "types", ("person", "person,place"), ("persons",)),
        ("questions/best-quotes", "about", ("AI",), ("x" * 1001,)),
        ("questions/who-said", "words", ("talk",), ("x" * 1001,)),
    ],
)
def test_a_parameter_takes_what_is_described(server, described, path, name, right, wrong):
    parameters = described["paths"][f"/api/{path.partition('?')[0]}"]["get"]["parameters"]
    (schema,) = (p["schema"] for p in parameters if p["name"] == name)
    address = server.client.build_request("GET", f"/api/{path}").url
    said = {
        value: server.client.get(address.copy_merge_params({name: value})).status_code == 200
        for value in (*right, *wrong)
    }
    valid = Draft202012Validator(schema).is_valid
    assert said == {value: valid(value) for value in said}
    assert [value for value, is_right in said.items() if is_right] == list(right)
