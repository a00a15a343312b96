"""A link to sign in with, sent to a staff number's own chat with the restaurant.

What it answers is the same whoever asks, and as soon: it never tells whether a number is on a
staff.
"""

from flask import Blueprint, Response, render_template, request

from engine.sign_in_links import SignInLinks
from handlers.console import known_browser
from handlers.console.sign_in_form import NO_NUMBER, form, too_often, typed_address
from handlers.limits import LINK_BY_ADDRESS, Limits
from models.console_accounts import known_as


class AskingForLink:
    def __init__(self, links: SignInLinks, limits: Limits) -> None:
        self._links = links
        self._limits = limits

    def blueprint(self) -> Blueprint:
        routes = Blueprint("asking_for_link", __name__)
        routes.add_url_rule("/sign-in/link", view_func=self.ask, methods=["POST"])
        return routes

    def ask(self) -> Response | str:
        address = typed_address()
        if address is None:
            return form(NO_NUMBER, field="number", status=400)
        caller = known_browser.id_of(known_as(address)) or self._limits.address_of(request)
        wait_s = self._limits.hit(LINK_BY_ADDRESS, caller)
        if wait_s is not None:
            return too_often(wait_s)
        self._links.ask(address)
        return render_template("link_asked.html", address=address)
