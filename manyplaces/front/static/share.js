// Improves what works without it: hands a page to the telephone's own list of ways to share, and copies its address.
"use strict";

function offer(box) {
  const { title, text, link } = box.dataset;
  const said = box.querySelector("[data-said]");
  const button = (name) => box.querySelector(`[data-do="${name}"]`);
  const show = (one, act) => {
    one.addEventListener("click", act);
    one.closest("li").hidden = false;
  };
  // Browsers have these on addresses that begin with https alone.
  if (navigator.share) {
    // Whoever closes the list again has changed his mind, which is no fault.
    show(button("share"), () => navigator.share({ title, text, url: link }).catch(() => {}));
  }
  if (navigator.clipboard) {
    const copy = button("copy");
    show(copy, async () => {
      try {
        await navigator.clipboard.writeText(link);
        said.textContent = copy.dataset.done;
      } catch {
        said.textContent = copy.dataset.failed;
      }
    });
  }
}

for (const box of document.querySelectorAll("[data-share]")) offer(box);
