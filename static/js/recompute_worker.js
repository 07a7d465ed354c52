// Recomputes a WSM-BALLOT/1 draw from its transcript, inside the reader's own browser.
//
// It follows lottery/ballot/README.md and shares no code with the software that made the draw, nor
// with verify_ballot.py. It uses no library: SHA-256 and HMAC are the browser's own (Web Crypto).
// It is one file, to be read from top to bottom: words, bytes, lines, terms, register, tree,
// commitment, ceremony, seed, tickets, order, places, the whole. It fetches and sends nothing: the
// page gives it the files as Blobs and shows what it reports.

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder("latin1");
const LF = 0x0a;
const BLANK = 0x20;
const HASH_BYTES = 32;
const BATCH = 4096; // hashes that the browser is asked for at once, and lines written at once
const LARGEST_FILE_BYTES = 2 ** 31;

const SUMS = "SHA256SUMS";
const REQUIRED = [
  "allocation.txt",
  "ceremony.txt",
  "commitment.txt",
  "params.txt",
  "ranking.txt",
  "register.txt",
];
const INTAKE_LOG = "intake-log.txt";
const INTAKE_SIGNER = "intake-signer.pem";
const REINSTATEMENTS = "reinstatements.txt";
const OPTIONAL = [INTAKE_LOG, INTAKE_SIGNER, REINSTATEMENTS];
const NUMBERED = /^(allocation|dispositions)-([1-9][0-9]*)\.txt$/;

// ------------------------------------------------------------------------------------------ words

// A check that does not hold. What it expected and found are texts of the files, to be shown as they
// are, or `say(…)`: words that the page has in the reader's language.
class Wrong extends Error {
  constructor(file, line, expected, found) {
    super(`${file} line ${line}`);
    Object.assign(this, { file, line, expected: show(expected), found: show(found) });
  }
}

const say = (words, facts = {}) => ({ words, facts });
const NOTHING = say("nothing");

// Writes any byte that is not printable ASCII as \x.., so that nothing can pass for something else.
function show(value) {
  if (value?.words) return value;
  const text = value instanceof Uint8Array ? DECODER.decode(value.subarray(0, 400)) : String(value);
  const plain = text.replace(
    /[^ -~]/g,
    (sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return plain.length > 300 ? `${plain.slice(0, 300)}…` : plain;
}

let hasFailed = false;
let unchecked = [];

const tell = (kind, facts) => postMessage({ kind, ...facts });
const note = (check, facts = {}) => tell("note", { check, facts });

// Says what could not be checked, now and again with the verdict.
function skip(check, facts = {}) {
  unchecked.push(say(check, facts));
  note(check, facts);
}

const pass = (check, facts = {}) => tell("pass", { check, facts });

function fail(check, { file, line, expected, found }) {
  hasFailed = true;
  tell("fail", { check, file, line, expected, found });
}

// Runs one check, which returns the facts to report, or words of its own; tells whether it held.
async function attempt(check, run) {
  try {
    const result = await run();
    pass(result.words ?? check, result.words ? result.facts : result);
    return true;
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    fail(check, error);
    return false;
  }
}

// ------------------------------------------------------------------------------------------ bytes

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function hex(bytes) {
  let text = "";
  for (const byte of bytes) text += HEX[byte];
  return text;
}

const fromHex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));

const digest = (bytes) => crypto.subtle.digest("SHA-256", bytes);
const sha256Hex = async (bytes) => hex(new Uint8Array(await digest(bytes)));
const nthHash = (hashes, index) => hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);

const work = { done: 0, total: 0, stage: "" };

function begin(stage, total) {
  Object.assign(work, { done: 0, total, stage });
  tell("progress", work);
}

// Hashes many short messages and returns the hashes behind each other. The browser copies a message
// when it is handed over, so `messageOf` may use the same memory for each.
async function hashMany(count, messageOf, hash) {
  const hashes = new Uint8Array(count * HASH_BYTES);
  for (let start = 0; start < count; start += BATCH) {
    const size = Math.min(BATCH, count - start);
    const promises = Array.from({ length: size }, (_, index) => hash(messageOf(start + index)));
    (await Promise.all(promises)).forEach((result, index) => {
      hashes.set(new Uint8Array(result), (start + index) * HASH_BYTES);
    });
    work.done += size;
    tell("progress", work);
  }
  return hashes;
}

// ------------------------------------------------------------------------------------------ lines

// The lines of a file that keeps to the text rules: printable ASCII, LF ends, no blank before them.
class Lines {
  constructor(file, bytes) {
    this.bytes = bytes;
    this.count = checkText(file, bytes);
    this.starts = new Uint32Array(this.count + 1);
    for (let at = 0, line = 1; at < bytes.length; at++) {
      if (bytes[at] === LF) this.starts[line++] = at + 1;
    }
  }

  bytesOf(index) {
    return this.bytes.subarray(this.starts[index], this.starts[index + 1] - 1);
  }

  textOf(index) {
    return index < this.count ? DECODER.decode(this.bytesOf(index)) : NOTHING;
  }

  // One text after the other, decoded many at a time.
  *[Symbol.iterator]() {
    for (let start = 0; start < this.count; start += BATCH) {
      const end = Math.min(start + BATCH, this.count);
      yield* DECODER.decode(this.bytes.subarray(this.starts[start], this.starts[end] - 1)).split(
        "\n",
      );
    }
  }
}

// Refuses what the text rules do not allow; returns the number of lines.
function checkText(file, bytes) {
  let line = 1;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === LF) {
      if (at && bytes[at - 1] === BLANK) throw new Wrong(file, line, say("no_trailing_blank"), " ");
      line += 1;
    } else if (byte < BLANK || byte > 0x7e) {
      throw new Wrong(file, line, say("plain_text"), bytes.subarray(at, at + 1));
    }
  }
  if (bytes.length && bytes.at(-1) !== LF)
    throw new Wrong(file, line, say("final_line_end"), NOTHING);
  return line - 1;
}

// Compares a published file with what was computed, which comes in parts of whole lines.
function compare(file, published, parts) {
  let at = 0;
  let line = 1;
  for (const part of parts) {
    const computed = ENCODER.encode(part);
    const found = published.subarray(at, at + computed.length);
    if (!isEqual(computed, found)) throw findDifference(file, published, at, line, part);
    at += computed.length;
    line += part.split("\n").length - 1;
  }
  if (at < published.length) throw findDifference(file, published, at, line, "");
}

function isEqual(one, other) {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}

function findDifference(file, published, at, line, part) {
  checkText(file, published);
  const expected = part.split("\n").slice(0, -1);
  const found = DECODER.decode(published.subarray(at, at + part.length + 1000)).split("\n");
  const index = expected.findIndex((text, number) => text !== found[number]);
  const position = index < 0 ? expected.length : index;
  const isPastEnd = position >= found.length - 1 && !found[position];
  return new Wrong(
    file,
    line + position,
    expected[position] ?? NOTHING,
    isPastEnd ? NOTHING : found[position],
  );
}

// Matches lines that are `key=value`, each in its place; returns the values by key.
function readFields(file, lines, shapes) {
  if (lines.textOf(0) !== "WSM-BALLOT/1") throw new Wrong(file, 1, "WSM-BALLOT/1", lines.textOf(0));
  const values = {};
  shapes.forEach(([key, shape], index) => {
    const text = lines.textOf(index + 1);
    const match = typeof text === "string" && text.match(`^${key}=(${shape})$`);
    if (!match) throw new Wrong(file, index + 2, `${key}=${shape}`, text);
    values[key] = match[1];
  });
  return values;
}

// ------------------------------------------------------------------------------------- SHA256SUMS

// Reads hash, two blanks, name; names ascend and none is a path.
function readSums(bytes) {
  const sums = new Map();
  let last = "";
  let number = 0;
  for (const text of new Lines(SUMS, bytes)) {
    number += 1;
    const match = text.match(/^([0-9a-f]{64}) {2}([A-Za-z0-9][A-Za-z0-9._-]{0,99})$/);
    if (!match) throw new Wrong(SUMS, number, say("sums_line"), text);
    const [, hash, name] = match;
    if (name <= last) throw new Wrong(SUMS, number, say("ascending", { last }), name);
    if (name === SUMS) throw new Wrong(SUMS, number, say("another_file"), name);
    sums.set(name, hash);
    last = name;
  }
  for (const name of REQUIRED) {
    if (!sums.has(name)) throw new Wrong(SUMS, 0, say("line_for", { name }), NOTHING);
  }
  for (let n = 1; n <= countDispositions(sums); n++) {
    for (const name of [`dispositions-${n}.txt`, `allocation-${n}.txt`]) {
      if (!sums.has(name)) throw new Wrong(SUMS, 0, say("line_for", { name }), NOTHING);
    }
  }
  if (sums.has(INTAKE_SIGNER) && !sums.has(INTAKE_LOG)) {
    throw new Wrong(SUMS, 0, say("line_for", { name: INTAKE_LOG }), NOTHING);
  }
  return sums;
}

function countDispositions(names) {
  const numbers = [...names.keys()].map((name) => Number(name.match(NUMBERED)?.[2] ?? 0));
  return Math.max(0, ...numbers);
}

async function checkSum(file, bytes, expected) {
  if (!bytes) throw new Wrong(file, 0, say("this_file"), say("no_file"));
  const found = await sha256Hex(bytes);
  const [due, is] = [expected, found].map((hash) => say("sha256", { hash }));
  if (found !== expected) throw new Wrong(file, 0, due, is);
  return { file };
}

// ------------------------------------------------------------------------------------- params.txt

const QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971";
const QUICKNET_GENESIS = 1692803367;
const QUICKNET_PERIOD = 3;
const COUNT = "0|[1-9][0-9]{0,7}";
const ROUND = "[1-9][0-9]{0,11}";
const HASH = "[0-9a-f]{64}";
const MOMENT = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}";

const PARAMS = [
  ["draw", "[A-Z0-9-]{1,32}"],
  ["attempt", "[1-9][0-9]?"],
  ["order", "last2:balls|last2:seed|ticket"],
  ["physical", "balls:[1-9][0-9]{0,2}:[1-9][0-9]{0,2}"],
  ["beacon", `none|drand:${QUICKNET}:${ROUND}(?:,${ROUND})*`],
  ["fallback", "physical2"],
];
const STEP = new RegExp(
  `^step=([A-Z0-9_]{1,16}):(F|P|FP):(G|Y|GY):(${COUNT}):(${COUNT}):([A-Z0-9_]{1,16}|-)$`,
);

function readParams(bytes) {
  const file = "params.txt";
  const lines = new Lines(file, bytes);
  const params = readFields(file, lines, PARAMS);
  const [ballCount, drawnCount] = params.physical.split(":").slice(1).map(Number);
  if (drawnCount > ballCount || ballCount > 100) {
    throw new Wrong(file, 5, "balls:n:k, k <= n <= 100", params.physical);
  }
  if (params.order === "last2:balls" && params.physical !== "balls:100:100") {
    throw new Wrong(file, 5, "balls:100:100", params.physical);
  }
  const rounds = params.beacon === "none" ? [] : params.beacon.split(":")[2].split(",").map(Number);
  if (rounds.some((round, index) => index && round <= rounds[index - 1])) {
    throw new Wrong(file, 6, say("ascending_rounds"), params.beacon);
  }
  return { ...params, ballCount, drawnCount, rounds, steps: readSteps(file, [...lines].slice(7)) };
}

function readSteps(file, texts) {
  if (texts.length < 1 || texts.length > 99) throw new Wrong(file, 8, say("steps"), texts.length);
  const steps = texts.map((text, index) => {
    const match = text.match(STEP);
    if (!match) throw new Wrong(file, 8 + index, STEP.source, text);
    const [, name, categories, tracks, quota, letters, spillTo] = match;
    return { name, categories, tracks, quota: Number(quota), letters: Number(letters), spillTo };
  });
  steps.forEach(({ name, quota, letters, spillTo }, index) => {
    const line = 8 + index;
    if (letters < quota) throw new Wrong(file, line, say("letters", { quota }), letters);
    if (steps.findIndex((step) => step.name === name) < index)
      throw new Wrong(file, line, say("new_name"), name);
    const isLater = steps.slice(index + 1).some((step) => step.name === spillTo);
    if (spillTo !== "-" && !isLater) throw new Wrong(file, line, say("later_step"), spillTo);
  });
  return steps;
}

// ----------------------------------------------------------------------------------- register.txt

const REGISTER_LINE =
  /^([0-9]{8})\|(A|X[DINVW])\|([FP])\|([GY])\|([0-9]{8}(?:,[0-9]{8}){0,2})\|([0-9a-f]{64})$/;
const CATEGORIES = ["F", "P"];
const TRACKS = ["G", "Y"];

// Checks that the register is canonical. The result holds one entry for each line, in arrays of
// numbers: a million objects would not fit into a telephone.
function readRegister(bytes) {
  const file = "register.txt";
  const lines = new Lines(file, bytes);
  if (!lines.count) throw new Wrong(file, 1, say("a_line"), NOTHING);
  const register = {
    lines,
    count: lines.count,
    first: 0,
    active: new Uint8Array(lines.count),
    category: new Uint8Array(lines.count),
    track: new Uint8Array(lines.count),
    ballots: new Map(), // index of a line with extra ballot numbers → all its ballot numbers
    extras: new Map(), // extra ballot number → index of its line
    activeCount: 0,
    ballotCount: 0,
  };
  let index = 0;
  for (const text of lines) readEntry(file, register, index++, text);
  for (const [ballot, line] of register.extras) {
    const isNumber = ballot >= register.first && ballot < register.first + register.count;
    if (isNumber) throw new Wrong(file, line + 1, say("no_number"), padNumber(ballot));
  }
  return register;
}

function readEntry(file, register, index, text) {
  const match = text.match(REGISTER_LINE);
  if (!match) throw new Wrong(file, index + 1, "APPNO|STATUS|CATEGORY|TRACK|BALLOTS|IDC", text);
  const [, number, status, category, track, ballots] = match;
  if (index === 0) register.first = Number(number);
  const due = numberOf(register, index);
  if (number !== due) throw new Wrong(file, index + 1, due, number);
  const ballotCount = ballots === number ? 1 : readExtras(file, register, index, number, ballots);
  register.category[index] = CATEGORIES.indexOf(category);
  register.track[index] = TRACKS.indexOf(track);
  if (status !== "A") return;
  register.active[index] = 1;
  register.activeCount += 1;
  register.ballotCount += ballotCount;
}

function readExtras(file, register, index, number, text) {
  const ballots = text.split(",");
  const isAscending = ballots.every((ballot, place) => !place || ballot > ballots[place - 1]);
  if (ballots[0] !== number || !isAscending)
    throw new Wrong(file, index + 1, say("ballots_from", { number }), text);
  const endings = new Set(ballots.map((ballot) => ballot.slice(-2)));
  if (endings.size < ballots.length)
    throw new Wrong(file, index + 1, say("different_endings"), text);
  for (const ballot of ballots.slice(1)) {
    if (register.extras.has(Number(ballot)))
      throw new Wrong(file, index + 1, say("unused_ballot"), ballot);
    register.extras.set(Number(ballot), index);
  }
  register.ballots.set(index, ballots.map(Number));
  return ballots.length;
}

const padNumber = (number) => String(number).padStart(8, "0");
const numberOf = (register, index) => padNumber(register.first + index);
const ballotsOf = (register, index) => register.ballots.get(index) ?? [register.first + index];

// ------------------------------------------------------------------------ Merkle tree (RFC 9162)

// Level by level: neighbours become one node, the last one without a neighbour moves up as it is.
// That gives the tree of RFC 9162. All levels are kept, from the leaves to the root.
async function growTree(count, leafOf) {
  const room = new Uint8Array(1024);
  const prefixedLeafOf = (index) => {
    const leaf = leafOf(index);
    room.set(leaf, 1); // after the byte 0
    return room.subarray(0, leaf.length + 1);
  };
  const levels = [await hashMany(count, prefixedLeafOf, digest)];
  while (levels.at(-1).length > HASH_BYTES) levels.push(await growLevel(levels.at(-1)));
  return levels;
}

async function growLevel(below) {
  const count = below.length / HASH_BYTES;
  const pair = new Uint8Array(1 + 2 * HASH_BYTES).fill(1, 0, 1);
  const pairOf = (index) => {
    pair.set(below.subarray(2 * index * HASH_BYTES, 2 * (index + 1) * HASH_BYTES), 1);
    return pair;
  };
  const nodes = await hashMany(Math.floor(count / 2), pairOf, digest);
  if (count % 2 === 0) return nodes;
  const level = new Uint8Array(nodes.length + HASH_BYTES);
  level.set(nodes);
  level.set(nthHash(below, count - 1), nodes.length);
  return level;
}

// The inclusion proof: on each level the neighbour, where there is one.
function proveInclusion(levels, leaf) {
  const proof = [];
  levels.forEach((level, height) => {
    const neighbour = (leaf >> height) ^ 1;
    if (neighbour * HASH_BYTES < level.length) proof.push(hex(nthHash(level, neighbour)));
  });
  return proof;
}

// --------------------------------------------------------------------------------- commitment.txt

async function writeCommitment(params, files, register, root) {
  return [
    "WSM-BALLOT/1",
    `draw=${params.draw}`,
    `attempt=${params.attempt}`,
    `params=${await sha256Hex(files.get("params.txt"))}`,
    `register=${await sha256Hex(files.get("register.txt"))}`,
    `lines=${register.count}`,
    `active=${register.activeCount}`,
    `ballots=${register.ballotCount}`,
    `root=${root}`,
    "",
  ].join("\n");
}

// ----------------------------------------------------------------------------------- ceremony.txt

const OFFICER = "[A-Za-z0-9._@-]{1,64}";
const CEREMONY = [
  ["draw", "[A-Z0-9-]{1,32}"],
  ["attempt", "[1-9][0-9]?"],
  ["commitment", HASH],
  ["balls", "[0-9]{2}(?:[-/][0-9]{2}){0,199}"],
  ["drawn_at", MOMENT],
  ["keyed_by", `${OFFICER},${OFFICER}`],
  ["beacon", `none|drand:${QUICKNET}:${ROUND}:${HASH}`],
  ["signature", "none|[0-9a-f]{96}"],
  ["seed", HASH],
];
const CEREMONY_LINE = Object.fromEntries(CEREMONY.map(([key], index) => [key, index + 2]));
const wrongCeremony = (key, expected, found) =>
  new Wrong("ceremony.txt", CEREMONY_LINE[key], expected, found);

function readCeremony(bytes) {
  const lines = new Lines("ceremony.txt", bytes);
  const ceremony = readFields("ceremony.txt", lines, CEREMONY);
  const more = lines.textOf(CEREMONY.length + 1);
  if (more !== NOTHING) throw new Wrong("ceremony.txt", CEREMONY.length + 2, NOTHING, more);
  return ceremony;
}

function checkBelonging(ceremony, params, commitment) {
  const due = { draw: params.draw, attempt: params.attempt, commitment };
  for (const [key, value] of Object.entries(due)) {
    if (ceremony[key] !== value) throw wrongCeremony(key, value, ceremony[key]);
  }
  return { commitment };
}

function checkBalls(ceremony, params) {
  const draws = ceremony.balls.split("/").map((draw) => draw.split("-"));
  if (draws.length > 2) throw wrongCeremony("balls", say("two_draws"), draws.length);
  for (const balls of draws) {
    if (balls.length !== params.drawnCount) {
      throw wrongCeremony("balls", say("ball_count", { count: params.drawnCount }), balls.length);
    }
    balls.forEach((ball, index) => {
      if (Number(ball) >= params.ballCount)
        throw wrongCeremony("balls", say("ball_below", { count: params.ballCount }), ball);
      if (balls.indexOf(ball) < index) throw wrongCeremony("balls", say("ball_once"), ball);
    });
  }
  return { drawn: params.drawnCount, balls: params.ballCount, draws: draws.length };
}

function checkOfficers(ceremony) {
  const [one, other] = ceremony.keyed_by.toLowerCase().split(",");
  if (one === other) throw wrongCeremony("keyed_by", say("two_officers"), ceremony.keyed_by);
  return { officers: ceremony.keyed_by.replace(",", ", ") };
}

// The Unix seconds of a moment with offset; a date or a time that does not exist is refused.
function readMoment(file, line, text) {
  const local = new Date(`${text.slice(0, 19)}Z`);
  const [sign, hours, minutes] = [text[19], Number(text.slice(20, 22)), Number(text.slice(23))];
  const exists =
    !Number.isNaN(local.getTime()) &&
    local.toISOString().slice(0, 19) === text.slice(0, 19) &&
    !text.startsWith("0000") &&
    hours < 24 &&
    minutes < 60 &&
    text.slice(19) !== "-00:00";
  if (!exists) throw new Wrong(file, line, say("a_moment"), text);
  return local.getTime() / 1000 - (sign === "-" ? -1 : 1) * (hours * 3600 + minutes * 60);
}

async function checkBeacon(ceremony, params) {
  const drawnAt = readMoment("ceremony.txt", CEREMONY_LINE.drawn_at, ceremony.drawn_at);
  const hasSecondDraw = ceremony.balls.includes("/");
  if (ceremony.beacon === "none") return checkNoBeacon(ceremony, params, hasSecondDraw);
  if (hasSecondDraw) throw wrongCeremony("balls", say("one_draw_beacon"), ceremony.balls);
  const [, , round, randomness] = ceremony.beacon.split(":");
  const timeOf = (number) => QUICKNET_GENESIS + (number - 1) * QUICKNET_PERIOD;
  const due = params.rounds.find((number) => timeOf(number) > drawnAt);
  if (round !== String(due)) throw wrongCeremony("beacon", due ? String(due) : NOTHING, round);
  if (ceremony.signature === "none") throw wrongCeremony("signature", say("a_signature"), "none");
  const hashed = await sha256Hex(fromHex(ceremony.signature));
  if (hashed !== randomness) throw wrongCeremony("beacon", hashed, randomness);
  return say("beacon_round", { round });
}

function checkNoBeacon(ceremony, params, hasSecondDraw) {
  if (ceremony.signature !== "none") throw wrongCeremony("signature", "none", ceremony.signature);
  if (params.rounds.length && !hasSecondDraw)
    throw wrongCeremony("balls", say("second_draw"), ceremony.balls);
  if (!params.rounds.length && hasSecondDraw)
    throw wrongCeremony("balls", say("one_draw"), ceremony.balls);
  return say(hasSecondDraw ? "beacon_fallback" : "beacon_none");
}

async function checkSeed(ceremony) {
  const { commitment, balls, beacon } = ceremony;
  const seed = await sha256Hex(
    ENCODER.encode(`WSM-BALLOT/1|seed|${commitment}|${balls}|${beacon}`),
  );
  if (ceremony.seed !== seed) throw wrongCeremony("seed", seed, ceremony.seed);
  return { seed };
}

// -------------------------------------------------------------------------------- tickets and order

async function makeSigner(seed) {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", ENCODER.encode(seed), algorithm, false, [
    "sign",
  ]);
  return (message) => crypto.subtle.sign("HMAC", key, ENCODER.encode(message));
}

// The hundred endings in their order; none where the order is by ticket alone.
async function orderEndings(order, ceremony, sign) {
  if (order === "ticket") return [];
  if (order === "last2:balls") return ceremony.balls.split("/")[0].split("-");
  const endings = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, "0"));
  const keys = await Promise.all(
    endings.map(async (ending) => hex(new Uint8Array(await sign(`group|${ending}`))) + ending),
  );
  return keys.sort().map((key) => key.slice(-2));
}

// Every ballot number has a ticket, those of excluded lines too, and each line counts with its best.
async function drawTickets(register, endings, sign) {
  const numbers = new Uint32Array(register.count + register.extras.size);
  for (let line = 0, at = 0; line < register.count; line++) {
    for (const ballot of ballotsOf(register, line)) numbers[at++] = ballot;
  }
  const messageOf = (ballot) => `ticket|${padNumber(numbers[ballot])}`;
  const tickets = await hashMany(numbers.length, messageOf, sign);
  const positions = new Uint8Array(100);
  endings.forEach((ending, position) => (positions[Number(ending)] = position));
  const drawn = { numbers, tickets, groups: numbers.map((number) => positions[number % 100]) };
  return { ...drawn, best: findBest(register, drawn) };
}

// For each line the ballot that counts.
function findBest(register, drawn) {
  const best = new Uint32Array(register.count);
  for (let line = 0, at = 0; line < register.count; line++) {
    best[line] = at;
    const end = at + ballotsOf(register, line).length;
    for (at += 1; at < end; at++) {
      if (compareBallots(drawn, at, best[line]) < 0) best[line] = at;
    }
  }
  return best;
}

// Compares two ballots by group position, ticket and number.
function compareBallots({ groups, tickets, numbers }, one, other) {
  if (groups[one] !== groups[other]) return groups[one] - groups[other];
  for (let at = 0; at < HASH_BYTES; at++) {
    const difference = tickets[one * HASH_BYTES + at] - tickets[other * HASH_BYTES + at];
    if (difference) return difference;
  }
  return numbers[one] - numbers[other];
}

const compareLines = (drawn, one, other) =>
  compareBallots(drawn, drawn.best[one], drawn.best[other]);

// The lines in the draw, best first, families and one-person applications together.
function orderLines(register, drawn) {
  const lines = new Uint32Array(register.activeCount);
  for (let line = 0, at = 0; line < register.count; line++) {
    if (register.active[line]) lines[at++] = line;
  }
  return lines.sort((one, other) => compareLines(drawn, one, other));
}

// The lines of ranking.txt, thousands at a time.
function* writeRanking(register, drawn, order) {
  for (const category of CATEGORIES.keys()) {
    let rank = 0;
    let text = "";
    for (const line of order) {
      if (register.category[line] !== category) continue;
      rank += 1;
      const { letter, number, track, ballot, group, ticket } = describeLine(register, drawn, line);
      text += `${letter}|${rank}|${number}|${track}|${ballot}|${group}|${ticket}\n`;
      if (rank % BATCH === 0) {
        yield text;
        text = "";
      }
    }
    yield text;
  }
}

function describeLine(register, drawn, line) {
  const ballot = drawn.best[line];
  return {
    letter: CATEGORIES[register.category[line]],
    number: numberOf(register, line),
    track: TRACKS[register.track[line]],
    ballot: padNumber(drawn.numbers[ballot]),
    group: String(drawn.groups[ballot]).padStart(2, "0"),
    ticket: hex(nthHash(drawn.tickets, ballot)),
  };
}

// ------------------------------------------------------------------------------------------ places

// The places, step by step, given to the best; `gone` holds the lines that have a disposition.
function allocate(register, order, steps, gone) {
  const taken = new Set(gone);
  const spilled = Object.fromEntries(steps.map((step) => [step.name, 0]));
  const places = [];
  for (const step of steps) {
    const letters = step.letters + spilled[step.name];
    let sequence = 0;
    for (const line of order) {
      if (sequence === letters) break;
      if (taken.has(line) || !admits(step, register, line)) continue;
      sequence += 1;
      taken.add(line);
      places.push({ step: step.name, sequence, line });
    }
    const left = step.quota + spilled[step.name] - sequence;
    if (left > 0 && step.spillTo !== "-") spilled[step.spillTo] += left;
  }
  return places;
}

function admits(step, register, line) {
  return (
    step.categories.includes(CATEGORIES[register.category[line]]) &&
    step.tracks.includes(TRACKS[register.track[line]])
  );
}

function* writePlaces(register, places) {
  for (const { step, sequence, line } of places)
    yield `${step}|${sequence}|${numberOf(register, line)}\n`;
}

// Reads who holds no place any more, as lines of the register.
function readDispositions(file, bytes, register) {
  const gone = new Set();
  let last = "";
  let number = 0;
  for (const text of new Lines(file, bytes)) {
    number += 1;
    const match = text.match(/^([0-9]{8})\|(VETTING_FAILED|WITHDRAWN|LAPSED|CANCELLED)$/);
    if (!match)
      throw new Wrong(file, number, "APPNO|VETTING_FAILED, WITHDRAWN, LAPSED, CANCELLED", text);
    if (match[1] <= last) throw new Wrong(file, number, say("ascending", { last }), match[1]);
    last = match[1];
    const line = Number(last) - register.first;
    if (!register.active[line]) throw new Wrong(file, number, say("a_ranked_number"), last);
    gone.add(line);
  }
  return gone;
}

// ------------------------------------------------------------------------------ reinstatements.txt

// The place in addition of a wrongly excluded line: where it would have come, alone among those of
// the draw. Nobody else's rank or place changes.
function reinstate(line, { params, register }, { drawn, order }) {
  const before = order.findIndex((other) => compareLines(drawn, line, other) < 0);
  const ahead = before < 0 ? order : order.subarray(0, before);
  const merged = new Uint32Array(order.length + 1);
  merged.set(ahead);
  merged[ahead.length] = line;
  merged.set(order.subarray(ahead.length), ahead.length + 1);
  const places = allocate(register, merged, params.steps, new Set());
  return {
    after: ahead.filter((other) => register.category[other] === register.category[line]).length,
    step: places.find((place) => place.line === line)?.step ?? "-",
  };
}

// Returns the places in addition by line of the register.
function checkReinstatements(bytes, inputs, results) {
  const { register } = inputs;
  const lines = new Lines(REINSTATEMENTS, bytes);
  if (!lines.count) throw new Wrong(REINSTATEMENTS, 1, say("a_line"), NOTHING);
  const reinstated = new Map();
  let last = "";
  let position = 0;
  for (const text of lines) {
    position += 1;
    const number = text.slice(0, 8);
    const line = /^[0-9]{8}\|/.test(text) ? Number(number) - register.first : -1;
    if (!(line >= 0 && line < register.count && !register.active[line])) {
      throw new Wrong(REINSTATEMENTS, position, say("an_excluded_number"), text);
    }
    if (number <= last)
      throw new Wrong(REINSTATEMENTS, position, say("ascending", { last }), number);
    last = number;
    const addition = reinstate(line, inputs, results);
    const { letter, track, ballot, group, ticket } = describeLine(register, results.drawn, line);
    const fields = [number, letter, track, ballot, group, ticket, addition.after, addition.step];
    if (text !== fields.join("|"))
      throw new Wrong(REINSTATEMENTS, position, fields.join("|"), text);
    reinstated.set(line, addition);
  }
  return reinstated;
}

// ---------------------------------------------------------------------------------- intake-log.txt

const HEAD = new RegExp(
  `^(${MOMENT})\\|(0|[1-9][0-9]{0,8})\\|(${HASH})\\|(${HASH})` +
    `\\|((0|[1-9][0-9]{0,17}):${HASH})\\|(-|${HASH}(?:,${HASH})*)\\|(-|(?:[0-9a-f]{2}){8,72})$`,
);
const NO_HASH = "0".repeat(64);
const FIRST_HEAD_LINE = 3;

// The heads say what had been received on each day; all but moment, size and journal follows from
// the register and from the head before.
function readIntakeLog(bytes, draw) {
  const [header, name, ...texts] = new Lines(INTAKE_LOG, bytes);
  [
    ["WSM-INTAKE/1", header],
    [`draw=${draw}`, name],
  ].forEach(([expected, found], index) => {
    if (found !== expected) throw new Wrong(INTAKE_LOG, index + 1, expected, found ?? NOTHING);
  });
  if (!texts.length) throw new Wrong(INTAKE_LOG, FIRST_HEAD_LINE, say("a_head"), NOTHING);
  return texts.map((text, index) => readHead(FIRST_HEAD_LINE + index, text, draw));
}

function readHead(line, text, draw) {
  const match = text.match(HEAD);
  if (!match)
    throw new Wrong(INTAKE_LOG, line, "AT|SIZE|ROOT|PREVIOUS|JOURNAL|PROOF|SIGNATURE", text);
  const [, at, size, root, previous, journal, position, proof, signature] = match;
  if (position === "0" && journal !== `0:${NO_HASH}`) {
    throw new Wrong(INTAKE_LOG, line, `0:${NO_HASH}`, journal);
  }
  return {
    ...{ line, at, root, previous, journal, proof, signature },
    seconds: readMoment(INTAKE_LOG, line, at),
    size: Number(size),
    position: BigInt(position),
    statement: ENCODER.encode(`WSM-INTAKE/1|${draw}|${at}|${size}|${root}|${previous}|${journal}`),
  };
}

// Checks every head against the register and against the head before.
async function checkHeads(heads, register) {
  const levels = await growIntakeTree(register);
  let before = null;
  for (const head of heads) {
    const isPast = head.size > register.count;
    const isLast = head === heads.at(-1);
    if (isPast || (isLast && head.size !== register.count)) {
      throw wrongHead(head, say("register_size", { count: register.count }), head.size);
    }
    if (before) checkSuccessor(before, head);
    const due = {
      root: hex(await rootOf(levels, 0, head.size)),
      previous: before ? await sha256Hex(before.statement) : NO_HASH,
      proof: (await proveConsistency(levels, before?.size ?? 0, head.size)).join(",") || "-",
    };
    for (const [key, value] of Object.entries(due)) {
      if (head[key] !== value) throw wrongHead(head, value, head[key]);
    }
    before = head;
  }
  return { count: heads.length };
}

const wrongHead = (head, expected, found) => new Wrong(INTAKE_LOG, head.line, expected, found);

function checkSuccessor(before, head) {
  if (head.seconds <= before.seconds) throw wrongHead(head, say("later_moment"), head.at);
  if (head.size < before.size)
    throw wrongHead(head, say("no_fewer", { count: before.size }), head.size);
  const goesOn = head.journal === before.journal || head.position > before.position;
  if (!goesOn) throw wrongHead(head, say("longer_journal"), head.journal);
}

// The leaves are APPNO|IDC: the first nine and the last 64 bytes of a line of the register.
function growIntakeTree({ lines, count }) {
  begin("intake", 2 * count);
  const leaf = new Uint8Array(9 + 64);
  return growTree(count, (index) => {
    const line = lines.bytesOf(index);
    leaf.set(line.subarray(0, 9));
    leaf.set(line.subarray(-64), 9);
    return leaf;
  });
}

// The largest power of two smaller than count.
const splitTree = (count) => 2 ** (31 - Math.clz32(count - 1));

// The root over the leaves from start to end. A whole subtree is a node that the tree has already.
async function rootOf(levels, start, end) {
  const count = end - start;
  if (count === 0) return new Uint8Array(await digest(new Uint8Array()));
  if ((count & (count - 1)) === 0) return nthHash(levels[31 - Math.clz32(count)], start / count);
  const middle = start + splitTree(count);
  const pair = new Uint8Array(1 + 2 * HASH_BYTES).fill(1, 0, 1);
  pair.set(await rootOf(levels, start, middle), 1);
  pair.set(await rootOf(levels, middle, end), 1 + HASH_BYTES);
  return new Uint8Array(await digest(pair));
}

// The nodes that show the first `old` leaves to be the beginning of the first `size` (RFC 9162,
// 2.1.4.1), from the bottom to the top.
async function proveConsistency(levels, old, size) {
  if (old === 0 || old === size) return [];
  const proof = [];
  let [start, end] = [0, size];
  while (old < end) {
    const middle = start + splitTree(end - start);
    if (old <= middle) {
      proof.unshift(hex(await rootOf(levels, middle, end)));
      end = middle;
    } else {
      proof.unshift(hex(await rootOf(levels, start, middle)));
      start = middle;
    }
  }
  // Whoever checks knows the old root, but not what is only a part of the old leaves.
  if (start > 0) proof.unshift(hex(await rootOf(levels, start, end)));
  return proof;
}

// ECDSA on the curve P-256. The key is in the form of "openssl ec -pubout", and in no other.
async function readKey(bytes) {
  const pem = DECODER.decode(bytes);
  const wrong = new Wrong(INTAKE_SIGNER, 0, say("a_key"), pem);
  const match = pem.match(
    /^-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/=\n]+)-----END PUBLIC KEY-----\n$/,
  );
  if (!match) throw wrong;
  try {
    const der = Uint8Array.from(atob(match[1]), (sign) => sign.charCodeAt(0));
    const curve = { name: "ECDSA", namedCurve: "P-256" };
    const key = await crypto.subtle.importKey("spki", der, curve, true, ["verify"]);
    const again = new Uint8Array(await crypto.subtle.exportKey("spki", key));
    const text = btoa(String.fromCharCode(...again)).replace(/.{1,64}/g, "$&\n");
    if (text === match[1]) return key;
  } catch {
    // Not a key of this curve: said below, as any other form of it.
  }
  throw wrong;
}

// Two integers in DER become two times 32 bytes; null where they are not in that form.
function readSignature(text) {
  const bytes = fromHex(text);
  if (bytes[0] !== 0x30 || bytes[1] !== bytes.length - 2) return null;
  const plain = new Uint8Array(64);
  let at = 2;
  for (const end of [32, 64]) {
    const length = bytes[at + 1];
    const integer = bytes.subarray(at + 2, at + 2 + length);
    const isPadded = integer[0] === 0 && !(integer[1] & 0x80);
    if (bytes[at] !== 0x02 || integer.length !== length || !length) return null;
    if (integer[0] & 0x80 || isPadded || length > 33) return null;
    const digits = integer.subarray(integer[0] === 0 ? 1 : 0);
    if (digits.length > 32) return null;
    plain.set(digits, end - digits.length);
    at += 2 + length;
  }
  return at === bytes.length ? plain : null;
}

const isSigned = ({ signature }) => signature !== "-";

// The last head must be signed. One before it may be unsigned, as each head binds all before it.
async function checkSignatures(heads, pem) {
  const signedByKey = say("signed_by_key", { file: INTAKE_SIGNER });
  if (!isSigned(heads.at(-1))) throw wrongHead(heads.at(-1), signedByKey, "-");
  const key = await readKey(pem);
  const algorithm = { name: "ECDSA", hash: "SHA-256" };
  const signed = heads.filter(isSigned);
  for (const head of signed) {
    const signature = readSignature(head.signature);
    const holds =
      signature && (await crypto.subtle.verify(algorithm, key, signature, head.statement));
    if (!holds) throw wrongHead(head, signedByKey, head.signature);
  }
  return { file: INTAKE_SIGNER, count: signed.length };
}

// A key that SHA256SUMS does not name is no part of the transcript.
async function checkIntakeSignatures(heads, pem) {
  const missing = heads.filter((head) => !isSigned(head)).length;
  if (!pem && missing === heads.length) note("intake_not_signed");
  else if (!pem) skip("intake_no_key");
  else {
    const holds = await attempt("intake_signatures", () => checkSignatures(heads, pem));
    if (holds && missing) note("intake_partly_signed", { count: missing });
  }
}

// A log that was made up later may well have heads later than the last ball.
function mentionLateHeads(heads, { drawn_at: drawnAt }) {
  const late = heads.filter(({ seconds }) => seconds > Date.parse(drawnAt) / 1000).length;
  if (late) note("intake_late", { late, count: heads.length });
}

async function checkIntake(files, { params, register, ceremony }, sums) {
  let heads = [];
  await attempt("intake_log", async () => {
    heads = readIntakeLog(files.get(INTAKE_LOG), params.draw);
    return checkHeads(heads, register);
  });
  if (!heads.length) return;
  const pem = sums.has(INTAKE_SIGNER) ? files.get(INTAKE_SIGNER) : null;
  await checkIntakeSignatures(heads, pem);
  mentionLateHeads(heads, ceremony);
  note("intake_same_log");
}

// --------------------------------------------------------------------------------------- the whole

// What was computed, kept for questions about one number.
let computed = {};

async function readFiles(blobs) {
  begin("reading", blobs.size);
  const files = new Map();
  for (const [name, blob] of blobs) {
    if (blob.size > LARGEST_FILE_BYTES)
      throw new Wrong(name, 0, say("smaller_file"), String(blob.size));
    files.set(name, new Uint8Array(await blob.arrayBuffer()));
    work.done += 1;
    tell("progress", work);
  }
  for (const name of [SUMS, ...REQUIRED]) {
    if (!files.has(name)) throw new Wrong(name, 0, say("this_file"), say("no_file"));
  }
  return files;
}

const isJudged = (name) =>
  REQUIRED.includes(name) || OPTIONAL.includes(name) || NUMBERED.test(name);

async function checkSums(files) {
  let sums = new Map();
  await attempt("sums", () => {
    sums = readSums(files.get(SUMS));
    return { count: sums.size };
  });
  for (const [name, hash] of sums) {
    await attempt("sum", () => checkSum(name, files.get(name), hash));
    if (!isJudged(name)) note("not_judged", { file: name });
  }
  for (const name of [...files.keys()].sort()) {
    if (name !== SUMS && !sums.has(name)) note("not_named", { file: name });
  }
  return sums;
}

async function readInputs(files) {
  const inputs = {};
  const read = (check, key, parse, describe) =>
    attempt(check, () => {
      inputs[key] = parse(files.get(`${check}.txt`));
      return describe(inputs[key]);
    });
  await read("params", "params", readParams, ({ draw, attempt, order, steps }) => ({
    draw,
    attempt,
    order,
    steps: steps.length,
  }));
  await read("register", "register", readRegister, ({ count, activeCount, ballotCount }) => ({
    count,
    active: activeCount,
    ballots: ballotCount,
  }));
  await read("ceremony", "ceremony", readCeremony, () => ({}));
  return inputs;
}

async function checkCommitment(files, { params, register }, expected) {
  begin("tree", 2 * register.count);
  const levels = await growTree(register.count, (index) => register.lines.bytesOf(index));
  const root = hex(levels.at(-1));
  const text = await writeCommitment(params, files, register, root);
  await attempt("commitment", () => {
    compare("commitment.txt", files.get("commitment.txt"), [text]);
    return { root };
  });
  const commitment = await sha256Hex(ENCODER.encode(text));
  if (expected) {
    await attempt("expected_commitment", () => {
      if (expected !== commitment) throw new Wrong(say("your_commitment"), 0, commitment, expected);
      return { commitment };
    });
  } else note("commitment_not_compared");
  return { levels, commitment };
}

// Tells whether there are balls to go on with.
async function checkCeremony({ params, ceremony }, commitment) {
  await attempt("belongs", () => checkBelonging(ceremony, params, commitment));
  const hasBalls = await attempt("balls", () => checkBalls(ceremony, params));
  await attempt("officers", () => checkOfficers(ceremony));
  await attempt("beacon", () => checkBeacon(ceremony, params));
  if (ceremony.beacon !== "none") skip("signature_not_checked");
  await attempt("seed", () => checkSeed(ceremony));
  note("statements");
  return hasBalls;
}

async function checkRanking(files, { params, register, ceremony }) {
  begin("tickets", register.count + register.extras.size);
  const sign = await makeSigner(ceremony.seed);
  const endings = await orderEndings(params.order, ceremony, sign);
  const drawn = await drawTickets(register, endings, sign);
  begin("order", 0);
  const order = orderLines(register, drawn);
  await attempt("ranking", () => {
    compare("ranking.txt", files.get("ranking.txt"), writeRanking(register, drawn, order));
    return { count: order.length };
  });
  return { sign, endings, drawn, order };
}

async function checkAllocations(files, { params, register }, { order }, dispositionCount) {
  const allocations = [];
  for (let n = 0; n <= dispositionCount; n++) {
    const [source, file] = n
      ? [`dispositions-${n}.txt`, `allocation-${n}.txt`]
      : [null, "allocation.txt"];
    if (n && !(files.has(source) && files.has(file))) continue; // said with SHA256SUMS
    let gone = new Set();
    const isReadable =
      !n ||
      (await attempt("dispositions", () => {
        gone = readDispositions(source, files.get(source), register);
        return { file: source, count: gone.size };
      }));
    if (!isReadable) continue;
    if (n) note("named_by_officers", { file: source });
    const places = allocate(register, order, params.steps, gone);
    allocations.push({ file, places });
    await attempt("allocation", () => {
      compare(file, files.get(file), writePlaces(register, places));
      return { file, count: places.length };
    });
  }
  return allocations;
}

async function recompute({ blobs, commitment: expected }) {
  const files = await readFiles(blobs);
  begin("sums", 0);
  const sums = await checkSums(files);
  const inputs = await readInputs(files);
  if (!inputs.params || !inputs.register || !inputs.ceremony) return note("rest_not_checked");
  computed = { ...inputs };
  const { levels, commitment } = await checkCommitment(files, inputs, expected);
  Object.assign(computed, { levels, commitment });
  if (await checkCeremony(inputs, commitment)) await checkResults(files, inputs, sums);
  else note("ranking_not_checked");
  if (!sums.has(INTAKE_LOG)) note("intake_none");
  else if (files.has(INTAKE_LOG)) await checkIntake(files, inputs, sums);
}

async function checkResults(files, inputs, sums) {
  Object.assign(computed, await checkRanking(files, inputs));
  computed.allocations = await checkAllocations(files, inputs, computed, countDispositions(sums));
  if (!files.has(REINSTATEMENTS) || !sums.has(REINSTATEMENTS)) return;
  const holds = await attempt("reinstatements", () => {
    const published = files.get(REINSTATEMENTS);
    computed.reinstated = checkReinstatements(published, inputs, computed);
    return { count: computed.reinstated.size };
  });
  if (holds) note("named_by_officers", { file: REINSTATEMENTS });
}

// --------------------------------------------------------------------------------------- one number

async function describeNumber(text) {
  const { register, levels } = computed;
  const index = register ? Number(text) - register.first : -1;
  if (!(index >= 0 && index < register.count)) return { isKnown: false };
  return {
    isKnown: true,
    line: register.lines.textOf(index),
    index,
    count: register.count,
    leaf: hex(nthHash(levels[0], index)),
    proof: proveInclusion(levels, index),
    tickets: await listTickets(index),
    ...describeRank(index),
  };
}

async function listTickets(index) {
  const { register, sign, endings } = computed;
  if (!sign) return [];
  return Promise.all(
    ballotsOf(register, index).map(async (ballot) => ({
      ballot: padNumber(ballot),
      ticket: hex(new Uint8Array(await sign(`ticket|${padNumber(ballot)}`))),
      group: endings.length ? endings.indexOf(padNumber(ballot).slice(-2)) : null,
    })),
  );
}

function describeRank(index) {
  const { register, drawn, order, endings, allocations, reinstated } = computed;
  const category = CATEGORIES[register.category[index]];
  if (!order) return { category };
  const rivals = order.filter((line) => register.category[line] === register.category[index]);
  const rank = rivals.indexOf(index) + 1;
  const places = allocations.map(({ file, places: given }) => {
    const place = given.find(({ line }) => line === index);
    return { file, place: place ? { step: place.step, sequence: place.sequence } : null };
  });
  return {
    category,
    rank: rank || null,
    rivals: rivals.length,
    ballot: padNumber(drawn.numbers[drawn.best[index]]),
    places,
    addition: reinstated?.get(index) ?? null,
    endings,
  };
}

// ------------------------------------------------------------------------------- talk with the page

const DEEDS = {
  async recompute(order) {
    const startedAt = performance.now();
    hasFailed = false;
    unchecked = [];
    let canBeRead = true;
    try {
      await recompute(order);
    } catch (error) {
      canBeRead = false;
      if (error instanceof Wrong) fail("file", error);
      else tell("broken", { reason: String(error) });
    }
    const { register, commitment, ceremony } = computed;
    tell("verdict", {
      verdict: !canBeRead ? "unreadable" : hasFailed ? "failed" : "holds",
      unchecked,
      seconds: (performance.now() - startedAt) / 1000,
      facts: { count: register?.count, commitment, seed: ceremony?.seed },
    });
  },

  async describe({ number }) {
    tell("number", { number, ...(await describeNumber(number)) });
  },
};

addEventListener("message", ({ data }) => DEEDS[data.deed](data));
