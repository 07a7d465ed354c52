"""The public API before the draw: read only, without log-in. Addresses start with ``/api/v1/``."""

from django.urls import path

from applications.api import views

app_name = "api"

urlpatterns = [
    path("exercises/", views.ExerciseList.as_view(), name="exercises"),
    path("exercises/<str:code>/", views.ExerciseDetail.as_view(), name="exercise"),
    path("exercises/<str:code>/counts/", views.Counts.as_view(), name="counts"),
    path("eligibility/", views.Eligibility.as_view(), name="eligibility"),
    path("schema/", views.Schema.as_view(), name="schema"),
]
