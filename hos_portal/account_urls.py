"""
Log-in, log-out and change of password: the only doors of allauth that are open.

Its other addresses (sign-up, e-mail addresses, password reset by e-mail, log-in by code) are left
out, so they do not exist: an administrator makes accounts and sets forgotten passwords.
"""

from allauth.account import views
from django.urls import path, reverse_lazy

from hos_portal.account_forms import OfficerLoginForm, OfficerPasswordForm

urlpatterns = [
    path("login/", views.LoginView.as_view(form_class=OfficerLoginForm), name="account_login"),
    path("logout/", views.LogoutView.as_view(), name="account_logout"),
    path(
        "password/",
        views.PasswordChangeView.as_view(
            form_class=OfficerPasswordForm, success_url=reverse_lazy("staff:home")
        ),
        name="account_change_password",
    ),
]
