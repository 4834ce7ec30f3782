// <kw-conv2d input="1 2 3; 4 5 6; 7 8 9" kernel="1 0; 0 -1" stride="1" padding="valid|keras|torch|2">
// A kernel slides over an image; below, the window, the kernel and their products.
(() => {
  "use strict";
  const { arithmetic, drawing } = kernelwise;
  const { Convolution, PIXELS, WEIGHTS, filled, inputLabel } = kernelwise.convolution;
  const { drawImages, markImages } = kernelwise.image;
  const { html, number } = drawing;

  class Conv2d extends Convolution {
    static title = "Try it: a kernel slides over an image";

    static controls = {
      ...Convolution.controls,
      i: { ...Convolution.controls.i, max: 9, value: 5 },
      k: { ...Convolution.controls.k, max: 4 },
      p: { ...Convolution.controls.p, max: 3 },
    };

    compute() {
      const { i, k, s, d } = this.settings;
      const x = filled(this.given.input, i, i, PIXELS);
      const u = filled(this.given.kernel, k, k, WEIGHTS);
      const shape = this.geometry();
      if (shape.problem) return { ...shape, x, u };
      const padding = [shape.padding, shape.padding];
      const y = arithmetic.correlate2d(x, u, { stride: s, dilation: d, padding });
      const paddedInput = arithmetic.pad2d(x, padding);
      return { ...shape, x, u, y, rows: shape.o, columns: shape.o, paddedInput };
    }

    step({ paddedInput, u, y, o, k, s, d }, index) {
      const place = [Math.floor(index / o), index % o];
      const window = arithmetic.window2d(paddedInput, place, [k, k], s, d);
      return { place, window, products: arithmetic.products(window, u), value: y[place[0]][place[1]] };
    }

    get state() {
      const state = super.state;
      return state.problem ? state : { ...state, ...this.step(state, this.position) };
    }

    draw(result, width) {
      const { i, o } = result;
      const labels = { input: inputLabel(result, `${i} × ${i}`), output: `output ${o} × ${o}` };
      this.drawn = drawImages({ ...result, labels }, width);
      this.small = Math.max(17, Math.min(32, Math.floor((width - 106) / (3 * result.k))));
      return [this.drawn.images];
    }

    mark(result, index) {
      const { k, s, d, u } = result;
      const { place, window, products, value } = this.step(result, index);
      const [rows, columns] = place.map((m) => arithmetic.windowCells(m, k, s, d));
      markImages(this.drawn, { rows, columns, corner: place.map((m) => m * s) });
      const parts = [this.part("window", window, "kw-seen"), sign("×"), this.part("kernel", u, "kw-weight")];
      const letter = [html("i", {}, "y"), html("sub", {}, place.join(","))];
      const sum = html("p", {}, "sum ", ...letter, " = ", html("b", {}, number(value)));
      return [...parts, sign("="), this.part("products", products, ""), sum];
    }

    part(name, values, kind) {
      const picture = drawing.matrix(values, this.small, name, kind);
      return html("figure", { class: "kw-part" }, picture, html("figcaption", {}, name));
    }

    sentence(result, index) {
      const { place: [m, l], value } = this.step(result, index);
      const where = `Row ${m + 1} of ${result.o}, column ${l + 1} of ${result.o}`;
      return `${where}: the products sum to ${number(value)}.`;
    }
  }

  function sign(text) {
    return html("span", { class: "kw-sign", "aria-hidden": "true" }, text);
  }

  customElements.define("kw-conv2d", Conv2d);
})();
