"use strict";
// Shows one buffer everywhere it appears: on hover, on click, and with the arrow keys on the map.
(function () {
  const info = document.getElementById("arena-info");
  const map = document.querySelector(".map");
  if (info === null) return;
  const buffers = Array.from(map.querySelectorAll(".buffer"));
  const text = info.textContent;
  let pinned = -1;

  function show(index) {
    document.querySelectorAll(".on").forEach((element) => element.classList.remove("on"));
    const found = buffers[index];
    if (found === undefined) {
      info.textContent = text;
      return;
    }
    info.textContent = found.querySelector("title").textContent;
    document.querySelectorAll('[data-buffer="' + index + '"]')
      .forEach((element) => element.classList.add("on"));
  }
  function indexOf(target) {
    const element = target.closest("[data-buffer]");
    return element === null ? -1 : Number(element.dataset.buffer);
  }

  document.addEventListener("mouseover", (event) => {
    const index = indexOf(event.target);
    show(index === -1 ? pinned : index);
  });
  map.addEventListener("click", (event) => {
    pinned = indexOf(event.target);
    show(pinned);
  });
  map.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") pinned = (pinned + 1) % buffers.length;
    else if (event.key === "ArrowLeft") pinned = (Math.max(pinned, 0) + buffers.length - 1) % buffers.length;
    else if (event.key === "Escape") pinned = -1;
    else return;
    show(pinned);
    event.preventDefault();
  });
})();
