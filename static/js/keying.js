// The keying page: a member's row without asking the server, and the cursor where the clerk goes on.
// Without this file both are done by the server.

const rows = document.getElementById("member-rows");
const total = document.getElementById("id_members-TOTAL_FORMS");
const add = document.querySelector("[data-hos-add-member]");

add.addEventListener("click", (event) => {
  const index = Number(total.value);
  if (index >= Number(add.dataset.most)) return; // the server keeps what was typed and adds no more
  event.preventDefault();
  const row = document.getElementById("member-row").innerHTML;
  rows.insertAdjacentHTML(
    "beforeend",
    row.replaceAll("__prefix__", index).replaceAll("__number__", index + 1),
  );
  total.value = index + 1;
  window.htmx.process(rows.lastElementChild);
  rows.lastElementChild.querySelector("select, input").focus();
});

// After the error summary has taken the focus: the first box that is wrong, or where to go on.
// A clerk who is typing already, on a slow line, is left where she is.
if (!document.activeElement.matches("input, select, textarea")) {
  document.querySelector("form#keying :is([aria-invalid=true], [autofocus])")?.focus();
}
