"""PNG rendering of pictures by resvg, with the fonts of the machine."""

import re

import resvg_py

from graph.messages import text

FONTS = "system-ui, 'Noto Sans', 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif"
"""What drawings are written in: the first of these that a machine has."""
_WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff]")


class NoFontError(Exception):
    """The machine has no font for the letters of a picture; `script` says for which: latin or chinese."""

    def __init__(self, script: str) -> None:
        """Name the script."""
        self.script = script
        super().__init__(text(f"picture.no_font_{script}"))


def as_png(drawing: str, scale: float = 1.0, *, with_system_fonts: bool = True) -> bytes:
    """Return the SVG drawing as PNG, enlarged by the scale.

    Raises:
        NoFontError: its text would be left out.
    """
    for script, letter in (("latin", "A"), ("chinese", "链")):
        is_needed = script == "latin" or _WIDE.search(drawing)
        if is_needed and _render(_letter(letter), 1.0, with_system_fonts) == _render(
            _letter(" "), 1.0, with_system_fonts
        ):
            raise NoFontError(script)
    return _render(drawing, scale, with_system_fonts)


def _letter(letter: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32" font-family="{FONTS}">'
        f'<text x="2" y="28" font-size="24">{letter}</text></svg>'
    )


def _render(drawing: str, scale: float, with_system_fonts: bool) -> bytes:
    return resvg_py.svg_to_bytes(svg_string=drawing, zoom=scale, skip_system_fonts=not with_system_fonts)
