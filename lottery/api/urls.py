"""Addresses of the ballot's public API, under /api/v1/."""

from django.urls import path

from lottery.api.commitments import CommitmentView
from lottery.api.transcripts import TranscriptView

app_name = "ballot_api"

urlpatterns = [
    path("exercises/<slug:code>/commitment/", CommitmentView.as_view(), name="commitment"),
    path("exercises/<slug:code>/transcript/", TranscriptView.as_view(), name="transcript"),
]
