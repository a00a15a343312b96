"""Where somebody begins: the restaurant that they work in, or the choice of theirs."""

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from handlers.console import navigation
from handlers.console.accounts import Person
from handlers.console.here import found, signed_in


class HomePages:
    def blueprint(self) -> Blueprint:
        routes = Blueprint("home", __name__)
        routes.add_url_rule("/", view_func=self.index)
        routes.add_url_rule("/<slug>/", view_func=self.restaurant)
        return routes

    @signed_in
    def index(self, person: Person) -> str | Response:
        """Of one restaurant there is no choice."""
        if len(person.posts) == 1:
            return redirect(url_for(".restaurant", slug=person.posts[0].restaurant.slug))
        return render_template("home.html", posts=person.posts)

    @signed_in
    def restaurant(self, person: Person, *, slug: str) -> str | Response:
        here = found(person, slug) or abort(404)
        first = next(iter(navigation.entries(here)), None)
        if first is None:
            return render_template("nothing.html")
        return redirect(url_for(first.endpoint, slug=slug))
