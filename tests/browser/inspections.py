"""
What a page is inspected for, by axe and by measuring it: WCAG 2.2 AA in a real browser.

Everything is brought into the page in one place here. The scripts go past the page's security
policy, as the developer tools do; the policy itself stays on and is watched.
"""

from functools import cache
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
ZOOMED = {"width": 320, "height": 256}  # a screen of 1280 by 1024 at 400 %
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What depends on the width of the screen; everything else axe has seen on the phone.
RULES_OF_LAYOUT = ["color-contrast", "target-size", "scrollable-region-focusable"]


@cache
def read_scripts():
    own = Path(__file__).with_name("inspections.js").read_text(encoding="utf-8")
    return f"{AXE_SCRIPT}\n{own}"


def ask(page, question, *values):
    """Ask something of the page, into which axe and our inspections are brought when needed."""
    answer = page.evaluate(f"value => window.hosInspections && ({question})", *values)
    if answer is None:
        page.evaluate(read_scripts())
        answer = page.evaluate(f"value => {question}", *values)
    return answer


def find_violations(page, *, rules=None):
    """Give what axe objects to: the rule and the first place."""
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": AXE_TAGS}
    # Without preloading: the rules here read no style sheet's text, only what it makes of the page.
    options = {"resultTypes": ["violations"], "runOnly": only, "preload": False}
    found = ask(page, "axe.run(value).then(results => results.violations)", options)
    return [f"axe {fault['id']}: {fault['nodes'][0]['html']}" for fault in found]


def measure(page, inspection):
    """Give what one of our own inspections finds."""
    return ask(page, f"hosInspections.{inspection}() ?? []")


def inspect_at_every_size(page):
    """Axe on a phone and at a desk; then at 400 %, where nothing may be cut or beside the page."""
    page.set_viewport_size(PHONE)
    yield from find_violations(page)
    yield from measure(page, "findOverflow")
    yield from measure(page, "findSmallTargets")
    yield from measure(page, "findSilentChanges")
    page.set_viewport_size(DESK)
    yield from find_violations(page, rules=RULES_OF_LAYOUT)
    yield from measure(page, "findOverflow")
    page.set_viewport_size(ZOOMED)
    yield from inspect_zoomed(page)
    page.set_viewport_size(PHONE)


def inspect_zoomed(page):
    """Reflow, and again with the text spaced out as WCAG 1.4.12 says."""
    for prepare in (None, "spaceTextOut"):
        if prepare:
            measure(page, prepare)
        for inspection in ("findOverflow", "findCutText"):
            yield from (
                f"at 400 % ({prepare or 'plain'}), {fault}" for fault in measure(page, inspection)
            )
    measure(page, "putTextBack")


def inspect_in_every_mode(page):
    """What the system may ask of a page: no motion, other colours, more contrast."""
    page.keyboard.press("Tab")  # from here on the browser shows the focus as to a keyboard
    page.evaluate("document.activeElement.blur()")
    yield from measure(page, "findHiddenFocus")
    page.emulate_media(reduced_motion="reduce", contrast="more")
    yield from measure(page, "findMotion")
    yield from find_violations(page, rules=["color-contrast-enhanced"])
    page.emulate_media(
        reduced_motion="no-preference", contrast="no-preference", forced_colors="active"
    )
    yield from measure(page, "findUnseenInForcedColours")
    page.emulate_media(forced_colors="none")
