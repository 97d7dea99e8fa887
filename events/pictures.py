"""The picture of a shared link (og:image): drawn as SVG, rendered on the server with a font that comes along."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

import font_roboto
import resvg_py
from django.template.loader import render_to_string

if TYPE_CHECKING:
    from events.glance import Glance

WIDTH, HEIGHT = 1200, 630
_FONTS = [font_roboto.Roboto, font_roboto.RobotoBold]
# Size in pixels, characters that fit on a line, most lines: a long name is set smaller before it is cut.
_NAME_SIZES = ((72, 26, 2), (56, 34, 3), (44, 44, 3))
_TITLE_SIZES = ((40, 50, 2), (32, 62, 2))


@dataclass(frozen=True)
class Block:
    """Lines of text with their size and the place of the first one."""

    size: int
    lines: list[tuple[int, str]]

    @property
    def bottom(self) -> int:
        """Return where the text ends."""
        return self.lines[-1][0] if self.lines else 0


def png(glance: Glance) -> bytes:
    """Return the picture of a treaty or clock at a glance."""
    name = _block(glance.name, _NAME_SIZES, top=110)
    title = _block(glance.told, _TITLE_SIZES, top=name.bottom + 110)
    placed = {"name": name, "title": title, "status_at": name.bottom + 56}
    svg = render_to_string("pictures/glance.svg", {"glance": glance, "width": WIDTH, "height": HEIGHT, **placed})
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg, skip_system_fonts=True, font_files=_FONTS, font_family="Roboto", width=WIDTH, height=HEIGHT
        )
    )


def _block(text: str, sizes: tuple[tuple[int, int, int], ...], *, top: int) -> Block:
    for size, characters, most in sizes:
        lines = textwrap.wrap(text, characters)
        if len(lines) <= most:
            return _placed(size, lines, top)
    size, characters, most = sizes[-1]
    return _placed(size, textwrap.wrap(text, characters, max_lines=most, placeholder=" …"), top)


def _placed(size: int, lines: list[str], top: int) -> Block:
    return Block(size, [(top + round(number * size * 1.2), line) for number, line in enumerate(lines)])
