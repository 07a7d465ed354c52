"""
A server in the place of Stripe's API, at the boundary of the network; nothing of ours is replaced.

It keeps Checkout Sessions and idempotency keys as Stripe's documentation says, so the portal's
client library speaks to it as it speaks to Stripe. Webhooks are signed with Stripe's own scheme.
"""

import json
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import parse_qs, urlsplit

import stripe

SECRET_KEY = "sk_test_of_nobody"
WEBHOOK_SECRET = "whsec_of_nobody"
PAGES = "https://checkout.stripe.com"


class StripeStandIn:
    """Stripe's books. ``is_away`` makes every answer an error of theirs."""

    def __init__(self, server):
        self.url = f"http://127.0.0.1:{server.server_port}"
        self.sessions = {}
        self.requests = []
        self.is_away = False
        self.loses_answers = False
        self.lock = Lock()
        self._made_under = {}

    def create(self, form, key):
        """Make a session, or give the one that was made under this key."""
        if key not in self._made_under:
            number = len(self.sessions) + 1
            session = {
                "id": f"cs_test_{number:056}",
                "object": "checkout.session",
                "status": "open",
                "payment_status": "unpaid",
                "client_reference_id": form["client_reference_id"],
                "amount_total": int(form["line_items[0][price_data][unit_amount]"]),
                "currency": form["line_items[0][price_data][currency]"],
                "url": f"{PAGES}/c/pay/{number}",
                "payment_intent": None,
                "form": form,
            }
            self._made_under[key] = session["id"]
            self.sessions[session["id"]] = session
        return self.sessions[self._made_under[key]]

    def pay(self, session, *, at=None):
        """Take a card on the hosted page; an ended session takes none."""
        if session["status"] == "open":
            charge = {"id": "ch_1", "object": "charge", "created": int(at or time.time())}
            intent = {"id": "pi_1", "object": "payment_intent", "latest_charge": charge}
            session |= {"status": "complete", "payment_status": "paid", "url": None}
            session["payment_intent"] = intent

    def expire(self, session):
        """End a session that is open; give whether that could be done."""
        if session["status"] != "open":
            return False
        session |= {"status": "expired", "url": None}
        return True

    def sign(self, session, kind="checkout.session.completed", *, secret=WEBHOOK_SECRET, at=None):
        """Give an event about a session as Stripe posts it: body and header."""
        told = {name: session[name] for name in session if name != "form"}
        told["payment_intent"] = session["payment_intent"] and session["payment_intent"]["id"]
        created = int(at or time.time())
        event = {
            "id": f"evt_{len(self.requests)}",
            "object": "event",
            "type": kind,
            "created": created,
            "data": {"object": told},
        }
        body = json.dumps(event)
        header = stripe.WebhookSignature.generate_signature_header(body, secret)
        return body, header


class Handler(BaseHTTPRequestHandler):
    """Three calls: create a session, look at one, let one expire."""

    def do_POST(self):
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        form = {name: values[0] for name, values in parse_qs(text).items()}
        self._answer(form)

    def do_GET(self):
        self._answer({})

    def _answer(self, form):
        books = self.server.books
        parts = urlsplit(self.path).path.strip("/").split("/")
        with books.lock:
            books.requests.append((self.command, self.path, form))
            status, body = self._decide(books, parts, form)
        if books.loses_answers:
            self.close_connection = True
            return
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.send_header("Stripe-Should-Retry", "false")
        self.end_headers()
        self.wfile.write(text)

    def _decide(self, books, parts, form):
        if books.is_away:
            return 503, {"error": {"type": "api_error", "message": "away"}}
        if self.headers.get("Authorization") != f"Bearer {SECRET_KEY}":
            return 401, {"error": {"type": "invalid_request_error", "message": "no such key"}}
        assert parts[:3] == ["v1", "checkout", "sessions"]
        if len(parts) == 3:
            return 200, books.create(form, self.headers["Idempotency-Key"])
        if parts[3] not in books.sessions:
            return 404, {"error": {"type": "invalid_request_error", "message": "no such session"}}
        session = books.sessions[parts[3]]
        if parts[4:] == ["expire"] and not books.expire(session):
            return 400, {"error": {"type": "invalid_request_error", "message": "not open"}}
        return 200, session

    def log_message(self, *args):
        pass


@contextmanager
def standing_in_for_stripe():
    """Serve while a test runs; give the books."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.books = StripeStandIn(server)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.books
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
