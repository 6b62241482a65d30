"""Template environment (Jinja2): the filters and functions that every page has."""

from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from api.web.format import as_day, as_hours, as_number, as_percents, as_share
from api.web.list_address import SLUG_OF
from api.web.parameters import limits_of
from api.web.picker import picker_of
from api.web.print_head import print_head
from api.web.table_cards import as_cards


@cache
def template_environment() -> Environment:
    """Return the environment, which is made once."""
    environment = Environment(
        loader=PackageLoader("api.web"),
        # Whatever a template is called, what it fills in is text and no markup.
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        cards=as_cards, share=_share_of, percents=as_percents, number=as_number, day=as_day, hours=as_hours
    )
    environment.globals.update(picker_of=picker_of, slug_of=SLUG_OF)
    environment.globals.update(asset=_asset, print_head=print_head, limits_of=limits_of, zip=zip)
    return environment


@pass_context
def _share_of(context: Context, share: float | None) -> str:
    """Return a share as the reader of the page writes it."""
    return as_share(share, context["view"].language)


@cache
def _asset(name: str) -> str:
    """Return the address of a file below the page's base; it changes with the file, so that no old one is shown."""
    content = (files("api.web") / "static" / name).read_bytes()
    return f"assets/{name}?v={sha256(content).hexdigest()[:8]}"
