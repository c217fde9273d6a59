"""Random small graphs and queries, of terms that are easily confused."""

from __future__ import annotations

import random

SPACE = "http://x.example/"
PREFIXES = {"x": SPACE, "xsd": "http://www.w3.org/2001/XMLSchema#"}
THINGS = [*(f"x:s{number}" for number in range(12)), "x:s1-a", "x:s1.b"]
PROPERTIES = [f"x:p{number}" for number in range(5)]
TEXTS = [
    *('"a"', '"ab"', '"a b"', '"a!"', '"A"', r'"\"q\""', r'"line\nbreak"', '"été"', '"😀"', '""'),
    *(r'"a\\b"', r'"\u0007"', r'"\t"', '"straße"', '"İ"'),
]
NUMBERS = ["1", "2", "10", "-3", "0", "0.5", "0.50", "2.0", "-0.25", "1.25", "3.333"]
DAYS = [f'"2025-{day}"^^xsd:date' for day in ("06-01", "06-02", "06-30", "07-01")]
OTHERS = [
    *('"a"@en', '"A"@en-US', "true", "1e0", '"1"^^xsd:int', '"99999999999"^^xsd:integer'),
    *("0.1234567890123", '"http://u"^^xsd:anyURI'),
]
SIGNS = ["<", "<=", ">", ">=", "=", "!="]
VARIABLES = ["?a", "?b", "?c", "?d"]
TESTS = ["CONTAINS", "STRSTARTS", "STRENDS"]
PARTS = ["a", "b", "A", "", "2025", "1", "i", "é", "ss", "SS"]


class Graph:
    """A graph as Turtle, each of whose properties has values of a kind.

    Args:
        chance: what is random.
    """

    def __init__(self, chance: random.Random) -> None:
        kinds = [THINGS, THINGS, TEXTS, NUMBERS, DAYS[:1] + DAYS[2:], [*TEXTS, *NUMBERS, *DAYS]]
        if chance.random() < 0.5:
            kinds.append(OTHERS)
        values = {name: chance.choice(kinds) for name in PROPERTIES}
        lines = [f"@prefix {name}: <{iri}> ." for name, iri in PREFIXES.items()]
        for _ in range(60):
            name = chance.choice(PROPERTIES)
            lines.append(f"{chance.choice(THINGS)} {name} {chance.choice(values[name])} .")
        lines += [
            f"{thing} a x:T{chance.randrange(2)} ." for thing in THINGS if chance.random() < 0.7
        ]
        if chance.random() < 0.1:
            lines.append("_:b x:p0 _:c .")
        self.turtle = "\n".join(lines).encode()


class Query:
    """A query that may be answered from accel.columns.

    Args:
        chance: what is random.

    Attributes:
        text: the query.
        whole: the same without limits.
        order: variables that its rows are ordered by, if all of them are shown.
        is_graph: whether it makes statements.
    """

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.order: list[str] = []
        body = self._body()
        self._names = [name for name in [*VARIABLES, "?o", "?z", "?m"] if name in body] or ["?a"]
        self.is_graph = chance.random() < 0.2
        if self.is_graph:
            self.text = self.whole = f"CONSTRUCT {{ {self._template()} }} WHERE {{ {body} }}"
            return
        shown, behind = self._shown()
        where = chance.choice(["WHERE ", ""])
        self.whole = f"SELECT {shown} {where}{{ {body} }}{behind}"
        self.text = self.whole + self._limits("ORDER" in behind or "GROUP" in behind)

    def _any(self, *choices: str) -> str:
        return self._chance.choice(choices)

    def _pattern(self, names: list[str]) -> str:
        chance = self._chance
        subject = self._any(*names) if chance.random() < 0.85 else self._any(*THINGS)
        if chance.random() < 0.2:
            return f"{subject} a x:T{chance.randrange(2)}"
        path = self._any(*PROPERTIES)
        if chance.random() < 0.2:
            path = f"{self._any('', '^')}{path}{self._any('/', '/^')}{self._any(*PROPERTIES)}"
        if chance.random() < 0.08:
            path = "?p"
        constants = [*THINGS, *TEXTS[:6], "1", "0.5", "2"]
        object_ = self._any(*names) if chance.random() < 0.75 else self._any(*constants)
        return f"{subject} {path} {object_}"

    def _body(self) -> str:
        chance = self._chance
        names = VARIABLES[: chance.choice([2, 3, 4])]
        parts = [f"{self._pattern(names)} ." for _ in range(chance.choice([1, 1, 2, 2, 3, 4]))]
        more = []
        if chance.random() < 0.35:
            more.append(f"FILTER({self._condition()})")
        if chance.random() < 0.3:
            word = self._any("OPTIONAL", "FILTER NOT EXISTS", "FILTER EXISTS")
            inside = [[self._any(*VARIABLES), self._any("?o", "?o", "?a", "?q")] for _ in range(2)]
            patterns = [self._pattern(names) for names in inside[: chance.choice([1, 1, 2])]]
            more.append(f"{word} {{ {' . '.join(patterns)} }}")
        if chance.random() < 0.15:
            more.append(f"OPTIONAL {{ {self._pattern([self._any(*VARIABLES), '?z'])} }}")
        if chance.random() < 0.25:
            more.append(f"BIND({self._text()} AS ?m)")
        if chance.random() < 0.3:
            for part in more:
                parts.insert(chance.randrange(len(parts) + 1), part)
            return " ".join(parts)
        return " ".join(parts + more)

    def _condition(self) -> str:
        name, number = self._any(*VARIABLES), self._any("0", "1", "0.5", "2", "10")
        found = self._any(
            f"{name} {self._any(*SIGNS)} {number}",
            f"{number} {self._any(*SIGNS)} {name}",
            f"{name} {self._any(*SIGNS)} {self._any(*DAYS)}",
            f"{name} {self._any('=', '!=')} {self._any(*THINGS, '<http://x.example/none>')}",
            f'{self._any(*TESTS)}({self._text()}, "{self._any(*PARTS)}")',
        )
        if self._chance.random() < 0.3:
            found += f" && {self._any(*VARIABLES)} != x:s2"
        return f"({found})" if self._chance.random() < 0.2 else found

    def _text(self) -> str:
        name = self._any(*VARIABLES)
        return self._any(
            *(name, f"STR({name})", f"LCASE({name})", f"UCASE(STR({name}))"),
            *(f"SUBSTR(STR({name}), 1, 7)", f"SUBSTR({name}, 2)", f"LCASE(STR({name}))"),
        )

    def _template(self) -> str:
        names = [*self._names, *THINGS[:2]]
        return " ".join(
            f"{self._any(*names)} {self._any(*PROPERTIES, *names[:1], 'a')} "
            f"{self._any(*names, TEXTS[0], '2')} ."
            for _ in range(self._chance.choice([1, 1, 2, 3]))
        )

    def _shown(self) -> tuple[str, str]:
        """What is selected, and what stands behind the group."""
        chance, behind = self._chance, ""
        some = chance.sample(self._names, min(len(self._names), chance.choice([1, 2, 3])))
        distinct = "DISTINCT " if chance.random() < 0.25 else ""
        if chance.random() < 0.45:
            shown, may_order = some, some if distinct else self._names
        else:
            keys = some[: chance.choice([0, 1, 1, 2])]
            figures = [self._figure(f"?n{place}") for place in range(chance.choice([1, 1, 2]))]
            shown = [*keys, *(f"({figure})" for figure in figures)]
            may_order = [*keys, *(figure.split()[-1] for figure in figures)]
            behind = f" GROUP BY {' '.join(keys)}" if keys else ""
        if chance.random() < 0.5:
            order = chance.sample(may_order, min(len(may_order), chance.choice([1, 2])))
            turned = [self._any(name, f"ASC({name})", f"DESC({name})") for name in order]
            behind += f" ORDER BY {' '.join(turned)}"
            self.order = order if all(name in " ".join(shown) for name in order) else []
        return distinct + " ".join(shown), behind

    def _figure(self, name: str) -> str:
        word = self._any("COUNT", "COUNT", "COUNT", "SUM", "AVG", "MIN", "MAX")
        of = self._any(*self._names, *(["*"] if word == "COUNT" else []))
        is_distinct = word == "COUNT" and of != "*" and self._chance.random() < 0.3
        return f"{word}({'DISTINCT ' if is_distinct else ''}{of}) AS {name}"

    def _limits(self, may: bool) -> str:
        chance = self._chance
        limit = f" LIMIT {self._any('0', '1', '3', '10')}" if may and chance.random() < 0.4 else ""
        return limit + (
            f" OFFSET {self._any('0', '1', '2')}" if may and chance.random() < 0.1 else ""
        )
