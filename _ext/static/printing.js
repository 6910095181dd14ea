// Paper is white: while a page is printed it has the light theme, whatever the screen's is. The dark one comes by script, so
// where none runs there is nothing to put right.
(() => {
  const root = document.documentElement;
  let screen; // the screen's theme, while the page is on paper
  const toPaper = () => {
    screen ??= root.dataset.theme;
    root.dataset.theme = "light";
  };
  const toScreen = () => {
    root.dataset.theme = screen ?? root.dataset.theme;
    screen = undefined;
  };
  addEventListener("beforeprint", toPaper);
  addEventListener("afterprint", toScreen);
  // The preview of a browser's tools prints nothing.
  matchMedia("print").addEventListener("change", ({ matches }) => (matches ? toPaper() : toScreen()));
})();
