"""Addresses of the officer's console, under /staff/ballot/."""

from django.urls import path

from lottery.views import ceremony, console
from lottery.views.deeds import DEEDS

app_name = "ballot"

urlpatterns = [
    path("", console.list_ballots, name="home"),
    path("<slug:code>/", console.show_console, name="console"),
    path("<slug:code>/balls/", ceremony.key_sequence, name="balls"),
    *(path(f"<slug:code>/{name}/", console.show_deed, {"name": name}, name=name) for name in DEEDS),
]
