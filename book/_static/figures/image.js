// The stage of the figures that work on images: the input with its window, an arrow, and the output.
(() => {
  "use strict";
  const { drawing } = kernelwise;
  const { html, svg, number } = drawing;
  const [SMALLEST, READABLE, LARGEST] = [19, 24, 42]; // pixels of a cell
  const ARROW = 80; // room for the arrow between input and output

  function panel(label, ...content) {
    return html("div", { class: "kw-panel" }, html("p", { class: "kw-label" }, label), ...content);
  }

  // Side by side if the numbers can still be read so, else one below the other.
  function fit(across, outputs, width) {
    const beside = Math.floor((width - ARROW) / (across + outputs));
    const stacked = beside < READABLE;
    const size = stacked ? Math.floor((width - 8) / across) : beside;
    return { stacked, size: Math.min(Math.max(size, SMALLEST), LARGEST) };
  }

  // Draw input and output; null in the input is padding without a value. Gives what `markImages` needs.
  function drawImages({ paddedInput, y, i, padding: [before], span, labels }, width) {
    const across = paddedInput.length;
    const { size, stacked } = fit(across, y.length, width);
    const inside = (n) => n >= before && n < before + i;
    const cells = paddedInput.map((row, r) =>
      row.map((value, c) =>
        drawing.cell(c * size, r * size, size, value === null ? "" : number(value), {
          class: inside(r) && inside(c) ? "kw-pixel" : "kw-padding",
        }),
      ),
    );
    const extent = { width: span * size, height: span * size, rx: 5 };
    const frame = svg("rect", { class: "kw-window kw-moves", ...extent });
    const spoken = { role: "img", "aria-label": `${labels.input}: ${drawing.spoken(paddedInput)}` };
    const input = drawing.picture(across * size, across * size, spoken, ...cells.flat(), frame);
    const grid = drawing.outputCells(y, size, labels.output, (r, c) => [c * size, r * size]);
    const group = { role: "group", "aria-label": labels.output };
    const output = drawing.picture(y.length * size, y.length * size, group, grid);
    const arrow = html("div", { class: "kw-arrow", "aria-hidden": "true" }, stacked ? "↓" : "→");
    const parts = [panel(labels.input, input), arrow, panel(labels.output, output)];
    const images = html("div", { class: `kw-images ${stacked ? "kw-stacked" : ""}` }, ...parts);
    return { images, cells, frame, size };
  }

  // Show the window of output (m, l): the frame around it, and the cells in it that are looked at.
  function markImages({ cells, frame, size }, { rows, columns, corner }) {
    cells.forEach((row, r) =>
      row.forEach((cell, c) => cell.classList.toggle("kw-seen", rows.includes(r) && columns.includes(c))),
    );
    frame.style.transform = `translate(${corner[1] * size}px, ${corner[0] * size}px)`;
  }

  globalThis.kernelwise = { ...globalThis.kernelwise, image: { drawImages, markImages } };
})();
