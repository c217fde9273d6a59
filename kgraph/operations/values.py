"""How numbers are written for people, the same in every medium."""

from __future__ import annotations

from kgraph.base.model import format_confidence


def format_percent(value: float) -> str:
    """Format a share in percent; only 0 and 1 are shown as 0 % and 100 %.

    >>> format_percent(0.934), format_percent(0.9999), format_percent(1), format_percent(0.004)
    ('93 %', '>99 %', '100 %', '<1 %')
    >>> format_percent(0.4996), format_percent(0.4993)  # below the floor of mentions
    ('50 %', '49.9 %')
    """
    if 0 < value < 0.005:
        return "<1 %"
    if 0.995 <= value < 1:
        return ">99 %"
    return f"{100 * float(format_confidence(value)):g} %"


def format_amount(value: float) -> str:
    """Format a number with separators of thousands, and with two decimals if it is not whole.

    >>> format_amount(13451), format_amount(2.5), format_amount(0.004), format_amount(-3.0)
    ('13,451', '2.5', '0.004', '-3')
    """
    if value == int(value):
        return f"{int(value):,}"
    if abs(value) < 0.01:
        return f"{value:.1g}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def format_log_odds(value: float) -> str:
    """Format a weight with its sign.

    >>> format_log_odds(2.345), format_log_odds(-0.5)
    ('+2.35', '−0.50')
    """
    return f"{value:+.2f}".replace("-", "−")
