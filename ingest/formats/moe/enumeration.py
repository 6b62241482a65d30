"""Enumerations of Chinese texts: items between ideographic commas, with what introduces and ends them taken off."""

import re

_OPENING, _CLOSING = "（(《【“[「", "）)》】”]」"
_END = re.compile(r"[。；;，,.、\s]+$")
_ET_CETERA = re.compile(r"(?<=[^\s、，])等$")
NOTHING = re.compile(r"[（(]?(?:暂?无|略|（略）)[）)]?[。.]?")


def items(text: str, separators: str = "、") -> list[str]:
    """Return what stands between the separators outside brackets, in order, without empty ones and a last 等.

    >>> items("程序设计、数据库（关系型、图）、网络等。")
    ['程序设计', '数据库（关系型、图）', '网络']
    """
    found, depth, begin = [], 0, 0
    text = _END.sub("", text)
    for at, character in enumerate(text):
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth = max(0, depth - 1)
        elif not depth and character in separators:
            found.append(text[begin:at])
            begin = at + 1
    found.append(text[begin:])
    found[-1] = _ET_CETERA.sub("", found[-1])
    return [one for one in (_END.sub("", item).strip() for item in found) if one]


def says_nothing(text: str) -> bool:
    """Say whether the text says that there is nothing, or that it is left out in print.

    >>> says_nothing("暂无"), says_nothing("（略）"), says_nothing("无人机")
    (True, True, False)
    """
    return NOTHING.fullmatch(text.strip()) is not None


def is_unbalanced(text: str) -> bool:
    """Say whether brackets are left open or closed without having been opened."""
    return sum(map(text.count, _OPENING)) != sum(map(text.count, _CLOSING))
