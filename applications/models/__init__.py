from applications.models.application import Application, Person
from applications.models.batch import Batch
from applications.models.draft import Draft
from applications.models.exercise import Exercise, NumberCounter
from applications.models.idempotency import IdempotencyKey
from applications.models.journal import JournalEntry, JournalSeal
from applications.models.message import Message
from applications.models.officer import Officer
from applications.models.owed import OwedWork
from applications.models.paper import PaperForm
from applications.models.payment import MissingPayment, Payment, PaymentEvent, Reconciliation
from applications.models.sandbox import SandboxAnswer
from applications.models.screening import Screening
from applications.models.settlement import SettledApplication, Settlement

__all__ = [
    "Application",
    "Batch",
    "Draft",
    "Exercise",
    "IdempotencyKey",
    "JournalEntry",
    "JournalSeal",
    "Message",
    "MissingPayment",
    "NumberCounter",
    "Officer",
    "OwedWork",
    "PaperForm",
    "Payment",
    "PaymentEvent",
    "Person",
    "Reconciliation",
    "SandboxAnswer",
    "Screening",
    "SettledApplication",
    "Settlement",
]
