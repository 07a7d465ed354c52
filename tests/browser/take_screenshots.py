"""
Take the pictures of the README: ``make screenshots``.

A portal of its own, with synthetic households, is started in a temporary directory; Chromium is
driven through the applicant's, the staff's and the public's pages; the pictures are written to
``docs/screenshots/``. Each shows what fits the screen, not the whole page. A second run replaces
them; dates and application numbers in them differ from run to run.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from applications.synthetic.people import make_person
from hos_portal.embedded.ports import LOOPBACK
from hos_portal.embedded.services import PROJECT_DIR
from tests.browser.conftest import CHROMIUM
from tests.faults.stack import Stack

FOLDER = PROJECT_DIR / "docs" / "screenshots"
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}
MAIN_BUTTON = "main form button.govuk-button:not(.govuk-button--secondary)"
PATIENCE_MS = 15_000
BORN = date(1990, 5, 17)
PDF_WIDTH = 794  # pixels of A4 at 96 dots an inch
SHOWN_ADDRESS = "http://127.0.0.1:8000"  # on the receipt, whatever port was free
SCENARIO = "tests.browser.screenshot_scenario"


@contextmanager
def prepared_stack() -> Iterator[Stack]:
    """Provide a portal that serves an empty database, and remove everything afterwards."""
    directory = Path(tempfile.mkdtemp(prefix="hos-portal-screenshots-"))
    directory.chmod(0o711)  # as root, PostgreSQL's own account must get through
    stack = Stack(directory)
    stack.environment["HOS_PUBLIC_URL"] = SHOWN_ADDRESS
    try:
        stack.run("manage.py", "migrate", "--verbosity", "0")
        stack.run("manage.py", "collectstatic", "--no-input", "--verbosity", "0")
        stack.start("portal")
        yield stack
    finally:
        stack.stop()
        place = (directory / "postgres").resolve()
        shutil.rmtree(directory)
        shutil.rmtree(place, ignore_errors=True)


class Photographer:
    """One browser window, and the pictures taken of what it shows."""

    def __init__(self, browser: Browser, address: str, screen: ViewportSize) -> None:
        context = browser.new_context(viewport=screen, device_scale_factor=1, locale="en-GB")
        context.set_default_timeout(PATIENCE_MS)
        self.page: Page = context.new_page()
        self._address = address

    def open(self, path: str) -> None:
        """Open a page; the path begins with the language."""
        self.page.goto(f"{self._address}/{path}")

    def take(self, name: str) -> None:
        """Write ``name``.png."""
        self.page.evaluate("document.activeElement.blur()")
        self.page.wait_for_load_state("networkidle")
        self.page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")
        print(f"{name}.png")

    def press(self, selector: str) -> None:
        """Click something that leads to another page."""
        with self.page.expect_navigation():
            self.page.locator(selector).last.click()

    def go_on(self) -> None:
        """Press the main button of a form."""
        self.press(MAIN_BUTTON)

    def fill(self, **answers: str) -> None:
        """Type into the boxes of these names."""
        for name, text in answers.items():
            self.page.fill(f"[name={name}]", text)

    def choose(self, **answers: str) -> None:
        """Choose radio buttons."""
        for name, value in answers.items():
            self.page.check(f"[name={name}][value={value}]")

    def fill_date(self, name: str, iso: str) -> None:
        """Type a date into its three boxes."""
        for part, text in zip(("year", "month", "day"), iso.split("-"), strict=True):
            self.page.fill(f"[name={name}-{part}]", str(int(text)))

    def sign_in(self, username: str, password: str) -> None:
        """Sign in for staff."""
        self.open("en/staff/")
        self.page.get_by_label("User name").fill(username)
        self.page.get_by_label("Password").fill(password)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


def answer_person(window: Photographer, index: int) -> None:
    """Answer the two pages about a person; the identity card shows that it is invented."""
    person: dict[str, Any] = make_person(index, birth_date=BORN)
    names = ("surname_en", "given_name_en", "name_zh", "hkic")
    window.fill(**{name: person[name] or "" for name in names})
    window.fill_date("birth_date", person["birth_date"])
    window.choose(sex=person["sex"], marital_status="MARRIED")
    if index > 1:
        window.choose(relationship="SPOUSE")
    window.go_on()
    window.choose(residence="BIRTH", owned="no", previous_subsidy="no")
    window.go_on()


def apply_on_a_phone(browser: Browser, address: str) -> bytes:
    """Apply as a couple; give the receipt as a PDF."""
    window = Photographer(browser, address, PHONE)
    window.open("zh-hant/")
    window.take("start-zh-hant-phone")
    window.press("button.govuk-button--start")
    window.press("a[href$='/apply/applicant/']")
    answer_person(window, 1)
    window.open("zh-hant/apply/members/1/")
    answer_person(window, 2)
    window.go_on()
    window.open("zh-hant/apply/")
    window.take("tasks-zh-hant-phone")
    answer_the_rest(window)
    window.open("en/apply/review/")
    window.take("review-en-phone")
    window.open("zh-hant/apply/review/")
    window.press("a[href*='/apply/payment/']")
    window.choose(method="CARD")
    window.go_on()
    window.press("[name=pay]")
    window.take("receipt-zh-hant-phone")
    return window.page.request.get(f"{address}/zh-hant/apply/receipt.pdf").body()


def answer_the_rest(window: Photographer) -> None:
    """Answer what is asked after the members, up to the review."""
    window.open("zh-hant/apply/income/")
    window.fill(monthly_income_hkd="42,000")
    window.go_on()
    window.fill(net_assets_hkd="310,000")
    window.go_on()
    window.choose(youth_scheme="yes")
    window.go_on()
    window.fill(phone="2000 1234", address="Flat 1, Synthetic House, 1 Example Street")
    window.page.select_option("[name=district]", "SHA_TIN")
    window.go_on()
    window.page.check("[name=accurate]")
    window.page.check("[name=privacy]")
    window.go_on()


def visit_staff_pages(browser: Browser, address: str, scenario: dict[str, str]) -> None:
    """Take what a clerk sees while the exercise is open."""
    window = Photographer(browser, address, DESK)
    window.sign_in("clerk1", scenario["password"])
    window.open(f"en/staff/counts/{scenario['exercise']}/")
    window.take("counts-en-desktop")
    window.open(f"en/staff/keying/{scenario['exercise']}/")
    person = make_person(1, birth_date=BORN)
    window.page.fill("#id_form_serial", "K-000001")
    window.page.locator("[name$=hkic]").first.press_sequentially(person["hkic"])
    window.page.keyboard.press("Tab")
    window.page.locator("#applicant-notice").get_by_text("Already on application").wait_for()
    window.take("keying-en-desktop")


def visit_ballot_pages(
    browser: Browser, address: str, scenario: dict[str, str], number: int
) -> None:
    """Take the officer's console after the draw, and what anybody sees about a number."""
    window = Photographer(browser, address, DESK)
    window.sign_in("officer1", scenario["password"])
    window.open(f"en/staff/ballot/{scenario['exercise']}/")
    window.take("console-en-desktop")
    public = Photographer(browser, address, DESK)
    public.open(f"en/verify/look-up/?exercise={scenario['exercise']}&number={number}")
    public.take("verify-en-desktop")


def picture_receipt(pdf: bytes) -> None:
    """Turn the first page of a PDF into a picture, where ``pdftoppm`` is installed."""
    program = shutil.which("pdftoppm")
    if program is None:
        print("receipt-pdf.png is left as it is: install pdftoppm (poppler) to make it")
        return
    size = ("-scale-to-x", str(PDF_WIDTH), "-scale-to-y", "-1")
    command = [program, "-png", "-singlefile", *size, "-", str(FOLDER / "receipt-pdf")]
    subprocess.run(command, input=pdf, check=True)
    print("receipt-pdf.png")


def main() -> int:
    """Take all pictures; exit code 1 without a browser."""
    if CHROMIUM is None:
        print("There is no Chromium here; install it to take pictures.", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with prepared_stack() as stack, sync_playwright() as playwright:
        address = f"http://{LOOPBACK}:{stack.port}"
        scenario = json.loads(stack.run("-m", SCENARIO, "fill"))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        picture_receipt(apply_on_a_phone(browser, address))
        visit_staff_pages(browser, address, scenario)
        number = json.loads(stack.run("-m", SCENARIO, "draw"))["number"]
        visit_ballot_pages(browser, address, scenario, number)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
