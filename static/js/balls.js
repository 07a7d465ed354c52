// Shows the balls as they are keyed, ten to a row, and marks what this draw cannot give.
// The portal judges the entry itself: without this script the page works the same.
const form = document.querySelector("[data-hos-balls]");

function readBalls(text) {
  const runs = text.normalize("NFKC").split(/[\s,;.、，；。/|\-–—]+/u).filter(Boolean);
  return runs.flatMap((run) => (/^\d{4,}$/.test(run) ? run.match(/..?/g) : [run]));
}

function makeBall(ball, position, balls, total) {
  const item = document.createElement("li");
  const isWrong = !/^\d\d$/.test(ball) || balls.indexOf(ball) < position || position >= total;
  item.className = isWrong ? "hos-balls__ball hos-balls__ball--wrong" : "hos-balls__ball";
  item.textContent = ball.slice(0, 3);
  return item;
}

if (form) {
  const total = Number(form.dataset.hosBallTotal);
  const entry = form.querySelector("textarea");
  const preview = form.querySelector("[data-hos-ball-preview]");
  const show = () => {
    const balls = readBalls(entry.value);
    form.querySelector("[data-hos-ball-number]").textContent = String(balls.length);
    preview.replaceChildren(...balls.slice(0, 200).map((ball, at) => makeBall(ball, at, balls, total)));
  };
  form.querySelector("[data-hos-ball-count]").hidden = false;
  preview.hidden = false;
  entry.addEventListener("input", show);
  show();
}
