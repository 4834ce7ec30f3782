// What the figures of convolution in one and in two dimensions share: settings, numbers and words.
(() => {
  "use strict";
  const { arithmetic, drawing, Figure } = kernelwise;

  // Inputs and kernels where a page gives none, and where it gives fewer numbers than are asked for.
  const PIXELS = (r, c) => (3 * r + 5 * c + r * c + 2) % 7;
  const WEIGHTS = (r, c) => [1, 0, -1][(r + c) % 3];

  const PADDINGS = {
    valid: "none (valid)",
    keras: "same, as in Keras",
    torch: "same on both sides (PyTorch)",
    explicit: "p on each side",
  };

  // "1 2; 3 4" or "1,2;3,4" → [[1, 2], [3, 4]]
  function parseRows(text) {
    return (text ?? "").split(";").map((row) => row.split(/[\s,]+/).filter(Boolean).map(Number));
  }

  // A matrix of the given size: the numbers that are given, then the pattern.
  function filled(given, rows, columns, pattern) {
    return Array.from({ length: rows }, (_, r) =>
      Array.from({ length: columns }, (_, c) => given[r]?.[c] ?? pattern(r, c)),
    );
  }

  class Convolution extends Figure {
    static controls = {
      i: { label: "Input size", attribute: "size", min: 2, max: 12, value: 7 },
      k: { label: "Kernel size", attribute: "kernel-size", min: 1, max: 5, value: 3 },
      s: { label: "Stride", attribute: "stride", min: 1, max: 4, value: 1 },
      d: { label: "Dilation", attribute: "dilation", min: 1, max: 3, value: 1 },
      kind: { label: "Padding", attribute: "padding", options: PADDINGS, value: "valid" },
      p: { label: "Zeros per side", attribute: "padding", min: 0, max: 4, value: 1 },
    };

    readAttributes() {
      const settings = super.readAttributes();
      const [input, kernel] = ["input", "kernel"].map((name) => parseRows(this.getAttribute(name)));
      this.given = { input, kernel };
      if (this.hasAttribute("input")) settings.i = input[0].length;
      if (this.hasAttribute("kernel")) settings.k = kernel[0].length;
      if (!(settings.kind in PADDINGS)) settings.kind = settings.kind.trim() === "" ? "valid" : "explicit";
      return settings;
    }

    // Sizes along one axis, and why there may be no output.
    geometry() {
      const { i, k, s, d, kind } = this.settings;
      this.querySelector('[data-control="p"]')?.toggleAttribute("hidden", kind !== "explicit");
      const padding = arithmetic.paddingWidths(kind, this.settings);
      const padded = i + padding[0] + padding[1];
      const o = arithmetic.places(padded, k, s, d);
      const shape = { i, k, s, d, kind, padding, padded, span: arithmetic.span(k, d), o };
      if (o > 0) return shape;
      const spans = `The kernel spans ${drawing.counted(shape.span, "pixel")}`;
      return { ...shape, problem: `${spans}, but the padded input has only ${padded}: it fits nowhere.` };
    }

    formula(result) {
      return drawing.sizeFormula(result);
    }

    summary({ o, padding: [before, after], rows }) {
      const zeros = before + after ? `${drawing.counted(before, "zero")} before and ${after} after. ` : "";
      return `${zeros}Output size ${rows > 1 ? `${o} by ${o}` : o}.`;
    }
  }

  // "input i = 7, padding 0 before, 1 after"
  function inputLabel({ i, padding: [before, after] }, size = `i = ${i}`) {
    if (before + after === 0) return `input ${size}`;
    const where = before === after ? `${before} on each side` : `${before} before, ${after} after`;
    return `input ${size}, padding ${where}`;
  }

  const convolution = { Convolution, PIXELS, WEIGHTS, parseRows, filled, inputLabel };
  globalThis.kernelwise = { ...globalThis.kernelwise, convolution };
})();
