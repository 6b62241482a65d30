"""Language of a command: the one that `--lang` names, else that of the locale."""

import locale
from collections.abc import Mapping, Sequence

from graph.messages import Language

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Where POSIX says what messages are in; the first that is set counts. Source: POSIX.1-2017, section 8.2."""


def language_of(words: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Return the language to speak to whoever types these words.

    >>> language_of(["gaps", "--lang", "zh"], {}), language_of(["gaps", "--lang=en"], {"LANG": "zh_CN.UTF-8"})
    ('zh', 'en')
    """
    options = words[: words.index("--")] if "--" in words else words
    for at, word in enumerate(options):
        name, equals, value = word.partition("=")
        if name == "--lang":
            named = value if equals else next(iter(options[at + 1 :]), "")
            if named in {"en", "zh"}:
                return "zh" if named == "zh" else "en"
    return "zh" if _locale(environment).lower().startswith(("zh", "chinese")) else "en"


def _locale(environment: Mapping[str, str]) -> str:
    stated = next((environment[name] for name in _VARIABLES if environment.get(name)), None)
    return stated if stated is not None else locale.getlocale()[0] or ""  # on Windows no variable says it
