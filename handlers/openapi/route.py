"""`/openapi.json`, for whoever writes a client. It is open, and has nothing of this installation.

What makes the document is imported when somebody asks for it, and made once.
"""

from functools import cached_property

from flask import Blueprint, Response

PATH = "/openapi.json"


class OpenApiRoutes:
    def blueprint(self) -> Blueprint:
        routes = Blueprint("openapi", __name__)
        routes.add_url_rule(PATH, view_func=self.document)
        return routes

    def document(self) -> Response:
        return Response(self._document, mimetype="application/json")

    @cached_property
    def _document(self) -> bytes:
        from handlers.openapi.document import document  # noqa: PLC0415

        return document()
