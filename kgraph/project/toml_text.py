"""Write values as TOML 1.0."""

from __future__ import annotations

import json

from kgraph.base.errors import InputError


def format_toml(value: object) -> str:
    r"""Return a text, number, truth value or list of them as TOML.

    Raises:
        InputError: a part of a text is not UTF-8.

    >>> print(format_toml(['a "b"\n\x7f', True, 3]))
    ["a \"b\"\n\u007f", true, 3]
    """
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(format_toml, value))}]"
    try:
        text = json.dumps(value, ensure_ascii=False)
        text.encode()
    except UnicodeEncodeError as error:
        shown = str(value).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        raise InputError(f"{shown}: this name is not UTF-8: rename the folder") from error
    return text.replace("\x7f", "\\u007f")
