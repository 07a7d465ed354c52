// The counts page: figures change in place, so that nothing one has opened, selected or scrolled to
// is lost; they rest while the tab is hidden or held still, and are read out at most twice a minute.

const QUIET_MS = 30_000;

const figures = document.querySelector("[data-hos-figures]");
const announcement = document.querySelector("[data-hos-announcement]");
const pause = document.querySelector("[data-hos-pause]");
let isHeld = false;
let announcedAt = performance.now();
let announcedTotal = "";

function isAlike(node, fresh) {
  return node.nodeName === fresh.nodeName && node.childNodes.length === fresh.childNodes.length;
}

// Both come from the same template: only texts and lengths of bars differ.
function update(node, fresh) {
  if (!isAlike(node, fresh)) {
    node.replaceWith(fresh.cloneNode(true));
  } else if (node.nodeType === Node.TEXT_NODE) {
    if (node.data !== fresh.data) node.data = fresh.data;
  } else {
    for (const name of ["width", "data-total", "data-sentence"]) {
      const value = fresh.getAttribute?.(name);
      if (value && value !== node.getAttribute(name)) node.setAttribute(name, value);
    }
    [...node.childNodes].forEach((child, place) => update(child, fresh.childNodes[place]));
  }
}

function announce() {
  const { sentence, total } = figures.querySelector("[data-sentence]").dataset;
  if (total === announcedTotal || performance.now() - announcedAt < QUIET_MS) return;
  announcement.textContent = sentence;
  announcedTotal = total;
  announcedAt = performance.now();
}

figures.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden || isHeld) event.preventDefault();
});

figures.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 401) location.reload(); // signed out elsewhere: to the log-in
  if (event.detail.xhr.status !== 200) return;
  event.detail.shouldSwap = false;
  const fresh = document.createElement("div");
  fresh.innerHTML = event.detail.xhr.responseText;
  update(figures.firstElementChild, fresh.firstElementChild);
  announce();
});

document.addEventListener("visibilitychange", () => window.htmx.trigger(figures, "refresh"));

pause.hidden = false;
pause.addEventListener("click", () => {
  isHeld = !isHeld;
  pause.setAttribute("aria-pressed", String(isHeld));
  if (!isHeld) window.htmx.trigger(figures, "refresh");
});

for (const button of document.querySelectorAll("[data-hos-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.hosCopy).textContent);
    announcement.textContent = button.dataset.done;
  });
}
