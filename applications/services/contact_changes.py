"""Change where an applicant is reached: at any time, also after the draw."""

import hmac
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from applications.models import Application, Message
from applications.models.encrypted import hash_for_lookup
from applications.policy.errors import Refusal
from applications.services.journal import APPLICANT, record_deed
from applications.services.messages import owe_message


class ContactChangedMeanwhile(Refusal):
    """The details were changed in another window since the page was opened."""

    code = "CONTACT_CHANGED_MEANWHILE"


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """Where and in which language the applicant is reached: all of a form that may change."""

    phone: str
    email: str | None
    address: str
    district: str
    language: str


def read_contact(application: Application) -> ContactDetails:
    """Return the details that an application has now."""
    return ContactDetails(
        phone=application.phone,
        email=application.email,
        address=application.address,
        district=application.district,
        language=application.language,
    )


def fingerprint_contact(application: Application) -> str:
    """Return 64 hex digits that stand for the details on a page and say nothing about them."""
    values = asdict(read_contact(application)).values()
    return hash_for_lookup(f"contact:{application.pk}", "\n".join(map(str, values))).hex()


@transaction.atomic
def change_contact(
    *,
    application_id: int,
    changes: Mapping[str, str | None],
    seen: str,
    changed_at: datetime,
) -> tuple[str, ...]:
    """
    Change some of the contact details; return the names of those that are different now.

    What has the value already counts as unchanged, so calling again changes nothing and tells
    nobody. The old and the new e-mail address both hear of it. Nobody on the form changes by this:
    the database keeps the household as it was paid for.

    :param changes: names and values of :class:`ContactDetails`.
    :param seen: the fingerprint of the details from which the page was made.
    :raises ContactChangedMeanwhile: when they have changed since.
    """
    application = (
        Application.objects.select_for_update(of=["self"])
        .select_related("exercise")
        .get(pk=application_id)
    )
    before = read_contact(application)
    wanted: dict[str, Any] = dict(changes)
    after = replace(before, **wanted)
    names = tuple(name for name, value in asdict(after).items() if value != getattr(before, name))
    if not names:
        return ()
    if not hmac.compare_digest(seen.encode(), fingerprint_contact(application).encode()):
        raise ContactChangedMeanwhile
    for name in names:
        setattr(application, name, getattr(after, name))
    application.save(update_fields=names)
    record_deed(
        deed="CONTACT_CHANGED",
        subject=f"application:{application.pk}",
        recorded_at=changed_at,
        exercise=application.exercise,
        actor=APPLICANT,
        details={"fields": list(names)},
    )
    _tell(application, {before.email, after.email}, changed_at)
    return names


def _tell(application: Application, addresses: set[str | None], changed_at: datetime) -> None:
    """Owe a message to each address, so that a change by somebody else does not go unnoticed."""
    for address in sorted(address for address in addresses if address):
        owe_message(
            kind=Message.Kind.CONTACT_CHANGED,
            address=address,
            language=application.language,
            owed_at=changed_at,
            application=application,
        )
