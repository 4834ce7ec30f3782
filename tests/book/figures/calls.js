// Answers calls of book/_static/figures/arithmetic.js: in, a list of [function, ...arguments] as JSON; out, a
// list of {value} or {error}. One process for all of them.
const { readFileSync } = require("node:fs");
const arithmetic = require("../../../book/_static/figures/arithmetic.js");

function answer([name, ...given]) {
  try {
    return { value: arithmetic[name](...given) };
  } catch (error) {
    return { error: error.message };
  }
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(answer)));
