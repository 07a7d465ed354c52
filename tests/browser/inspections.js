// What the tests measure in a page, for which axe has no rule. Every function returns a list of
// faults, as texts; an empty one is good. Loaded by inspections.py after axe itself.
window.hosInspections = (() => {
  const INTERACTIVE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const describe = (element) => {
    const text = (element.textContent || element.value || "").trim().replace(/\s+/g, " ");
    return `${element.tagName.toLowerCase()}.${element.className || element.id}: ${text.slice(0, 60)}`;
  };
  const takesTab = (element) => element.tabIndex >= 0 && !element.disabled;
  const isSeen = (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    !element.closest(".govuk-visually-hidden, .govuk-skip-link");
  const list = (selector) => [...document.querySelectorAll(selector)].filter(isSeen);
  const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
  const isInScroller = (element) => {
    for (let above = element; above; above = above.parentElement) if (scrolls(above)) return true;
    return false;
  };

  // WCAG 1.4.10: nothing beside the page, but for tables that scroll inside themselves.
  function findOverflow() {
    const faults = list("body *")
      .filter((element) => !isInScroller(element) && element.getBoundingClientRect().right > innerWidth + 1)
      .map((element) => `beside the page: ${describe(element)}`);
    const excess = document.documentElement.scrollWidth - innerWidth;
    return excess > 0 ? [`the page is ${excess} px too wide`, ...faults] : faults;
  }

  // WCAG 1.4.4, 1.4.10 and 1.4.12: no text is cut off by its box or runs out of it.
  function findCutText() {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const faults = [];
    while (walker.nextNode()) {
      const text = walker.currentNode;
      const parent = text.parentElement;
      if (!text.data.trim() || !isSeen(parent) || parent.closest("svg, option")) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const shown = range.getBoundingClientRect();
      for (let box = parent; box !== document.body && !scrolls(box); box = box.parentElement) {
        const style = getComputedStyle(box);
        if (style.display === "inline") continue;
        const edge = box.getBoundingClientRect();
        const runsOut = shown.right > edge.right + 1 || shown.left < edge.left - 1;
        const isCut = style.overflowY !== "visible" && shown.bottom > edge.bottom + 2;
        if (runsOut) faults.push(`runs out across: ${describe(box)}`);
        if (isCut) faults.push(`cut off below: ${describe(box)}`);
        if (runsOut || isCut || style.position === "absolute" || style.position === "fixed") break;
      }
    }
    return [...new Set(faults)];
  }

  // WCAG 1.4.12, through the object model, because the page's policy refuses a style of ours.
  function spaceTextOut() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
      p { margin-bottom: 2em !important; }
    `);
    document.adoptedStyleSheets = [sheet];
  }
  const putTextBack = () => { document.adoptedStyleSheets = []; };

  // What moves although its reader has asked that nothing move.
  function findMotion() {
    const seconds = (times) => Math.max(...times.split(",").map(parseFloat));
    return list("body *").flatMap((element) =>
      [null, "::before", "::after"]
        .map((part) => getComputedStyle(element, part))
        .filter((style) => seconds(style.transitionDuration) > 0.01 || (style.animationName !== "none" && seconds(style.animationDuration) > 0.01))
        .map(() => `moves: ${describe(element)}`),
    );
  }

  const look = (element) => {
    const style = getComputedStyle(element);
    const label = element.matches("[type=radio], [type=checkbox]") && getComputedStyle(element.nextElementSibling, "::before");
    return [style, label].filter(Boolean).map((part) => [
      part.outlineStyle, part.outlineWidth, part.outlineColor, part.boxShadow, part.borderColor, part.borderWidth, part.backgroundColor,
    ]).join("|");
  };
  const looks = new WeakMap();
  const listStops = () => [...document.querySelectorAll(INTERACTIVE)].filter((element) => element.checkVisibility() && takesTab(element));

  // How everything looks without the focus; before anybody walks through the page.
  function rememberLooks() {
    for (const element of listStops()) if (element !== document.activeElement) looks.set(element, look(element));
  }

  // WCAG 2.4.7 and 2.4.11: where the focus is can be seen, and nothing lies over it.
  function findFocusFaults() {
    const element = document.activeElement;
    const box = element.getBoundingClientRect();
    const shown = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height, innerHeight) / 2);
    const faults = [];
    if (looks.has(element) && look(element) === looks.get(element)) faults.push(`focus cannot be seen: ${describe(element)}`);
    if (!shown || !(element.contains(shown) || shown.contains(element) && shown !== document.body)) faults.push(`lies under something or out of sight: ${describe(element)}`);
    return faults;
  }

  // The same for every stop of the page at once, as far as it can be told without walking.
  function findHiddenFocus() {
    rememberLooks();
    const faults = listStops().flatMap((element) => {
      element.focus({ preventScroll: true });
      return document.activeElement === element && look(element) === looks.get(element) ? [`focus cannot be seen: ${describe(element)}`] : [];
    });
    document.activeElement.blur();
    return faults;
  }

  // Where the focus is among everything that can take it; -1 on nothing.
  const findStop = () => listStops().indexOf(document.activeElement);
  // A group of radio buttons is one stop.
  function countStops() {
    const names = listStops().map((element) => (element.type === "radio" ? element.name : Symbol("own")));
    return new Set(names).size;
  }

  // In forced colours shadows and backgrounds are gone: an outline must tell the focus, a border the control.
  function findUnseenInForcedColours() {
    const hasOutline = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const hasBorder = (style) => style.borderStyle !== "none" && parseFloat(style.borderTopWidth) + parseFloat(style.borderBottomWidth) > 0;
    const getShown = (element) =>
      element.matches("[type=radio], [type=checkbox]") && getComputedStyle(element).opacity === "0"
        ? getComputedStyle(element.nextElementSibling, "::before")
        : getComputedStyle(element);
    const faults = [];
    for (const element of listStops()) {
      element.focus({ preventScroll: true });
      if (document.activeElement === element && !hasOutline(getShown(element))) faults.push(`no outline in forced colours: ${describe(element)}`);
      document.activeElement.blur();
      const isControl = element.matches(".govuk-button, input, select, textarea");
      if (isControl && !hasBorder(getShown(element))) faults.push(`no border in forced colours: ${describe(element)}`);
    }
    return faults;
  }

  // WCAG 2.5.8: 24 by 24 pixels, but for links within a sentence. A radio's label is its target too.
  function findSmallTargets() {
    const isInSentence = (element) =>
      getComputedStyle(element).display === "inline" &&
      element.closest("p, li, dd, dt, td, th, div, span")?.textContent.trim() !== element.textContent.trim();
    return list(INTERACTIVE)
      .filter((element) => !isInSentence(element))
      .map((element) => [element, element.getBoundingClientRect()])
      .filter(([, box]) => box.width < 24 || box.height < 24)
      .map(([element, box]) => `${Math.round(box.width)}×${Math.round(box.height)} px: ${describe(element)}`);
  }

  // Wrong answers are tied to what is said of them, for somebody who hears the page.
  function findUnannouncedErrors() {
    const faults = [];
    const summary = document.querySelector(".govuk-error-summary[data-module]");
    if (!document.title.match(/^(Error:|錯誤)/)) faults.push(`the title does not begin with the error: ${document.title}`);
    if (!summary?.querySelector("[role=alert]")) faults.push("no summary is read out");
    if (document.activeElement !== summary) faults.push(`the focus is on ${describe(document.activeElement)}`);
    for (const link of summary?.querySelectorAll("a") ?? []) {
      const field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (!field) { faults.push(`leads nowhere: ${describe(link)}`); continue; }
      const group = field.closest("fieldset") ?? field;
      const said = `${field.getAttribute("aria-describedby") ?? ""} ${group.getAttribute("aria-describedby") ?? ""}`;
      const tells = said.split(" ").some((id) => id && document.getElementById(id)?.matches(".govuk-error-message"));
      if (!tells) faults.push(`not described by its error: ${describe(link)}`);
      if (field.getAttribute("aria-invalid") !== "true" && group.getAttribute("aria-invalid") !== "true") faults.push(`not marked as invalid: ${describe(link)}`);
    }
    return faults;
  }

  // What htmx puts into the page while somebody types is read out to those who do not see it.
  function findSilentChanges() {
    return [...document.querySelectorAll("[hx-target]")]
      .filter((source) => !document.querySelector(source.getAttribute("hx-target"))?.closest("[aria-live], [role=status], [role=alert]"))
      .map((source) => `changes the page without a word: ${describe(source)}`);
  }

  return {
    findSilentChanges, findOverflow, findCutText, spaceTextOut, putTextBack, findMotion, findHiddenFocus, rememberLooks, findFocusFaults, findStop, countStops,
    findUnseenInForcedColours, findSmallTargets, findUnannouncedErrors,
  };
})();
