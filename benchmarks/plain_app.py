"""The least that a FastAPI service can do, served as ours is: what its throughput is held against."""

import sys

from fastapi import FastAPI, Response

from api.cli.commands.service import bound_socket
from api.server import run_service
from api.settings.settings import load_settings


def plain_app() -> FastAPI:
    """Return a service of one route that does nothing."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/nothing")
    async def do_nothing() -> Response:
        return Response(b"{}", media_type="application/json")

    return app


def _application(_told: object) -> FastAPI:
    return plain_app()


if __name__ == "__main__":
    listening = bound_socket("127.0.0.1", 0)
    sys.stdout.write(f'{{"url": "http://127.0.0.1:{listening.getsockname()[1]}"}}\n')
    sys.stdout.flush()
    run_service(load_settings({}), listening, _application)
