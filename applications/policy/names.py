"""
Names and free text: what may stand in them, and their one spelling.

Chinese names keep every Han character of Hong Kong, those of the HKSCS beyond the basic plane and
the compatibility ideographs included. What cannot be seen (zero-width and bidirectional marks,
control characters) is refused everywhere, as are pictures.
"""

import re
import unicodedata

from applications.policy.errors import InvalidValue

MAXIMUM_NAME_ZH = 40
MAXIMUM_NAME_EN = 60
MAXIMUM_ADDRESS = 300

HAN = (
    "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # basic plane, with 々 and 〇
    "\U00020000-\U0003fffd"  # supplementary planes
)
NAME_ZH = re.compile(rf"[{HAN}]+(?:[ ·‧・•]?[{HAN}]+)*")
LATIN = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
NAME_EN = re.compile(rf"[{LATIN}]+(?:[ .,'’/-]{{1,2}}[{LATIN}]+)*\.?")
NOT_COMPATIBILITY_HAN = re.compile("[^\uf900-\ufaff\U0002f800-\U0002fa1f]+")
VARIATION_SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
HIDDEN_OR_PICTURE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "So", "Me"})
STARTS_A_FORMULA = ("=", "+", "-", "@")


def normalise_text(text: str) -> str:
    """
    Give a text in its one spelling: NFC, blanks trimmed and single.

    NFC would replace a compatibility ideograph of the HKSCS by another glyph, and a person's name
    is written as the person writes it; those characters stay.
    """
    composed = NOT_COMPATIBILITY_HAN.sub(lambda run: unicodedata.normalize("NFC", run[0]), text)
    return re.sub(r" +", " ", composed.replace("\u3000", " ").replace("\u00a0", " ")).strip(" ")


def has_hidden_or_picture(text: str) -> bool:
    """Tell whether a text holds a control, zero-width, bidirectional or picture character."""
    if text.isascii():
        return not text.isprintable()
    if VARIATION_SELECTOR.search(text):
        return True
    return any(
        unicodedata.category(character) in HIDDEN_OR_PICTURE
        and not re.match(f"[{HAN}°]", character)
        for character in text
    )


def parse_name_zh(text: str) -> str:
    """
    Read a Chinese name: Han characters, with a middle dot or a blank between two parts.

    :raises InvalidValue: ``INVALID_NAME`` with ``reason`` ``BLANK``, ``TOO_LONG``,
        ``HIDDEN`` (a sign that cannot be seen, or a picture) or ``CHARACTERS``.
    """
    return _parse_name(normalise_text(text), NAME_ZH, MAXIMUM_NAME_ZH)


def parse_name_en(text: str) -> str:
    """
    Read an English surname or given name: Latin letters, with ``-``, ``'``, ``.``, ``,`` or a
    blank between two parts. Full-width letters are accepted and become ordinary ones.

    :raises InvalidValue: ``INVALID_NAME`` with ``reason`` ``BLANK``, ``TOO_LONG``,
        ``HIDDEN`` (a sign that cannot be seen, or a picture) or ``CHARACTERS``.
    """
    return _parse_name(
        normalise_text(unicodedata.normalize("NFKC", text)), NAME_EN, MAXIMUM_NAME_EN
    )


def _parse_name(name: str, allowed: re.Pattern[str], maximum: int) -> str:
    if not name:
        raise InvalidValue("INVALID_NAME", reason="BLANK")
    if len(name) > maximum:
        raise InvalidValue("INVALID_NAME", reason="TOO_LONG", maximum=maximum)
    if has_hidden_or_picture(name):
        raise InvalidValue("INVALID_NAME", reason="HIDDEN")
    if not allowed.fullmatch(name):
        raise InvalidValue("INVALID_NAME", reason="CHARACTERS")
    return name


def parse_address(text: str) -> str:
    """
    Read a postal address in either language, on one line: line ends become commas.

    A leading sign that a spreadsheet would take for a formula is refused.

    :raises InvalidValue: ``INVALID_ADDRESS`` with ``reason`` ``BLANK``, ``TOO_LONG``,
        ``CHARACTERS`` or ``FORMULA``.
    """
    lines = (normalise_text(line) for line in re.split(r"\r\n|\r|\n", text))
    address = ", ".join(line.rstrip(",") for line in lines if line)
    if not address:
        raise InvalidValue("INVALID_ADDRESS", reason="BLANK")
    if len(address) > MAXIMUM_ADDRESS:
        raise InvalidValue("INVALID_ADDRESS", reason="TOO_LONG", maximum=MAXIMUM_ADDRESS)
    if has_hidden_or_picture(address):
        raise InvalidValue("INVALID_ADDRESS", reason="CHARACTERS")
    if address.startswith(STARTS_A_FORMULA):
        raise InvalidValue("INVALID_ADDRESS", reason="FORMULA")
    return address
