// Access keys, the same in every browser: Alt and the letter, whatever it types or opens elsewhere.
// Without this file the browser's own combination works.

const targets = new Map();

for (const element of document.querySelectorAll("[accesskey]")) {
  const letter = element.accessKey.toUpperCase();
  targets.set(`Key${letter}`, element);
  element.removeAttribute("accesskey");
  element.setAttribute("aria-keyshortcuts", `Alt+${letter}`);
}

document.addEventListener("keydown", (event) => {
  const target = targets.get(event.code);
  if (!target || !event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
  event.preventDefault();
  target.click();
});
