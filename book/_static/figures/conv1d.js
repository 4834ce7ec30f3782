// <kw-conv1d input="0 0 1 2 3" kernel="-1 1" stride="1" dilation="1" padding="valid|keras|torch|2">
// A kernel slides over a signal, like a comb; each output stands under the middle of its window.
(() => {
  "use strict";
  const { arithmetic, drawing } = kernelwise;
  const { Convolution, PIXELS, WEIGHTS, filled, inputLabel } = kernelwise.convolution;
  const { html, svg, number, term } = drawing;
  const [SMALLEST, LARGEST] = [26, 46]; // pixels of a cell
  const TEXT = 22; // height of a line of text

  class Conv1d extends Convolution {
    static title = "Try it: a kernel slides over a signal";

    compute() {
      const { i, k, s, d } = this.settings;
      const [x] = filled(this.given.input, 1, i, PIXELS);
      const [u] = filled(this.given.kernel, 1, k, WEIGHTS);
      const shape = this.geometry();
      if (shape.problem) return { ...shape, x, u };
      const y = arithmetic.correlate1d(x, u, { stride: s, dilation: d, padding: shape.padding });
      const paddedInput = arithmetic.pad1d(x, shape.padding);
      return { ...shape, x, u, y, rows: 1, columns: y.length, paddedInput };
    }

    // Everything about one output: where its window is, and the products that it sums.
    step({ paddedInput, u, y, k, s, d }, index) {
      const cells = arithmetic.windowCells(index, k, s, d);
      const window = cells.map((cell) => paddedInput[cell]);
      return { cells, window, products: window.map((value, a) => value * u[a]), value: y[index] };
    }

    get state() {
      const state = super.state;
      return state.problem ? state : { ...state, ...this.step(state, this.position) };
    }

    draw(result, width) {
      const { padded, padding: [before], i, paddedInput } = result;
      const size = Math.min(Math.max(Math.floor((width - 10) / padded), SMALLEST), LARGEST);
      const [comb, products, output] = [size + 10, 1.75 * size + 24, 3.2 * size + 30].map((y) => TEXT + y);
      this.rows = { input: TEXT, comb, products, output };
      this.size = size;
      this.inputs = paddedInput.map((value, m) =>
        drawing.cell(m * size, this.rows.input, size, number(value), {
          class: m < before || m >= before + i ? "kw-padding" : "kw-pixel",
        }),
      );
      const words = `${inputLabel(result)}: ${paddedInput.map(number).join(", ")}`;
      const input = svg("g", { role: "img", "aria-label": words }, ...this.inputs);
      this.comb = this.drawComb(result, size);
      this.rays = svg("path", { class: "kw-rays" });
      const corner = (_, m) => [(m * result.s + (result.span - 1) / 2) * size, output];
      const outputs = drawing.outputCells([result.y], size, `output of ${result.o}`, corner);
      const names = [label(inputLabel(result), 14), label(`output o = ${result.o}`, output + size + 20)];
      this.sum = svg("text", { class: "kw-sum", "aria-hidden": "true" }, "sum");
      this.kernelName = label("kernel u", comb + size * 0.48);
      const box = [padded * size, output + size + TEXT + 4];
      const group = { role: "group", "aria-label": "Signal, kernel and output" };
      const parts = [this.rays, ...names, this.kernelName, input, this.comb, this.sum, outputs];
      const all = drawing.picture(...box, group, ...parts);
      this.width = box[0];
      this.scroller = html("div", { class: "kw-scroller" }, all);
      return [this.scroller];
    }

    // The weights, one under each input cell that they meet, on a bar that shows them to be one kernel.
    drawComb({ u, d, span }, size) {
      const { input, comb, products } = this.rows;
      const frame = svg("rect", { class: "kw-window", y: input, width: span * size, height: size, rx: 5 });
      const [x, y] = [size / 2, comb + size * 0.36];
      const bone = svg("rect", { class: "kw-bone", x, y, width: (span - 1) * size, height: 4 });
      const letters = { dy: "0.35em", "font-size": Math.min(15, size * 0.42) };
      const teeth = u.map((weight, a) => {
        const tooth = svg("rect", { x: 3, width: size - 6, height: size * 0.75, rx: 4 });
        const text = svg("text", { x: size / 2, y: size * 0.375, ...letters }, number(weight));
        return svg("g", { class: "kw-weight", transform: `translate(${a * d * size} ${comb})` }, tooth, text);
      });
      this.productTexts = u.map((_, a) =>
        svg("text", { class: "kw-product", x: (a * d + 0.5) * size, y: products, ...letters }),
      );
      const parts = [frame, bone, ...teeth, ...this.productTexts];
      return svg("g", { class: "kw-comb", "aria-hidden": "true" }, ...parts);
    }

    mark(result, index) {
      const { cells, window, products, value } = this.step(result, index);
      const { size, rows } = this;
      this.inputs.forEach((cell, m) => cell.classList.toggle("kw-seen", cells.includes(m)));
      products.forEach((product, a) => (this.productTexts[a].textContent = number(product)));
      const left = index * result.s * size;
      const middle = left + (result.span * size) / 2;
      this.comb.style.transform = `translateX(${left}px)`;
      const [top, bottom, edge] = [rows.products + 14, rows.output, result.span * size];
      const half = size / 2;
      const outline = `M${left + 4} ${top}H${left + edge - 4}L${middle + half} ${bottom}H${middle - half}Z`;
      this.rays.setAttribute("d", outline);
      this.placeName(left, edge);
      this.sum.setAttribute("x", middle);
      this.sum.setAttribute("y", (top + bottom) / 2 + 5);
      const beyond = this.scroller.scrollWidth - this.scroller.clientWidth;
      if (beyond > 0) this.scroller.scrollLeft = middle - this.scroller.clientWidth / 2;
      const factors = window.map((x, a) => `${term(x)}·${term(result.u[a])}`).join(" + ");
      const letter = [html("i", {}, "y"), html("sub", {}, String(index))];
      return [html("p", {}, ...letter, ` = ${factors} = `, html("b", {}, number(value)))];
    }

    // The name of the kernel goes with it, on the side where there is room.
    placeName(left, edge) {
      const after = left + edge + 60 < this.width;
      this.kernelName.setAttribute("x", after ? left + edge + 6 : left - 6);
      this.kernelName.setAttribute("text-anchor", after ? "start" : "end");
      this.kernelName.toggleAttribute("hidden", !after && left < 60);
    }

    sentence(result, index) {
      const { products, value } = this.step(result, index);
      return `Output ${index + 1} of ${result.o}: ${products.map(term).join(" + ")} = ${number(value)}.`;
    }
  }

  function label(text, y) {
    return svg("text", { class: "kw-label", x: 1, y, "aria-hidden": "true" }, text);
  }

  customElements.define("kw-conv1d", Conv1d);
})();
