// A formula wider than the page scrolls; whoever uses the keyboard must be able to reach it.
function markWideFormulas() {
  for (const formula of document.querySelectorAll('mjx-container[display="true"]')) {
    if (formula.scrollWidth > formula.clientWidth) formula.tabIndex = 0;
    else formula.removeAttribute("tabindex");
  }
}

window.addEventListener("load", () => {
  window.MathJax?.startup?.promise?.then(markWideFormulas);
  window.addEventListener("resize", markWideFormulas);
});
