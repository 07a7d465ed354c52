"""What households do in the last minutes, page by page."""

import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

import gevent

from benchmarks.rush.household import Answer, Household, NobodyAnswers, read_taken_at
from benchmarks.rush.plan import Journey
from benchmarks.rush.web_forms import find_form, find_number, find_refusal, list_answers

TOKEN = "csrfmiddlewaretoken"
LONGEST_FORM = 30  # pages; more would be a circle
MOST_REDIRECTS = 3


def pay(household: Household) -> None:
    """Look the answers over, pay, and see the receipt."""
    show_review(household)
    press_and_pay(household)


def press_and_pay(household: Household) -> None:
    """Only press: the answers were looked over before."""
    bank = press_pay(household)
    way_back = pay_at_bank(household, bank) if bank else None
    if way_back:
        come_back(household, way_back)


def pay_twice(household: Household) -> None:
    """Press every button twice at once, and load the receipt again."""
    show_review(household)
    banks = do_twice(lambda: press_pay(household))
    bank = next((bank for bank in banks if bank), None)
    if bank is None:
        return
    for way_back in do_twice(lambda: pay_at_bank(household, bank)):
        come_back(household, way_back)
    show_receipt(household)


def pay_and_lose_answers(household: Household) -> None:
    """Hear nothing from the bank nor from the portal, and do both once more."""
    bank = press_pay(household)
    if bank is None:
        return
    pay_at_bank(household, bank)
    way_back = pay_at_bank(household, bank)
    if way_back:
        household.lose(way_back)
        come_back(household, way_back)


def pay_and_look_up(household: Household) -> None:
    """Pay, and see with number and identity card how the application stands."""
    pay(household)
    if not household.experience.told:
        return
    path = f"{household.root}/status/"
    form = find_form(household.get(path, "status").text, "number")
    if form is None:
        raise NobodyAnswers("status: no form")
    number = str(household.experience.told[0])
    typed = {"number": number, "hkic": household.planned.document["applicant"]["hkic"]}
    answer = household.post(path, "status", form.fill(typed))
    if number not in answer.text:
        raise NobodyAnswers(f"status: {answer.status}, not found")


def fill_in_and_pay(household: Household) -> None:
    """Begin with nothing, answer one page after another, and pay."""
    start = household.get(f"{household.root}/", "start")
    form = find_form(start.text, "exercise")
    if form is None:
        note_closed(household, start)
        return
    code = household.planned.document["exercise"]
    path = f"{household.root}/apply/begin/"
    begun = household.post(path, "begin", form.hidden | {"exercise": code})
    if not begun.location.endswith("/apply/"):
        note_end(household, begun)
        return
    household.get(f"{household.root}/apply/", "task list")
    path = f"{household.root}/apply/applicant/"
    answers = list_answers(household.planned.document)
    for _ in range(LONGEST_FORM):
        following = fill_in_page(household, path, answers)
        if following is None:
            return
        if following.endswith("/apply/review/"):
            pay(household)
            return
        path = following
    raise NobodyAnswers(f"the form does not end: {path}")


def fill_in_page(household: Household, path: str, answers: Mapping[str, str]) -> str | None:
    """Answer one page of the form; return where it leads, or nothing when it has closed."""
    page = household.get(path, "form page")
    form = find_form(page.text, "page-form")
    if form is None:
        note_end(household, page)
        return None
    answer = household.post(path, "form page", form.fill(answers))
    if not answer.location:
        raise NobodyAnswers(f"{path} is not saved: {answer.status}")
    return urlsplit(answer.location).path


def show_review(household: Household) -> None:
    household.get(f"{household.root}/apply/review/", "review")


def press_pay(household: Household) -> str | None:
    """Choose how to pay; return the bank's page, or nothing when the portal says why not."""
    path = f"{household.root}/apply/payment/"
    page = household.get(path, "payment")
    form = find_form(page.text, "method")
    if form is None:
        note_end(household, page)
        return None
    household.experience.pressed_at = household.experience.pressed_at or time.time()
    answer = household.post(path, "payment", form.fill({"method": "CARD"}))
    if "sandbox-bank" in answer.location:
        return urlsplit(answer.location).path
    note_end(household, answer)
    return None


def pay_at_bank(household: Household, bank: str) -> str | None:
    """Pay on the bank's page; return the way back, or nothing when the bank says why not."""
    page = household.get(bank, "bank")
    form = find_form(page.text, TOKEN)
    if form is None:
        note_end(household, page)
        return None
    answer = household.post(bank, "bank", form.hidden | {"pay": "1"})
    if not answer.location:
        note_end(household, answer)
        return None
    household.experience.taken_at = read_taken_at(answer.location)
    return answer.location


def come_back(household: Household, way_back: str) -> None:
    """Come back from the bank, to the receipt or to a reason."""
    answer = household.get(way_back, "return")
    if answer.location:
        show_receipt(household)
    else:
        note_end(household, answer)


def show_receipt(household: Household) -> None:
    answer = household.get(f"{household.root}/apply/receipt/", "receipt")
    number = find_number(answer.text)
    if number is None:
        note_end(household, answer)
    elif number not in household.experience.told:
        household.experience.told.append(number)


def note_end(household: Household, answer: Answer) -> None:
    """Note the reason that a page gives; one that leads elsewhere is followed, as browsers do."""
    for _ in range(MOST_REDIRECTS):
        if not answer.location:
            break
        if answer.location.endswith("/apply/receipt/"):
            show_receipt(household)
            return
        answer = household.get(answer.location, "way on")
    note_closed(household, answer)


def note_closed(household: Household, answer: Answer) -> None:
    """Note a public code, or a page that warns and offers no way to pay."""
    if code := find_refusal(answer.text):
        household.experience.refusal = code
    elif answer.status == 200 and "/apply/payment/" not in answer.text:
        household.experience.refusal = "CLOSED_PAGE"


def do_twice(deed: Callable[[], str | None]) -> list[str]:
    """Do the same twice at the same moment; give what came of it."""
    both = [gevent.spawn(deed) for _ in range(2)]
    gevent.joinall(both, raise_error=True)
    return [one.value for one in both if one.value]


JOURNEYS: Mapping[str, Callable[[Household], None]] = MappingProxyType(
    {
        Journey.FINISHED.value: pay,
        Journey.FORM.value: fill_in_and_pay,
        Journey.TWICE.value: pay_twice,
        Journey.LOST.value: pay_and_lose_answers,
        Journey.STATUS.value: pay_and_look_up,
        Journey.BURST.value: press_and_pay,
        Journey.LATE.value: pay,
    }
)
