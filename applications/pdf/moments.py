"""How documents write a moment: in Hong Kong time, to the second, in both languages."""

from datetime import datetime

from applications.pdf.layout import Bilingual
from applications.policy.hong_kong_time import HONG_KONG

# Not strftime's %B, which follows the locale of the process.
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def say_moment(moment: datetime) -> Bilingual:
    """Write a timezone-aware moment."""
    local = moment.astimezone(HONG_KONG)
    return Bilingual(
        f"{local.year}年{local.month}月{local.day}日 {local:%H:%M:%S}（香港時間）",
        f"{local.day} {MONTHS[local.month - 1]} {local.year}, {local:%H:%M:%S} (Hong Kong time)",
    )
