// Shows mail as soon as it arrives: new lines come on top, and what is there stays as it is, the focus included.
"use strict";
const lines = (page) => [...page.querySelectorAll(".mails > li")];
const address = (line) => line.querySelector("a").getAttribute("href");

async function look() {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const known = new Set(lines(document).map(address));
  const fresh = lines(page).filter((line) => !known.has(address(line)));
  if (fresh.length === 0) return;
  document.querySelector(".mails").prepend(...fresh);
  document.querySelector(".empty")?.remove();
  document.querySelector("[data-news]").textContent =
    fresh.length === 1 ? `New mail: ${fresh[0].querySelector(".subject").textContent}` : `${fresh.length} new mails`;
  document.title = page.title;
  const tour = page.querySelector(".tour");
  if (tour) document.querySelector(".tour").replaceWith(tour);
}

async function watch() {
  if (!document.hidden) {
    // A service that does not answer may be on its way back: it is asked again.
    await look().catch(() => {});
  }
  setTimeout(watch, 2000);
}

setTimeout(watch, 2000);
