from lottery.models.decision import Reballot, Reinstatement
from lottery.models.draw import BallKeying, Ceremony, Draw, DrawCheck, Place, RankingEntry
from lottery.models.frozen import RegisteredApplication
from lottery.models.intake import IntakeHead, IntakeLeaf
from lottery.models.notice import CommitmentNotice, TimestampRequest, TimestampToken
from lottery.models.register import Publication, Register, RegisterBlock, RegisterEntry

__all__ = [
    "BallKeying",
    "Ceremony",
    "CommitmentNotice",
    "Draw",
    "DrawCheck",
    "IntakeHead",
    "IntakeLeaf",
    "Place",
    "Publication",
    "RankingEntry",
    "Reballot",
    "Register",
    "RegisterBlock",
    "RegisterEntry",
    "RegisteredApplication",
    "Reinstatement",
    "TimestampRequest",
    "TimestampToken",
]
