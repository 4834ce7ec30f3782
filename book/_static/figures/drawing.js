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

  // A matrix in words; null is a cell without a number.
  function spoken(rows) {
    const word = (value) => (value === null ? "empty" : number(value));
    return rows.map((row) => row.map(word).join(" ")).join("; ");
  }

  // A square with a number in it, `size` pixels wide.
  function cell(x, y, size, text, attributes = {}) {
    const letters = text.length > 3 ? Math.min(14, size * 0.36) : Math.min(16, size * 0.45);
    return svg(
      "g",
      { ...attributes, class: `kw-cell ${attributes.class ?? ""}`, transform: `translate(${x} ${y})` },
      svg("rect", { x: 2, y: 2, width: size - 4, height: size - 4, rx: 4 }),
      svg("text", { x: size / 2, y: size / 2, dy: "0.35em", "font-size": letters }, text),
    );
  }

  function picture(width, height, attributes, ...children) {
    const box = `-3 -3 ${width + 6} ${height + 6}`; // room for thick frames
    return svg("svg", { ...attributes, viewBox: box, width: width + 6, height: height + 6 }, ...children);
  }

  // A matrix of numbers; its cells are of the class `kind`.
  function matrix(values, size, name, kind) {
    const cells = values.flatMap((row, r) =>
      row.map((value, c) => cell(c * size, r * size, size, number(value), { class: kind })),
    );
    const words = { role: "img", "aria-label": `${name}: ${spoken(values)}` };
    return picture(values[0].length * size, values.length * size, words, ...cells);
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
          const role = { role: "gridcell", "aria-label": `${where}: ${number(value)}`, class: "kw-output" };
          return cell(...place(r, c), size, number(value), { ...role, "data-index": r * columns + c });
        }),
      ),
    );
    return svg("g", { role: "grid", "aria-label": `${label}; arrow keys choose an output` }, ...rows);
  }

  // "2p − 1" → <mn>2</mn><mi>p</mi><mo>−</mo><mn>1</mn>
  function mathematics(text) {
    const tokens = text.match(/\d+|[a-z]+|\S/g).map((token) => {
      const kind = /\d/.test(token) ? "mn" : /[a-z]/.test(token) ? "mi" : "mo";
      return math(kind, kind === "mo" ? { stretchy: "false" } : {}, token);
    });
    return math("math", {}, math("mrow", {}, ...tokens));
  }

  // A formula in pieces, between which a narrow page may break the line.
  function formulaLine(...pieces) {
    return html("div", { class: "kw-line" }, ...pieces.map(mathematics));
  }

  // The output size with letters, and with the numbers put in.
  function sizeFormula({ i, k, s, d, padding: [before, after], kind, o }) {
    if (kind === "keras") return kerasFormula({ i, k, s, d, before, after, o });
    const rest = number(i + 2 * before - d * (k - 1) - 1);
    const letters = "o = ⌊(i + 2p − d(k − 1) − 1) / s⌋ + 1";
    const put = `= ⌊(${i} + 2·${before} − ${d}·(${k} − 1) − 1) / ${s}⌋ + 1`;
    const end = o > 0 ? [`= ⌊${rest} / ${s}⌋ + 1`, `= ${o}`] : [];
    return [formulaLine(letters), formulaLine(put, ...end)];
  }

  function kerasFormula({ i, k, s, d, before, after, o }) {
    const letters = "max((o − 1)s + d(k − 1) + 1 − i, 0)";
    const put = `= max((${o} − 1)·${s} + ${d}·(${k} − 1) + 1 − ${i}, 0)`;
    const zeros = formulaLine(letters, put, `= ${before + after}`);
    zeros.prepend("zeros to add:");
    zeros.append(`(${before} before, ${after} after)`);
    return [formulaLine("o = ⌈i / s⌉", `= ⌈${i} / ${s}⌉`, `= ${o}`), zeros];
  }

  const drawing = {
    html, svg, number, term, counted, spoken, cell, picture, matrix, outputCells, formulaLine, sizeFormula,
  };
  globalThis.kernelwise = { ...globalThis.kernelwise, drawing };
})();
