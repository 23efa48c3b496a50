"""A plot with two logarithmic axes, as SVG: a line for each series, its name at its right end. Needs no library."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 860, 520
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 24, 56
COLOURS = ("#1f5fa8", "#b3471d", "#2f7d3b", "#7a3f9d", "#8a6d00", "#006d77", "#a3195b")
GAP = 17
"""Pixels between two names at least."""

Series = Mapping[str, Sequence[tuple[float, float]]]
"""Points by the name of their line; all above zero."""


def plotted(series: Series, across: str, up: str) -> str:
    """The plot.

    Args:
        series: What is drawn.
        across: What the horizontal axis counts.
        up: What the vertical one does.
    """
    x_axis = _decades(x for points in series.values() for x, _ in points)
    y_axis = _decades(y for points in series.values() for _, y in points)
    body = [*_grid(x_axis, y_axis, across, up), *_lines(series, x_axis, y_axis)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="14">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>\n' + "\n".join(body) + "\n</svg>\n"
    )


def _decades(values: Iterator[float]) -> tuple[int, int]:
    """The powers of ten that hold all values between them."""
    held = list(values)
    low, high = math.floor(math.log10(min(held))), math.ceil(math.log10(max(held)))
    return low, max(high, low + 1)


def _x(value: float, axis: tuple[int, int]) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(value) - axis[0]) / (axis[1] - axis[0])


def _y(value: float, axis: tuple[int, int]) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (math.log10(value) - axis[0]) / (axis[1] - axis[0])


def _grid(x_axis: tuple[int, int], y_axis: tuple[int, int], across: str, up: str) -> Iterator[str]:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    for power in range(x_axis[0], x_axis[1] + 1):
        at = _x(10**power, x_axis)
        yield f'<path d="M{at:.1f} {TOP}V{bottom}" stroke="#ddd"/>'
        yield f'<text x="{at:.1f}" y="{bottom + 20}" text-anchor="middle">{10**power:,}</text>'
    for power in range(y_axis[0], y_axis[1] + 1):
        at = _y(10**power, y_axis)
        yield f'<path d="M{LEFT} {at:.1f}H{right}" stroke="#ddd"/>'
        yield f'<text x="{LEFT - 8}" y="{at + 5:.1f}" text-anchor="end">{10.0**power:,g}</text>'
    yield f'<text x="{(LEFT + right) / 2}" y="{HEIGHT - 12}" text-anchor="middle">{escape(across)}</text>'
    middle = (TOP + bottom) / 2
    yield f'<text transform="translate(18 {middle}) rotate(-90)" text-anchor="middle">{escape(up)}</text>'


def _lines(series: Series, x_axis: tuple[int, int], y_axis: tuple[int, int]) -> Iterator[str]:
    names = sorted(series, key=lambda name: series[name][-1][1], reverse=True)
    below = float(TOP)
    for name, colour in zip(names, COLOURS * len(names), strict=False):
        points = [(_x(x, x_axis), _y(y, y_axis)) for x, y in series[name]]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        yield f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in points)
        below = max(points[-1][1] + 5, below + GAP)
        yield f'<text x="{points[-1][0] + 10:.1f}" y="{below:.1f}" fill="{colour}">{escape(name)}</text>'
