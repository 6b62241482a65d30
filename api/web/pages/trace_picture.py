"""The picture of a competency's trace as a file: SVG that carries its own styles, and PNG."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from starlette.exceptions import HTTPException

from api.answers.parameters import NodeIdInPath
from api.web.parameters import ScopeForm
from api.web.pictures.layout import WIDTH, fit
from api.web.pictures.png import FONTS, NoFontError, as_png
from api.web.pictures.trace import picture_of
from api.web.view import PageRoute, View
from queries.trace import trace_competency
from queries.trace_links import find_ties

router = APIRouter(route_class=PageRoute, include_in_schema=False)

_HEADING_SIZE = 17.0


class PictureForm(ScopeForm):
    """What the picture is narrowed to, and how large a PNG is: pixels for each of its units."""

    scale: float = Field(2.0, ge=0.5, le=3.0)


@router.get("/nodes/{id}/trace.svg")
def draw_trace(request: Request, node_id: NodeIdInPath, asked: Annotated[PictureForm, Query()]) -> Response:
    """Return the picture as SVG."""
    drawn = _drawn(View(request), node_id, asked)
    return Response(drawn, media_type="image/svg+xml", headers=_saved_as("trace.svg"))


@router.get("/nodes/{id}/trace.png")
def paint_trace(request: Request, node_id: NodeIdInPath, asked: Annotated[PictureForm, Query()]) -> Response:
    """Return the picture as PNG."""
    view = View(request)
    drawn = _drawn(view, node_id, asked)
    try:
        painted = as_png(drawn, asked.scale)
    except NoFontError as error:
        raise HTTPException(501, view.words(f"picture.no_font_{error.script}")) from error
    return Response(painted, media_type="image/png", headers=_saved_as("trace.png"))


def _drawn(view: View, node_id: str, asked: PictureForm) -> str:
    trace = trace_competency(view.snapshot, node_id, asked.scope(), limit=1)
    picture = picture_of(trace, find_ties(view.snapshot, trace), view.words)
    said = f"{trace.competency.name} – {view.words(f'status.{trace.status}')}"
    heading = fit(said, _HEADING_SIZE, WIDTH, 1)[0]
    return view.render_text("picture.svg", picture=picture, trace=trace, heading=heading, fonts=FONTS, standalone=True)


def _saved_as(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
