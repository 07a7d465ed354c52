"""
The typeface of every PDF, with three repairs to reportlab's TrueType fonts.

Characters outside the basic plane can be copied and searched, a character without a glyph is
printed as 〓 where reportlab would print nothing, and both can be asked about beforehand.
"""

import threading
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from reportlab.lib.fonts import addMapping
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "HOSSansHK-Regular"
BOLD = "HOSSansHK-Bold"
FONT_DIRECTORY = Path(__file__).parent / "fonts"

MISSING_GLYPH_MARK = "〓"  # U+3013, what East Asian printers set for a sort they do not have
LARGEST_MAP_BLOCK = 100  # entries; PDF readers may ignore what exceeds it (Adobe note 5014)

# A font's file pointer and its state are shared by all documents: one is set at a time.
typesetting_lock = threading.RLock()


class _VisibleCharacters(dict[int, str]):
    """A table for ``str.translate`` that fills itself: what has no glyph becomes 〓."""

    def __init__(self, glyphs: dict[int, int]) -> None:
        super().__init__()
        self._glyphs = glyphs

    def __missing__(self, code: int) -> str:
        self[code] = chr(code) if code in self._glyphs else MISSING_GLYPH_MARK
        return self[code]


class HongKongFont(TTFont):  # type: ignore[misc]  # reportlab carries no types
    """A TrueType font whose text is never lost, neither to the eye nor to the clipboard."""

    def __init__(self, name: str, path: Path) -> None:
        super().__init__(name, str(path))
        self._visible = _VisibleCharacters(self.face.charToGlyph)

    def stringWidth(self, text: str, size: float, encoding: str = "utf8") -> float:
        return float(super().stringWidth(text.translate(self._visible), size, encoding))

    def splitString(self, text: str, doc: Any, encoding: str = "utf-8") -> list[tuple[int, bytes]]:
        return list(super().splitString(text.translate(self._visible), doc, encoding))

    def addObjects(self, doc: Any) -> None:
        state = self.state[doc]
        super().addObjects(doc)
        fonts = doc.idToObject["BasicFonts"].dict
        for number, subset in enumerate(state.subsets):
            font = fonts[f"{state.internalName}+{number}"]
            doc.idToObject[font.ToUnicode.name].content = to_unicode_map(font.BaseFont, subset)


def to_unicode_map(font_name: str, subset: Sequence[int]) -> str:
    """
    Write the table by which a PDF reader turns the bytes of one font subset into text.

    :param subset: the code point of each byte from 0 on; 0 where a byte is not used.
    Source: ISO 32000-1, 9.10.3: values are UTF-16BE, so two units beyond the basic plane.
    """
    entries = [f"<{byte:02X}> <{_utf16_hex(code)}>" for byte, code in enumerate(subset) if code]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            f"/CMapName /{font_name} def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<00> <FF>",
            "endcodespacerange",
            *_map_blocks(entries),
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
    )


def _utf16_hex(code: int) -> str:
    return chr(code).encode("utf-16-be").hex().upper()


def _map_blocks(entries: list[str]) -> Iterator[str]:
    for start in range(0, len(entries), LARGEST_MAP_BLOCK):
        block = entries[start : start + LARGEST_MAP_BLOCK]
        yield f"{len(block)} beginbfchar"
        yield from block
        yield "endbfchar"


@cache
def _load_typeface() -> dict[str, HongKongFont]:
    fonts = {name: HongKongFont(name, FONT_DIRECTORY / f"{name}.ttf") for name in (REGULAR, BOLD)}
    for name, font in fonts.items():
        pdfmetrics.registerFont(font)
        for is_bold in (0, 1):
            addMapping(name, is_bold, 0, BOLD if is_bold else name)
            addMapping(name, is_bold, 1, BOLD if is_bold else name)
    return fonts


def register_typeface() -> None:
    """Make both weights known to reportlab. Only the first call in a process reads the files."""
    with typesetting_lock:
        _load_typeface()


def find_missing_glyphs(text: str) -> tuple[str, ...]:
    """List the characters of a text that the typeface cannot print, each once, in order."""
    with typesetting_lock:
        glyphs = _load_typeface()[REGULAR].face.charToGlyph
    return tuple(dict.fromkeys(c for c in text if ord(c) not in glyphs))


def make_style(
    name: str, *, size: float, leading: float | None = None, bold: bool = False, **settings: Any
) -> ParagraphStyle:
    """
    Make a paragraph style for text in either language; the line breaker of PlainText serves both.

    :param size: in points; ``leading`` likewise, by default what Chinese needs to breathe.
    """
    return ParagraphStyle(
        name,
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=leading or round(size * 1.45, 1),
        wordWrap="CJK",
        **settings,
    )
