"""Every address of the site; pages carry their language, machines' addresses do not."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from hos_portal import health

handler400 = "hos_portal.errors.show_bad_request"
handler404 = "hos_portal.errors.show_not_found"
handler500 = "hos_portal.errors.show_server_error"

urlpatterns = [
    path("livez", health.show_liveness, name="livez"),
    path("readyz", health.show_readiness, name="readyz"),
    path("api/v1/", include("applications.api.urls")),
    path("api/v1/", include("lottery.api.urls")),
    path("payments/", include("applications.views.provider_urls")),
]

urlpatterns += i18n_patterns(
    path("staff/", include("hos_portal.account_urls")),
    path("staff/", include("applications.views.staff_urls")),
    path("staff/ballot/", include("lottery.views.staff_urls")),
    path("verify/", include("lottery.views.public_urls")),
    path("", include("applications.views.public_urls")),
)
