"""Somebody who fills in the application form: what is typed on each page, and how it is sent."""

from datetime import date

from applications.models import Draft
from tests.factories import make_person

RESIDENCE = {"residence": "BIRTH", "owned": "no", "previous_subsidy": "no"}
CONTACT = {
    "phone": "+852 2000 1234",
    "email": "",
    "address": "1 Example Street",
    "district": "NORTH",
}


def own(client, draft):
    """Let a browser go on with a draft."""
    session = client.session
    session["draft_id"] = str(draft.pk)
    session.save()
    return client


def draft_of(client):
    return Draft.objects.get(pk=client.session["draft_id"])


def boxes(name, day):
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def type_identity(index, **changes):
    person = make_person(index)
    return {
        "surname_en": person["surname_en"],
        "given_name_en": person["given_name_en"] or "",
        "name_zh": person["name_zh"] or "",
        "hkic": person["hkic"],
        "sex": person["sex"],
        "marital_status": "UNMARRIED",
        **boxes("birth_date", date(1990, 5, 17)),
        **changes,
    }


def save(client, page, answers, *, version=None, language="en", query=""):
    """Send a page of the form as the browser does."""
    version = draft_of(client).version if version is None else version
    return client.post(f"/{language}/apply/{page}/{query}", {**answers, "version": version})


def fill_everything(client, index=1):
    """Answer every page for somebody who applies alone."""
    for page, answers in (
        ("applicant", type_identity(index)),
        ("residence", RESIDENCE),
        ("members", {}),
        ("income", {"monthly_income_hkd": "20,000"}),
        ("assets", {"net_assets_hkd": "１００，０００"}),
        ("youth", {"youth_scheme": "yes"}),
        ("contact", CONTACT),
        ("declarations", {"accurate": "on", "privacy": "on"}),
    ):
        assert save(client, page, answers).status_code == 302, page


def pay(client, method="CARD", button="pay"):
    """Pay at the sandbox's bank and come back."""
    bank = client.post("/en/apply/payment/", {"method": method}).url
    if method == "FPS":
        bank = client.get(bank).context["sandbox_url"]
    return client.get(client.post(bank, {button: "1"}).url)
