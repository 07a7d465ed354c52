"""Where payment providers and the browsers that come back from them arrive; no language prefix."""

from django.urls import path

from applications.views import payment

app_name = "payments"
urlpatterns = [
    path("return/", payment.receive_return, name="return"),
    path("sandbox/callback/", payment.receive_callback, name="sandbox-callback"),
]
