// <kw-pool input="7 0 3; 0 5 0; 3 0 7" window="2" stride="1" kind="max|average" padding="valid|same">
// The largest or the mean value of every window. Padding holds no value: no maximum and no mean includes it.
(() => {
  "use strict";
  const { arithmetic, drawing, Figure } = kernelwise;
  const { PIXELS, parseRows, filled, inputLabel } = kernelwise.convolution;
  const { drawImages, markImages } = kernelwise.image;
  const { html, number, term } = drawing;

  const KEPT = { max: "the maximum", average: "the average" };
  const PADDINGS = { valid: "none (valid)", same: "same, as in Keras" };

  class Pool extends Figure {
    static title = "Try it: pooling";

    static controls = {
      combine: { label: "Keep", attribute: "kind", options: KEPT, value: "max" },
      i: { label: "Input size", attribute: "size", min: 2, max: 9, value: 6 },
      k: { label: "Window size", attribute: "window", min: 1, max: 4, value: 2 },
      s: { label: "Stride", attribute: "stride", min: 1, max: 4, value: 2 },
      kind: { label: "Padding", attribute: "padding", options: PADDINGS, value: "valid" },
    };

    readAttributes() {
      const settings = super.readAttributes();
      this.given = parseRows(this.getAttribute("input"));
      if (this.hasAttribute("input")) settings.i = this.given.length;
      if (!this.hasAttribute("stride")) settings.s = settings.k; // as in Keras and PyTorch
      return settings;
    }

    compute() {
      const { i, k, s, combine } = this.settings;
      const kind = this.settings.kind === "same" ? "keras" : "valid";
      const padding = arithmetic.paddingWidths(kind, { i, k, s });
      const padded = i + padding[0] + padding[1];
      const x = filled(this.given, i, i, PIXELS);
      const shape = { i, k, s, d: 1, kind, padding, padded, span: k, o: arithmetic.places(padded, k, s), x };
      if (shape.o === 0) {
        const problem = `The window spans ${k} pixels, but the input has only ${padded}: it fits nowhere.`;
        return { ...shape, problem };
      }
      const widths = [padding, padding];
      const pooling = combine === "max" ? arithmetic.maxPool2d : arithmetic.averagePool2d;
      const y = pooling(x, { size: k, stride: s, padding: widths });
      return { ...shape, y, rows: shape.o, columns: shape.o, paddedInput: arithmetic.pad2d(x, widths, null) };
    }

    step({ paddedInput, y, o, k, s }, index) {
      const place = [Math.floor(index / o), index % o];
      const window = arithmetic.window2d(paddedInput, place, [k, k], s);
      return { place, window, pixels: arithmetic.pixels(window), value: y[place[0]][place[1]] };
    }

    get state() {
      const state = super.state;
      return state.problem ? state : { ...state, ...this.step(state, this.position) };
    }

    formula(result) {
      const { i, k, s, o, kind } = result;
      if (kind === "keras") return drawing.sizeFormula(result);
      const put = [`= ⌊(${i} − ${k}) / ${s}⌋ + 1`, `= ${o}`];
      return [drawing.formulaLine("o = ⌊(i − k) / s⌋ + 1", ...put.slice(0, o > 0 ? 2 : 1))];
    }

    draw(result, width) {
      const { i, o } = result;
      const labels = { input: inputLabel(result, `${i} × ${i}`), output: `output ${o} × ${o}` };
      this.drawn = drawImages({ ...result, labels }, width);
      return [this.drawn.images];
    }

    mark(result, index) {
      const { place, pixels, value } = this.step(result, index);
      const [rows, columns] = place.map((m) => arithmetic.windowCells(m, result.k, result.s));
      markImages(this.drawn, { rows, columns, corner: place.map((m) => m * result.s) });
      this.markWinners(result, rows, columns, value);
      const text =
        this.settings.combine === "max"
          ? `max(${pixels.map(number).join(", ")})`
          : `(${pixels.map(term).join(" + ")}) / ${pixels.length}`;
      const letter = [html("i", {}, "y"), html("sub", {}, place.join(","))];
      return [html("p", {}, ...letter, ` = ${text} = `, html("b", {}, number(value)))];
    }

    // Of a maximum, only the winner survives; where it stood in the window is lost.
    markWinners({ paddedInput }, rows, columns, value) {
      const maximum = this.settings.combine === "max";
      const wins = (r, c) => rows.includes(r) && columns.includes(c) && paddedInput[r][c] === value;
      this.drawn.cells.forEach((row, r) =>
        row.forEach((cell, c) => cell.classList.toggle("kw-winner", maximum && wins(r, c))),
      );
    }

    sentence(result, index) {
      const { place: [m, l], value, pixels } = this.step(result, index);
      const what = this.settings.combine === "max" ? "maximum" : "average";
      const where = `Row ${m + 1} of ${result.o}, column ${l + 1} of ${result.o}`;
      return `${where}: the ${what} of ${drawing.counted(pixels.length, "pixel")} is ${number(value)}.`;
    }

    summary({ o }) {
      return `Output size ${o} by ${o}.`;
    }
  }

  customElements.define("kw-pool", Pool);
})();
