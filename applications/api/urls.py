"""The API before the draw, without log-in. Addresses start with ``/api/v1/``."""

from django.urls import path

from applications.api import drafts, statuses, submissions, views

app_name = "api"

urlpatterns = [
    path("exercises/", views.ExerciseList.as_view(), name="exercises"),
    path("exercises/<str:code>/", views.ExerciseDetail.as_view(), name="exercise"),
    path("exercises/<str:code>/counts/", views.Counts.as_view(), name="counts"),
    path("eligibility/", views.Eligibility.as_view(), name="eligibility"),
    path("drafts/", drafts.Drafts.as_view(), name="drafts"),
    path("draft/", drafts.DraftDetail.as_view(), name="draft"),
    path("draft/validation/", drafts.DraftValidation.as_view(), name="validation"),
    path("draft/submission/", submissions.DraftSubmission.as_view(), name="submission"),
    path("status/", statuses.Status.as_view(), name="status"),
    path("schema/", views.Schema.as_view(), name="schema"),
]
