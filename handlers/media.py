"""Files of ours that others fetch by an address that they were given, and by nothing else."""

from flask import Blueprint, Response, abort

from whatsapp.served import PATH, Served

# An address lasts a day, and what is behind it never changes; it is one diner's.
CACHED = "private, max-age=3600, immutable"


class MediaRoutes:
    def __init__(self, served: Served) -> None:
        self._served = served

    def blueprint(self) -> Blueprint:
        routes = Blueprint("media", __name__)
        routes.add_url_rule(f"{PATH}<token>", view_func=self.of_token)
        return routes

    def of_token(self, token: str) -> Response:
        file = self._served.find(token)
        if file is None:
            abort(404, "There is nothing here, or no longer.")
        answer = Response(file.content, content_type=file.content_type)
        answer.headers["Cache-Control"] = CACHED
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer
