"""Where payment providers and the browsers that come back from them arrive; no language prefix."""

from django.urls import path

from applications.views import provider_messages

app_name = "payments"
urlpatterns = [
    path("return/", provider_messages.receive_return, name="return"),
    path("callback/", provider_messages.receive_callback, name="callback"),
]
