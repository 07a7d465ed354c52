"""
What a bare program would store: plain columns, no encryption, no checks, no journal.

The tables have the columns of an application document, with foreign key and primary keys only.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, models, transaction

HEAD = ("channel", "language", "youth_scheme", "monthly_income_hkd", "net_assets_hkd", "signed_on")
CONTACT = ("phone", "email", "address", "district")
PERSON = (
    "name_zh",
    "surname_en",
    "given_name_en",
    "birth_date",
    "sex",
    "marital_status",
    "resident_since",
    "last_owned_property_on",
    "previous_subsidy",
)


class BareApplication(models.Model):
    """An application in plain columns."""

    channel = models.CharField(max_length=8)
    language = models.CharField(max_length=8)
    youth_scheme = models.BooleanField()
    monthly_income_hkd = models.BigIntegerField()
    net_assets_hkd = models.BigIntegerField()
    signed_on = models.DateField(null=True)
    phone = models.TextField()
    email = models.TextField(null=True)
    address = models.TextField()
    district = models.CharField(max_length=24)

    class Meta:
        app_label = "benchmarks"

    def __str__(self) -> str:
        return str(self.pk)


class BarePerson(models.Model):
    """Somebody on an application, in plain columns."""

    application = models.ForeignKey(BareApplication, models.PROTECT)
    position = models.SmallIntegerField()
    relationship = models.CharField(max_length=12)
    identity_number = models.TextField()
    name_zh = models.TextField(null=True)
    surname_en = models.TextField()
    given_name_en = models.TextField(null=True)
    birth_date = models.DateField()
    sex = models.CharField(max_length=1)
    marital_status = models.CharField(max_length=10)
    resident_since = models.DateField(null=True)
    last_owned_property_on = models.DateField(null=True)
    previous_subsidy = models.BooleanField()

    class Meta:
        app_label = "benchmarks"

    def __str__(self) -> str:
        return str(self.pk)


def create_bare_tables() -> None:
    """Create both tables in the run's own database."""
    with connection.schema_editor() as editor:
        editor.create_model(BareApplication)
        editor.create_model(BarePerson)


@transaction.atomic
def store_bare(document: Mapping[str, Any]) -> None:
    """Store a document with the ORM, in one transaction."""
    application = BareApplication._default_manager.create(**_application_values(document))
    BarePerson._default_manager.bulk_create(
        BarePerson(application=application, **values) for values in _people_values(document)
    )


@transaction.atomic
def copy_bare(numbered: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    """Store documents with COPY under the given primary keys, in one transaction."""
    _copy(
        BareApplication,
        ("id", *HEAD, *CONTACT),
        ({"id": pk, **_application_values(document)} for pk, document in numbered),
    )
    _copy(
        BarePerson,
        ("application_id", "position", "relationship", "identity_number", *PERSON),
        (
            {"application_id": pk, **values}
            for pk, document in numbered
            for values in _people_values(document)
        ),
    )


def _copy(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Mapping[str, Any]]
) -> None:
    table = model._meta.db_table
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row([row[column] for column in columns])


def _application_values(document: Mapping[str, Any]) -> dict[str, Any]:
    contact = document["contact"]
    return {name: document[name] for name in HEAD} | {name: contact[name] for name in CONTACT}


def _people_values(document: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    people = [{"relationship": "APPLICANT", **document["applicant"]}, *document["members"]]
    for position, person in enumerate(people):
        yield {
            "position": position,
            "relationship": person["relationship"],
            "identity_number": person.get("hkic") or person["birth_certificate"],
            **{name: person[name] for name in PERSON},
        }
