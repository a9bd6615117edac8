// Says so where an answer takes long: what the visitor pressed or moved is on its way, and not lost.

(() => {
  const LATE = 4000; // milliseconds that a visitor waits before the note
  const BEFORE = 1000; // milliseconds from an action to the request that it leads to, at most
  const IDLE = ["notRunning", "initial", "compilationError"];

  let sent = 0; // when the first request was sent that nothing has answered; 0 where there is none
  let running = 0; // since when a script runs for this page; 0 where none does
  let acted = 0; // when the visitor last did something

  const note = document.createElement("div");
  note.className = "late";
  note.setAttribute("role", "status");

  const show = () => {
    const since = Math.max(sent, running) && Math.min(sent || Infinity, running || Infinity);
    const late = since > 0 && acted > since - BEFORE && performance.now() - since > LATE;
    const text = late ? "The server is busy. What you did is on its way." : "";
    if (note.textContent !== text) note.textContent = text;
  };

  const follow = () => {
    const state = document.querySelector("[data-testid=stApp]")?.getAttribute("data-test-script-state");
    if (!state || IDLE.includes(state)) running = 0;
    else if (!running) running = performance.now();
    show();
  };

  // Streamlit does not say when it has sent a request, only when the server has begun with it.
  window.WebSocket = class extends WebSocket {
    /** @param {ConstructorParameters<typeof WebSocket>} given */
    constructor(...given) {
      super(...given);
      for (const kind of ["message", "close"]) {
        this.addEventListener(kind, () => {
          sent = 0;
          show();
        });
      }
    }

    /** @param {Parameters<WebSocket["send"]>[0]} data */
    send(data) {
      super.send(data);
      sent ||= performance.now();
    }
  };

  const act = () => {
    acted = performance.now();
  };
  for (const kind of ["pointerdown", "pointerup", "keydown", "drop"]) addEventListener(kind, act, true);
  document.addEventListener("DOMContentLoaded", () => {
    document.body.append(note);
    const attributeFilter = ["data-test-script-state"];
    new MutationObserver(follow).observe(document.body, { attributes: true, subtree: true, attributeFilter });
    setInterval(show, 500);
  });
})();
