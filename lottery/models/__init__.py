from lottery.models.draw import BallKeying, Ceremony, Draw, Place, RankingEntry
from lottery.models.register import Publication, Register, RegisterEntry

__all__ = [
    "BallKeying",
    "Ceremony",
    "Draw",
    "Place",
    "Publication",
    "RankingEntry",
    "Register",
    "RegisterEntry",
]
