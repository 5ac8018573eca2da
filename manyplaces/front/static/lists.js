// Shows a page anew every few seconds while the worker is at work on what it tells of.
const busy = document.querySelector("[data-again]");
if (busy) setTimeout(() => location.reload(), Number(busy.dataset.again) * 1000);
