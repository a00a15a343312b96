"""Pages that change by themselves: server-sent events, each a fragment that is new.

A process looks once a second for all who watch the same thing, whatever process changed it, since
all read one database: whether anything was written at all, and only then at what is shown. A
fragment is shared by all who have the same rights there: it holds no form token, and nothing of
one person's.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Event, Lock
from urllib.parse import urlencode

from flask import Response, abort, current_app, request, stream_with_context
from markupsafe import Markup

from handlers.console.here import OVER, STREAM, Here, is_still_let_in
from models.database.absence import DatabaseUnavailableError

LOOK_S = 1.0
# What changes by time alone is seen so late: a window that closes, a dish that is back.
RENDER_S = 15.0
# A comment so often, so that no proxy takes the line for dead, and it is noticed if it is; then it
# is also seen whether whoever watches is still let in.
KEEP_ALIVE_S = 15.0
# How soon a browser comes back after the line was cut, as at a restart.
RETRY_MS = 2_000
# A process' streams, beyond which it takes no more: each is a connection.
MOST_STREAMS = 300
# Of one person: so many tabs on all their devices; the oldest of more end.
MOST_OF_ONE = 12
KEY = "console_live"  # in the application's extensions


@dataclass(slots=True)
class Watched:
    """What some watch: its last fragment, when that was looked at, and how many they are.

    `mark`: of the fragment. `written`: of the database, as it was when that was rendered.
    """

    fragment: str = ""
    mark: str = ""
    written: object = None
    looked_at: float = float("-inf")
    rendered_at: float = float("-inf")
    watchers: int = 0
    lock: Lock = field(default_factory=Lock)


class Live:
    """`stopping`: set when the process is to end; each stream ends at once then.

    `written`: a mark that is another one after each commit; by default it is always another one.
    """

    def __init__(
        self,
        stopping: Event,
        look_s: float = LOOK_S,
        written: Callable[[], object] = object,
    ) -> None:
        self._stopping = stopping
        self._written = written
        self._look_s = look_s
        self._watched: dict[Hashable, Watched] = {}
        # By person, the oldest first: of each stream, whether it is to end.
        self._by_person: defaultdict[str, list[Event]] = defaultdict(list)
        self._lock = Lock()

    @property
    def streams(self) -> int:
        return sum(each.watchers for each in self._watched.values())

    def events(
        self,
        key: Hashable,
        name: str,
        render: Callable[[], str],
        *,
        seen: str,
        may_go_on: Callable[[], bool],
        whose: str = "",
        render_s: float = RENDER_S,
    ) -> Iterator[str]:
        """Server-sent events called `name`: each fragment that its reader has not seen yet.

        `seen`: the mark of the one that they have. `render_s`: how often it is rendered where
        nothing is written.
        """
        is_over = Event()
        watched = self._come(key, whose, is_over)
        try:
            yield f"retry: {RETRY_MS}\n\n"
            told_at = time.monotonic()
            while not (self._stopping.is_set() or is_over.is_set()):
                fragment, mark = self._look(watched, render, render_s)
                is_new = mark not in ("", seen)
                if is_new or time.monotonic() - told_at >= KEEP_ALIVE_S:
                    try:
                        if not may_go_on():
                            yield OVER
                            return
                    except DatabaseUnavailableError:
                        is_new = False  # who may see it is not known now
                    if is_new:
                        seen = mark
                    told_at = time.monotonic()
                    yield _event(name, fragment, mark) if is_new else ": still here\n\n"
                self._stopping.wait(self._look_s)
        finally:
            self._go(key, watched, whose, is_over)

    def _look(
        self, watched: Watched, render: Callable[[], str], render_s: float
    ) -> tuple[str, str]:
        """Whoever comes first after a second looks for all."""
        with watched.lock:
            if time.monotonic() - watched.looked_at >= self._look_s * 0.9:
                with suppress(DatabaseUnavailableError):  # until it is back all stays as it was
                    self._render(watched, render, render_s)
                watched.looked_at = time.monotonic()
            return watched.fragment, watched.mark

    def _render(self, watched: Watched, render: Callable[[], str], render_s: float) -> None:
        """Where something was written since, or it is a while ago."""
        written = self._written()  # before it is rendered: what comes meanwhile is seen next time
        now = time.monotonic()
        if written == watched.written and now - watched.rendered_at < render_s:
            return
        watched.fragment = render()
        watched.mark = mark_of(watched.fragment)
        watched.written = written
        watched.rendered_at = now

    def _come(self, key: Hashable, whose: str, is_over: Event) -> Watched:
        """Of somebody's streams the oldest end: mostly they are of pages that were left.

        That such a page is gone is known by what can't be sent to it, seconds later.
        """
        with self._lock:
            own = self._by_person[whose]
            own.append(is_over)
            for each in own[:-MOST_OF_ONE]:
                each.set()
            watched = self._watched.setdefault(key, Watched())
            watched.watchers += 1
            return watched

    def _go(self, key: Hashable, watched: Watched, whose: str, is_over: Event) -> None:
        with self._lock:
            self._by_person[whose].remove(is_over)
            if not self._by_person[whose]:
                del self._by_person[whose]
            watched.watchers -= 1
            if not watched.watchers:
                del self._watched[key]


def stream(
    here: Here, name: str, render: Callable[[], str], *, render_s: float = RENDER_S
) -> Response:
    """What a page's `live` address answers, below its `@needs(right)`.

    `render` gives the fragment as of now; `render_s`: how often where nothing is written. It runs
    as long as somebody with the same rights watches this address, so it takes what it shows from
    the database, and not from this request.
    """
    live: Live = current_app.extensions[KEY]
    if live.streams >= MOST_STREAMS:
        abort(503)
    asked = sorted(each for each in request.args.items() if each[0] != "seen")
    key = (here.restaurant.id, here.rights, request.path, urlencode(asked))
    events = live.events(
        key,
        name,
        render,
        seen=request.args.get("seen", ""),
        may_go_on=lambda: is_still_let_in(here),
        whose=here.address,
        render_s=render_s,
    )
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Response(stream_with_context(events), mimetype=STREAM, headers=headers)


def watching(address: str, name: str, fragment: str) -> Markup:
    """The fragment on its page, kept as it is at `address`: templates know it as `live`."""
    mark = "&" if "?" in address else "?"
    rendered = Markup(fragment)  # noqa: S704 # a template's, which has escaped what it shows
    return Markup(
        '<div hx-ext="sse" sse-connect="{}{}seen={}" sse-swap="{}" sse-close="over">{}</div>'
    ).format(address, mark, mark_of(fragment), name, rendered)


def mark_of(fragment: str) -> str:
    """Tells one fragment from another."""
    return sha256(fragment.encode()).hexdigest()[:16]


def _event(name: str, fragment: str, mark: str) -> str:
    lines = "".join(f"data: {line}\n" for line in fragment.splitlines()) or "data: \n"
    return f"event: {name}\nid: {mark}\n{lines}\n"
