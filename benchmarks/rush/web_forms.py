"""Reading a page as a browser does: its forms, and what a household types into them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from typing import Any

NUMBER = re.compile(r"<strong>\s*(\d{8})\s*</strong>")
CODE = re.compile(r'class="hos-code">\s*([A-Z_]+)\s*<')
DATES = ("birth_date", "resident_since", "last_owned_property_on")


@dataclass(slots=True)
class WebForm:
    """A form of a page: its hidden values, and the names of everything that can be typed."""

    id: str
    hidden: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def fill(self, values: Mapping[str, str]) -> dict[str, str]:
        """Fill in the boxes that the form has of those that a household can answer."""
        return self.hidden | {name: values[name] for name in self.names if name in values}


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[WebForm] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(WebForm(values.get("id", "")))
            self._is_inside = True
        elif self._is_inside and tag in ("input", "select", "textarea") and "name" in values:
            if values.get("type") == "hidden":
                self.forms[-1].hidden[values["name"]] = values.get("value", "")
            else:
                self.forms[-1].names.add(values["name"])

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = self._is_inside and tag != "form"


def read_forms(page: str) -> list[WebForm]:
    """Read the forms of a page."""
    reader = _FormReader()
    reader.feed(page)
    return reader.forms


def find_form(page: str, name: str) -> WebForm | None:
    """Find the form with this id, or with a box or hidden value of this name."""
    forms = read_forms(page)
    return next(
        (one for one in forms if one.id == name or name in one.names or name in one.hidden), None
    )


def find_number(page: str) -> int | None:
    """Find the application number that a receipt shows."""
    match = NUMBER.search(page)
    return int(match[1]) if match else None


def find_refusal(page: str) -> str | None:
    """Find the public code of a refusal."""
    match = CODE.search(page)
    return match[1] if match else None


def list_answers(document: Mapping[str, Any]) -> dict[str, str]:
    """List what somebody who applies alone types, whatever page asks for it."""
    person = document["applicant"]
    since_birth = person["resident_since"] == person["birth_date"]
    owned_on = person["last_owned_property_on"]
    answers = {
        **{name: person[name] or "" for name in ("hkic", "name_zh", "surname_en", "given_name_en")},
        **{name: person[name] for name in ("sex", "marital_status")},
        "residence": "BIRTH" if since_birth else "LATER",
        "owned": "yes" if owned_on else "no",
        "previous_subsidy": "yes" if person["previous_subsidy"] else "no",
        "monthly_income_hkd": str(document["monthly_income_hkd"]),
        "net_assets_hkd": str(document["net_assets_hkd"]),
        "youth_scheme": "yes" if document["youth_scheme"] else "no",
        **{name: document["contact"][name] or "" for name in ("phone", "email", "address")},
        "district": document["contact"]["district"],
        "accurate": "on",
        "privacy": "on",
    }
    for name in DATES:
        is_asked = person[name] and not (name == "resident_since" and since_birth)
        answers |= _type_date(name, person[name] if is_asked else None)
    return answers


def _type_date(name: str, text: str | None) -> dict[str, str]:
    if text is None:
        return {f"{name}-{part}": "" for part in ("day", "month", "year")}
    day = date.fromisoformat(text)
    return {
        f"{name}-day": str(day.day),
        f"{name}-month": str(day.month),
        f"{name}-year": str(day.year),
    }
