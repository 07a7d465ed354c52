"""Small registers drawn by the ballot itself, to hold its law on counts against."""

from collections import Counter

from applications.synthetic.chooser import Chooser
from lottery.ballot.allocation import allocate
from lottery.ballot.parameters import Step
from lottery.ballot.ranking import rank
from lottery.fairness.census import Cell
from tests.unit.ballot.builders import build_ceremony, build_line, build_parameters, hash_hex

COMMITMENT = hash_hex("a register")
POSITIONS = {f"{digits:02d}": digits for digits in range(100)}


def step(name, categories, tracks, quota, spill_to=None, letters=None):
    return Step(name, categories, tracks, quota, letters or quota, spill_to)


ORDINARY_FIRST = (
    step("OF", "F", "GY", 41, "OP"),
    step("YF", "F", "Y", 14, "YP"),
    step("OP", "P", "GY", 17),
    step("YP", "P", "Y", 6),
)
YOUTH_FIRST = (
    step("YF", "F", "Y", 14, "OF"),
    step("OF", "F", "GY", 41, "OP"),
    step("YP", "P", "Y", 9, "OP"),
    step("OP", "P", "GY", 17),
)
MIXED = (
    step("YX", "FP", "Y", 12, "XX"),
    step("PX", "P", "G", 9, "XX"),
    step("XX", "FP", "GY", 35, letters=40),
)
ONE_STEP = (step("OF", "F", "GY", 60), step("OP", "P", "GY", 60))


class Household:
    """An application as a register and a report see it."""

    def __init__(self, number, category, track, channel):
        self.number, self.category, self.track, self.channel = number, category, track, channel


def make_households(count=300, *, seed=1, youth=0.4, paper=0.3):
    """Make a register in which paper comes late and young people prefer the screen."""
    chooser = Chooser(seed, "households")
    households = []
    for index in range(count):
        is_young = _happens(chooser, youth)
        likely = paper * (0.5 if is_young else 1.3) * (0.5 + index / count)
        is_paper = _happens(chooser, likely)
        households.append(
            Household(
                10_000_000 + index,
                "F" if _happens(chooser, 0.6) else "P",
                "Y" if is_young else "G",
                "PAPER" if is_paper else "ONLINE",
            )
        )
    return households


def _happens(chooser, likelihood):
    return chooser.below(1_000_000) < likelihood * 1_000_000


def count_cells(households, holders=frozenset()):
    applications, places = Counter(), Counter()
    tenth, longer = divmod(len(households), 10)
    for index, house in enumerate(households):
        # The first tenths have one more where ten does not divide, as ntile() of SQL.
        fits = index < longer * (tenth + 1)
        decile = index // (tenth + 1) if fits else (index - longer) // tenth
        key = (house.number % 100, house.category, house.track, house.channel, decile + 1)
        applications[key] += 1
        places[key] += house.number in holders
    return [Cell(*key, count, places[key]) for key, count in sorted(applications.items())]


class Ballot:
    """The real ballot on one register, held as often as one likes."""

    def __init__(self, households, order, steps):
        self.parameters = build_parameters(order, steps)
        self.lines = [
            build_line(house.number, category=house.category, track=house.track)
            for house in households
        ]

    def hold(self, name):
        """Give the numbers that hold a place after the ceremony of this name."""
        chooser = Chooser(0, f"balls {name}")
        machine = [f"{number:02d}" for number in range(100)]
        balls = [machine.pop(chooser.below(len(machine))) for _ in range(100)]
        ceremony = build_ceremony(
            self.parameters,
            hash_hex(f"register {name}"),
            balls="-".join(balls[: self.parameters.physical.drawn_count]),
        )
        ranking = rank(self.lines, self.parameters, ceremony)
        return {int(line.number) for line in allocate(ranking, self.parameters.steps)}
