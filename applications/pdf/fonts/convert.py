"""
Make the two weights of HOS Sans HK from the Noto Sans CJK collections. README.md gives the recipe.

Usage: python convert.py COLLECTION.ttc OUTPUT.ttf   (needs fontTools; the project itself does not)
"""

# mypy: disable-error-code="import-not-found"

import sys
from pathlib import Path
from typing import Any

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont, newTable

SOURCE_FAMILY = "Noto Sans CJK HK"
FAMILY = "HOS Sans HK"
WEIGHTS = {400: "Regular", 700: "Bold"}
LARGEST_CURVE_ERROR = 1.5  # thousandths of an em
MAP_TABLES_THAT_REPORTLAB_READS = {(3, 1), (3, 10)}

WHOLE_BLOCKS = (
    range(0x0020, 0x0300),  # Latin
    range(0x2000, 0x2070),  # general punctuation
    range(0x20A0, 0x20D0),  # currency
    range(0x2100, 0x2300),  # letter-like, number forms, arrows, mathematics
    range(0x2460, 0x2700),  # enclosed figures, box drawing, shapes
    range(0x2FF0, 0x3130),  # CJK punctuation, kana, bopomofo
    range(0x31A0, 0x31F0),  # bopomofo for Cantonese and others, strokes
    range(0x4E00, 0xA000),  # every unified ideograph of the first block
    range(0xF900, 0xFB00),  # compatibility ideographs
    range(0xFE30, 0xFE50),  # vertical forms
    range(0xFF00, 0xFFF0),  # full-width forms
    range(0xFFFD, 0xFFFE),  # replacement character
    range(0x20000, 0x30000),  # every supplementary ideograph that the face has
)
# Extension A is large and mostly unused here: only its characters of HKSCS are kept. Python's
# codec stops at HKSCS-2004; HKSCS-2008 added these twelve and HKSCS-2016 none.
EXTENSION_A_SINCE_HKSCS_2008 = {
    0x34E6, 0x3875, 0x3AF5, 0x3EEC, 0x40B4, 0x4131,
    0x4181, 0x430A, 0x44E1, 0x46AE, 0x492F, 0x4930,
}  # fmt: skip


def is_wanted(code: int) -> bool:
    return (
        any(code in block for block in WHOLE_BLOCKS)
        or code in EXTENSION_A_SINCE_HKSCS_2008
        or is_in_big5_hkscs(code)
    )


def is_in_big5_hkscs(code: int) -> bool:
    try:
        chr(code).encode("big5hkscs")
    except UnicodeEncodeError:
        return False
    return True


def open_face(collection_path: Path) -> TTFont:
    for face in TTCollection(collection_path, lazy=True).fonts:
        if face["name"].getDebugName(1) == SOURCE_FAMILY:
            return face
    raise SystemExit(f"{collection_path} holds no face of the family {SOURCE_FAMILY}")


def keep_wanted_characters(font: TTFont) -> None:
    options = Options()
    options.layout_features = []
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "DSIG"]
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for code in font.getBestCmap() if is_wanted(code)])
    subsetter.subset(font)


def convert_outlines(font: TTFont) -> None:
    """Replace the cubic outlines of the CFF table by quadratic ones."""
    order, glyphs = font.getGlyphOrder(), font.getGlyphSet()
    outlines = newTable("glyf")
    outlines.glyphOrder = order
    outlines.glyphs = {name: to_quadratic(glyphs, name) for name in order}
    font["glyf"], font["loca"] = outlines, newTable("loca")
    maximum = newTable("maxp")
    maximum.tableVersion = 0x00010000
    maximum.numGlyphs = len(order)
    for field in (
        "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs",
        "maxStackElements", "maxSizeOfInstructions", "maxComponentElements",
    ):  # fmt: skip
        setattr(maximum, field, 0)
    maximum.maxZones = 1
    font["maxp"] = maximum
    del font["CFF "]
    font.sfntVersion = "\000\001\000\000"


def to_quadratic(glyphs: Any, name: str) -> Any:
    pen = TTGlyphPen(glyphs)
    glyphs[name].draw(Cu2QuPen(pen, LARGEST_CURVE_ERROR, reverse_direction=True))
    return pen.glyph()


def rename(font: TTFont) -> None:
    """Give the modified font its own name; the copyright and licence entries stay."""
    weight = WEIGHTS[font["OS/2"].usWeightClass]
    postscript_name = f"{FAMILY.replace(' ', '')}-{weight}"
    names = font["name"]
    names.names = [n for n in names.names if n.nameID in {0, 5, 8, 9, 10, 12, 13, 14}]
    names.names = [n for n in names.names if (n.platformID, n.langID) == (3, 0x409)]
    full_name = FAMILY if weight == "Regular" else f"{FAMILY} {weight}"
    for number, text in {
        1: FAMILY, 2: weight, 3: f"{postscript_name};from {SOURCE_FAMILY} 2.004",
        4: full_name, 6: postscript_name,
    }.items():  # fmt: skip
        names.setName(text, number, 3, 1, 0x409)
    font["OS/2"].achVendID = "    "
    font["post"].formatType = 3.0


def convert(collection_path: Path, output_path: Path) -> None:
    font = open_face(collection_path)
    font.recalcTimestamp = False  # the same collection gives the same bytes
    keep_wanted_characters(font)
    convert_outlines(font)
    rename(font)
    font["cmap"].tables = [
        table
        for table in font["cmap"].tables
        if (table.platformID, table.platEncID) in MAP_TABLES_THAT_REPORTLAB_READS
    ]
    font.save(output_path)


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
