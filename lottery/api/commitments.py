"""The published commitment of a ballot, for programs."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lottery.api.attempts import ATTEMPT, HEX_256, NOT_PUBLISHED
from lottery.ballot.commitment import parse_commitment
from lottery.selectors.progress import BallotProgress
from lottery.views.attempts import get_asked_or_404


class CommitmentSerializer(serializers.Serializer[dict[str, Any]]):
    """C, the counts that it binds to, and the two texts from which anybody recomputes it."""

    exercise = serializers.CharField(help_text="Code of the exercise, such as WSM2024.")
    attempt = serializers.IntegerField(help_text="1 unless it is a re-ballot.")
    commitment = serializers.RegexField(HEX_256, help_text="C: SHA-256 of `commitment_txt`.")
    published_at = serializers.DateTimeField()
    lines = serializers.IntegerField(help_text="Lines of the register: numbers issued.")
    active = serializers.IntegerField(help_text="Lines in the draw.")
    ballots = serializers.IntegerField(help_text="Ballot numbers on lines in the draw.")
    merkle_root = serializers.RegexField(
        HEX_256, help_text="Root of the Merkle tree over the register."
    )
    drawn = serializers.BooleanField(help_text="Whether there is a transcript.")
    commitment_txt = serializers.CharField(help_text="commitment.txt, byte for byte.")
    params_txt = serializers.CharField(help_text="params.txt, byte for byte.")


class CommitmentView(APIView):
    """The commitment of an exercise's ballot; 404 before it is published."""

    @extend_schema(
        operation_id="exercise_commitment",
        summary="Published commitment of a ballot",
        parameters=[ATTEMPT],
        responses={200: CommitmentSerializer, 404: NOT_PUBLISHED},
    )
    def get(self, request: Request, code: str) -> Response:
        progress = get_asked_or_404(request._request, code)
        return Response(CommitmentSerializer(describe_commitment(progress)).data)


def describe_commitment(progress: BallotProgress) -> dict[str, Any]:
    """Gather what :class:`CommitmentSerializer` writes."""
    register = progress.get_register()
    commitment = parse_commitment(register.commitment_text)
    return {
        "exercise": progress.exercise.code,
        "attempt": register.attempt,
        "commitment": register.commitment_sha256,
        "published_at": progress.get_publication().published_at,
        "lines": commitment.line_count,
        "active": commitment.active_count,
        "ballots": commitment.ballot_count,
        "merkle_root": commitment.root,
        "drawn": progress.draw is not None,
        "commitment_txt": register.commitment_text,
        "params_txt": register.params_text,
    }
