"""What a parameter is for, in the words of the catalogue: one text for every face."""

from typing import Self

from pydantic.fields import FieldInfo

from graph.messages import Language, Message, Param, message

SECTION = "parameter"


class Description(str):
    """The English text, which remembers its message: a schema shows the text, a face can word it in Chinese."""

    __slots__ = ("message",)
    message: Message

    def __new__(cls, message: Message) -> Self:
        """Return the description that the message makes."""
        description = super().__new__(cls, str(message))
        description.message = message
        return description


def describe(name: str, **params: Param) -> Description:
    """Return the description of a parameter: `<name>` where it means the same everywhere, else `<question>_<name>`.

    Raises:
        KeyError: the catalogue has none, or a place in it is not filled.
    """
    return Description(message(f"{SECTION}.{name}", **params))


def help_of(key: str, **params: Param) -> Description:
    """Return the text of a key as a description, for what is no parameter of a question."""
    return Description(message(key, **params))


def in_words(said: str, language: Language) -> str:
    """Return what was said in a language: of a description its message, any other text as it is."""
    return said.message.text(language) if isinstance(said, Description) else said


def description_of(field: FieldInfo, language: Language = "en") -> str:
    """Return what a field is for in a language; empty where it does not say."""
    return in_words(field.description or "", language)
