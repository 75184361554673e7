"""Figures that move without a kernel: plain HTML and JavaScript that carry their own data.

A figure is one self-contained piece of HTML, so it works in the built book, from a file, and in
Jupyter alike, asks no host for anything, and is the same text on every machine.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

__all__ = ["MovingFigure"]


@dataclass(frozen=True)
class MovingFigure:
    """A figure that a browser moves: a script of this package and the data it shows.

    Parameters
    ----------
    name : of the figure, unique on its page; the element's id is ``figure-<name>``
    label : what the figure shows, in a sentence, for those who do not see it
    script : ``explorer`` for ``explorer.js`` in this folder, a JavaScript function of the figure's
        element, its data, and what ``moving.js`` gives to every figure; its style is
        ``explorer.css``
    data : what the script gets; numbers, strings, lists and dictionaries
    parts : more scripts of this folder, for a figure too long for one: each is a function of what
        the scripts before it and ``moving.js`` give, and what it returns is given with them

    Examples
    --------
    >>> figure = MovingFigure("demo", "An empty figure.", "explorer", {})
    >>> 'id="figure-demo"' in figure._repr_html_()
    True
    """

    name: str
    label: str
    script: str
    data: Mapping[str, Any] = field(repr=False)
    parts: tuple[str, ...] = field(default=(), repr=False)

    def _repr_html_(self) -> str:
        style = _read("moving.css") + _read(f"{self.script}.css")
        given = _read("moving.js").strip()
        for part in self.parts:
            given = (
                f"((page) => ({{ ...page, ...({_read(f'{part}.js').strip()})(page) }}))({given})"
            )
        data = json.dumps(self.data, separators=(",", ":")).replace("</", "<\\/")
        return (
            f'<div class="pd-figure" id="figure-{self.name}" role="group" '
            f'aria-label="{html.escape(self.label)}">'
            f"<noscript>{html.escape(self.label)} (It needs JavaScript.)</noscript></div>\n"
            f"<style>\n{style}</style>\n"
            f"<script>\n({_read(f'{self.script}.js').strip()})(\n"
            f"document.getElementById('figure-{self.name}'),\n{data},\n"
            f"{given});\n</script>"
        )


def _read(name: str) -> str:
    """Return the text of a file in this folder."""
    return files("pacdistill.figures").joinpath(name).read_text(encoding="utf-8")
