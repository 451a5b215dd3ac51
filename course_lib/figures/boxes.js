// Two boxes that are moved with a mouse, a finger or the arrow keys, and their IoU.
// Each figure that brings a drawing gets it in the place of its picture.
(() => {
  const SIDE = 60;
  const LEAST = 2;

  const put = (element, values) => {
    for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
  };

  const inside = (value, low, high) => Math.min(Math.max(Math.round(value), low), high);

  const moved = (box, x, y) => {
    const [left, top, right, bottom] = box;
    const dx = inside(x, -left, SIDE - right);
    const dy = inside(y, -top, SIDE - bottom);
    return [left + dx, top + dy, right + dx, bottom + dy];
  };

  const resized = (box, x, y) => [
    box[0],
    box[1],
    inside(box[2] + x, box[0] + LEAST, SIDE),
    inside(box[3] + y, box[1] + LEAST, SIDE),
  ];

  const area = ([left, top, right, bottom]) =>
    Math.max(right - left, 0) * Math.max(bottom - top, 0);

  const shared = (a, b) => [
    Math.max(a[0], b[0]),
    Math.max(a[1], b[1]),
    Math.min(a[2], b[2]),
    Math.min(a[3], b[3]),
  ];

  const start = (figure) => {
    const parsed = new DOMParser().parseFromString(figure.dataset.drawing, "image/svg+xml");
    const drawing = document.importNode(parsed.documentElement, true);
    const sums = document.createElement("output");
    put(sums, { style: "display: block; padding-top: 0.3em" }); // an output is read when it changes
    figure.querySelector("img").replaceWith(drawing, sums);
    const groups = [...drawing.querySelectorAll("[data-box]")];
    const boxes = groups.map((group) => JSON.parse(group.dataset.box));
    const overlap = drawing.querySelector(".overlap");

    const draw = () => {
      groups.forEach((group, n) => {
        const [left, top, right, bottom] = boxes[n];
        put(group.querySelector("rect"), { x: left, y: top, width: right - left, height: bottom - top });
        put(group.querySelector("text"), { x: left, y: top < 4 ? top + 4 : top - 1 });
        put(group.querySelector("circle"), { cx: right, cy: bottom });
        const place = `left ${left}, top ${top}, right ${right}, bottom ${bottom}`;
        group.setAttribute("aria-label", `${group.dataset.name} box: ${place}`);
      });
      const both = shared(...boxes);
      const common = both[2] > both[0] && both[3] > both[1] ? area(both) : 0;
      const [wide, high] = common ? [both[2] - both[0], both[3] - both[1]] : [0, 0];
      put(overlap, { x: both[0], y: both[1], width: wide, height: high });
      const [a, b] = boxes.map(area);
      const union = a + b - common;
      sums.textContent =
        `intersection ${wide} x ${high} = ${common}; ` +
        `union ${a} + ${b} - ${common} = ${union}; IoU ${(common / union).toFixed(2)}`;
    };

    groups.forEach((group, n) => {
      let held = null;
      group.addEventListener("pointerdown", (event) => {
        const change = event.target.tagName === "circle" ? resized : moved;
        held = { change, box: boxes[n], x: event.clientX, y: event.clientY };
        group.setPointerCapture(event.pointerId);
        group.focus();
        event.preventDefault();
      });
      // A finger on a box does not scroll the page.
      group.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
      group.addEventListener("pointermove", (event) => {
        if (!held) return;
        const unit = drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width;
        boxes[n] = held.change(held.box, (event.clientX - held.x) / unit, (event.clientY - held.y) / unit);
        draw();
      });
      for (const end of ["pointerup", "pointercancel"]) {
        group.addEventListener(end, () => (held = null));
      }
      group.addEventListener("keydown", (event) => {
        const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
        if (!(event.key in step) || event.ctrlKey || event.altKey || event.metaKey) return;
        boxes[n] = (event.shiftKey ? resized : moved)(boxes[n], ...step[event.key]);
        draw();
        event.preventDefault(); // the page does not scroll, the notebook does not choose a cell
        event.stopPropagation();
      });
    });
    draw();
  };

  for (const figure of document.querySelectorAll(".course-boxes:not([data-live])")) {
    figure.dataset.live = "";
    start(figure);
  }
})();
