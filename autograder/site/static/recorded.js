// A figure with sliders, recorded: each value of a control has its picture.
for (const figure of document.querySelectorAll("figure.recorded")) {
  const picture = figure.querySelector("img");
  const sliders = [...figure.querySelectorAll("input")];
  const show = (slider, value) => {
    const text = JSON.parse(slider.dataset.texts)[value];
    slider.value = value;
    slider.setAttribute("aria-valuetext", text);
    slider.nextElementSibling.textContent = text;
  };
  if (sliders.length > 1) {
    const note = " Recorded: one control moves at a time. In the notebook they move together.";
    figure.querySelector("figcaption").append(note);
  }
  for (const slider of sliders) {
    show(slider, slider.dataset.start); // a reloaded page may keep where it was
    slider.addEventListener("input", () => {
      // The pictures vary one control at a time.
      for (const other of sliders) if (other !== slider) show(other, other.dataset.start);
      show(slider, slider.value);
      picture.src = JSON.parse(slider.dataset.frames)[slider.value];
    });
  }
}
