"""Labels of JSON-LD resources: name and description in the languages that the graph keeps, and what was left."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ingest.formats.framework import one_line
from ingest.formats.jsonld import terms
from ingest.formats.jsonld.linked_data import LangString, LdValue
from ingest.formats.languages import ChosenText, choose

Values = Mapping[str, Iterable[LdValue]]

_LONGEST_NAME = 2000


class Label(NamedTuple):
    """What a thing is called: the texts, and the property that says them; empty where it is only named by others.

    `is_name` says that the property states a name; else a statement or description stands for it, cut to its length.
    """

    chosen: ChosenText = ChosenText()
    term: str = ""
    is_name: bool = True


def label_of(values: Values, named: Iterable[LangString] = ()) -> Label:
    """Return what a thing is called: by a name, else by its statement, its description, its code, else by others."""
    for properties, is_name in ((terms.NAMES, True), (terms.STATEMENTS, False), (terms.DESCRIPTIONS, False)):
        for term in (one for one in properties if one in values):
            chosen = choose((one_line(one.text), one.language) for one in strings(values, term))
            if chosen.text:
                return Label(chosen if is_name else _cut(chosen), term, is_name)
    if codes := texts(values, terms.CODES):
        return Label(ChosenText(one_line(codes[0])[:_LONGEST_NAME]), "", is_name=False)
    return Label(choose((one.text, one.language) for one in named), "", is_name=False)


def description_of(values: Values, label: Label) -> ChosenText:
    """Return the description: what the first property says that states one beside the label."""
    for term in (one for one in (*terms.DESCRIPTIONS, *terms.STATEMENTS) if one in values):
        chosen = choose((one.text.strip(), one.language) for one in strings(values, term))
        said = {label.chosen.text, label.chosen.chinese}
        text, chinese = ("" if one in said else one for one in (chosen.text, chosen.chinese))
        if text or chinese:
            return chosen._replace(
                text=text or chinese, chinese=chinese, left=() if term == label.term else chosen.left
            )
    return ChosenText()


def texts(values: Values, names: tuple[str, ...]) -> list[str]:
    """Return the texts of the properties, the first property first, in the order of the texts."""
    stated = [name for name in names if name in values]
    return [text for name in stated for text in sorted({v.text.strip() for v in strings(values, name)}) if text]


def chosen_text(values: Values, names: tuple[str, ...]) -> str:
    """Return the text of the first of the properties that is stated, in the language that comes first."""
    found = (choose((one.text.strip(), one.language) for one in strings(values, name)).text for name in names)
    return next(filter(None, found), "")


def strings(values: Values, name: str) -> list[LangString]:
    """Return the texts of a property, without what it points at."""
    return [value for value in values.get(name, ()) if isinstance(value, LangString)]


def _cut(chosen: ChosenText) -> ChosenText:
    return chosen._replace(text=chosen.text[:_LONGEST_NAME], chinese=chosen.chinese[:_LONGEST_NAME])
