"""What the sources that the terms of exercises cite are called on a page."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DUPLICATES = "1823.gov.hk, answers on duplicate applications, April 2026"

# The keys stand in policy/exercises/*.toml; a source that is not here is shown in English as it is.
SOURCE_NAMES: Mapping[str, Promise] = {
    DUPLICATES: _("1823.gov.hk, answers on duplicate applications, April 2026"),
    "Housing Authority press release, 5 March 2025": _(
        "Housing Authority press release, 5 March 2025"
    ),
    "Housing Authority press release, 5 March 2025, unchanged in WSM 2025": _(
        "Housing Authority press release, 5 March 2025, unchanged in WSM 2025"
    ),
    "Housing Authority, terms of WSM 2018": _("Housing Authority, terms of WSM 2018"),
    "Housing Authority, terms of WSM 2024": _("Housing Authority, terms of WSM 2024"),
    "Housing Authority, terms of WSM 2024, assumed to have been the same in 2018": _(
        "Housing Authority, terms of WSM 2024, assumed to have been the same in 2018"
    ),
    "Housing Authority, terms of WSM 2024, unchanged in WSM 2025": _(
        "Housing Authority, terms of WSM 2024, unchanged in WSM 2025"
    ),
    "Housing Authority, terms of WSM 2025": _("Housing Authority, terms of WSM 2025"),
    "Housing Authority, application guide of the Home Ownership Scheme, taken over": _(
        "Housing Authority, application guide of the Home Ownership Scheme, taken over"
    ),
    "info.gov.hk, press release P2018073000482 of 30 July 2018": _(
        "info.gov.hk, press release P2018073000482 of 30 July 2018"
    ),
    "news.gov.hk, 6 November 2025; closing as announced with HOS; the opening date was not found "
    "and is assumed": _(
        "news.gov.hk, 6 November 2025; closing as announced with HOS; the opening date was not "
        "found and is assumed"
    ),
    "Not found for WSM 2025; assumed to be that of WSM 2024": _(
        "Not found for WSM 2025; assumed to be that of WSM 2024"
    ),
}
