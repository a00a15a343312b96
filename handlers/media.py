"""Files of ours that others fetch: by an address that they were given, or pictures of dishes."""

from functools import partial

from flask import Blueprint, Response, abort, request
from werkzeug.wrappers import Response as Answer

from handlers.limits import MEDIA_BY_ADDRESS, MEDIA_BY_TOKEN, UNLIMITED, Limits
from knowledge import menu_pictures
from whatsapp.served import Served

# An address lasts a day, and what is behind it never changes; it is one diner's.
CACHED = "private, max-age=3600, immutable"
# The same for everybody, and drawn anew with a release at most.
CACHED_PICTURE = "public, max-age=86400"
NOTHING_HERE = "There is nothing here, or no longer."


class MediaRoutes:
    def __init__(self, served: Served, limits: Limits = UNLIMITED) -> None:
        self._served = served
        self._limits = limits

    def blueprint(self) -> Blueprint:
        routes = Blueprint("media", __name__)
        routes.before_request(partial(self._limits.check_address, MEDIA_BY_ADDRESS))
        routes.add_url_rule(f"{menu_pictures.SERVED}<token>", view_func=self.of_token)
        rule = f"{menu_pictures.PATH}<name>{menu_pictures.ENDING}"
        routes.add_url_rule(rule, view_func=self.of_menu)
        return routes

    def of_token(self, token: str) -> Response:
        file = self._served.find(token)
        if file is None:
            abort(404, NOTHING_HERE)
        self._limits.check(MEDIA_BY_TOKEN, token)
        answer = Response(file.content, content_type=file.content_type)
        answer.headers["Cache-Control"] = CACHED
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer

    def of_menu(self, name: str) -> Answer:
        """A picture of a dish, of those that are packaged."""
        content = menu_pictures.content(name)
        if content is None:
            abort(404, NOTHING_HERE)
        answer = Response(content, content_type=menu_pictures.CONTENT_TYPE)
        answer.headers["Cache-Control"] = CACHED_PICTURE
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # for anybody's pages
        answer.add_etag()
        return answer.make_conditional(request)
