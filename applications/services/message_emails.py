"""Make the e-mail of a message that is owed, from what is stored at that moment."""

from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from applications.models import Exercise, Message
from applications.policy.household import Language
from applications.selectors.messages import NO_LONGER_NEEDED
from applications.services.message_wordings import word_message

LANGUAGE_TAGS = {Language.ZH_HANT.value: "zh-Hant-HK", Language.EN.value: "en-HK"}


class NoLongerNeeded(Exception):
    """What it would say no longer holds: its draft was submitted or erased, or it is too late."""

    code = NO_LONGER_NEEDED


def write_email(message: Message, *, written_at: datetime) -> EmailMultiAlternatives:
    """
    Write an e-mail as text with an HTML alternative, in the reader's language.

    Its Message-ID follows from the row: a message that is sent again because nobody knows whether
    it went is the same message to whoever receives it.

    :raises NoLongerNeeded: when what it would say no longer holds.
    """
    exercise = _find_exercise(message, written_at)
    is_english = message.language == Language.EN
    with translation.override(message.language):
        wording = word_message(message)
        context = {
            "wording": wording,
            "lang": LANGUAGE_TAGS[message.language],
            "title": exercise.title_en if is_english else exercise.title_zh_hant,
            "is_demonstration": exercise.demonstration,
            "portal": settings.PUBLIC_URL,
        }
        email = EmailMultiAlternatives(
            subject=wording.subject,
            body=render_to_string("emails/message.txt", context),
            to=[message.address],
            headers={
                "Message-ID": _make_message_id(message),
                "Content-Language": LANGUAGE_TAGS[message.language],
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "All",  # for servers that do not know the one above
            },
        )
        email.attach_alternative(render_to_string("emails/message.html", context), "text/html")
    return email


def _find_exercise(message: Message, written_at: datetime) -> Exercise:
    """Give the exercise that a message is about, if there is still reason to send it."""
    draft, application = message.draft, message.application
    if application:
        return application.exercise
    if draft is None or draft.application_id or draft.erased_at or draft.resume_code is None:
        raise NoLongerNeeded
    if written_at >= draft.exercise.closes_at:
        raise NoLongerNeeded
    return draft.exercise


def _make_message_id(message: Message) -> str:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    # The moment tells the rows of two databases apart that send for one domain.
    return f"<message-{message.pk}-{message.owed_at.timestamp():.0f}@{domain}>"
