from applications.models.application import Application, Person
from applications.models.draft import Draft
from applications.models.exercise import Exercise, NumberCounter
from applications.models.journal import JournalEntry, JournalSeal
from applications.models.officer import Officer
from applications.models.owed import OwedWork
from applications.models.paper import PaperForm
from applications.models.payment import Payment, PaymentEvent
from applications.models.screening import Screening

__all__ = [
    "Application",
    "Draft",
    "Exercise",
    "JournalEntry",
    "JournalSeal",
    "NumberCounter",
    "Officer",
    "OwedWork",
    "PaperForm",
    "Payment",
    "PaymentEvent",
    "Person",
    "Screening",
]
