"""The pages of the staff, under ``/<language>/staff/``."""

from django.urls import path

from applications.views import (
    applications_list,
    batches,
    counts,
    keying,
    reconciliation,
    settlements,
    staff_home,
    staff_messages,
)

app_name = "staff"

urlpatterns = [
    path("", staff_home.show_home, name="home"),
    path("counts/", counts.choose_counts, name="counts"),
    path("counts/<str:code>/", counts.show_counts, name="counts"),
    path("counts/<str:code>/figures/", counts.show_figures, name="figures"),
    path("keying/", keying.choose_keying, name="key_paper"),
    path("keying/<str:code>/", keying.key_paper, name="key_paper"),
    path("keying/<str:code>/person/", keying.check_person, name="check_person"),
    path("keying/<str:code>/<int:number>/", keying.show_keyed, name="keyed"),
    path("batches/", batches.choose_batches, name="batches"),
    path("batches/<str:code>/", batches.show_batches, name="batches"),
    path("batches/<str:code>/<str:batch_code>/", batches.show_batch, name="batch"),
    path("duplicates/<str:code>/", settlements.show_duplicates, name="duplicates"),
    path("payments/<str:code>/", reconciliation.show_payments, name="payments"),
    path("payments/<str:code>/ask/", reconciliation.ask_provider, name="ask_provider"),
    path("payments/<str:code>/<uuid:payment_id>/", reconciliation.show_payment, name="payment"),
    path(
        "payments/<str:code>/<uuid:payment_id>/missing/",
        reconciliation.record_missing,
        name="missing_payment",
    ),
    path("messages/<str:code>/", staff_messages.show_messages, name="messages"),
    path("applications/", applications_list.choose_applications, name="applications"),
    path("applications/<str:code>/", applications_list.show_applications, name="applications"),
    path(
        "applications/<str:code>/<int:number>/",
        applications_list.show_application,
        name="application",
    ),
    path(
        "applications/<str:code>/<int:number>/receipt.pdf",
        applications_list.show_receipt,
        name="receipt",
    ),
]
