// Looks again at what is under way, says when the gateway does not answer, and copies values. Each page can be used without.
(() => {
  "use strict";
  const everyMs = 3000;
  // A page that is left open is not looked at for ever, so that its session ends as any other.
  const mostLooks = 300;
  let looks = 0;
  let wasLost = false;

  const main = () => document.getElementById("main");
  const say = text => {
    document.getElementById("said").textContent = text;
  };

  // Nothing moves under somebody's hands.
  const isUsed = () =>
    main().contains(document.activeElement) ||
    !document.getSelection().isCollapsed ||
    [...main().querySelectorAll("input, textarea")].some(one => one.value !== one.defaultValue || one.checked !== one.defaultChecked) ||
    [...main().querySelectorAll("option")].some(one => one.selected !== one.defaultSelected && one.closest("select").querySelector("[selected]"));

  const show = next => {
    const shown = next.getElementById("main");
    main().replaceChildren(...document.adoptNode(shown).childNodes);
    if ("live" in shown.dataset) return true;
    delete main().dataset.live;
    document.title = next.title;
    say("It has ended. The page shows what came of it.");
    return false;
  };

  const look = async () => {
    if (!("live" in main().dataset)) return;
    if (++looks > mostLooks) return say("This page is not brought up to date any more. Load it anew.");
    if (document.visibilityState === "visible" && !isUsed()) {
      try {
        const answer = await fetch(location.href, { redirect: "manual", cache: "no-store" });
        if (answer.type === "opaqueredirect") return say("Your session has ended. Load the page anew to sign in.");
        const next = new DOMParser().parseFromString(await answer.text(), "text/html");
        if (!answer.ok) return say("The gateway refused to show this again. Load the page anew.");
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

  // Where a browser lets a page copy.
  const offerCopies = () => {
    if (!navigator.clipboard) return;
    for (const value of document.querySelectorAll("[data-copy]")) {
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

  document.addEventListener("DOMContentLoaded", () => {
    offerCopies();
    setTimeout(look, everyMs);
  });
})();
