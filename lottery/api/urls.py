"""Addresses of the ballot's public API, under /api/v1/."""

from django.urls import path

from lottery.api.attempts import AttemptsView, ChecksView, ReinstatementsView
from lottery.api.commitments import CommitmentView
from lottery.api.intake_log import IntakeLogView
from lottery.api.transcripts import TranscriptView

app_name = "ballot_api"

urlpatterns = [
    path("exercises/<slug:code>/commitment/", CommitmentView.as_view(), name="commitment"),
    path("exercises/<slug:code>/transcript/", TranscriptView.as_view(), name="transcript"),
    path("exercises/<slug:code>/attempts/", AttemptsView.as_view(), name="attempts"),
    path("exercises/<slug:code>/checks/", ChecksView.as_view(), name="checks"),
    path("exercises/<slug:code>/intake-log/", IntakeLogView.as_view(), name="intake_log"),
    path(
        "exercises/<slug:code>/reinstatements/", ReinstatementsView.as_view(), name="reinstatements"
    ),
]
