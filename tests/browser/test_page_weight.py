"""The first page is light, and comes from here alone: as the real server sends it."""

import os
import subprocess
import sys
import time
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from django.db import connection

from hos_portal.embedded.ports import LOOPBACK, find_free_port
from hos_portal.embedded.services import PROJECT_DIR
from tests.browser.inspections import PHONE
from tests.factories import make_exercise

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_BYTES = 100_000
MOST_BYTES_AFTERWARDS = 30_000  # style and script are kept
PATIENCE_SECONDS = 60


@pytest.fixture
def portal(tmp_path, transactional_db):
    """The portal as `make serve` starts it, on the tests' database; give its address."""
    make_exercise()
    port = find_free_port()
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=connection.settings_dict["NAME"])
    environment = {
        **os.environ,
        "DATABASE_URL": database.geturl(),
        "HOS_DATA_DIR": str(tmp_path),
        "HOS_PORT": str(port),
    }
    del environment["HOS_STATIC_STORAGE"]
    with (tmp_path / "portal.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "hos_portal.processes", "serve"],
            cwd=PROJECT_DIR,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    address = f"http://{LOOPBACK}:{port}"
    try:
        assert is_answering(address, process), (tmp_path / "portal.log").read_text()
        yield address
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def is_answering(address, process):
    """Wait until the portal answers; tell whether it ever does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"{address}/livez", timeout=PATIENCE_SECONDS):
                return True
        except OSError:
            time.sleep(0.1)
    return False


class Scales:
    """Weighs what comes over the line, headers included, and remembers where it came from."""

    def __init__(self, page):
        self.answers, self.byte_counts = {}, {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.responseReceived", self.note_answer)
        session.on("Network.loadingFinished", self.note_end)

    def note_answer(self, event):
        self.answers[event["requestId"]] = event["response"]

    def note_end(self, event):
        self.byte_counts[event["requestId"]] = event["encodedDataLength"]

    def list_addresses(self):
        return [answer["url"] for answer in self.answers.values()]


def test_the_first_page_is_light_and_comes_from_here_alone(portal, page):
    page.set_viewport_size(PHONE)
    scales = Scales(page)
    page.goto(f"{portal}/zh-hant/", wait_until="networkidle")

    assert sum(scales.byte_counts.values()) < MOST_BYTES
    assert len(scales.byte_counts) >= 3  # page, style and script
    own = (portal, "data:")
    assert [url for url in scales.list_addresses() if not url.startswith(own)] == []
    for answer in scales.answers.values():
        if urlsplit(answer["url"]).path.endswith((".css", ".js")):
            headers = {name.lower(): value for name, value in answer["headers"].items()}
            assert headers["content-encoding"] in {"gzip", "br"}
            assert "immutable" in headers["cache-control"]

    before = sum(scales.byte_counts.values())
    page.goto(f"{portal}/zh-hant/privacy/", wait_until="networkidle")
    assert sum(scales.byte_counts.values()) - before < MOST_BYTES_AFTERWARDS
