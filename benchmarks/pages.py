"""
The pages that everybody asks for in the last minutes, visited without a server around them.

Beside each stands a page that asks nothing of the database: what a request costs at the least.
"""

import re
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.models import Draft
from applications.selectors.clock import read_clock
from applications.services.drafts import save_draft, start_draft
from benchmarks.measuring import Comparison, Floor, Sample, compare, stopwatch
from benchmarks.population import Bench, take_documents
from benchmarks.submission import NOT_OF_THE_APPLICANT, ONLINE, pay_for_draft, submit

SUBJECT = "pages"
VISITS = 40
SESSION_KEY = "draft_id"
WORDS_OF_A_QUERY = re.compile(r"^(SELECT|INSERT|UPDATE|DELETE)")


@dataclass(frozen=True, slots=True)
class ApplicantPage:
    """A page and how to ask for it, given a browser."""

    name: str
    visit: Callable[[Client], HttpResponseBase]
    is_submitted: bool = False


def get(address: str) -> Callable[[Client], HttpResponseBase]:
    """Ask for an address."""
    return lambda client: client.get(address)


def choose_card(client: Client) -> HttpResponseBase:
    """Press "pay": the same payment is under way from the second time on."""
    return client.post("/en/apply/payment/", {"method": "CARD"})


PAGES = (
    ApplicantPage("start", get("/en/")),
    ApplicantPage("task list", get("/en/apply/")),
    ApplicantPage("a page of the form", get("/en/apply/contact/")),
    ApplicantPage("review", get("/en/apply/review/")),
    ApplicantPage("payment", get("/en/apply/payment/")),
    ApplicantPage("payment, pressed", choose_card),
    ApplicantPage("receipt", get("/en/apply/receipt/"), is_submitted=True),
    ApplicantPage("status", get("/en/status/")),
)

PLAIN = ApplicantPage("accessibility", get("/en/accessibility/"))


def measure(bench: Bench) -> Iterator[Comparison]:
    """Compare each page with one that needs no database."""
    warnings.filterwarnings("ignore", "No directory at")  # of gathered static files
    drafting, submitted = _open_browser(bench), _open_browser(bench, is_submitted=True)
    floor = Floor("a page without database: accessibility", partial(_visit, drafting, PLAIN))
    for page in PAGES:
        browser = submitted if page.is_submitted else drafting
        queries = _count_queries(browser, page)
        yield from compare(
            subject=SUBJECT,
            work=f"{page.name}, {queries} queries",
            count=VISITS,
            run=partial(_visit, browser, page),
            floors=[floor],
            rounds=bench.rounds,
        )
    # A payment under way would keep the exercise from closing for its ballot.
    drafting.post("/en/apply/payment/under-way/", {"cancel": "1"})


def _open_browser(bench: Bench, *, is_submitted: bool = False) -> Client:
    """Open a browser that has a finished draft, or the application that came of it."""
    ((_, document),) = take_documents(bench, bench.large, 1, paper_share=ONLINE)
    now = read_clock()
    draft = start_draft(exercise=bench.large, language="en", started_at=now)
    answers = {name: document[name] for name in document if name not in NOT_OF_THE_APPLICANT}
    save_draft(draft_id=draft.pk, changes=answers, seen_version=draft.version, saved_at=now)
    if is_submitted:
        message = pay_for_draft(bench.large, document)
        submit(message)
        draft = Draft.objects.get(payments=UUID(message.payment_id))
    client = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})
    session = client.session
    session[SESSION_KEY] = str(draft.pk)
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    return client


def _visit(client: Client, page: ApplicantPage, number: int) -> Sample:
    latencies = []
    with stopwatch() as watch:
        for _ in range(VISITS):
            began = time.perf_counter()
            answer = page.visit(client)
            latencies.append(time.perf_counter() - began)
    if answer.status_code not in (200, 302):
        raise RuntimeError(f"{page.name}: {answer.status_code}")
    return replace(watch.sample, latencies=tuple(latencies))


def _count_queries(client: Client, page: ApplicantPage) -> int:
    """Count what the page asks of the database, when it was there before."""
    page.visit(client)
    with CaptureQueriesContext(connection) as asked:
        page.visit(client)
    return sum(bool(WORDS_OF_A_QUERY.match(query["sql"])) for query in asked.captured_queries)
