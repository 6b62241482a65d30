"""Localisation: every text that reaches a person is a message, a key with parameters, worded in one catalogue."""

from graph.messages.catalogue import Language, catalogue, text
from graph.messages.message import Message, Param, message, restored, writable

__all__ = ["Language", "Message", "Param", "catalogue", "message", "restored", "text", "writable"]
