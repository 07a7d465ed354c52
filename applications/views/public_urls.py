"""The applicant's pages; every address is preceded by the language."""

from django.urls import path

from applications.views import (
    apply,
    calculator,
    contact_change,
    eligibility_check,
    pages,
    payment,
    receipt,
    resume,
    review,
    sandbox_bank,
    start,
    status,
    withdrawal,
)

app_name = "applications"
urlpatterns = [
    path("", start.show_start, name="start"),
    path("accessibility/", start.show_accessibility, name="accessibility"),
    path("privacy/", start.show_privacy, name="privacy"),
    path("eligibility/", eligibility_check.check_eligibility, name="eligibility"),
    path("apply/begin/", start.begin, name="begin"),
    path("apply/", apply.show_tasks, name="tasks"),
    *(
        path(f"apply/{page.name}/", apply.edit_page, {"page": page}, name=page.name)
        for page in pages.ALL_PAGES
    ),
    path("apply/income/calculator/", calculator.work_out_income, name="calculator"),
    path("apply/members/<int:position>/", apply.edit_member, name="member"),
    path(
        "apply/members/<int:position>/residence/",
        apply.edit_member_residence,
        name="member-residence",
    ),
    path("apply/members/<int:position>/remove/", apply.remove_member, name="member-remove"),
    path("apply/later/", resume.show_later, name="later"),
    path("apply/review/", review.show_review, name="review"),
    path("apply/payment/", payment.choose_payment, name="payment"),
    path("apply/payment/under-way/", payment.show_under_way, name="payment-under-way"),
    path("apply/payment/fps/", payment.show_fps, name="payment-fps"),
    path("apply/payment/fps.png", payment.download_fps_code, name="payment-fps-picture"),
    path("apply/payment/waiting/", payment.show_waiting, name="payment-waiting"),
    path("apply/receipt/", receipt.show_receipt, name="receipt"),
    path("apply/receipt.pdf", receipt.download_receipt, name="receipt-pdf"),
    path("resume/", resume.ask_code, name="resume"),
    path("resume/<str:code>/", resume.follow_link, name="resume-link"),
    path("status/", status.look_up, name="lookup"),
    path("status/receipt.pdf", status.download_receipt, name="status-receipt"),
    path("status/withdraw/", withdrawal.withdraw, name="withdraw"),
    path("status/contact/", contact_change.change, name="contact-change"),
    path("sandbox-bank/<uuid:payment_id>/", sandbox_bank.show_sandbox_bank, name="sandbox-bank"),
]
