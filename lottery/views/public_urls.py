"""Addresses of the public pages of a ballot, under /verify/."""

from django.urls import path

from lottery.views import (
    documents,
    fairness,
    intake_log,
    notice,
    recompute,
    transcript,
    verify,
)

app_name = "verify"

NOTICE_FILES = {
    "notice_pdf": "notice.pdf",
    "commitment_text": "commitment.txt",
    "timestamp_request": "commitment.tsq",
    "timestamp": "commitment.tsr",
}

urlpatterns = [
    path("", verify.list_ballots, name="home"),
    path("look-up/", verify.look_up, name="look_up"),
    path("signer.pem", notice.show_signer_key, name="signer_key"),
    path("signer.crt", notice.show_signer_certificate, name="signer_certificate"),
    path("<slug:code>/", verify.show_ballot, name="ballot"),
    path("<slug:code>/attempts/<int:attempt>/", verify.show_ballot, name="attempt"),
    path("<slug:code>/intake-log/", intake_log.show, name="intake_log"),
    path("<slug:code>/intake-log.txt", intake_log.download, name="intake_log_text"),
    path("<slug:code>/intake-signer.pem", intake_log.download_signer, name="intake_signer"),
    path("<slug:code>/ranking.pdf", documents.download_ranking_list, name="ranking_pdf"),
    path("<slug:code>/certificate.pdf", documents.download_certificate, name="certificate_pdf"),
    path("<slug:code>/transcript/", transcript.download, name="transcript"),
    path("<slug:code>/transcript/<str:name>", transcript.show_file, name="transcript_file"),
    path("<slug:code>/recompute/", recompute.show, name="recompute"),
    path("<slug:code>/fairness/", fairness.show, name="fairness"),
    path("<slug:code>/fairness.pdf", fairness.download, name="fairness_pdf"),
    path("<slug:code>/notice/", notice.show_notice, name="notice"),
    *(
        path(f"<slug:code>/{file}", notice.download, {"name": file}, name=name)
        for name, file in NOTICE_FILES.items()
    ),
]
