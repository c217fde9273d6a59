"""Our shapes: valid for our output, complete, and checked as pyshacl checks them."""

import re
from itertools import chain

import pyshacl
import pytest
import rdflib
from rdflib import RDF, SH, XSD, BNode, Literal, URIRef
from support import SAMPLE

from kgraph.base.vocabulary import BASE_IRI, data_path, expand_curie
from kgraph.pipeline.check import check
from kgraph.rdf import NTriples, describe_dataset, describe_episode, describe_shared
from kgraph.rdf.shacl import Violation, find_violations, load_shapes

SHAPES = rdflib.Graph().parse(data_path("ontology", "shapes.ttl"))
EX = rdflib.Namespace("http://example.org/")

RANGES = ("minInclusive", "maxInclusive")

SAMPLES = {
    XSD.string: ["a" * 64, "b" * 64, "/companies/0", "/companies/1"],
    XSD.boolean: ["true", "false"],
    XSD.integer: ["1", "2"],
    XSD.decimal: ["0.5", "0.75"],
    XSD.date: ["2025-09-01", "2025-09-02"],
    XSD.dateTime: ["2025-09-01T10:00:00Z", "2025-09-02T10:00:00+02:00"],
    XSD.gYearMonth: ["2025-09", "2025-10"],
    XSD.duration: ["PT25M", "PT1H"],
    XSD.anyURI: ["https://example.org/", "../transcripts/1.txt"],
    RDF.JSON: ["{}", '{"a":1}'],
}
"""Datatype -> texts of it, two at the least for every pattern in our shapes."""


def pyshacl_finds(data):
    """(node, path, value, component) of every result of pyshacl."""
    _, report, _ = pyshacl.validate(data, shacl_graph=SHAPES)
    return {
        (
            str(report.value(result, SH.focusNode)),
            str(report.value(result, SH.resultPath) or ""),
            ntriples(report.value(result, SH.value)),
            component(report.value(result, SH.sourceConstraintComponent)),
        )
        for result in report.subjects(RDF.type, SH.ValidationResult)
    }


def local(iri):
    return str(iri).rpartition("#")[2]


def ntriples(term):
    if not isinstance(term, Literal):
        return term.n3() if term else ""
    kind = f"@{term.language}" if term.language else ""
    return f'"{term}"' + (f"^^<{term.datatype}>" if term.datatype else kind)


def component(iri):
    name = local(iri).removesuffix("ConstraintComponent")
    return name[0].lower() + name[1:]


def we_find(data):
    turtle = data.serialize(format="nt").encode()
    return {
        (found.node, found.path, found.value, found.component)
        for found in find_violations(turtle, load_shapes())
    }


# -- a thing of each class, and everything that can be wrong with it -----------


def property_shapes(class_):
    """(path, property shape) of every shape of a class."""
    for shape in sorted(SHAPES.subjects(SH.targetClass, class_)):
        for property_ in SHAPES.objects(shape, SH.property):
            yield SHAPES.value(property_, SH.path), property_


def sound_values(class_, path):
    """Two values or more that every shape of the property takes."""
    shapes = [shape for p, shape in property_shapes(class_) if p == path]
    said = {local(p): o for shape in shapes for p, o in SHAPES.predicate_objects(shape)}
    if "in" in said:
        return list(SHAPES.items(said["in"]))
    if "or" in said:
        said["datatype"] = SHAPES.value(next(iter(SHAPES.items(said["or"]))), SH.datatype)
    if "datatype" not in said:
        return [EX.one, EX.two]
    texts = [t for t in SAMPLES[said["datatype"]] if re.search(said.get("pattern", ""), t)]
    return [
        Literal(t) if "string" in said["datatype"] else Literal(t, datatype=said["datatype"])
        for t in texts
    ]


def sound_thing(class_):
    """Property -> values of a thing of the class that conforms."""
    thing = {path: sound_values(class_, path)[:1] for path, _ in property_shapes(class_)}
    kinds = [
        SHAPES.value(shape, SH.hasValue) for p, shape in property_shapes(class_) if p == RDF.type
    ]
    return {**thing, RDF.type: [class_, *kinds]}


def broken_values(name, argument, sound):
    """Values that offend against one constraint, in every way that we know."""
    match name:
        case "minCount":
            yield sound[: int(argument) - 1]
        case "maxCount":
            assert len(sound) > int(argument)
            yield sound[: int(argument) + 1]
        case "datatype":
            yield [EX.thing]
            yield [Literal("of another type", lang="en")]
            if argument not in (XSD.string, XSD.anyURI, RDF.JSON):  # of these, all is well-formed
                yield [Literal("nonsense", datatype=argument, normalize=False)]
        case "minInclusive":
            yield [Literal(int(argument) - 1), Literal("text")]
        case "maxInclusive":
            yield [Literal(int(argument) + 1), EX.thing]
        case "nodeKind" | "or":
            yield [Literal("text")]
        case "in" | "pattern" | "hasValue":
            yield [EX.other, Literal("?")]


def cases():
    """(what is violated, a thing that violates it), for each constraint of each class."""
    for class_ in sorted(set(SHAPES.objects(None, SH.targetClass))):
        thing = sound_thing(class_)
        yield None, thing
        for path, shape in property_shapes(class_):
            for parameter, argument in SHAPES.predicate_objects(shape):
                name = local(parameter)
                for values in broken_values(name, argument, sound_values(class_, path)):
                    kept = [class_] if path == RDF.type else []
                    yield (str(path), name), {**thing, path: [*kept, *values]}
    mention = sound_thing(URIRef(expand_curie("kg:Mention")))
    status, entity = URIRef(expand_curie("kg:status")), URIRef(expand_curie("kg:entity"))
    yield ("", "xone"), {**mention, status: [URIRef(expand_curie("kg:Rejected"))]}
    yield ("", "xone"), {**mention, entity: []}
    for name, confidence in (("Accepted", "0.25"), ("Unlikely", "0.25"), ("Unlikely", "0.5")):
        outcome = {
            status: [URIRef(expand_curie(f"kg:{name}"))],
            URIRef(expand_curie("kg:confidence")): [Literal(confidence, datatype=XSD.decimal)],
        }
        is_sound = (name, confidence) == ("Unlikely", "0.25")
        yield None if is_sound else ("", "xone"), {**mention, **outcome}
    yield None, {**mention, status: [URIRef(expand_curie("kg:Rejected"))], entity: []}


def graph_of(things):
    graph = rdflib.Graph()
    for node, thing in things:
        for path, values in thing.items():
            for value in values:
                graph.add((node, path, value))
    return graph


@pytest.mark.filterwarnings("ignore:Parsing weird boolean", "ignore:Serializing weird numerical")
def test_violations_of_every_constraint_are_those_of_pyshacl(caplog):
    caplog.set_level("CRITICAL")  # rdflib tells every ill-formed literal
    planted = {EX[f"case-{n}"]: case for n, case in enumerate(cases())}
    data = graph_of((node, thing) for node, (_, thing) in planted.items())
    found = we_find(data)
    by_node = {str(node): set() for node in planted}
    for node, path, _, name in found:
        by_node[node].add((path, name))
    missed = [
        (expected, thing)
        for node, (expected, thing) in planted.items()
        if (expected not in by_node[str(node)] if expected else by_node[str(node)])
    ]
    assert missed == []
    assert without_nonsense(found) == without_nonsense(pyshacl_finds(data))


def without_nonsense(found):
    """Without ranges of ill-formed numbers: SHACL (4.5) says no range holds them, and
    pyshacl compares their text; and without ill-formed months, which it lets pass.
    """
    return {f for f in found if not ("nonsense" in f[2] and (f[3] in RANGES or "Month" in f[2]))}


def test_every_parameter_of_our_shapes_is_violated_here():
    broken = {expected[1] for expected, _ in cases() if expected}
    used = {local(p) for p in SHAPES.predicates() if p in SH}
    # Only an alternative of mentions has maxExclusive, so what it refuses is a violation of that.
    assert used - {"targetClass", "path", "property", "maxExclusive"} == broken


def test_blank_nodes_are_violations():
    for class_ in sorted(set(SHAPES.objects(None, SH.targetClass))):
        data = graph_of([(BNode("b"), sound_thing(class_))])
        wrong = {("b", "", "_:b", "nodeKind")}
        assert we_find(data) == wrong == pyshacl_finds(data)


# -- what is written -----------------------------------------------------------


def groups(store):
    episodes = (describe_episode(episode) for episode in store.graph)
    shared = store.graph.shared
    header = describe_dataset(shared.digest, 1, licence="https://example.org/licence")
    return chain(header, chain.from_iterable(episodes), describe_shared(shared))


def test_every_written_class_and_property_is_in_a_shape(sample):
    kinds = {str(path) for path in SHAPES.objects(None, SH.hasValue)}
    for subject, pairs in groups(sample):
        classes = [expand_curie(class_) for predicate, tokens in pairs[:1] for class_ in tokens]
        shaped = [URIRef(c) for c in classes if (None, SH.targetClass, URIRef(c)) in SHAPES]
        assert shaped, f"{subject}: no shape of {classes}"
        assert set(classes) <= {str(class_) for class_ in shaped} | kinds
        known = {str(path) for class_ in shaped for path, _ in property_shapes(class_)}
        assert {expand_curie(p) for p, _ in pairs if p != "a"} <= known, subject


def test_pyshacl_finds_no_violation_in_the_sample_corpus(sample):
    text = NTriples(BASE_IRI)
    for episode in list(sample.graph)[::4]:
        data = rdflib.Graph().parse(data=text.serialize(describe_episode(episode)), format="nt")
        assert pyshacl_finds(data) == set()
    header = describe_dataset(sample.graph.shared.digest, 1)
    shared_text = text.serialize([*header, *describe_shared(sample.graph.shared)])
    assert pyshacl_finds(rdflib.Graph().parse(data=shared_text, format="nt")) == set()


def test_the_sample_corpus_has_no_violation():
    assert [f for f in check([SAMPLE], workers=1) if isinstance(f, Violation)] == []


def test_a_hundred_real_episodes_have_no_violation(corpus):
    files = sorted(corpus.glob("*.md"))[::10][:100]
    assert [f for f in check(files) if isinstance(f, Violation)] == []
