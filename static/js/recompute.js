// The page that recomputes a draw: collects the files, from this site or from the reader's device,
// hands them to recompute_worker.js, and shows what that reports. It judges nothing itself.

const page = document.querySelector("[data-hos-recompute]");
const find = (name) => page.querySelector(`[data-hos-${name}]`);
const form = find("form");
const texts = JSON.parse(document.getElementById("recompute-texts").textContent);
const language = document.documentElement.lang;
const ANNOUNCE_MS = 10_000;

let worker = null;
let run = 0; // counts up, so that what was stopped or begun anew shows nothing any more
let announcedAt = 0;

class NotCollected extends Error {
  constructor(words, facts = {}) {
    super(words);
    this.facts = facts;
  }
}

// ------------------------------------------------------------------------------------------ texts

function write(words, facts = {}) {
  return (texts[words] ?? words).replace(/\{(\w+)\}/g, (_, key) => writeFact(facts[key]));
}

function writeFact(fact) {
  if (fact?.words) return write(fact.words, fact.facts);
  return typeof fact === "number" ? new Intl.NumberFormat(language).format(fact) : String(fact);
}

function make(tag, className, ...content) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

// What the files hold is shown as code, what the page says as text.
function makeValue(value) {
  const isText = Boolean(value?.words);
  return make(isText ? "span" : "code", isText ? "" : "hos-recompute__value", writeFact(value));
}

// ------------------------------------------------------------------------------------------ files

const SUMS = "SHA256SUMS";
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

// The files that SHA256SUMS names, one by one, as they are published.
async function fetchTranscript(mine) {
  const sums = await fetchFile(SUMS);
  const lines = (await sums.text()).split("\n");
  const names = lines.map((line) => line.slice(66)).filter((name) => NAME.test(name));
  const files = new Map([[SUMS, sums]]);
  for (const [index, name] of names.entries()) {
    if (mine !== run) break;
    showProgress({ stage: "fetching", done: index, total: names.length });
    files.set(name, await fetchFile(name));
  }
  return files;
}

async function fetchFile(name) {
  const { hosFiles, hosQuery } = form.dataset;
  const response = await fetch(`${hosFiles}${name}?${hosQuery}`).catch(() => null);
  if (!response?.ok) throw new NotCollected("not_fetched", { file: name });
  return response.blob();
}

// Files of the reader's own, or the ZIP file that holds them.
async function openChosen(chosen) {
  const files = new Map();
  for (const file of chosen) {
    const inside = (await isZip(file)) ? await unzip(file) : [[file.name, file]];
    for (const [name, blob] of inside) {
      if (files.has(name)) throw new NotCollected("file_twice", { file: name });
      files.set(name, blob);
    }
  }
  if (!files.size) throw new NotCollected("no_files");
  return files;
}

// -------------------------------------------------------------------------------------------- ZIP

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LONGEST_END = 22 + 0xffff; // the end record, and the longest comment
const METHODS = { 0: null, 8: "deflate-raw" };
const LARGEST_FILE_BYTES = 2 ** 31;

const readView = async (blob) => new DataView(await blob.arrayBuffer());

async function isZip(file) {
  return file.size > 22 && (await readView(file.slice(0, 4))).getUint32(0, true) === 0x04034b50;
}

// Reads the central directory at the end of a ZIP file and unpacks what it lists. Its checksums are
// not looked at: SHA256SUMS says more than they do.
async function unzip(file) {
  const tail = await readView(file.slice(Math.max(0, file.size - LONGEST_END)));
  let end = tail.byteLength - 22;
  while (end >= 0 && tail.getUint32(end, true) !== END_SIGNATURE) end -= 1;
  if (end < 0) throw new NotCollected("not_a_zip", { file: file.name });
  const [size, start] = [tail.getUint32(end + 12, true), tail.getUint32(end + 16, true)];
  const directory = await readView(file.slice(start, start + size));
  const files = [];
  for (const entry of listEntries(directory, tail.getUint16(end + 10, true), file.name)) {
    if (!entry.path.endsWith("/"))
      files.push([entry.path.split("/").pop(), await unpack(file, entry)]);
  }
  return files;
}

function* listEntries(view, count, file) {
  let at = 0;
  for (let entry = 0; entry < count; entry++) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== ENTRY_SIGNATURE) {
      throw new NotCollected("not_a_zip", { file });
    }
    const nameLength = view.getUint16(at + 28, true);
    const path = new TextDecoder().decode(new Uint8Array(view.buffer, at + 46, nameLength));
    yield {
      path,
      isEncrypted: Boolean(view.getUint16(at + 8, true) & 1),
      method: view.getUint16(at + 10, true),
      packedSize: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      start: view.getUint32(at + 42, true),
    };
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
}

async function unpack(file, { path, isEncrypted, method, packedSize, size, start }) {
  if (isEncrypted || !(method in METHODS) || size > LARGEST_FILE_BYTES) {
    throw new NotCollected("not_unpacked", { file: path });
  }
  const header = await readView(file.slice(start, start + 30));
  const from = start + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const packed = file.slice(from, from + packedSize);
  if (!METHODS[method]) return packed;
  try {
    const stream = packed.stream().pipeThrough(new DecompressionStream(METHODS[method]));
    return await collect(stream, size);
  } catch {
    throw new NotCollected("not_unpacked", { file: path });
  }
}

// Stops at the size that the ZIP file itself names, so that a bomb does not fill the memory.
async function collect(stream, size) {
  const parts = [];
  let length = 0;
  for (const reader = stream.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > size) throw new RangeError("longer than its ZIP file says");
    parts.push(value);
  }
  return new Blob(parts);
}

// -------------------------------------------------------------------------------------- the report

const TAGS = { pass: "govuk-tag--green", fail: "govuk-tag--red", note: "govuk-tag--grey" };

function makeCheck(kind, check, ...content) {
  const tag = make("strong", `govuk-tag ${TAGS[kind]}`, write(`tag_${kind}`));
  const className = `hos-recompute__check hos-recompute__check--${kind}`;
  const item = make("li", className, tag, make("div", "", ...content));
  item.dataset.check = check;
  return item;
}

function showCheck({ kind, check, facts }) {
  find("checks").append(makeCheck(kind, check, write(check, facts)));
}

function showFailure({ check, file, line, expected, found }) {
  const facts = { file, line: String(line) };
  const place = line ? write("file_and_line", facts) : writeFact(file);
  const values = make("dl", "hos-recompute__values");
  values.append(make("dt", "", write("expected")), make("dd", "", makeValue(expected)));
  values.append(make("dt", "", write("found")), make("dd", "", makeValue(found)));
  addFailure(makeCheck("fail", check, make("strong", "", place), values));
}

// Failures stand by themselves, above all that holds.
function addFailure(item) {
  find("failures").append(item);
  find("failed").hidden = false;
}

function showProgress({ stage, done, total }) {
  const bar = find("bar");
  bar.max = total || 1;
  if (total) bar.value = done;
  else bar.removeAttribute("value");
  const sentence = write(`stage_${stage}`, { done, total });
  find("stage").textContent = sentence;
  if (performance.now() - announcedAt < ANNOUNCE_MS) return;
  announcedAt = performance.now();
  find("announcement").textContent = sentence;
}

function showVerdict({ verdict, unchecked = [], seconds, facts }) {
  const box = find("verdict");
  box.className = `hos-recompute__verdict hos-recompute__verdict--${verdict}`;
  box.dataset.verdict = verdict;
  box.replaceChildren(make("strong", "govuk-heading-m", write(`verdict_${verdict}`)));
  const rounded = Math.max(0.1, Number(seconds.toFixed(seconds < 10 ? 1 : 0)));
  box.append(make("p", "govuk-body", write(`because_${verdict}`, { seconds: rounded, ...facts })));
  if (verdict === "holds") {
    box.append(...unchecked.map((what) => make("p", "govuk-body", writeFact(what))));
  }
  end();
  find("question").hidden = !facts.commitment;
  if (!find("question").hidden && find("number").value) ask();
}

// What kept the work from beginning, in the reader's words.
function showObstacle(error) {
  const [words, facts] =
    error instanceof NotCollected
      ? [error.message, error.facts]
      : ["broken", { reason: String(error) }];
  addFailure(makeCheck("fail", words, write(words, facts)));
  showVerdict({ verdict: "unreadable", seconds: 0, facts: {} });
}

// ---------------------------------------------------------------------------------------- one number

function ask() {
  worker.postMessage({ deed: "describe", number: find("number").value.replace(/\D/g, "") });
}

const say = (words, facts = {}) => ({ words, facts });

function showNumber(answer) {
  const { number } = answer;
  const rows = answer.isKnown
    ? [...listLine(answer), ...listTickets(answer), ...listRank(answer)]
    : [];
  const list = make("dl", "hos-proof");
  for (const [words, ...values] of rows) {
    const terms = values.map((value) => make("dd", "", makeValue(value)));
    list.append(make("dt", "", write(words)), ...terms);
  }
  const unknown = make("p", "govuk-body", write("number_unknown", { number }));
  find("answer").replaceChildren(answer.isKnown ? list : unknown);
}

function* listLine({ line, index, count, leaf, proof }) {
  yield ["line", line];
  yield ["place_in_tree", say("place_in_tree_text", { index: String(index), count })];
  yield ["leaf", leaf];
  if (proof.length) yield ["proof", ...proof];
}

function* listTickets({ tickets, endings }) {
  for (const { ballot, ticket, group } of tickets) {
    yield ["ticket", `${ballot}: ${ticket}`];
    const facts = { ending: ballot.slice(-2), position: group + 1 };
    if (group !== null) yield ["group", say("group_text", facts)];
  }
  if (endings?.length) yield ["endings", endings.join(" ")];
}

function* listRank({ rank, rivals, ballot, category, places = [], addition }) {
  const facts = { rank, rivals, ballot, category: say(`category_${category}`) };
  if (rank !== undefined) yield ["rank", rank ? say("rank_text", facts) : say("rank_none")];
  for (const { file, place } of places) {
    yield ["place", place ? say("place_text", { file, ...place }) : say("place_none", { file })];
  }
  if (addition) yield ["addition", say("addition_text", addition)];
}

// ------------------------------------------------------------------------------------ start and stop

const SHOW = {
  progress: showProgress,
  pass: showCheck,
  note: showCheck,
  fail: showFailure,
  broken: ({ reason }) => showObstacle(new Error(reason)),
  verdict: showVerdict,
  number: showNumber,
};

async function begin() {
  halt();
  const mine = run;
  clear();
  showProgress({ stage: "collecting", done: 0, total: 0 });
  try {
    const isChosen = form.elements.source.value === "device";
    const blobs = await (isChosen ? openChosen(find("chosen").files) : fetchTranscript(mine));
    if (mine === run) start(blobs);
  } catch (error) {
    if (mine === run) showObstacle(error);
  }
}

function halt() {
  run += 1;
  worker?.terminate();
  worker = null;
}

function clear() {
  for (const name of ["checks", "failures", "answer", "verdict"]) find(name).replaceChildren();
  find("verdict").className = "";
  delete find("verdict").dataset.verdict;
  for (const name of ["question", "failed"]) find(name).hidden = true;
  for (const name of ["report", "running"]) find(name).hidden = false;
  find("start").disabled = true;
  announcedAt = 0;
  find("report").scrollIntoView({ block: "start" });
}

function start(blobs) {
  worker = new Worker(form.dataset.hosWorker, { type: "module" });
  worker.addEventListener("message", ({ data }) => SHOW[data.kind](data));
  worker.addEventListener("error", (event) => showObstacle(new Error(event.message || "worker")));
  const commitment = find("commitment").value.replace(/\s/g, "").toLowerCase();
  worker.postMessage({ deed: "recompute", blobs, commitment });
}

function showSource() {
  find("device").hidden = form.elements.source.value !== "device";
}

function end() {
  find("running").hidden = true;
  find("start").disabled = false;
}

if (globalThis.crypto?.subtle && globalThis.Worker) {
  find("needs-script").hidden = true;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    begin();
  });
  form.addEventListener("change", showSource);
  showSource(); // a browser that goes back may have kept the choice
  find("stop").addEventListener("click", () => {
    halt();
    showObstacle(new NotCollected("stopped"));
  });
  find("question").addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
} else {
  find("needs-script").hidden = true;
  find("needs-crypto").hidden = false;
}
