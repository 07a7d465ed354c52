"""The inspections find what they are for; else a page without faults would prove nothing."""

import pytest

from tests.browser.inspections import (
    DESK,
    PHONE,
    ZOOMED,
    find_violations,
    inspect_zoomed,
    measure,
)

pytestmark = pytest.mark.browser

WORD = "Wohnungseigentümerversammlungsprotokoll"


@pytest.fixture
def show(page):
    """Show a page of these words and styles."""

    def put(body, style="", title="A page", screen=PHONE):
        page.set_viewport_size(screen)
        head = f"<title>{title}</title><style>{style}</style>"
        page.set_content(
            f"<!doctype html><html lang=en><head>{head}</head><body>{body}</body></html>"
        )

    return put


@pytest.mark.parametrize(
    ("inspection", "body", "style", "words"),
    [
        pytest.param(
            "findOverflow", "<p>wide</p>", "p { width: 900px }", "too wide", id="beside the page"
        ),
        pytest.param(
            "findCutText",
            f"<p>{WORD}</p>",
            "p { width: 40px }",
            "runs out",
            id="a word wider than its box",
        ),
        pytest.param(
            "findCutText",
            "<p>one<br>two<br>three</p>",
            "p { height: 20px; overflow: hidden }",
            "cut off",
            id="lines below the edge of a box",
        ),
        pytest.param(
            "findSmallTargets",
            "<button>x</button>",
            "button { width: 20px; height: 20px; padding: 0 }",
            "20×20",
            id="a small button",
        ),
        pytest.param(
            "findMotion", "<p>slow</p>", "p { transition: all 1s }", "moves", id="a transition"
        ),
        pytest.param(
            "findMotion",
            "<p>turns</p>",
            "p::after { content: 'x'; animation: turn 1s } @keyframes turn { to { opacity: 0 } }",
            "moves",
            id="an animation of what stands behind",
        ),
        pytest.param(
            "findHiddenFocus",
            "<a href='#x'>link</a>",
            "a:focus { outline: none }",
            "focus cannot be seen",
            id="a link without an outline",
        ),
        pytest.param(
            "findUnseenInForcedColours",
            "<button>x</button>",
            "button:focus { outline: none; box-shadow: 0 0 0 3px red }",
            "no outline",
            id="a shadow in place of an outline",
        ),
        pytest.param(
            "findSilentChanges",
            "<div hx-target='#sum'></div><div id=sum></div>",
            "",
            "without a word",
            id="a sum that changes in silence",
        ),
        pytest.param(
            "findUnannouncedErrors",
            "<p class=govuk-error-summary data-module=x><a href='#box'>no</a></p><input id=box>",
            "",
            "not described",
            id="an error that the box does not know",
        ),
    ],
)
def test_a_fault_is_found(show, page, inspection, body, style, words):
    show(body, style)
    page.keyboard.press("Tab")
    page.evaluate("document.activeElement.blur()")
    assert words in "\n".join(measure(page, inspection))


def test_text_that_is_cut_only_when_it_is_spaced_out_is_found(show, page):
    style = "p { width: 5.2em; height: 1.2em; overflow: hidden; font: 16px/1.2 monospace }"
    show("<p>eight or</p>", style, screen=ZOOMED)
    found = list(inspect_zoomed(page))
    assert found
    assert all("spaceTextOut" in fault for fault in found)


def test_what_lies_over_the_focus_is_found(show, page):
    cover = "<div style='position: fixed; inset: 0; background: white'></div>"
    show(f"<a href='#x'>link</a>{cover}", screen=DESK)
    measure(page, "rememberLooks")
    page.keyboard.press("Tab")
    assert "lies under" in "\n".join(measure(page, "findFocusFaults"))


def test_axe_objects_to_what_is_faint_small_or_without_a_name(show, page):
    style = "p { color: #ccc } a { display: block; width: 10px; height: 10px; overflow: hidden }"
    links = "<a href='#x'>a</a><a href='#y'>b</a>"
    show(f"<main><h1>Page</h1><p>faint</p><input>{links}</main>", style)
    found = {fault.partition(":")[0] for fault in find_violations(page)}
    assert found >= {"axe color-contrast", "axe target-size", "axe label"}
