"""The types of entities, as ``ontology/types.yaml`` lists them."""

from __future__ import annotations

import msgspec

from kgraph.base.errors import DataError
from kgraph.base.vocabulary import data_path, load_yaml

#: Types of a small picture by default: people and products stand beside companies and assets.
DEFAULT_VIEW_TYPES = ("company", "crypto", "person", "product")


class EntityTypeSpec(msgspec.Struct, frozen=True, rename={"class_": "class"}):
    """An entry of ``ontology/types.yaml``, whose header describes the fields."""

    class_: str
    phrase: str
    plural: str
    light: str
    dark: str
    also: tuple[str, ...] = ()
    shape: str = "dot"
    group: str = "other"
    decided_as: str = ""
    keeps_brackets: bool = False
    clusters: bool = False
    names_regions: bool = False

    @property
    def classes(self) -> tuple[str, ...]:
        """Prefixed names of the classes of its entities, our own first."""
        return (self.class_, *self.also)


def load_entity_types() -> dict[str, EntityTypeSpec]:
    """Return the specification of each type, in the order of the file.

    Raises:
        DataError: the file does not have the shape that its header describes.
    """
    path = data_path("ontology", "types.yaml")
    types = load_yaml(path, dict[str, EntityTypeSpec])
    for name, spec in types.items():
        parent = types.get(spec.decided_as)
        if spec.decided_as and (parent is None or parent.decided_as):
            trained = ", ".join(key for key, value in types.items() if not value.decided_as)
            raise DataError(
                f"{path}: {name}: decided_as: {spec.decided_as}: choose one of {trained}"
            )
    return types


ENTITY_TYPES = load_entity_types()
TYPE_NAMES = tuple(ENTITY_TYPES)

#: The types that the weights know, in the order of every vector of weights.
TRAINED_TYPE_NAMES = tuple(name for name, spec in ENTITY_TYPES.items() if not spec.decided_as)

#: Type -> the trained type as which its mentions are decided: itself where it is trained.
TRAINED_TYPES = {name: spec.decided_as or name for name, spec in ENTITY_TYPES.items()}
