// Looks again at what is under way, says when the gateway does not answer, and copies values. Each page can be used without.
(() => {
  "use strict";
  const everyMs = 3000;
  const answersWithinMs = 10000;
  // A page that is left open is not looked at for ever, so that its session ends as any other.
  const mostLooks = 300;
  let looks = 0;
  let lastShown = null;
  let wasLost = false;
  let isPaused = false;

  const main = () => document.getElementById("main");
  const say = text => {
    document.getElementById("said").textContent = text;
  };

  const isEntered = one => one.value !== one.defaultValue || one.checked !== one.defaultChecked;
  const isChosen = one => one.selectedIndex !== Math.max(0, [...one.options].findIndex(option => option.defaultSelected));
  // Nothing moves under somebody's hands.
  const isUsed = () =>
    main().contains(document.activeElement) ||
    !document.getSelection().isCollapsed ||
    main().querySelector("details[open]") !== null ||
    [...main().querySelectorAll("input, textarea")].some(isEntered) ||
    [...main().querySelectorAll("select")].some(isChosen);

  // Shows what is other than before; whether it is under way still.
  const show = next => {
    const shown = next.getElementById("main");
    const isLive = "live" in shown.dataset;
    if (shown.innerHTML !== lastShown || !isLive) {
      lastShown = shown.innerHTML;
      main().replaceChildren(...document.adoptNode(shown).childNodes);
      offerCopies();
    }
    if (isLive) return true;
    delete main().dataset.live;
    document.getElementById("pause").remove();
    document.title = next.title;
    say("This page is not under way any more. It shows what came of it.");
    return false;
  };

  const isAway = answer => answer.status === 429 || answer.status >= 500;

  const look = async () => {
    if (!("live" in main().dataset)) return;
    if (++looks > mostLooks) return say("This page is not brought up to date any more. Load it anew.");
    if (!isPaused && document.visibilityState === "visible" && !isUsed()) {
      try {
        const answer = await fetch(location.href, { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(answersWithinMs) });
        if (answer.type === "opaqueredirect") return say("Your session has ended. Load the page anew to sign in.");
        if (isAway(answer)) throw new Error("away");
        if (!answer.ok) return say("The gateway refuses to show this again. Load the page anew.");
        const next = new DOMParser().parseFromString(await answer.text(), "text/html");
        if (!isUsed() && !show(next)) return;
        if (wasLost) say("");
        wasLost = false;
      } catch {
        wasLost = true;
        say("The gateway cannot be reached. The page is as it was last seen.");
      }
    }
    setTimeout(look, everyMs);
  };

  // Whoever reads can have the page stand still (WCAG 2.2, criterion 2.2.2).
  const offerPause = () => {
    if (!("live" in main().dataset)) return;
    const button = document.createElement("button");
    button.type = "button";
    button.id = "pause";
    button.className = "quiet";
    const name = () => {
      button.textContent = isPaused ? "Bring this page up to date again" : "Keep this page as it is now";
    };
    button.addEventListener("click", () => {
      isPaused = !isPaused;
      name();
    });
    name();
    main().after(button);
  };

  // Where a browser lets a page copy.
  const offerCopies = () => {
    if (!navigator.clipboard) return;
    for (const value of main().querySelectorAll("[data-copy]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "quiet copy";
      button.textContent = "Copy";
      button.setAttribute("aria-label", `Copy ${value.dataset.copy}`);
      button.addEventListener("click", async () => {
        try {
          await navigator.clipboard.writeText(value.textContent);
          say("Copied.");
        } catch {
          say("The browser does not let the page copy. Select the text and copy it yourself.");
        }
      });
      value.after(" ", button);
    }
  };

  // A second press of a button sends nothing more, until the first one should have been answered.
  const sent = new WeakSet();
  document.addEventListener("submit", event => {
    if (event.target.method !== "post") return;
    if (sent.has(event.target)) event.preventDefault();
    sent.add(event.target);
    setTimeout(() => sent.delete(event.target), answersWithinMs);
  });

  document.addEventListener("DOMContentLoaded", () => {
    offerCopies();
    offerPause();
    setTimeout(look, everyMs);
  });
})();
