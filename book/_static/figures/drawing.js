// Elements of the figures: HTML, SVG and MathML, cells with numbers, and the formula of the output size.
(() => {
  "use strict";

  function builder(namespace) {
    return (name, attributes = {}, ...children) => {
      const element = document.createElementNS(namespace, name);
      for (const [key, value] of Object.entries(attributes)) {
        if (value !== undefined) element.setAttribute(key, value);
      }
      element.append(...children);
      return element;
    };
  }

  const html = builder("http://www.w3.org/1999/xhtml");
  const svg = builder("http://www.w3.org/2000/svg");
  const math = builder("http://www.w3.org/1998/Math/MathML");

  // At most two decimals, and a true minus sign.
  function number(value) {
    return String(Math.round(value * 100) / 100).replace("-", "−");
  }

  // A factor or a term inside a sum: negative numbers stand in brackets.
  function term(value) {
    return value < 0 ? `(${number(value)})` : number(value);
  }

  function counted(count, thing) {
    return `${count} ${thing}${count === 1 ? "" : "s"}`;
  }

  // A square with a number in it, `size` pixels wide.
  function cell(x, y, size, text, attributes = {}) {
    const label = text.length > 3 ? { "font-size": Math.min(14, size * 0.36) } : { "font-size": Math.min(16, size * 0.45) };
    return svg(
      "g",
      { ...attributes, class: `kw-cell ${attributes.class ?? ""}`, transform: `translate(${x} ${y})` },
      svg("rect", { x: 1, y: 1, width: size - 2, height: size - 2, rx: 4 }),
      svg("text", { x: size / 2, y: size / 2, dy: "0.35em", ...label }, text),
    );
  }

  function picture(width, height, attributes, ...children) {
    const box = `-3 -3 ${width + 6} ${height + 6}`; // room for thick frames
    return svg("svg", { ...attributes, viewBox: box, width: width + 6, height: height + 6 }, ...children);
  }

  // A matrix of numbers; null is an empty cell. `classOf(row, column)` tells what is special about a cell.
  function matrix(values, size, label, classOf = () => "") {
    const cells = values.flatMap((row, r) =>
      row.map((value, c) => cell(c * size, r * size, size, value === null ? "" : number(value), { class: classOf(r, c) })),
    );
    return picture(values[0].length * size, values.length * size, { role: "img", "aria-label": label }, ...cells);
  }

  // The output cells, among which one moves by arrow keys. `place(row, column)` gives the corner of a cell.
  function outputCells(values, size, label, place) {
    const columns = values[0].length;
    const rows = values.map((row, r) =>
      svg(
        "g",
        { role: "row" },
        ...row.map((value, c) => {
          const where = values.length > 1 ? `row ${r + 1}, column ${c + 1}` : `output ${c + 1}`;
          const attributes = { role: "gridcell", "data-index": r * columns + c, "aria-label": `${where}: ${number(value)}` };
          return cell(...place(r, c), size, number(value), { ...attributes, class: "kw-output" });
        }),
      ),
    );
    return svg("g", { role: "grid", "aria-label": `${label}; arrow keys choose an output` }, ...rows);
  }

  // "2p − 1" → <mn>2</mn><mi>p</mi><mo>−</mo><mn>1</mn>
  function tokens(text) {
    return text.match(/\d+|[a-z]+|\S/g).map((token) => {
      const kind = /\d/.test(token) ? "mn" : /[a-z]/.test(token) ? "mi" : "mo";
      return math(kind, kind === "mo" && "()".includes(token) ? { stretchy: "false" } : {}, token);
    });
  }

  function row(...parts) {
    return math("mrow", {}, ...parts.flatMap((part) => (typeof part === "string" ? tokens(part) : part)));
  }

  function rounded(brackets, above, below) {
    const fraction = math("mfrac", {}, row(above), row(below));
    return row(math("mo", {}, brackets[0]), fraction, math("mo", {}, brackets[1]));
  }

  function formulaLine(...parts) {
    return html("div", { class: "kw-line" }, math("math", {}, row(...parts)));
  }

  // The output size with letters, and with the numbers put in. `shape`: {i, k, s, d, padding, kind, o}.
  function sizeFormula({ i, k, s, d, padding: [before, after], kind, o }) {
    if (kind === "keras") return kerasFormula({ i, k, s, d, before, after, o });
    const rest = i + 2 * before - d * (k - 1) - 1;
    const letters = formulaLine("o =", rounded("⌊⌋", "i + 2p − d(k − 1) − 1", "s"), "+ 1");
    const put = rounded("⌊⌋", `${i} + 2 · ${before} − ${d} · (${k} − 1) − 1`, `${s}`);
    const end = o > 0 ? ["+ 1 =", rounded("⌊⌋", number(rest), `${s}`), `+ 1 = ${o}`] : ["+ 1"];
    return [letters, formulaLine("=", put, ...end)];
  }

  function kerasFormula({ i, k, s, d, before, after, o }) {
    const size = formulaLine("o =", rounded("⌈⌉", "i", "s"), "=", rounded("⌈⌉", `${i}`, `${s}`), `= ${o}`);
    const zeros = formulaLine("max((o − 1)s + d(k − 1) + 1 − i, 0)");
    const put = `= max(${o - 1} · ${s} + ${d} · ${k - 1} + 1 − ${i}, 0) = ${before + after}`;
    zeros.prepend(html("span", {}, "Zeros to add: "));
    return [size, zeros, html("div", { class: "kw-line" }, math("math", {}, row(put)), ` (${before} before, ${after} after)`)];
  }

  const drawing = { html, svg, number, term, counted, cell, picture, matrix, outputCells, row, formulaLine, rounded, sizeFormula };
  globalThis.kernelwise = { ...globalThis.kernelwise, drawing };
})();
