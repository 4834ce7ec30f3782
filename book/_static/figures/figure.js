// What all figures share: controls, moving from output to output, and a sentence for screen readers.
//
// A subclass gives `static title`, `static controls` and the methods
//   compute()      from this.settings: {rows, columns, …} of the output, or {problem: "a sentence"}
//   formula(r)     elements to show for the result r
//   draw(r, width) elements of the stage, which is `width` pixels wide
//   mark(r, index) mark output number index in what was drawn; returns the elements of its calculation
//   sentence(r, index), summary(r)   what is read out after a step, and in front of it after a new setting
(() => {
  "use strict";
  const { html } = kernelwise.drawing;
  const STILL = matchMedia("(prefers-reduced-motion: reduce)");
  const SILENCE = 400; // ms without a change before the sentence is read out
  const BEAT = 1000; // ms for each output while playing
  let figures = 0;

  class Figure extends HTMLElement {
    connectedCallback() {
      if (!this.settings) this.build();
      this.resizing.observe(this.stage);
      this.heedMotion = () => {
        this.play(false);
        this.buttons.play.hidden = STILL.matches;
      };
      STILL.addEventListener("change", this.heedMotion);
      this.heedMotion();
    }

    disconnectedCallback() {
      this.play(false);
      clearTimeout(this.pause);
      this.resizing.disconnect();
      STILL.removeEventListener("change", this.heedMotion);
    }

    // What is shown at the moment, for tests and for the curious.
    get state() {
      return { settings: { ...this.settings }, position: this.position, ...this.result };
    }

    build() {
      this.identity = `kw-${(figures += 1)}`;
      this.position = 0;
      this.settings = this.readAttributes();
      this.stage = html("div", { class: "kw-stage" });
      this.formulaBox = html("div", { class: "kw-formula" });
      this.calculation = html("div", { class: "kw-calculation" });
      this.live = html("p", { class: "kw-live", "aria-live": "polite" });
      const title = html("p", { class: "kw-title", id: `${this.identity}-title` }, this.constructor.title);
      const above = [title, this.panel(), this.formulaBox];
      const parts = [...above, this.stage, this.bar(), this.calculation, this.live];
      const group = { class: "kw-figure", role: "group", "aria-labelledby": title.id };
      this.replaceChildren(html("div", group, ...parts));
      this.stage.addEventListener("keydown", (event) => this.pressed(event));
      this.stage.addEventListener("click", (event) => this.choose(event.target.closest("[data-index]")));
      this.resizing = new ResizeObserver(() => {
        if (this.stage.clientWidth !== this.drawnWidth) this.refresh();
      });
      this.refresh();
      this.live.textContent = this.spoken(true);
    }

    // One setting for each control, from the attribute of the element or from the control's own default.
    readAttributes() {
      const settings = {};
      for (const [name, control] of Object.entries(this.constructor.controls)) {
        const given = this.getAttribute(control.attribute) ?? control.value;
        settings[name] = control.options ? given : clamp(Number(given), control);
      }
      return settings;
    }

    panel() {
      const controls = Object.entries(this.constructor.controls).map(([name, control]) =>
        control.options ? this.selection(name, control) : this.slider(name, control),
      );
      const legend = html("legend", { class: "kw-unseen" }, "Settings");
      return html("fieldset", { class: "kw-controls" }, legend, ...controls);
    }

    slider(name, { label, min, max }) {
      const id = `${this.identity}-${name}`;
      const value = this.settings[name];
      const most = Math.max(max, value); // a page may give a longer input
      const input = html("input", { type: "range", id, name, min, max: most, step: 1, value });
      const output = html("output", { for: id }, String(value));
      input.addEventListener("input", () => {
        output.textContent = input.value;
        this.change(name, Number(input.value));
      });
      const words = html("label", { for: id }, `${label} `, html("i", {}, name));
      return html("div", { class: "kw-control", "data-control": name }, words, input, output);
    }

    selection(name, { label, options }) {
      const id = `${this.identity}-${name}`;
      const select = html("select", { id, name });
      for (const [value, text] of Object.entries(options)) select.append(html("option", { value }, text));
      select.value = this.settings[name];
      select.addEventListener("change", () => this.change(name, select.value));
      const words = html("label", { for: id }, label);
      return html("div", { class: "kw-control", "data-control": name }, words, select);
    }

    bar() {
      const button = (name, action) => {
        const element = html("button", { type: "button", "data-action": name.toLowerCase() }, name);
        element.addEventListener("click", action);
        return element;
      };
      this.buttons = {
        previous: button("Previous", () => this.move(this.position - 1)),
        play: button("Play", () => this.play(!this.timer)),
        next: button("Next", () => this.move(this.position + 1)),
      };
      const group = { class: "kw-bar", role: "group", "aria-label": "Output" };
      return html("div", group, ...Object.values(this.buttons));
    }

    change(name, value) {
      this.play(false);
      this.settings[name] = value;
      this.refresh();
      this.announce(true);
    }

    // Compute and draw everything anew; the focus stays on the output that had it.
    refresh() {
      const focused = this.stage.contains(document.activeElement);
      this.result = this.compute();
      this.drawnWidth = this.stage.clientWidth;
      this.formulaBox.replaceChildren(...this.formula(this.result));
      if (this.result.problem) {
        this.stage.replaceChildren(html("p", { class: "kw-problem" }, this.result.problem));
      } else {
        this.stage.replaceChildren(...this.draw(this.result, this.drawnWidth || 600));
      }
      this.show(Math.max(0, Math.min(this.position, this.count - 1)));
      if (focused) this.currentCell?.focus({ preventScroll: true });
    }

    get count() {
      return this.result.problem ? 0 : this.result.rows * this.result.columns;
    }

    get currentCell() {
      return this.stage.querySelector(`[data-index="${this.position}"]`);
    }

    show(position) {
      this.position = position;
      for (const cell of this.stage.querySelectorAll("[data-index]")) {
        const current = cell === this.currentCell;
        cell.setAttribute("tabindex", current ? "0" : "-1");
        cell.setAttribute("aria-selected", String(current));
      }
      const shown = this.count ? this.mark(this.result, position) : [];
      this.calculation.replaceChildren(...shown);
      const last = this.count - 1;
      const idle = { previous: position <= 0, play: last < 1, next: position >= last };
      for (const name in idle) this.buttons[name].setAttribute("aria-disabled", String(idle[name]));
    }

    move(position) {
      if (position < 0 || position >= this.count || position === this.position) return;
      this.show(position);
      this.announce(false);
    }

    choose(cell) {
      if (!cell) return;
      this.play(false);
      this.move(Number(cell.dataset.index));
      cell.focus({ preventScroll: true });
    }

    pressed(event) {
      const { rows, columns } = this.result;
      const inRow = this.position % columns;
      const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -inRow, End: columns - 1 - inRow };
      if (rows > 1) Object.assign(steps, { ArrowDown: columns, ArrowUp: -columns });
      const isCell = event.target.closest("[data-index]");
      if (!isCell || !(event.key in steps) || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      this.play(false);
      this.move(this.position + steps[event.key]);
      this.currentCell.focus({ preventScroll: true });
      this.currentCell.scrollIntoView?.({ block: "nearest", inline: "nearest" });
    }

    // Step from output to output, up to the last one. Begins only on request, and where motion is welcome.
    play(on) {
      clearInterval(this.timer);
      const stopped = Boolean(this.timer) && !on;
      this.timer = on && !STILL.matches && this.count > 1 ? setInterval(() => this.beat(), BEAT) : 0;
      this.buttons.play.textContent = this.timer ? "Pause" : "Play";
      if (this.timer && this.position === this.count - 1) this.show(0);
      if (stopped) this.announce(false);
    }

    beat() {
      this.move(this.position + 1);
      if (this.position >= this.count - 1) this.play(false);
    }

    // Fill the live text once nothing has changed for a moment: a dragged slider is read out once.
    announce(changed) {
      this.changed ||= changed;
      clearTimeout(this.pause);
      if (this.timer) return;
      this.pause = setTimeout(() => {
        this.live.textContent = this.spoken(this.changed);
        this.changed = false;
      }, SILENCE);
    }

    spoken(changed) {
      if (this.result.problem) return this.result.problem;
      const step = this.sentence(this.result, this.position);
      return changed ? `${this.summary(this.result)} ${step}` : step;
    }
  }

  function clamp(value, { min, max, value: usual }) {
    return Number.isInteger(value) ? Math.min(Math.max(value, min), max) : usual;
  }

  globalThis.kernelwise = { ...globalThis.kernelwise, Figure };
})();
