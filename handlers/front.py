"""The address that the start prints: it leads to the phone, or says what this is."""

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as Answer

WHAT_THIS_IS = (
    "Tableside: a waiter on WhatsApp. Diners write to the restaurant's number; here is no page.\n"
    "Its operator finds out how it is at /readyz and /metrics; its people sign in at /console/.\n"
)


class FrontRoutes:
    """`has_phone`: Twilio is a stand-in, and diners are played in the browser."""

    def __init__(self, *, has_phone: bool) -> None:
        self._has_phone = has_phone

    def blueprint(self) -> Blueprint:
        routes = Blueprint("front", __name__)
        routes.add_url_rule("/", view_func=self.front)
        return routes

    def front(self) -> Answer:
        if self._has_phone:
            return redirect("/phone")
        return Response(WHAT_THIS_IS, mimetype="text/plain")
