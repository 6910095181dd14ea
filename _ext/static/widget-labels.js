// Labels of the widgets on a page: their mathematics typeset, their names there for who cannot see them.
(() => {
  // ipywidgets hands its labels to MathJax 2's queue, which MathJax 3 does not have.
  if (window.MathJax) {
    MathJax.Hub = {
      Queue: ([, , element]) => MathJax.startup.promise.then(() => MathJax.typesetPromise([element])),
    };
  }

  // A slider's handle has no accessible name, and says its raw position where the page shows a formatted value. It
  // takes its name from the slider's description and its value from the readout beside it.
  const label = (slider) => {
    const name = slider.querySelector(".widget-label")?.textContent.trim() ?? "";
    const readout = slider.querySelector(".widget-readout");
    readout?.setAttribute("aria-label", `${name}, value`);
    for (const handle of slider.querySelectorAll(".noUi-handle")) {
      handle.setAttribute("aria-label", name);
      // noUiSlider writes its own text at every move; writing only a different one ends the exchange.
      if (readout && handle.getAttribute("aria-valuetext") !== readout.textContent) {
        handle.setAttribute("aria-valuetext", readout.textContent);
      }
    }
  };

  new MutationObserver((mutations) => {
    const sliders = new Set();
    for (const { target } of mutations) {
      const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
      const around = element?.closest(".widget-slider");
      for (const slider of around ? [around] : (element?.querySelectorAll(".widget-slider") ?? [])) {
        sliders.add(slider);
      }
    }
    sliders.forEach(label);
  }).observe(document.body, {
    childList: true,
    subtree: true,
    characterData: true,
    attributes: true,
    attributeFilter: ["aria-valuetext"],
  });
})();
