"""Addresses of the public pages of a ballot, under /verify/."""

from django.urls import path

from lottery.views import transcript, verify

app_name = "verify"

urlpatterns = [
    path("", verify.list_ballots, name="home"),
    path("look-up/", verify.look_up, name="look_up"),
    path("<slug:code>/", verify.show_ballot, name="ballot"),
    path("<slug:code>/transcript/", transcript.download, name="transcript"),
]
