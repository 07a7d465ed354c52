"""``manage.py rehearse wsm_2018 --family 26200 --one-person 34300 --out DIR``"""

import argparse
from fractions import Fraction
from itertools import chain, count
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from tqdm import tqdm

from applications.models import Exercise, OwedWork
from applications.policy.terms import MalformedTerms, load_terms
from applications.synthetic.documents import Mixture
from applications.tasks import screen_owed_applications
from lottery.ballot.ceremony import parse_balls
from lottery.ballot.parameters import parse_physical
from lottery.management.ballot_command import BallotCommand
from lottery.models import Draw
from lottery.services.rehearsals import (
    choose_balls,
    hold_ballot,
    list_ball_cuts,
    open_rehearsal,
    submit_synthetic_households,
    uses_balls,
)
from lottery.services.transcripts import export_transcript

CATEGORY_NAMES = {"F": "family", "P": "one-person"}


def parse_share(text: str) -> Fraction:
    """Read a share from 0 to 1, written as ``0.8``, ``4/5`` or ``0``."""
    try:
        share = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise argparse.ArgumentTypeError("a share is a number from 0 to 1, such as 0.8") from None
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError("a share is a number from 0 to 1, such as 0.8")
    return share


def parse_count(text: str) -> int:
    """Read a whole number, 0 or more."""
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError("a count is a whole number, 0 or more")
    return int(text)


class Command(BallotCommand):
    help = (
        "Rehearse a whole exercise with synthetic households, under its own name (REHEARSAL-…), "
        "through the same services as a real one: intake, screening, frozen register, commitment, "
        "two officers, draw, transcript. Prints how many places went at each ball number."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("terms", help="name of a terms file, such as wsm_2018")
        parser.add_argument("--family", type=parse_count, required=True, help="family households")
        parser.add_argument(
            "--one-person", type=parse_count, required=True, help="one-person households"
        )
        parser.add_argument(
            "--youth-share", type=parse_share, default=Fraction(0), help="from 0 to 1; default 0"
        )
        parser.add_argument(
            "--random-seed", type=parse_count, default=1, help="the same seed, the same households"
        )
        parser.add_argument("--out", type=Path, required=True, help="directory of the transcript")
        parser.add_argument(
            "--balls", help="the drawn sequence, such as 49-35-39-…; default: made from the seed"
        )
        parser.add_argument("--name", help="default: REHEARSAL-<code>-<seed>, with a number added")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            terms, mapping = load_terms(options["terms"])
        except MalformedTerms as error:
            raise CommandError(str(error)) from error
        directory: Path = options["out"]
        if directory.exists() and any(directory.iterdir()):
            raise CommandError(f"{directory} is not empty; nothing was done.")
        balls = self._read_balls(options, terms.ballot.physical)
        seed = options["random_seed"]
        mixture = Mixture(
            family_count=options["family"],
            one_person_count=options["one_person"],
            youth_share=options["youth_share"],
        )
        if mixture.total == 0:
            raise CommandError("A rehearsal needs at least one household.")
        name = options["name"] or self._find_name(terms.code, seed)
        exercise, shifted = open_rehearsal(mapping=mapping, name=name)
        self.stdout.write(f"{name}: {mixture.total:,} households")
        with tqdm(total=mixture.total, desc="received", unit=" applications") as bar:
            for received in submit_synthetic_households(
                exercise=exercise, terms=shifted, mixture=mixture, seed=seed
            ):
                bar.update(received)
        self._screen(exercise.pk, mixture.total)
        draw = hold_ballot(exercise=exercise, balls=balls)
        export_transcript(draw=draw, directory=directory)
        self._report(draw, directory)

    def _read_balls(self, options: dict[str, Any], physical: str) -> list[str]:
        if options["balls"]:
            return list(parse_balls(options["balls"], parse_physical(physical)))
        return choose_balls(physical=physical, seed=options["random_seed"])

    def _find_name(self, code: str, seed: int) -> str:
        """Find a name that no rehearsal has yet: a seed can be rehearsed again."""
        base = f"REHEARSAL-{code}-{seed}"
        taken = set(Exercise.objects.filter(code__startswith=base).values_list("code", flat=True))
        names = chain([base], (f"{base}-{number}" for number in count(2)))
        return next(name for name in names if name not in taken)

    def _screen(self, exercise_id: int, total: int) -> None:
        owed = OwedWork.objects.filter(application__exercise_id=exercise_id, done_at=None)
        with tqdm(total=total, desc="screened", unit=" applications") as bar:
            while owed.exists():
                bar.update(screen_owed_applications(chunks=1))

    def _report(self, draw: Draw, directory: Path) -> None:
        register = draw.ceremony.publication.register
        self.stdout.write(f"commitment {register.commitment_sha256}")
        self.stdout.write(f"{draw.ranked_count:,} ranked, {draw.place_count:,} places")
        if uses_balls(register):
            self._report_cuts(draw)
        self.stdout.write(f"transcript: {directory}")
        self.stdout.write(f"verify it: python {directory}/verify_ballot.py {directory}")

    def _report_cuts(self, draw: Draw) -> None:
        total = 0
        category = ""
        for cut in list_ball_cuts(draw):
            if cut.category != category:
                category, total = cut.category, 0
                self.stdout.write(f"{CATEGORY_NAMES[category]}:")
            total += cut.place_count
            self.stdout.write(
                f"  number {cut.position:>3} drawn, {cut.ball}: {cut.place_count:>5} places "
                f"for {cut.application_count:>5} applications, {total:>6} so far"
            )
