"""The hands of somebody who applies: with a mouse or a finger, or with the keyboard alone."""

from tests.browser.inspections import measure

MOST_STOPS = 80  # on one page; more is a trap or a page that nobody gets through


class Pointer:
    """Points and types; works without JavaScript too."""

    def __init__(self, page):
        self.page = page

    def arrive(self):
        """Look at a page that has just been opened."""

    def follow(self, selector):
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        self.arrive()

    def fill(self, name, text):
        self.page.fill(f"[name={name}]", text)

    def choose(self, name, value):
        self.page.check(f"[name={name}][value='{value}']")

    def pick(self, name, text):
        self.page.select_option(f"[name={name}]", label=text)

    def tick(self, name):
        self.page.check(f"[name={name}]")


class Keyboard(Pointer):
    """
    Tab, Shift-Tab, Space, Enter and the arrows; and looks at every stop where the focus is.

    On arrival every page is walked through once, from its beginning to its end and a step back.
    """

    def arrive(self):
        measure(self.page, "rememberLooks")
        self.walk_through()

    def press(self, key):
        self.page.keyboard.press(key)

    def walk_through(self):
        """See that Tab leads once past everything, downwards, then out; and Shift-Tab back in."""
        self.page.focus(".govuk-skip-link")
        stops = []
        while (stop := self.find_stop()) not in {-1, *stops} and len(stops) < MOST_STOPS:
            stops.append(stop)
            self.look()
            self.press("Tab")
        assert stops == sorted(stops), f"{self.page.url}: the focus jumps back, {stops}"
        expected = measure(self.page, "countStops")
        assert len(stops) == expected, f"{self.page.url}: Tab comes past {stops} of {expected}"
        self.press("Shift+Tab")
        if self.find_stop() == -1:  # from the browser's own bar to the page as a whole
            self.press("Shift+Tab")
        back = self.find_stop()
        assert back == stops[-1], f"{self.page.url}: Shift-Tab leads to {back}, not back in {stops}"

    def find_stop(self):
        return measure(self.page, "findStop")

    def look(self):
        assert measure(self.page, "findFocusFaults") == [], self.page.url

    def reach(self, selector):
        """Press Tab until the focus is on what is wanted."""
        for _ in range(MOST_STOPS):
            if self.page.evaluate(f"document.activeElement.matches({selector!r})"):
                return
            self.press("Tab")
        raise AssertionError(f"{self.page.url}: the keyboard does not reach {selector}")

    def follow(self, selector):
        self.reach(selector)
        with self.page.expect_navigation():
            self.press("Enter")
        self.arrive()

    def fill(self, name, text):
        self.reach(f"[name={name}]")
        self.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def choose(self, name, value):
        self.reach(f"[name={name}]")
        wanted = f"[name={name}][value='{value}']:checked"
        self.press("Space")
        for _ in range(self.page.locator(f"[name={name}]").count()):
            if self.page.locator(wanted).count():
                return
            self.press("ArrowDown")
        raise AssertionError(f"{self.page.url}: the arrows do not choose {wanted}")

    def pick(self, name, text):
        self.reach(f"[name={name}]")
        self.page.keyboard.type(text)

    def tick(self, name):
        self.reach(f"[name={name}]")
        self.press("Space")
