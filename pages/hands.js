// What a click, a key or the pointer does on the markup that Python has drawn and escaped: acts are told to
// Python, cards are shown and placed, answers are copied, the focus is moved. No markup is made here.

let looked = 0; // the last look that was carried out

export default function ({ data: [wish], setTriggerValue }) {
  const gone = new AbortController();
  const on = (type, act) => document.addEventListener(type, act, { signal: gone.signal });
  const near = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);
  let shown = null;
  let timer = 0;

  const shut = () => {
    clearTimeout(timer);
    if (shown?.isConnected) shown.hidePopover();
    shown = null;
  };
  const card = (cite) => {
    if (cite.querySelector("[aria-current]")) return shut(); // its passage stands in the panel
    const wanted = cite.querySelector(".cw-card");
    if (!wanted || wanted === shown) return clearTimeout(timer);
    shut();
    wanted.showPopover();
    const mark = cite.getBoundingClientRect();
    const { width, height } = wanted.getBoundingClientRect();
    const below = mark.bottom + height + 12 < innerHeight || mark.top < height + 12;
    wanted.style.left = `${Math.max(8, Math.min(mark.left - 16, innerWidth - width - 8))}px`;
    wanted.style.top = `${below ? mark.bottom + 4 : mark.top - height - 4}px`;
    shown = wanted;
  };
  const later = (act, wait) => {
    clearTimeout(timer);
    timer = setTimeout(act, wait);
  };
  const copy = async (button) => {
    const text = document.getElementById(button.dataset.from).textContent;
    const said = button.nextElementSibling;
    try {
      await navigator.clipboard.writeText(text);
    } catch { // no clipboard outside localhost and https: the old way
      const field = Object.assign(document.createElement("textarea"), { value: text });
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
      button.focus();
    }
    said.textContent = "Copied";
    setTimeout(() => (said.textContent = ""), 2500);
  };

  on("click", (event) => {
    const button = near(event, "[data-cw]");
    if (!button) return;
    shut();
    if (button.matches("a") && (event.ctrlKey || event.metaKey || event.shiftKey)) return; // in a tab of its own
    event.preventDefault(); // a link that is followed as one would lose the conversation
    if (button.dataset.cw === "copy") copy(button);
    else setTriggerValue("act", { ...button.dataset });
  });
  on("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const cite = near(event, ".cw-cite");
    if (cite) later(() => cite.isConnected && card(cite), 120);
    else if (shown) later(shut, 200);
  });
  on("focusin", (event) => {
    const cite = near(event, ".cw-cite");
    if (cite && event.target.matches(":focus-visible")) card(cite);
    else shut();
  });
  on("keydown", (event) => {
    const panel = document.querySelector(".cw-panel");
    const steps = { ArrowLeft: -1, ArrowRight: 1 };
    if (event.key === "Escape") {
      if (shown?.isConnected) shut(); // a card that was drawn anew is gone, and must not take the key
      else panel?.querySelector("[data-cw=close]")?.click();
    } else if (event.key in steps && near(event, ".cw-panel")) {
      panel.querySelector(`[data-step="${steps[event.key]}"]:not(:disabled)`)?.click();
    } else if (event.key in steps && near(event, ".cw-mark")) {
      const marks = [...near(event, ".cw-answer").querySelectorAll(".cw-mark")];
      marks[marks.indexOf(event.target) + steps[event.key]]?.focus();
    } else return;
    if (event.key !== "Escape") event.preventDefault();
  });

  const look = (until) => {
    const goals = wish.goals.map((selector) => document.querySelector(selector));
    if (gone.signal.aborted) return;
    if (!goals[0]) return performance.now() < until ? setTimeout(() => look(until), 30) : undefined;
    looked = wish.click;
    goals[0].focus({ preventScroll: true });
    goals.forEach((goal) => {
      const box = goal?.closest(".cw-passage");
      const sheet = goal?.closest(".cw-panel");
      if (box) box.scrollTop += goal.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 4;
      else if (sheet && getComputedStyle(sheet).position === "fixed") sheet.scrollTop = 0; // all of it is in view
      else goal?.scrollIntoView({ block: wish.block });
    });
  };
  if (wish && wish.click !== looked) look(performance.now() + 5000);
  return () => {
    shut();
    gone.abort();
  };
}
