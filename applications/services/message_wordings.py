"""
What each kind of e-mail says, in the language that is active.

No e-mail holds a name, an identity number or the verification code of a receipt: letter boxes are
shared, and kept for years. With the verification code an identity number could be worked out from
the published register, by trying them all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from applications.models import Application, Draft, Message
from applications.policy.household import Category, FeeMethod, Track

CATEGORIES = {
    Category.FAMILY.value: gettext_lazy("Family: two or more people"),
    Category.ONE_PERSON.value: gettext_lazy("One person"),
}
TRACKS = {
    Track.YOUTH.value: gettext_lazy("Youth Scheme and ordinary quota"),
    Track.GENERAL.value: gettext_lazy("Ordinary quota"),
}
FEE_METHODS = {
    FeeMethod.CARD.value: gettext_lazy("paid by card"),
    FeeMethod.FPS.value: gettext_lazy("paid by FPS"),
    FeeMethod.CHEQUE.value: gettext_lazy("by cheque; the bank has yet to pay it"),
    FeeMethod.CASHIER_ORDER.value: gettext_lazy("by cashier’s order; the bank has yet to pay it"),
}


@dataclass(frozen=True, slots=True)
class Wording:
    """
    The parts of an e-mail, in the order in which they are read.

    :param facts: pairs of a label and what is to be noted.
    :param action: what can be done, and the address for it.
    """

    subject: str
    opening: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    action: tuple[str, str]
    closing: tuple[str, ...]


def word_message(message: Message) -> Wording:
    """Put a message about a draft or an application into words."""
    if message.draft:
        return DRAFT_WORDINGS[message.kind](message.draft)
    if message.application:
        return APPLICATION_WORDINGS[message.kind](message.application, message.owed_at)
    raise ValueError("a message is about a draft or an application")


def _word_draft_link(draft: Draft) -> Wording:
    closes_at = draft.exercise.closes_at
    return Wording(
        subject=_("Your saved application: go on at any time"),
        opening=(
            _("Your answers are saved. They have not been submitted yet."),
            _("This link opens them on any telephone or computer, where you stopped."),
        ),
        facts=(
            (_("Your code, if the link does not open"), draft.resume_code or ""),
            (_("Applications close"), _say_moment(closes_at)),
            (_("Answers not submitted are deleted on"), _say_date(closes_at + settings.DRAFT_KEPT)),
        ),
        action=(_("Go on with my application"), _get_resume_url(draft)),
        closing=(
            _(
                "Whoever has this link or code can read and change your answers. "
                "Please do not pass this e-mail on."
            ),
            _(
                "If neither you nor your family began this application, please do nothing: "
                "somebody else could read what you type in it."
            ),
        ),
    )


def _word_payment_reminder(draft: Draft) -> Wording:
    fee_hkd = draft.exercise.parsed_terms.fee.application_hkd
    return Wording(
        subject=_("Your application is not submitted yet"),
        opening=(
            _(
                "Your answers are saved, but the fee has not been paid. Until it is, nothing has "
                "been submitted, and you would not be in the ballot."
            ),
        ),
        facts=(
            (_("Still to pay"), _say_hkd(fee_hkd)),
            (_("Applications close"), _say_moment(draft.exercise.closes_at)),
        ),
        action=(_("Finish and pay"), _get_resume_url(draft)),
        closing=(
            _("Once applications have closed, nothing more can be submitted."),
            _(
                "If you have paid in the last few minutes, or no longer wish to apply, you need "
                "not do anything."
            ),
        ),
    )


def _word_receipt(application: Application, owed_at: datetime) -> Wording:
    return Wording(
        subject=_("We have your application: %(number)s") % {"number": application.number},
        opening=(_("We have received your application. Please keep its number."),),
        facts=(
            _name_number(application),
            (_("Received"), _say_moment(application.received_at)),
            (_("Category"), str(CATEGORIES[application.category])),
            (_("Quota"), str(TRACKS[application.track])),
            (_("Fee"), _say_fee(application)),
        ),
        action=(_("See my application and save the receipt"), _get_status_url()),
        closing=(
            _(
                "The page asks for this number and the applicant’s identity card number. Please "
                "save the receipt (PDF) there: its verification code shows, after the ballot, "
                "which line of the register is yours. To keep that code safe, it is not in this "
                "e-mail."
            ),
            _("You need not do anything else now. This e-mail is not an offer of a flat."),
        ),
    )


def _word_contact_changed(application: Application, owed_at: datetime) -> Wording:
    return Wording(
        subject=_("Contact details changed: application %(number)s")
        % {"number": application.number},
        opening=(
            _("The contact details of your application have been changed."),
            _("If that was you or your family, you need not do anything."),
        ),
        facts=(_name_number(application), (_("Changed on"), _say_moment(owed_at))),
        action=(_("Look at my application"), _get_status_url()),
        closing=(
            _("If it was none of you, please open the page and put the details right."),
            _(
                "For your safety, this e-mail does not say what they are. When an e-mail address "
                "is changed, we write to the old one and to the new one."
            ),
        ),
    )


def _word_withdrawn(application: Application, owed_at: datetime) -> Wording:
    return Wording(
        subject=_("Application withdrawn: %(number)s") % {"number": application.number},
        opening=(_("Your application has been withdrawn. It will not be in the ballot."),),
        facts=(
            _name_number(application),
            (_("Withdrawn on"), _say_moment(application.withdrawn_at or owed_at)),
        ),
        action=(_("Look at my application"), _get_status_url()),
        closing=(
            _("A withdrawal cannot be undone, and the fee is not refunded."),
            _("If you know nothing of this, please get in touch with us before the ballot."),
        ),
    )


DRAFT_WORDINGS: Mapping[str, Callable[[Draft], Wording]] = {
    Message.Kind.DRAFT_LINK: _word_draft_link,
    Message.Kind.PAYMENT_REMINDER: _word_payment_reminder,
}
APPLICATION_WORDINGS: Mapping[str, Callable[[Application, datetime], Wording]] = {
    Message.Kind.RECEIPT: _word_receipt,
    Message.Kind.CONTACT_CHANGED: _word_contact_changed,
    Message.Kind.WITHDRAWN: _word_withdrawn,
}


def _name_number(application: Application) -> tuple[str, str]:
    return _("Application number"), str(application.number)


def _say_fee(application: Application) -> str:
    payment = application.payments.order_by("opened_at").last()
    if payment is None:
        return _("no valid payment came with the form")
    amount = _say_hkd(payment.amount_hkd)
    return _("%(amount)s, %(how)s") % {"amount": amount, "how": FEE_METHODS[payment.method]}


def _say_hkd(amount_hkd: int) -> str:
    return f"HK${amount_hkd:,}"


def _say_date(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), _("j F Y"))


def _say_moment(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), _("l j F Y, P"))


def _get_resume_url(draft: Draft) -> str:
    return _get_url(f"resume/{draft.resume_code}/")


def _get_status_url() -> str:
    return _get_url("status/")


def _get_url(page: str) -> str:
    """Give the whole address of a page; a worker, unlike the portal, does not know them all."""
    return f"{settings.PUBLIC_URL}/{get_language()}/{page}"
