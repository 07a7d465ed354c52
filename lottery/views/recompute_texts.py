"""
What the page of a recomputed draw says, by the names that its script knows.

In braces stand the facts that the script fills in. A text ``verdict_…`` is the answer in a few
words, ``because_…`` the sentence under it, ``stage_…`` what is being done.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FRAME: Mapping[str, Promise] = {
    "tag_pass": _("Holds"),
    "tag_fail": _("Failed"),
    "tag_note": _("Note"),
    "file_and_line": _("{file}, line {line}"),
    "expected": _("Computed or required"),
    "found": _("Found"),
    "verdict_holds": _("Every check that a browser can make holds"),
    "because_holds": _(
        "Your browser recomputed the order of all {count} lines of the register, and it is the one"
        " that was published. It took {seconds} seconds. C = {commitment}"
    ),
    "verdict_failed": _("A check failed"),
    "because_failed": _(
        "These files are not what follows from the register and the balls. Each check that failed"
        " is named below. If you changed nothing yourself, please tell the Housing Authority and"
        " keep the files."
    ),
    "verdict_unreadable": _("The draw was not recomputed"),
    "because_unreadable": _("Nothing is proved either way. The reason is below."),
    "stage_collecting": _("Collecting the files"),
    "stage_fetching": _("Fetching the files: {done} of {total}"),
    "stage_reading": _("Reading the files: {done} of {total}"),
    "stage_sums": _("Checking SHA256SUMS"),
    "stage_tree": _("Hashing the register: {done} of {total}"),
    "stage_tickets": _("Computing the tickets: {done} of {total}"),
    "stage_order": _("Putting everybody in order"),
    "stage_intake": _("Hashing the intake log: {done} of {total}"),
}

OBSTACLES: Mapping[str, Promise] = {
    "not_fetched": _(
        "{file} could not be fetched. Please check your connection, load this page again and try"
        " once more."
    ),
    "no_files": _("Please choose the files of a transcript, or its ZIP file."),
    "file_twice": _("You chose two files called {file}. Please choose one transcript only."),
    "not_a_zip": _("{file} is not a whole ZIP file. Please download it again."),
    "not_unpacked": _("{file} cannot be unpacked from the ZIP file here. Please unpack it first."),
    "stopped": _("You stopped it."),
    "broken": _(
        "Your browser could not go on, perhaps because there was not enough memory: {reason}"
    ),
}

CHECKS: Mapping[str, Promise] = {
    "sums": _("SHA256SUMS: names {count} files."),
    "sum": _("{file}: its SHA-256 is the one in SHA256SUMS."),
    "params": _("params.txt: draw {draw}, attempt {attempt}, order {order}, quotas: {steps}."),
    "register": _(
        "register.txt: {count} lines in the one allowed form, without a gap; {active} in the draw"
        " with {ballots} ballot numbers, none used twice."
    ),
    "ceremony": _("ceremony.txt: in the one allowed form."),
    "commitment": _("commitment.txt: follows from params.txt and register.txt. Merkle root {root}"),
    "expected_commitment": _("The commitment that you entered is the one computed here."),
    "belongs": _("ceremony.txt: belongs to C = {commitment}"),
    "balls": _("ceremony.txt: {drawn} of {balls} balls, none twice. Draws: {draws}."),
    "officers": _("ceremony.txt: names two different officers, {officers}."),
    "beacon_none": _("ceremony.txt: no public beacon, as announced."),
    "beacon_fallback": _(
        "ceremony.txt: a second draw in place of the public beacon, as the terms allow."
    ),
    "beacon_round": _(
        "ceremony.txt: beacon round {round} is the first announced one after the last ball, and its"
        " value is the hash of its signature."
    ),
    "seed": _("ceremony.txt: the seed K follows from C, balls and beacon. K = {seed}"),
    "ranking": _("ranking.txt: {count} applications in the order that follows from the seed."),
    "allocation": _("{file}: as computed. Places: {count}."),
    "dispositions": _(
        "{file}: in the one allowed form. Applications that hold no place any more: {count}."
    ),
    "reinstatements": _("reinstatements.txt: each as computed. Places in addition: {count}."),
    "intake_log": _(
        "intake-log.txt: each head is of the first lines of this register and follows from the one"
        " before, so nothing was removed and nothing put in between. Heads: {count}."
    ),
    "intake_signatures": _("intake-log.txt: signatures that hold with the key in {file}: {count}."),
}

NOTES: Mapping[str, Promise] = {
    "signature_not_checked": _(
        "The signature of the beacon's round is not checked here: browsers cannot compute it. The"
        " Python verifier can."
    ),
    "intake_not_signed": _("intake-log.txt: no head is signed."),
    "intake_no_key": _(
        "intake-log.txt: the signatures are not checked, as intake-signer.pem is not there."
    ),
    "intake_partly_signed": _(
        "intake-log.txt: heads that are not signed: {count}. The last head is, and it binds all"
        " before it."
    ),
    "intake_late": _("intake-log.txt: {late} of {count} heads are later than the last ball."),
    "intake_same_log": _(
        "intake-log.txt: only heads and a key that you kept show that it is the log that was"
        " published while applications came in."
    ),
    "intake_none": _("There is no intake-log.txt, so nothing shows how the register grew."),
    "named_by_officers": _(
        "{file}: who is named was decided by officers. No computation shows it."
    ),
    "commitment_not_compared": _(
        "C was compared with none that you saw published. Enter the commitment above to compare it."
    ),
    "statements": _(
        "When the last ball fell and who keyed the balls are statements of the officers. No"
        " computation shows them: compare them, and the balls, with what was published on the day."
    ),
    "not_judged": _("{file} is no part of a transcript: nothing but its SHA-256 is judged."),
    "not_named": _("{file} is not named in SHA256SUMS and is not judged."),
    "rest_not_checked": _("The other checks need this file and were not made."),
    "ranking_not_checked": _("Ranking and places need the balls and were not checked."),
}

# What a check expected or found, where that is no text of the file itself.
WORDS: Mapping[str, Promise] = {
    "nothing": _("nothing"),
    "no_file": _("no such file"),
    "sha256": _("SHA-256 {hash}"),
    "this_file": _("this file"),
    "smaller_file": _("at most 2,147,483,648 bytes"),
    "no_trailing_blank": _("no blank at the end of the line"),
    "plain_text": _("printable ASCII and LF line ends"),
    "final_line_end": _("a line end at the end of the file"),
    "sums_line": _("a hash, two blanks and a file name"),
    "ascending": _("something that comes after {last}"),
    "another_file": _("another file"),
    "line_for": _("a line for {name}"),
    "ascending_rounds": _("rounds that ascend"),
    "steps": _("1 to 99 lines that begin with step="),
    "letters": _("letters from {quota} on"),
    "new_name": _("a name that no step before has"),
    "later_step": _("a later step, or -"),
    "a_line": _("a line"),
    "no_number": _("a ballot number that is no application number"),
    "ballots_from": _("ballot numbers that begin with {number} and ascend"),
    "different_endings": _("ballot numbers with different last two digits"),
    "unused_ballot": _("a ballot number not used before"),
    "your_commitment": _("the commitment that you entered"),
    "two_draws": _("one draw or two"),
    "ball_count": _("{count} balls"),
    "ball_below": _("a ball below {count}"),
    "ball_once": _("each ball once"),
    "two_officers": _("two different officers"),
    "a_moment": _("a moment that exists"),
    "one_draw": _("one draw, as no beacon was announced"),
    "one_draw_beacon": _("one draw, as there is a beacon"),
    "second_draw": _("a second draw, as there is no beacon"),
    "a_signature": _("the signature of the round"),
    "a_ranked_number": _("an application that has a rank"),
    "an_excluded_number": _("an application that the register excludes"),
    "a_head": _("a head of the intake log"),
    "later_moment": _("a moment later than that of the head before"),
    "longer_journal": _("a journal that goes on from the head before"),
    "no_fewer": _("{count} applications or more"),
    "a_key": _("a public key of the curve P-256 in PEM"),
    "register_size": _("all {count} lines of the register"),
    "signed_by_key": _("a signature made with the key in {file}"),
}

ONE_NUMBER: Mapping[str, Promise] = {
    "number_unknown": _("The register has no application {number}."),
    "line": _("Line in register.txt"),
    "place_in_tree": _("Place in the tree"),
    "place_in_tree_text": _("index {index} of {count} lines, counted from 0"),
    "leaf": _("Hash of the line"),
    "proof": _("Hashes that lead from it to the root"),
    "ticket": _("Ticket"),
    "group": _("Group"),
    "group_text": _("ending {ending}, number {position} in the order of endings"),
    "endings": _("Order of the endings"),
    "rank": _("Rank"),
    "rank_text": _("{rank} of {rivals} ({category}), with ballot number {ballot}"),
    "rank_none": _("none: the register excludes it from the draw"),
    "place": _("Place"),
    "place_text": _("{file}: {step}, number {sequence}"),
    "place_none": _("{file}: none"),
    "addition": _("Place in addition"),
    "addition_text": _(
        "reinstatements.txt: it would come after {after} others of its category; quota {step}"
    ),
    "category_F": _("Family"),
    "category_P": _("One-person"),
}

TEXTS: Mapping[str, Promise] = {
    **FRAME,
    **OBSTACLES,
    **CHECKS,
    **NOTES,
    **WORDS,
    **ONE_NUMBER,
}
