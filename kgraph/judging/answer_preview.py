"""A name before it is judged: what it is in the graph, and what an answer would change."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import msgspec
from msgspec.structs import replace

from kgraph.base.errors import DataError, KgraphError, StoreError, UnresolvedNameError
from kgraph.base.text import local_id
from kgraph.graph.lookup import Lookup, explain_naming
from kgraph.judging.judge_answer import JudgeAnswer, make_judgements
from kgraph.judging.judgement_effect import JudgementEffect
from kgraph.judging.judgement_preview import preview_further_judgements
from kgraph.judging.review import find_case
from kgraph.judging.review_queue import Case
from kgraph.judging.unknown_names import load_meanings
from kgraph.resolve.judgement import Judgement, join_lines, parse_entity_id
from kgraph.resolve.name_counts import find_judged_name
from kgraph.store import Store


class AnswerPreview(msgspec.Struct, frozen=True):
    """A name as the graph has it, and the effect of an answer.

    Attributes:
        name: as an answer should have it: an id, or the name.
        label: of the entity or the name.
        case: its rows; None if no row has the name.
        own_episodes: if it is a show, the number of its episodes.
        judgements: of the answer; empty if it is not complete.
        effect: of them; None if there are none.
        error: why the answer cannot be, without commands; "" if it can.
        suggestions: similar names, where one is unknown.
        note: what the given id is called now, if it is a former one.
    """

    name: str
    label: str
    case: Case | None
    own_episodes: int = 0
    judgements: tuple[Judgement, ...] = ()
    effect: JudgementEffect | None = None
    error: str = ""
    suggestions: tuple[str, ...] = ()
    note: str = ""


def preview_answer(
    store: Store, answer: JudgeAnswer, earlier: Sequence[Judgement], file: str
) -> AnswerPreview:
    """Return what a name is now, and what an answer would change; errors are part of it.

    Args:
        store: an open store.
        answer: with the name; without a word, nothing is previewed.
        earlier: the judgements that are there already.
        file: of them, for messages.

    Raises:
        StoreError: the store cannot be read.
    """
    name = local_id(join_lines(answer.name))
    note = ""
    if not parse_entity_id(name):
        labels = [entity.label for entity in Lookup.cached_for(store.shared).find_by_label(name)]
        name = find_judged_name(name, *labels[:1])
    elif successors := Lookup.cached_for(store.shared).find_by_id(name):
        note = explain_naming(store.shared, name, successors[0].id)
        name = successors[0].id
    case = find_case(store, name)
    entity = store.shared.entities.get(name)
    own = store.shared.count_episodes_by_show()[name]
    preview = AnswerPreview(name, entity.label if entity else name, case, own, note=note)
    if not answer.is_complete:
        return preview
    try:
        answer, meanings = replace(answer, name=name), partial(load_meanings, store)
        judgements = make_judgements(answer, case, store.shared, meanings, own)
        effect = preview_further_judgements(store, judgements, earlier, file)
    except StoreError:  # of the graph, and not of the answer
        raise
    except KgraphError as error:
        suggestions = error.suggestions if isinstance(error, UnresolvedNameError) else ()
        words = error.words if isinstance(error, DataError) else str(error)
        return replace(preview, error=words, suggestions=tuple(suggestions))
    return replace(preview, judgements=effect.judgements, effect=effect)
