// The arithmetic of the figures, without a page: numbers in, numbers out. tests/book/test_figures.py compares
// every function with the Python package kernelwise. Letters as in the book: i input size, k kernel size,
// s stride, p padding on each side, d dilation, o output size. Signals are arrays, images arrays of rows.
(() => {
  "use strict";

  function checkWhole(numbers, least) {
    for (const [name, value] of Object.entries(numbers)) {
      if (!Number.isInteger(value) || value < least) {
        throw new RangeError(`${name} must be a whole number of at least ${least}, got ${value}`);
      }
    }
  }

  // Pixels that a kernel covers, holes of the dilation included.
  function span(k, d = 1) {
    return d * (k - 1) + 1;
  }

  // Places at which a kernel fits on `padded` pixels; 0 if it is too long.
  function places(padded, k, s = 1, d = 1) {
    return span(k, d) > padded ? 0 : Math.floor((padded - span(k, d)) / s) + 1;
  }

  // o = ⌊(i + 2p − d(k−1) − 1) / s⌋ + 1
  function outputSize(i, k, s = 1, p = 0, d = 1) {
    checkWhole({ i, k, s, d }, 1);
    checkWhole({ p }, 0);
    const o = places(i + 2 * p, k, s, d);
    if (o === 0) {
      throw new RangeError(`the kernel spans ${span(k, d)} pixels, but the padded input has ${i + 2 * p}`);
    }
    return o;
  }

  // Keras's `same`: [before, after], so that o = ⌈i/s⌉; an odd number of zeros puts one more after.
  function samePadding(i, k, s = 1, d = 1) {
    checkWhole({ i, k, s, d }, 1);
    const total = Math.max((Math.ceil(i / s) - 1) * s + span(k, d) - i, 0);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  }

  // What one gives to PyTorch in place of `same`: an equal number on both sides, whatever i and s are.
  function symmetricPadding(k, d = 1) {
    checkWhole({ k, d }, 1);
    return Math.floor((d * (k - 1)) / 2);
  }

  // [before, after] for a kind of padding: "valid", "keras", "torch", or "explicit" with p pixels.
  function paddingWidths(kind, { i, k, s = 1, d = 1, p = 0 }) {
    if (kind === "keras") return samePadding(i, k, s, d);
    if (kind === "valid") return [0, 0];
    const each = kind === "torch" ? symmetricPadding(k, d) : p;
    return [each, each];
  }

  function pad1d(x, [before, after], value = 0) {
    return [...Array(before).fill(value), ...x, ...Array(after).fill(value)];
  }

  function pad2d(x, [vertical, horizontal], value = 0) {
    const rows = x.map((row) => pad1d(row, horizontal, value));
    const blank = Array(rows[0].length).fill(value);
    return pad1d(rows, vertical, blank).map((row) => [...row]);
  }

  // The pixels that output number m looks at, counted on the padded input: m·s + a·d.
  function windowCells(m, k, s = 1, d = 1) {
    return Array.from({ length: k }, (_, a) => m * s + a * d);
  }

  // The numbers in the window of output (m, l); for every window of an image, use `windows2d`.
  function window2d(padded, [m, l], [rows, columns], s = 1, d = 1) {
    return windowCells(m, rows, s, d).map((r) => windowCells(l, columns, s, d).map((c) => padded[r][c]));
  }

  // One result for every place of a window of `size` = [rows, columns]: combine(window) in an array of rows.
  function windows2d(padded, size, { stride = 1, dilation = 1 }, combine) {
    const h = places(padded.length, size[0], stride, dilation);
    const w = places(padded[0].length, size[1], stride, dilation);
    if (h === 0 || w === 0) throw new RangeError("the window exceeds the padded image");
    return Array.from({ length: h }, (_, m) =>
      Array.from({ length: w }, (_, l) => combine(window2d(padded, [m, l], size, stride, dilation))),
    );
  }

  function products(window, weights) {
    return window.map((row, a) => row.map((value, b) => value * weights[a][b]));
  }

  function sum(rows) {
    return rows.flat().reduce((total, value) => total + value, 0);
  }

  // y[m,l] = Σ_ab x[m·s + a·d, l·s + b·d] · u[a,b], x padded with zeros
  function correlate2d(x, u, { stride = 1, dilation = 1, padding = [[0, 0], [0, 0]] } = {}) {
    const size = [u.length, u[0].length];
    return windows2d(pad2d(x, padding), size, { stride, dilation }, (window) => sum(products(window, u)));
  }

  // y[m] = Σ_a x[m·s + a·d] · u[a], x padded with zeros
  function correlate1d(x, u, { stride = 1, dilation = 1, padding = [0, 0] } = {}) {
    return correlate2d([x], [u], { stride, dilation, padding: [[0, 0], padding] })[0];
  }

  // The pixels of the image in a window: padding is marked by null and belongs to no maximum and no mean.
  function pixels(window) {
    return window.flat().filter((value) => value !== null);
  }

  function pool2d(x, { size, stride = size, padding = [[0, 0], [0, 0]] }, combine) {
    const padded = pad2d(x, padding, null);
    return windows2d(padded, [size, size], { stride }, (window) => combine(pixels(window)));
  }

  function largest(values) {
    return Math.max(...values);
  }

  function mean(values) {
    return sum([values]) / values.length;
  }

  function maxPool2d(x, options) {
    return pool2d(x, options, largest);
  }

  function averagePool2d(x, options) {
    return pool2d(x, options, mean);
  }

  // What one pixel sees after each layer {k, s, d}: its field and the step to its neighbour, in input pixels.
  function fieldByLayer(layers) {
    let [field, step] = [1, 1];
    return layers.map(({ k, s, d }) => {
      checkWhole({ k, s, d }, 1);
      field += d * (k - 1) * step;
      step *= s;
      return { field, step };
    });
  }

  function receptiveField(layers) {
    return fieldByLayer(layers).at(-1)?.field ?? 1;
  }

  // How many pixels each level needs for `outputs` pixels at the end, without padding: [input, …, output].
  function levelSizes(layers, outputs) {
    const below = ([n, ...rest], { k, s, d }) => [(n - 1) * s + span(k, d), n, ...rest];
    return layers.reduceRight(below, [outputs]);
  }

  // The pixels of each level that output pixel m is made of, in increasing order: [input, …, output].
  function seenCells(layers, m) {
    return layers.reduceRight(
      ([above, ...rest], { k, s, d }) => {
        const below = new Set(above.flatMap((pixel) => windowCells(pixel, k, s, d)));
        return [[...below].sort((one, other) => one - other), above, ...rest];
      },
      [[m]],
    );
  }

  const arithmetic = {
    span, places, outputSize, samePadding, symmetricPadding, paddingWidths, pad1d, pad2d, windowCells,
    window2d, products, sum, correlate1d, correlate2d, pixels, maxPool2d, averagePool2d, fieldByLayer,
    receptiveField, levelSizes, seenCells,
  };
  if (typeof module === "object") module.exports = arithmetic; // Node, for the tests
  else globalThis.kernelwise = { ...globalThis.kernelwise, arithmetic };
})();
