"""Bring a ballot past its first draw: another attempt, a reinstatement, a head of the log."""

from datetime import timedelta

from applications.models import Officer
from applications.selectors.clock import read_clock
from lottery.models import Reballot
from lottery.services.draws import run_draw
from lottery.services.intake_log import take_intake_head
from lottery.services.reballots import approve_reballot, propose_reballot
from lottery.services.registers import freeze_register, publish_commitment
from lottery.services.reinstatements import approve_reinstatement, propose_reinstatement
from tests.integration.lottery import stages

GROUND = "A court ordered the ballot to be held again, before witnesses."
MISTAKE = "The bank had paid the cheque; its answer was read wrongly."


def get_officers():
    return list(Officer.objects.filter(role="OFFICER").order_by("reference"))


def give_up(register, ground=Reballot.Ground.ORDERED_BY_AUTHORITY):
    """Give an attempt up for another one, as two officers do."""
    one, other = get_officers()
    proposed = propose_reballot(
        register=register, ground=ground, statement=GROUND, officer=one, proposed_at=read_clock()
    )
    return approve_reballot(reballot=proposed, officer=other, approved_at=read_clock())


def publish_again(exercise, attempt=2):
    """Freeze and publish a further attempt, after the one before was given up."""
    register = freeze_register(exercise=exercise, attempt=attempt, frozen_at=read_clock())
    return publish_commitment(register=register, published_at=read_clock(), waiting=timedelta(0))


def draw_again(exercise, attempt=2):
    ceremony = stages.settle(publish_again(exercise, attempt))
    return run_draw(ceremony=ceremony, run_at=read_clock())


def reinstate(draw, number):
    """Reinstate an excluded application, as two officers do."""
    one, other = get_officers()
    proposed = propose_reinstatement(
        draw=draw, number=number, statement=MISTAKE, officer=one, proposed_at=read_clock()
    )
    return approve_reinstatement(reinstatement=proposed, officer=other, approved_at=read_clock())


def take_heads(exercise, count=1):
    """Take heads of the intake log, a day between them."""
    return [
        take_intake_head(exercise=exercise, taken_at=read_clock() + timedelta(days=day), daily=True)
        for day in range(count)
    ]
