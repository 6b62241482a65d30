"""Localised problem details (RFC 9457): the members for people, worded anew from the message that each carries."""

from collections.abc import Mapping
from typing import Any

from api.errors import ProblemDetail
from graph.errors import placed
from graph.messages import Language, restored, text


def worded(detail: ProblemDetail, language: Language) -> ProblemDetail:
    """Return the problem with its title, detail and reasons in a language; what another program worded stays."""
    if language == "en":
        return detail
    fields = detail.model_dump()
    changed: dict[str, Any] = {}
    _, marked, slug = detail.type.partition("/docs/problems#")
    if marked:
        changed["title"] = text(f"problem_title.{slug}", language)
    if "code" in fields:
        reason = restored(fields["code"], fields["params"])
        place = (fields.get("file"), fields.get("sheet"), fields.get("row"), fields.get("column"))
        changed["detail"] = placed(reason, place).text(language)
        if "reason" in fields:
            changed["reason"] = reason.text(language)
    if "errors" in fields:
        changed["errors"] = [_worded(error, language) for error in fields["errors"]]
    return detail.model_copy(update=changed)


def _worded(error: Mapping[str, Any], language: Language) -> Mapping[str, Any]:
    if error.get("code") is None:
        return error
    return {**error, "reason": restored(error["code"], error["params"]).text(language)}
