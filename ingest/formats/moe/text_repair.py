"""Repair of text that a machine took from printed pages: words cut by line ends, stray spaces, formulas as TeX."""

import re
import unicodedata

_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f\u201c\u201d"
_GAP_BEFORE_WIDE = re.compile(rf"(?<=[{_WIDE}])[ \t\u3000]+(?=[{_WIDE}])")
_BLANKS = re.compile(r"[ \t\u3000\xa0]+")
_AT_MARKS = re.compile(r" *([、，；：（）。]) *")
_WIDTHS = {",": "，", ";": "；", ":": "："}
_HALF_WIDTH = re.compile(rf"(?<=[{_WIDE}])\s*([,;:])\s*")
_BRACKETS = re.compile(rf"(?<=[{_WIDE}])\s*\(\s*([^()]*?)\s*\)\s*")
_TEX = re.compile(r"\$([^$\n]{1,200})\$")
_TEX_WORDS = {"sim": "~", "gamma": "γ", "alpha": "α", "beta": "β", "mu": "μ", "circ": "°", "times": "×", "cdot": "·"}
_TEX_FONTS = {"mathrm", "mathbf", "mathit", "text", "rm", "bf", "it"}


def joined(before: str, after: str) -> str:
    """Return both parts of a text that a line end had cut; a space stands only between Latin words.

    >>> joined("网络运", "维"), joined("Web", "Server"), joined("使用 Web", "前端")
    ('网络运维', 'Web Server', '使用 Web前端')
    """
    latin = before[-1:].isascii() and after[:1].isascii() and before[-1:].isalnum() and after[:1].isalnum()
    return f"{before} {after}" if latin else before + after


def repaired(text: str) -> str:
    r"""Return the text without the spaces that stand inside Chinese words, and with formulas as plain letters.

    >>> repaired("等技 术领域"), repaired(r"$\\mathrm { C O } _ { 2 }$ 气体保护焊"), repaired("Web 前端")
    ('等技术领域', 'CO2 气体保护焊', 'Web 前端')
    """
    text = _TEX.sub(_plain_formula, text)
    text = _BLANKS.sub(" ", _GAP_BEFORE_WIDE.sub("", text))
    return _AT_MARKS.sub(r"\1", text).strip()


def full_width(text: str) -> str:
    """Return the text with the marks of Chinese in the width of Chinese, where Chinese stands before or behind them.

    >>> full_width("军士 (警士), 采集 3, 5 号样品;")
    '军士（警士），采集 3, 5 号样品；'
    """
    text = _HALF_WIDTH.sub(lambda found: _WIDTHS[found[1]], text)
    return _BRACKETS.sub(r"（\1）", text)


def _plain_formula(found: re.Match[str]) -> str:
    words = re.sub(r"\\+([a-zA-Z]+)", _word, found[1])
    return re.sub(r"[{}_^\s\\]", "", words)


def _word(found: re.Match[str]) -> str:
    return "" if found[1] in _TEX_FONTS else _TEX_WORDS.get(found[1], found[1])


def normalised(text: str) -> str:
    """Return the letters and digits alone, in one width and case: what stays the same when a text is set anew.

    >>> normalised("具有 ＰＬＣ 编程的能力；") == normalised("具有plc编程的能力。")
    True
    """
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text))).casefold()
