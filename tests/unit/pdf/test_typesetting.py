from io import BytesIO

import pytest
from pypdf import PdfReader

from applications.pdf.layout import Bilingual, PageFrame, render_document
from applications.pdf.plain_text import PlainText
from applications.pdf.typesetting import (
    FONT_DIRECTORY,
    MISSING_GLYPH_MARK,
    find_missing_glyphs,
    make_style,
    to_unicode_map,
)

STYLE = make_style("test", size=10)
FRAME = PageFrame(Bilingual("標題", "Heading"), "reference", "zh-hant", False)

# Of HKSCS-2016 but not in Python's codec: what HKSCS-2008 added in Extension A and elsewhere.
ADDED_BY_HKSCS_2008 = "㓦㡵㫵㻬䂴䄱䆁䌊䓡䚮䤯䤰鿇鿈鿉鿊鿋𠪊𡵓𢒼𪷿"


def ideographs_of(codec):
    for code in range(0x3400, 0x30000):
        try:
            chr(code).encode(codec)
        except UnicodeEncodeError:
            continue
        if 0x3400 <= code < 0xA000 or 0xF900 <= code < 0xFB00 or code >= 0x20000:
            yield chr(code)


def extract(text):
    document = render_document([PlainText(text, STYLE)], title="t", author="a", frame=FRAME)
    return PdfReader(BytesIO(document)).pages[0].extract_text()


@pytest.mark.parametrize("codec", ["big5", "big5hkscs"])
def test_every_ideograph_of_big5_and_hkscs_has_a_glyph(codec):
    characters = "".join(ideographs_of(codec))
    assert len(characters) > 13_000
    assert find_missing_glyphs(characters) == ()


def test_what_hkscs_2008_added_has_a_glyph():
    assert find_missing_glyphs(ADDED_BY_HKSCS_2008) == ()


@pytest.mark.parametrize("character", ["𨋢", "𠮷", "陳", "é", "（", "Ａ"])
def test_a_character_can_be_copied_from_the_document(character):
    assert f"甲{character}乙" in extract(f"甲{character}乙")


def test_more_characters_than_one_font_subset_holds_can_all_be_copied():
    text = "".join(chr(code) for code in range(0x4E00, 0x4E00 + 600))
    assert text in extract(text).replace("\n", "")


def test_a_block_of_the_unicode_map_holds_at_most_a_hundred_entries():
    lines = to_unicode_map("F", range(256)).splitlines()
    counts = [int(line.split()[0]) for line in lines if line.endswith("beginbfchar")]
    assert counts == [100, 100, 55]


def test_a_supplementary_character_is_written_as_two_units_of_utf_16():
    # ISO 32000-1, 9.10.3; U+282E2 is D860 DEE2.
    assert "<01> <D860DEE2>" in to_unicode_map("F", [0, 0x282E2])


@pytest.mark.parametrize("character", ["𫬷", "🙂", "\x07", "\u200b", "\ud800", "ก"])
def test_a_missing_glyph_is_found_and_printed_as_a_mark(character):
    text = f"甲{character}乙"
    assert find_missing_glyphs(text) == (character,)
    assert f"甲{MISSING_GLYPH_MARK}乙" in extract(text)


def test_missing_glyphs_are_named_once_and_in_order():
    assert find_missing_glyphs("🙂𫬷🙂陳") == ("🙂", "𫬷")


def test_the_typeface_keeps_its_licence_and_leaves_reserved_names_alone():
    assert "SIL OPEN FONT LICENSE" in (FONT_DIRECTORY / "OFL.txt").read_text()
    for path in FONT_DIRECTORY.glob("*.ttf"):
        assert path.name.startswith("HOSSansHK-")
        assert path.stat().st_size < 8_000_000
