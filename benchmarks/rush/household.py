"""One household's browser: it keeps cookies, follows no redirect unasked, and does not give up."""

import json
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import gevent
from locust.contrib.fasthttp import FastHttpUser
from requests.cookies import create_cookie

from benchmarks.rush.plan import PlannedHousehold

TRIES = 6
PAUSE_SECONDS = 1.0
LOST_AFTER_SECONDS = 0.005
# The connection broke, or the portal asks to come back in a moment.
TRY_AGAIN = frozenset({0, 429, 502, 503, 504})


@dataclass(slots=True)
class Experience:
    """
    What a household was told, for the proof afterwards.

    :ivar told: every application number that a page showed.
    :ivar refusal: a public code, or ``CLOSED_PAGE`` for a page that says it has closed.
    :ivar pressed_at: when "pay" was sent first, in seconds of the load's own clock.
    :ivar taken_at: when the bank says that it took the money.
    :ivar ended_without: what happened when nothing of this came; nobody should be left so.
    """

    position: int
    journey: str
    draft: str | None
    told: list[int] = field(default_factory=list)
    refusal: str | None = None
    pressed_at: float | None = None
    taken_at: str | None = None
    ended_without: str | None = None
    ended_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as far as a household looks at it."""

    status: int
    location: str
    text: str


class NobodyAnswers(Exception):
    """The portal gave no usable answer, however often it was asked."""


class Household(FastHttpUser):
    """A browser with its session; every page that it asks for is timed under its own name."""

    abstract = True
    network_timeout = 60.0
    connection_timeout = 60.0

    def __init__(self, environment: object, planned: PlannedHousehold) -> None:
        super().__init__(environment)
        self.planned = planned
        self.experience = Experience(planned.position, planned.journey, planned.draft)
        self.root = f"/{planned.document['language']}"
        # Asked for one request at a time, it would hold for all that are under way.
        self.client.client.redirect_response_codes = frozenset()  # type: ignore[misc]
        if planned.session:
            self.set_cookie("sessionid", planned.session)

    def set_cookie(self, name: str, value: str) -> None:
        domain = urlsplit(str(self.host)).hostname or ""
        self.client.cookiejar.set_cookie(create_cookie(name, value, domain=domain))

    def get(self, path: str, page: str) -> Answer:
        """Ask for a page, again while the portal is away."""
        return self._ask("GET", path, page, None)

    def post(self, path: str, page: str, values: Mapping[str, str]) -> Answer:
        """Send a form, again while the portal is away: nothing here does harm twice."""
        return self._ask("POST", path, page, dict(values))

    def _ask(self, method: str, path: str, page: str, values: dict[str, str] | None) -> Answer:
        for _ in range(TRIES):
            answer = self._ask_once(method, path, page, values)
            if answer.status not in TRY_AGAIN:
                return answer
            gevent.sleep(PAUSE_SECONDS)
        raise NobodyAnswers(f"{page}: {answer.status}")

    def _ask_once(self, method: str, path: str, page: str, values: dict[str, str] | None) -> Answer:
        with self.client.request(
            method,
            path,
            name=f"{method} {page}",
            data=values,
            headers=self._list_headers(path),
            catch_response=True,
        ) as response:
            status = response.status_code or 0
            if status == 0 or status >= 500:
                response.failure(f"{status or 'no answer'}")
            else:
                response.success()
            headers = response.headers or {}
            return Answer(status, headers.get("Location") or "", response.text or "")

    def lose(self, path: str) -> None:
        """Ask for a page and be gone before the answer comes, as a telephone in a lift."""
        address = urlsplit(str(self.host))
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.client.cookiejar)
        headers = self._list_headers(path) | {"Host": address.netloc, "Cookie": cookies}
        lines = [f"GET {path} HTTP/1.1", *(f"{name}: {text}" for name, text in headers.items())]
        place = (address.hostname or "", address.port or 80)
        with socket.create_connection(place, self.connection_timeout) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
            gevent.sleep(LOST_AFTER_SECONDS)

    def _list_headers(self, path: str) -> dict[str, str]:
        return {"X-Forwarded-For": self.planned.address, "Referer": f"{self.host}{path}"}

    def live(self) -> None:
        """Do what was planned, and note how it ended."""
        from benchmarks.rush.journeys import JOURNEYS

        try:
            JOURNEYS[self.planned.journey](self)
        except NobodyAnswers as failure:
            self.experience.ended_without = str(failure)
        self.experience.ended_at = time.time()
        if not (self.experience.told or self.experience.refusal or self.experience.ended_without):
            self.experience.ended_without = "neither a number nor a reason"


def read_taken_at(location: str) -> str | None:
    """Read from the way back when the bank took the money."""
    message = parse_qs(urlsplit(location).query).get("message", ["{}"])[0]
    happened_at: str | None = json.loads(message).get("happened_at")
    return happened_at
