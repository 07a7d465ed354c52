"""What a bare Django site would do with the form: fields, one view, the ORM. Nothing else."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from benchmarks.bare_tables import store_bare


class BareForm(forms.Form):
    """Twenty-five fields of the kinds that the White Form has; the members come as JSON."""

    channel = forms.CharField(max_length=8)
    language = forms.CharField(max_length=8)
    youth_scheme = forms.BooleanField(required=False)
    monthly_income_hkd = forms.IntegerField(min_value=0)
    net_assets_hkd = forms.IntegerField(min_value=0)
    signed_on = forms.DateField()
    accurate = forms.BooleanField()
    privacy = forms.BooleanField()
    fee_method = forms.CharField(max_length=16)
    fee_reference = forms.CharField(max_length=64, required=False)
    phone = forms.CharField(max_length=16)
    email = forms.EmailField(required=False)
    address = forms.CharField(max_length=200)
    district = forms.CharField(max_length=24)
    hkic = forms.RegexField(r"[A-Z]{1,2}[0-9]{6}\([0-9A]\)")
    name_zh = forms.CharField(max_length=40, required=False)
    surname_en = forms.CharField(max_length=40)
    given_name_en = forms.CharField(max_length=80, required=False)
    birth_date = forms.DateField()
    sex = forms.ChoiceField(choices=[("F", "F"), ("M", "M")])
    marital_status = forms.CharField(max_length=10)
    resident_since = forms.DateField(required=False)
    last_owned_property_on = forms.DateField(required=False)
    previous_subsidy = forms.BooleanField(required=False)
    members = forms.JSONField(required=False)


def flatten(document: Mapping[str, Any]) -> dict[str, str]:
    """Lay an application document out as what a browser would post."""
    values = {
        **{name: value for name, value in document.items() if not isinstance(value, dict | list)},
        **document["applicant"],
        **document["contact"],
        **document["declarations"],
        "fee_method": document["fee"]["method"],
        "fee_reference": document["fee"]["reference"],
        "members": json.dumps(document["members"]),
    }
    return {
        name: "on" if value is True else str(value)
        for name, value in values.items()
        if value is not None and value is not False
    }


def post(fields: Mapping[str, str]) -> None:
    """Make a request of the fields and let the view answer it, without a network."""
    response = submit(RequestFactory().post("/", fields))
    if response.status_code != 302:
        raise RuntimeError("the bare form refused a document")


def submit(request: HttpRequest) -> HttpResponse:
    """Check the form and store it in one transaction."""
    form = BareForm(request.POST)
    if not form.is_valid():
        return HttpResponse(form.errors.as_text(), status=422)
    data = form.cleaned_data
    store_bare({**data, "contact": data, "applicant": data, "members": data["members"] or []})
    return HttpResponse(status=302)
