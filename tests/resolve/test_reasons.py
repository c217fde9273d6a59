from kgraph.model import Episode, Mention
from kgraph.resolve import profile, reasons, setting
from kgraph.resolve.candidate import Form, Row
from kgraph.resolve.classifier import TYPES, Weighed
from kgraph.resolve.knowledge import Knowledge
from kgraph.resolve.place import Place

CHANCES = [0.7, 0.2, *[0.0] * (len(TYPES) - 2)]


def told(of_name: float, *weighed: Weighed) -> list[tuple[str, str]]:
    """The breakdown of a company against an institution."""
    known = Knowledge()
    form = Form(profile.make("Acme", known), (), (of_name, *[0.0] * (len(TYPES) - 1)))
    around = setting.of(Episode("a.md", "", {}, {}, {}))
    found = reasons.of(Row(Mention("Acme"), form, Place(), around, known), weighed, CHANCES, None)
    return [(reason.words, str(reason.weight)) for reason in found]


def weights(one: float, other: float) -> tuple[float, ...]:
    return (one, other, *[0.0] * (len(TYPES) - 2))


def test_the_heaviest_features_are_told_and_small_change_is_not():
    said = [
        ("left:at", weights(0.5, 0.0)),
        ("right:said", weights(0.1, 0.0)),
        ("category:bank", weights(0.0, 2.0)),
        ("stated:llm:high", weights(1.0, 0.0)),
        ("always", weights(0.4, 0.0)),
    ]
    assert told(1.0, *said) == [
        ("the name itself speaks for company", "1.0"),
        ("category bank speaks for institution", "-2.0"),
        ("stated llm high speaks for company", "1.0"),
        ("left at speaks for company", "0.5"),
    ]


def test_no_weight_has_a_sign_whichever_row_came_first():
    assert told(-0.001) == told(0.001) == [("the name itself speaks for institution", "0.0")]
