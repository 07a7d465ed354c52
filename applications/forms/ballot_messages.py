"""What the ballot's refusals mean, for the officer at the console."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BALLOT_REFUSALS: Mapping[str, Promise] = {
    "ALLOCATION_MALFORMED": _("The allocation file is not in the published format."),
    "APPROVED_BY_PROPOSER": _(
        "You proposed this yourself. Another officer has to look at it and approve it."
    ),
    "ATTEMPT_GIVEN_UP": _(
        "Two officers have given up this attempt for another one. It stays public as it is, and "
        "nothing more can be done with it. The console shows the attempt under way."
    ),
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
    "GROUND_NOT_OPEN": _(
        "The ceremony is on record, so the seed is known. A new draw on this ground would be a "
        "second chance, and is not allowed."
    ),
    "IDENTITY_MALFORMED": _("An identity number is not in its normal form."),
    "INTAKE_LOG_INCONSISTENT": _("A head of the intake log does not follow from the one before."),
    "INTAKE_LOG_MALFORMED": _("The intake log is not in the published format."),
    "INTAKE_LOG_OF_OTHER_REGISTER": _("The intake log does not match the register."),
    "LETTERS_BELOW_QUOTA": _("There cannot be fewer letters than places."),
    "NOT_EXCLUDED": _(
        "This number was in the ballot, or the register does not have it. "
        "There is nothing to put right."
    ),
    "OFFICERS_NOT_DIFFERENT": _("Two different officers must key the balls."),
    "ORDER_NEEDS_ALL_BALLS": _("This order needs all one hundred balls to be drawn."),
    "PARAMETERS_MALFORMED": _("The ballot’s parameters are not in the published format."),
    "RANKING_MALFORMED": _("The ranking file is not in the published format."),
    "REBALLOT_NOT_APPROVED": _(
        "Another attempt needs a written ground and the approval of a second officer."
    ),
    "REGISTER_EMPTY": _("The register is empty."),
    "REGISTER_LINE_MALFORMED": _("A line of the register is not in the published format."),
    "REGISTER_NUMBER_OUT_OF_SEQUENCE": _("The application numbers of the register have a gap."),
    "REINSTATED_ALREADY": _("Two officers have already reinstated this application."),
    "REINSTATEMENTS_MALFORMED": _("The reinstatements file is not in the published format."),
    "REINSTATEMENT_OF_ACTIVE": _(
        "This application is in the ballot already, so there is nothing to put right."
    ),
    "SECOND_DRAW_UNEXPECTED": _("A second physical draw is not allowed here."),
    "SEED_MISMATCH": _("The seed does not follow from the ceremony."),
    "SPILL_NOT_TO_LATER_STEP": _("Unused places can only go to a later quota."),
    "STEP_NAME_REPEATED": _("Two quotas have the same name."),
    "TEXT_NOT_CANONICAL": _("The file’s text is not in the published form."),
    "TICKET_MALFORMED": _("A ticket is not in the published format."),
    "BEACON_BEFORE_KEYING": _(
        "Balls were keyed when the beacon’s round was out already, so it can no longer be used. "
        "Draw a second time in public and key the second draw after the first."
    ),
    "CEREMONY_IN_THE_FUTURE": _("The record names a time that has not come yet."),
    "THIRD_LOOK_NEEDED": _(
        "You and another officer have keyed different balls. A third officer has to key them "
        "before either of you may look again."
    ),
    "TRANSCRIPT_DIRECTORY_NOT_EMPTY": _("The folder for the transcript already holds files."),
    "WAITING_PERIOD_NOT_OVER": _(
        "The waiting period after the publication of the commitment is not over. It cannot be "
        "cut short. The console shows from when balls may be keyed."
    ),
}
