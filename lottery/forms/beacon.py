"""The beacon round that a ceremony needs: typed, or uploaded as the beacon gives it."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from applications.forms.messages import describe_code
from lottery.ballot.beacon import (
    CHAIN_HASH,
    BeaconRound,
    BeaconValue,
    SignatureCheck,
    check_signature,
    parse_beacon_round,
)
from lottery.ballot.canonical import HEX_256
from lottery.ballot.errors import BallotRefusal
from lottery.forms.confirmation import ConfirmationForm
from lottery.selectors.beacon import DueBeacon

LARGEST_FILE_BYTES = 4_096  # an answer of the beacon has about 250
NEEDED = {"round", "signature"}
KNOWN = NEEDED | {"randomness"}


class BeaconAnswer(NamedTuple):
    """One round as it was given; ``randomness`` only when it came with it."""

    round: BeaconRound
    randomness: str | None


def read_beacon_file(content: bytes) -> BeaconAnswer:
    """
    Read ``{"round": …, "randomness": …, "signature": …}``, and nothing besides.

    :raises ValidationError: for anything else.
    :raises BallotRefusal: ``BEACON_MALFORMED``.
    """
    answer = _read_json(content)
    if not isinstance(answer, dict) or not NEEDED <= answer.keys() <= KNOWN:
        raise ValidationError(
            _("This file does not have round, randomness and signature, and nothing else."),
            code="fields",
        )
    number, signature = answer["round"], answer["signature"]
    randomness = answer.get("randomness")
    if type(number) is not int or not isinstance(signature, str):
        raise BallotRefusal("BEACON_MALFORMED", "round is a number, signature a text")
    if randomness is not None and not _is_hash(randomness):
        raise BallotRefusal("BEACON_MALFORMED", "randomness has 64 hexadecimal digits")
    return BeaconAnswer(parse_beacon_round(str(number), signature), randomness)


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and HEX_256.fullmatch(value) is not None


def _read_json(content: bytes) -> Any:
    try:
        return json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_refuse_repeated,
            parse_constant=_refuse_constant,
        )
    except (ValueError, RecursionError) as error:
        raise ValidationError(
            _("This file is not an answer of the beacon: it is not well-formed JSON."),
            code="json",
        ) from error


def _refuse_repeated(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _value in pairs]
    if len(set(names)) != len(names):
        raise ValueError("a name twice")
    return dict(pairs)


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


class BeaconForm(ConfirmationForm):
    """
    One beacon round and the tick; gives ``beacon_round``.

    :ivar signature_check: what could be checked of the signature, once the form is valid.
    """

    round = forms.CharField(
        label=_("Round"),
        required=False,
        max_length=20,
        widget=forms.TextInput(
            attrs={"class": "govuk-input--width-10", "inputmode": "numeric", "autocomplete": "off"}
        ),
    )
    signature = forms.CharField(
        label=_("Signature of this round"),
        help_text=_("96 digits and letters from a to f. Blanks do not matter."),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(
            attrs={
                "class": "hos-signature-entry",
                "rows": 3,
                "autocomplete": "off",
                "spellcheck": "false",
            }
        ),
    )
    file = forms.FileField(
        label=_("Or the beacon’s own answer, as a file"),
        help_text=_("JSON with round, randomness and signature, as api.drand.sh gives it."),
        required=False,
        error_messages={"empty": _("This file is empty.")},
    )
    field_order = ("round", "signature", "file", "confirmed")

    def __init__(self, *args: Any, due: DueBeacon, **options: Any) -> None:
        super().__init__(*args, **options)
        self.due = due
        self.signature_check: SignatureCheck = "NO_BEACON"
        self.fields["round"].initial = due.round

    def clean_file(self) -> bytes | None:
        """Read the file; nothing longer than any answer is looked at."""
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file is None:
            return None
        if file.size is None or file.size > LARGEST_FILE_BYTES:
            raise ValidationError(
                _("This file is too large for an answer of the beacon."), code="too_large"
            )
        return bytes(file.read())

    def clean(self) -> dict[str, Any]:
        """Hold what was given against the round that is due, and check its signature."""
        super().clean()
        if self.errors.keys() & {"round", "signature", "file"}:
            return self.cleaned_data
        field = "file" if self.cleaned_data["file"] else "signature"
        try:
            answer = self._read_answer(field)
            self._check_round(answer.round.round, field)
            self._check_signature(answer)
            self.cleaned_data["beacon_round"] = answer.round
        except BallotRefusal as refusal:
            self.add_error(field, ValidationError(describe_code(refusal.code), refusal.code))
        except ValidationError as error:
            self.add_error("round" if error.code == "TYPED_ROUND" else field, error)
        return self.cleaned_data

    def _read_answer(self, field: str) -> BeaconAnswer:
        typed = "".join(self.cleaned_data["signature"].split()).lower()
        if field == "file":
            if typed:
                raise ValidationError(
                    _("Please either type the signature or choose a file, not both."), code="both"
                )
            return read_beacon_file(self.cleaned_data["file"])
        if not typed:
            raise ValidationError(
                _("Please type the signature, or choose the file with the beacon’s answer."),
                code="required",
            )
        return BeaconAnswer(parse_beacon_round(self.cleaned_data["round"].strip(), typed), None)

    def _check_round(self, given: int, field: str) -> None:
        if given != self.due.round:
            raise ValidationError(
                _(
                    "This is round %(given)s. The first announced round after the last ball is "
                    "round %(due)s, and only that one counts."
                ),
                code="TYPED_ROUND" if field == "signature" else "BEACON_ROUND_WRONG",
                params={"given": given, "due": self.due.round},
            )
        if not self.due.is_out:
            raise ValidationError(_("This round has not come out yet."), code="too_early")

    def _check_signature(self, answer: BeaconAnswer) -> None:
        """
        Check the signature against the randomness that came with it, and with the chain's key.

        :raises BallotRefusal: as `check_signature`.
        """
        randomness = answer.randomness or answer.round.value.rpartition(":")[2]
        given = BeaconValue(CHAIN_HASH, answer.round.round, randomness)
        self.signature_check = check_signature(given, answer.round.signature)
