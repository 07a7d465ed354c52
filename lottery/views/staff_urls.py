"""Addresses of the officer's console, under /staff/ballot/."""

from django.urls import path

from lottery.views import ceremony, console, hall, notice_console, reballots, reinstatements
from lottery.views.deeds import DEEDS

app_name = "ballot"

urlpatterns = [
    path("", console.list_ballots, name="home"),
    path("<slug:code>/", console.show_console, name="console"),
    path("<slug:code>/balls/", ceremony.key_sequence, name="balls"),
    path("<slug:code>/balls/second/", ceremony.key_second_draw, name="second_balls"),
    path("<slug:code>/hall/", hall.show_hall, name="hall"),
    path("<slug:code>/notice/", notice_console.show, name="notice"),
    path("<slug:code>/notice/issue/", notice_console.issue, name="issue_notice"),
    path("<slug:code>/reballot/", reballots.propose, name="propose_reballot"),
    path("<slug:code>/reballot/<int:pk>/", reballots.show, name="reballot"),
    path("<slug:code>/reinstatement/", reinstatements.propose, name="propose_reinstatement"),
    path("<slug:code>/reinstatement/<int:pk>/", reinstatements.show, name="reinstatement"),
    *(path(f"<slug:code>/{name}/", console.show_deed, {"name": name}, name=name) for name in DEEDS),
]
