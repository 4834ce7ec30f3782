// <kw-receptive-field layers="3 1 1; 2 2 1" outputs="3">: kernel, stride and dilation of each layer.
// A stack of layers without padding, as lines of pixels, and what one output pixel sees of each line.
(() => {
  "use strict";
  const { arithmetic, drawing, Figure } = kernelwise;
  const { parseRows } = kernelwise.convolution;
  const { html, svg, counted } = drawing;

  const LIMITS = { k: ["kernel size", 1, 7], s: ["stride", 1, 4], d: ["dilation", 1, 4] };
  const COLUMNS = ["layer ", "kernel k", "stride s", "dilation d", "jump j", "field r"];
  const USUAL = { k: 3, s: 1, d: 1 };
  const MOST_LAYERS = 6;
  const MOST_PIXELS = 300; // of the input; a wider one is not drawn
  const MOST_LINES = 400; // from pixel to pixel; more would be a blot
  const LEVEL = 62; // distance of two lines of pixels
  const TOP = 24;
  const WIDEST = 34; // pixels of the screen for a pixel of a line

  class ReceptiveField extends Figure {
    static title = "Try it: what one output pixel sees";
    static controls = {};

    readAttributes() {
      this.outputs = Math.min(Math.max(Number(this.getAttribute("outputs") ?? 3) || 3, 1), 8);
      const rows = parseRows(this.getAttribute("layers") ?? "3,1,1; 3,1,1").slice(0, MOST_LAYERS);
      const layer = ([k, s, d]) => ({ k: limited("k", k), s: limited("s", s), d: limited("d", d) });
      return { layers: rows.map(layer) };
    }

    // The table takes the place of the sliders: one line for each layer, editable.
    panel() {
      const titles = COLUMNS.map((title, column) =>
        html("th", { scope: "col", class: column > 3 ? "kw-number" : "" }, ...withItalics(title)),
      );
      this.lines = html("tbody");
      this.add = html("button", { type: "button", "data-action": "add" }, "Add a layer");
      this.add.addEventListener("click", () => this.addLayer());
      const caption = html("caption", { class: "kw-unseen" }, "Layers, from the input to the output");
      const head = html("thead", {}, html("tr", {}, ...titles, html("td")));
      const table = html("table", { class: "kw-layers" }, caption, head, this.lines);
      this.fillTable();
      return html("div", { class: "kw-controls kw-stack" }, table, this.add);
    }

    fillTable() {
      const blank = [html("td"), html("td"), html("td")];
      const input = [html("th", { scope: "row" }, "input"), ...blank, number("1"), number("1"), html("td")];
      const first = html("tr", {}, ...input);
      const lines = this.settings.layers.map((layer, index) => this.layerLine(layer, index));
      this.lines.replaceChildren(first, ...lines);
      this.add.setAttribute("aria-disabled", String(lines.length >= MOST_LAYERS));
    }

    layerLine(layer, index) {
      const inputs = Object.keys(LIMITS).map((name) => {
        const [words, min, max] = LIMITS[name];
        const names = { name: `${name}-${index + 1}`, "aria-label": `Layer ${index + 1}, ${words}` };
        const input = html("input", { type: "number", min, max, value: layer[name], ...names });
        input.addEventListener("input", () => input.value && this.changeLayer(index, name, input));
        input.addEventListener("change", () => (input.value = layer[name]));
        return html("td", {}, input);
      });
      const button = { type: "button", class: "kw-remove", "aria-label": `Remove layer ${index + 1}` };
      const remove = html("button", button, "×");
      remove.addEventListener("click", () => this.removeLayer(index));
      const title = html("th", { scope: "row" }, String(index + 1));
      return html("tr", {}, title, ...inputs, number(""), number(""), html("td", {}, remove));
    }

    changeLayer(index, name, input) {
      this.settings.layers[index][name] = limited(name, Number(input.value));
      this.layersChanged();
    }

    addLayer() {
      if (this.settings.layers.length >= MOST_LAYERS) return;
      this.settings.layers.push({ ...USUAL });
      this.fillTable();
      this.layersChanged();
    }

    removeLayer(index) {
      this.settings.layers.splice(index, 1);
      this.fillTable();
      const buttons = [...this.lines.querySelectorAll(".kw-remove"), this.add];
      buttons[Math.min(index, buttons.length - 1)].focus();
      this.layersChanged();
    }

    layersChanged() {
      this.play(false);
      this.refresh();
      this.announce(true);
    }

    compute() {
      const { layers } = this.settings;
      const byLayer = arithmetic.fieldByLayer(layers);
      const sizes = arithmetic.levelSizes(layers, this.outputs);
      const field = arithmetic.receptiveField(layers);
      const result = { layers, byLayer, sizes, field, rows: 1, columns: this.outputs };
      if (sizes[0] <= MOST_PIXELS) return result;
      const problem = `One output pixel sees ${field} input pixels. That is too wide to draw: see the table.`;
      return { ...result, problem };
    }

    get state() {
      const state = super.state;
      return { ...state, seen: arithmetic.seenCells(state.layers, this.position) };
    }

    // The numbers of each layer stand in its line of the table.
    formula({ byLayer }) {
      byLayer.forEach(({ field, step }, index) => {
        const cells = this.lines.rows[index + 1].querySelectorAll(".kw-number");
        [cells[0].textContent, cells[1].textContent] = [String(step), String(field)];
      });
      return [];
    }

    // Level 0 is the input and stands at the bottom; `centre` gives where a pixel of a level stands.
    draw({ layers, byLayer, sizes }, width) {
      const unit = Math.min((width - 8) / sizes[0], WIDEST);
      const steps = [1, ...byLayer.map(({ step }) => step)];
      const starts = [0.5];
      layers.forEach(({ k, d }, level) => starts.push(starts[level] + ((d * (k - 1)) / 2) * steps[level]));
      const top = layers.length;
      this.centre = (level, pixel) => [
        (starts[level] + pixel * steps[level]) * unit,
        TOP + (top - level) * LEVEL + 12,
      ];
      this.unit = unit;
      this.lineLayer = svg("g", { class: "kw-lines", "aria-hidden": "true" });
      const space = (level) => Math.min(unit * steps[level], WIDEST);
      this.pixels = sizes.map((count, level) => this.drawLevel(level, count, space(level)));
      const outputs = svg("g", { role: "row" }, ...this.pixels[top]);
      const words = "output pixels; arrow keys choose one";
      const grid = svg("g", { role: "grid", "aria-label": words }, outputs);
      const below = svg("g", { "aria-hidden": "true" }, ...this.pixels.slice(0, top).flat());
      const height = TOP + top * LEVEL + 60;
      this.bracket = svg("path", { class: "kw-bracket", "aria-hidden": "true" });
      this.measure = svg("text", { class: "kw-measure", "aria-hidden": "true", y: height - 6 });
      const names = sizes.map((count, level) => this.levelName(level, top, count));
      const group = { role: "group", "aria-label": "Input, layers and output" };
      const parts = [this.lineLayer, below, grid, this.bracket, this.measure, ...names];
      return [drawing.picture(Math.max(sizes[0] * unit, 150), height, group, ...parts)];
    }

    drawLevel(level, count, space) {
      return Array.from({ length: count }, (_, pixel) => this.drawPixel(level, pixel, space));
    }

    drawPixel(level, pixel, space) {
      const [x, y] = this.centre(level, pixel);
      const side = space > 10 ? space - 4 : Math.max(space * 0.8, 1);
      const high = Math.min(Math.max(side, 12), 24);
      const isOutput = level === this.settings.layers.length;
      const words = `output pixel ${pixel + 1}`;
      const role = isOutput ? { role: "gridcell", "data-index": pixel, "aria-label": words } : {};
      const box = { x: x - side / 2, y: y - high / 2, width: side, height: high, rx: Math.min(4, side / 4) };
      return svg("g", { ...role, class: `kw-dot ${isOutput ? "kw-output" : ""}` }, svg("rect", box));
    }

    levelName(level, top, count) {
      const name = level === 0 ? "input" : level === top ? `output of layer ${level}` : `layer ${level}`;
      const y = this.centre(level, 0)[1] - 17;
      const place = { class: "kw-label", x: 0, y, "aria-hidden": "true" };
      return svg("text", place, `${name}: ${counted(count, "pixel")}`);
    }

    mark({ layers, field }, index) {
      const seen = arithmetic.seenCells(layers, index);
      this.pixels.forEach((line, level) => {
        const marked = new Set(seen[level]);
        line.forEach((pixel, m) => pixel.classList.toggle("kw-seen", marked.has(m)));
      });
      this.drawLines(layers, seen);
      const [left, right] = [seen[0][0], seen[0].at(-1)].map((pixel) => this.centre(0, pixel));
      const [start, end, y] = [left[0] - this.unit / 2, right[0] + this.unit / 2, left[1] + 20];
      this.bracket.setAttribute("d", `M${start} ${y}v6H${end}v-6`);
      const box = this.pixels[0].length * this.unit;
      this.measure.setAttribute("x", Math.min(Math.max((start + end) / 2, 50), Math.max(box - 50, 50)));
      this.measure.textContent = counted(field, "pixel");
      return [];
    }

    drawLines(layers, seen) {
      const lines = layers.flatMap(({ k, s, d }, level) =>
        seen[level + 1].flatMap((pixel) => {
          const from = this.centre(level + 1, pixel);
          const to = (below) => this.centre(level, below);
          return arithmetic.windowCells(pixel, k, s, d).map((below) => `M${from}L${to(below)}`);
        }),
      );
      const path = lines.length <= MOST_LINES ? lines.join("") : "";
      this.lineLayer.replaceChildren(svg("path", { d: path }));
    }

    words(field, count) {
      const uses = count < field ? `, but uses only ${count} of them: the dilation leaves holes` : "";
      return `One output pixel sees a field of ${counted(field, "input pixel")}${uses}.`;
    }

    sentence({ layers, field }, index) {
      const [input] = arithmetic.seenCells(layers, index);
      const range = `Output pixel ${index + 1} sees input pixels ${input[0] + 1} to ${input.at(-1) + 1}.`;
      return `${range} ${this.words(field, input.length)}`;
    }

    summary({ layers }) {
      return `${counted(layers.length, "layer")}.`;
    }
  }

  // The letters that stand for numbers, as in "kernel k", are italic.
  function withItalics(title) {
    return title.split(/(?<= )/).map((word) => (word.length === 1 ? html("i", {}, word) : word));
  }

  function number(text) {
    return html("td", { class: "kw-number" }, text);
  }

  function limited(name, value) {
    const [, min, max] = LIMITS[name];
    return Number.isInteger(value) ? Math.min(Math.max(value, min), max) : USUAL[name];
  }

  customElements.define("kw-receptive-field", ReceptiveField);
})();
