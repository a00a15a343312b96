"""How often one may call, by address and by who one says one is; beyond it the answer is 429.

A page names its limits and asks. Twilio's webhooks of messages have none and pay for none: nothing
here hooks into an application. Where calls are counted is `handlers/counting.py`'s.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from flask import Request, request
from werkzeug.exceptions import TooManyRequests

from knowledge.clock import Clock
from telemetry.logs import log_rationed
from telemetry.ration import Ration

if TYPE_CHECKING:
    from handlers.counting import Counting

MINUTE_S = 60
# A provider gives one customer of IPv6 a network of as many bits at least.
CUSTOMER_BITS = 64
# Remembered of who is refused for a while; beyond so many, all are counted anew.
MOST_REFUSED = 10_000


@dataclass(frozen=True, slots=True)
class Limit:
    """`most` calls within `per_s` seconds of the first one. `what` is counted."""

    what: str
    most: int
    per_s: int = MINUTE_S


# A machine that talks for many people, and looks each second for what is not answered yet.
AI_BY_ADDRESS = Limit("ai.address", 600)
AI_BY_TOKEN = Limit("ai.token", 1_200)
# Twilio fetches what we send, 80 a second of one sender, from few addresses.
MEDIA_BY_ADDRESS = Limit("media.address", 9_600)
MEDIA_BY_TOKEN = Limit("media.token", 60)
# A restaurant's telephones and laptops share an address.
CONSOLE_BY_ADDRESS = Limit("console.address", 1_200)
CONSOLE_BY_PERSON = Limit("console.person", 300)
# Of those who guess: from one address, from one for one account, and for one account from wherever.
# A browser that got in before is counted by itself alone: nobody else can keep it out.
SIGN_IN_BY_ADDRESS = Limit("sign-in.address", 30, 15 * MINUTE_S)
SIGN_IN_BY_ACCOUNT = Limit("sign-in.account", 10, 15 * MINUTE_S)
SIGN_IN_FROM_ANYWHERE = Limit("sign-in.anywhere", 100, 15 * MINUTE_S)
SIGN_IN_BY_BROWSER = Limit("sign-in.browser", 10, 15 * MINUTE_S)
PASSWORD_BY_PERSON = Limit("password.person", 10, 15 * MINUTE_S)
GUESSES_NOTED = Limit("sign-in.noted", 1, 15 * MINUTE_S)
# For whom is not counted: a stranger who asks for somebody's would keep them out. Of one account,
# a link goes out while none waits to be used.
LINK_BY_ADDRESS = Limit("link.address", 10, 15 * MINUTE_S)

# Of telephone calls: of one caller, and of all who show no number.
CALLS_BY_CALLER = Limit("calls.caller", 30, 10 * MINUTE_S)
CALLS_OF_ANYBODY = Limit("calls.anonymous", 60, 10 * MINUTE_S)


class Limits:
    """`counting` is made at the first call: what nobody calls imports nothing for it. None: all go.

    `trusted_proxies`: how many stand before us, each of which adds its caller to X-Forwarded-For.
    `refused` hears of each call that is, and by which limit.
    """

    def __init__(
        self,
        counting: "Callable[[], Counting] | None",
        clock: Clock,
        *,
        trusted_proxies: int = 0,
        refused: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._make_counting = counting
        self._counting: Counting | None = None
        self._clock = clock
        self._trusted_proxies = trusted_proxies
        self._hears = refused
        self._ration = Ration(clock.monotonic)
        # Until when, in monotonic seconds.
        self._refused: dict[tuple[str, str], float] = {}

    def open(self) -> None:
        """Make what counts now, where its library takes long to load, rather than in a request."""
        if self._counting is None and self._make_counting is not None:
            self._counting = self._make_counting()

    def hit(
        self, limit: Limit, who: str, first: Callable[[], object] = lambda: None
    ) -> float | None:
        """Count a call of `who`: the seconds until they may call again, None where they may now.

        `first` hears of the first that this process refuses, of a window.
        It never fails: where calls can't be counted together, each process counts its own.
        """
        left_s = self._left_s(limit, who, first)
        if left_s is not None:
            self._hears(limit.what)
        return left_s

    def is_first(self, limit: Limit, who: str) -> bool:
        """Whether no more than the limit came in this window; nobody is refused for it."""
        return self._counted_s(limit, who) == 0

    def check(self, limit: Limit, who: str) -> None:
        """Count a call of `who`. Raises TooManyRequests, which has its Retry-After."""
        left_s = self.hit(limit, who)
        if left_s is not None:
            wait_s = math.ceil(left_s)
            raise TooManyRequests(
                f"Too many calls: try again in {wait_s} seconds.", retry_after=wait_s
            )

    def check_address(self, limit: Limit) -> None:
        """Count a call of where this request comes from. Raises TooManyRequests."""
        self.check(limit, self.address_of(request))

    def address_of(self, called: Request) -> str:
        """Who called, as far as proxies are known: an address, or a customer's network of IPv6."""
        return network(self._caller(called))

    def _left_s(self, limit: Limit, who: str, first: Callable[[], object]) -> float | None:
        key = (limit.what, who)
        now = self._clock.monotonic()
        # Asked of nobody: a flood shall cost nothing but this.
        if (left_s := self._refused.get(key, now) - now) > 0:
            return left_s
        left_s = self._counted_s(limit, who)
        if not left_s:
            return None
        wait_s = math.ceil(left_s)
        log_rationed("call.refused", self._ration, limit.what, limit=limit.what, wait_s=wait_s)
        if len(self._refused) >= MOST_REFUSED:
            self._refused.clear()
        self._refused[key] = now + left_s
        first()
        return left_s

    def _counted_s(self, limit: Limit, who: str) -> float:
        self.open()
        if self._counting is None:
            return 0
        return self._counting.wait_s(limit.what, who, limit.most, limit.per_s)

    def _caller(self, called: Request) -> str:
        peer = called.remote_addr or ""
        if not self._trusted_proxies:
            return peer
        # A caller may have written what stands before what our own proxies added.
        told = ",".join(called.headers.getlist("X-Forwarded-For")).split(",")
        added = [each.strip() for each in told if each.strip()][-self._trusted_proxies :]
        return added[0] if added else peer


UNLIMITED = Limits(None, Clock())


def network(caller: str) -> str:
    """What one caller may have many of counts as one. What is no address is a caller of its own."""
    try:
        address = ip_address(_without_port(caller))
    except ValueError:
        return "unknown"
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address.packed, CUSTOMER_BITS), strict=False))


def _without_port(caller: str) -> str:
    """Some proxies add it: `192.0.2.1:4711`, `[2001:db8::1]:4711`."""
    if caller.startswith("["):
        return caller[1:].partition("]")[0]
    return caller.partition(":")[0] if caller.count(":") == 1 else caller
