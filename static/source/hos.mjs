/*! Contains GOV.UK Frontend, MIT licence, Copyright (c) 2017 Crown Copyright (Government Digital Service). */
import { Button } from "govuk-frontend/dist/govuk/components/button/button.mjs";
import { Checkboxes } from "govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs";
import { ErrorSummary } from "govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs";
import { NotificationBanner } from "govuk-frontend/dist/govuk/components/notification-banner/notification-banner.mjs";
import { Radios } from "govuk-frontend/dist/govuk/components/radios/radios.mjs";
import { SkipLink } from "govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs";
import { createAll } from "govuk-frontend/dist/govuk/init.mjs";

// The components look for this class; the usual inline script that sets it is refused by our CSP.
document.body.classList.add("js-enabled", "govuk-frontend-supported");

for (const component of [Button, Checkboxes, ErrorSummary, NotificationBanner, Radios, SkipLink]) {
  createAll(component);
}

for (const button of document.querySelectorAll("[data-hos-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Where the browser has no clipboard (a page without HTTPS), the button stays hidden.
for (const button of document.querySelectorAll("[data-hos-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.hosCopy);
    button.textContent = button.dataset.hosCopied;
  });
}

// The browser asks to send a page's answers again, or shows an error of its own, when somebody reloads
// it or comes back to it. Where nothing is lost by that, it is opened anew, as if by a link.
if (document.querySelector("[data-hos-reopen]")) {
  history.replaceState(history.state, "");
}
