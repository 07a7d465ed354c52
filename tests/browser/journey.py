"""
A couple applies, whatever hands they have: page after page as the form leads them.

What is answered stands in a table, so the order of the pages is the form's own business.
"""

import re

from playwright.sync_api import expect

from tests.browser.page_deeds import MAIN_BUTTON
from tests.factories import make_person

PAY = "main a[href*='/apply/payment/']"
START = "button.govuk-button--start"
ERRORS = ".govuk-error-summary a"
MOST_PAGES = 30


def name_person(hands, index):
    person = make_person(index)
    for name in ("surname_en", "given_name_en", "name_zh", "hkic"):
        hands.fill(name, person[name] or "")
    for part, number in (("day", 17), ("month", 5), ("year", 1990)):
        hands.fill(f"birth_date-{part}", str(number))
    hands.choose("sex", person["sex"])
    hands.choose("marital_status", "MARRIED")


def name_spouse(hands):
    name_person(hands, 2)
    hands.choose("relationship", "SPOUSE")


def tell_residence(hands):
    hands.choose("residence", "BIRTH")
    hands.choose("owned", "no")
    hands.choose("previous_subsidy", "no")


def tell_contact(hands):
    hands.fill("phone", "2000 1234")
    hands.fill("address", "1 Example Street")
    hands.pick("district", DISTRICTS[hands.language])


def tell_income(hands, income="42,000"):
    hands.fill("monthly_income_hkd", income)


def tell_assets(hands):
    hands.fill("net_assets_hkd", "100,000")


def declare(hands):
    hands.tick("accurate")
    hands.tick("privacy")


DISTRICTS = {"en": "Sha Tin", "zh-hant": "沙田區"}
ANSWERS = {
    "applicant": lambda hands: name_person(hands, 1),
    "residence": tell_residence,
    "members": lambda hands: None,
    "members/1": name_spouse,
    "members/1/residence": tell_residence,
    "income": tell_income,
    "assets": tell_assets,
    "youth": lambda hands: hands.choose("youth_scheme", "yes"),
    "contact": tell_contact,
    "declarations": declare,
}


class Journey:
    """Somebody on the way from the start page to the receipt."""

    def __init__(self, hands, server, language):
        self.hands, self.page = hands, hands.page
        hands.language = language
        self.root = f"{server.url}/{language}"

    def open(self, path):
        self.page.goto(self.root + path)
        self.hands.arrive()

    def begin(self):
        """From the start page to the first question."""
        self.open("/")
        self.hands.follow(START)
        self.hands.follow(".govuk-task-list a")

    def go_on(self):
        """Press the page's own button."""
        self.hands.follow(MAIN_BUTTON)

    def find_place(self):
        return re.search(r"/apply/(.*?)/?(?:\?.*)?$", self.page.url).group(1)

    def answer_until(self, place):
        """Answer each page that comes, until this one."""
        for _ in range(MOST_PAGES):
            if self.find_place() == place:
                return
            ANSWERS[self.find_place()](self.hands)
            self.go_on()
        raise AssertionError(f"the form never comes to {place}")

    def add_spouse(self):
        """On the page of the members: go on without, be told, and add her."""
        self.go_on()
        assert self.page.locator(ERRORS).count() == 1
        self.hands.follow("main a[href$='/members/1/']")
        for _ in range(2):
            ANSWERS[self.find_place()](self.hands)
            self.go_on()
        assert self.find_place() == "members"
        self.go_on()

    def pay(self, method="CARD"):
        """From the review to the bank and back to the receipt."""
        self.hands.follow(PAY)
        self.hands.choose("method", method)
        self.go_on()
        self.hands.follow("[name=pay]")
        self.arrive("/apply/receipt/")

    def arrive(self, address):
        expect(self.page).to_have_url(re.compile(f"{re.escape(address)}$"))

    def prepare(self):
        """The way to the review, with the two mistakes that are made most."""
        self.begin()
        self.go_on()
        assert self.page.locator(ERRORS).count() == 5
        self.answer_until("members")
        self.add_spouse()
        self.answer_until("review")

    def apply(self):
        """The whole way to the receipt."""
        self.prepare()
        self.pay()
