"""What the ballot's refusals mean, for the officer at the console."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BALLOT_REFUSALS: Mapping[str, Promise] = {
    "ALLOCATION_MALFORMED": _("The allocation file is not in the published format."),
    "BALLOT_NUMBER_REPEATED": _("A ballot number is on the register twice."),
    "BALLOT_OUT_OF_ORDER": _(
        "The ballot has not come so far yet. The console shows what comes next."
    ),
    "BALLS_MALFORMED": _("Please key the balls as two-digit numbers with a hyphen between them."),
    "BALL_COUNT_WRONG": _("The number of balls is not the one announced for this ballot."),
    "BALL_NOT_TWO_DIGITS": _("Every ball has two digits, from 00 to 99."),
    "BALL_OUT_OF_RANGE": _("There is no ball with this number in this ballot."),
    "BALL_REPEATED": _("The same ball has been keyed twice."),
    "BEACON_CHAIN_UNKNOWN": _("This version does not know the beacon that was announced."),
    "BEACON_MALFORMED": _("The beacon’s value is not in the published format."),
    "BEACON_MISSING": _("This ballot needs the value of the announced beacon round."),
    "BEACON_NOT_ANNOUNCED": _("No beacon was announced for this ballot."),
    "BEACON_RANDOMNESS_WRONG": _("The beacon’s value does not follow from its signature."),
    "BEACON_ROUND_WRONG": _(
        "This is not the announced beacon round that comes after the last ball."
    ),
    "BEACON_SIGNATURE_WRONG": _("The beacon’s signature is not genuine."),
    "CEREMONY_MALFORMED": _("The ceremony file is not in the published format."),
    "CEREMONY_OF_OTHER_DRAW": _("This ceremony belongs to another draw."),
    "COMMITMENT_MALFORMED": _("The commitment is not in the published format."),
    "COMMITMENT_MISMATCH": _("The register does not match the published commitment."),
    "DISPOSITIONS_MALFORMED": _("The dispositions file is not in the published format."),
    "DISPOSITION_NOT_RANKED": _("A disposition names an application that has no rank."),
    "FILE_UNREADABLE": _("A file of the transcript cannot be read."),
    "IDENTITY_MALFORMED": _("An identity number is not in its normal form."),
    "LETTERS_BELOW_QUOTA": _("There cannot be fewer letters than places."),
    "OFFICERS_NOT_DIFFERENT": _("Two different officers must key the balls."),
    "ORDER_NEEDS_ALL_BALLS": _("This order needs all one hundred balls to be drawn."),
    "PARAMETERS_MALFORMED": _("The ballot’s parameters are not in the published format."),
    "RANKING_MALFORMED": _("The ranking file is not in the published format."),
    "REGISTER_EMPTY": _("The register is empty."),
    "REGISTER_LINE_MALFORMED": _("A line of the register is not in the published format."),
    "REGISTER_NUMBER_OUT_OF_SEQUENCE": _("The application numbers of the register have a gap."),
    "SECOND_DRAW_UNEXPECTED": _("A second physical draw is not allowed here."),
    "SEED_MISMATCH": _("The seed does not follow from the ceremony."),
    "SPILL_NOT_TO_LATER_STEP": _("Unused places can only go to a later quota."),
    "STEP_NAME_REPEATED": _("Two quotas have the same name."),
    "TEXT_NOT_CANONICAL": _("The file’s text is not in the published form."),
    "TICKET_MALFORMED": _("A ticket is not in the published format."),
    "TRANSCRIPT_DIRECTORY_NOT_EMPTY": _("The folder for the transcript already holds files."),
}
