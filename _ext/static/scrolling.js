// Tables, formulas and code that scroll sideways take the keyboard's focus, so that its arrows can scroll them.
(() => {
  const scrolling = "article mjx-container, article .pst-scrollable-table-container, article div.highlight pre";
  const update = () => {
    for (const element of document.querySelectorAll(scrolling)) {
      // One pixel more is rounding.
      if (element.scrollWidth > element.clientWidth + 1) {
        element.tabIndex = 0;
      } else {
        element.removeAttribute("tabindex");
      }
    }
  };

  // Whatever changes what fits (typesetting, a narrower window, a box unfolded) changes the article's size too.
  const article = document.querySelector("article"); // the search page has none
  if (article) {
    new ResizeObserver(update).observe(article);
  }
})();
