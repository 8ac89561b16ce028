// Colours that readers with and without colour vision tell apart: viridis, Okabe and Ito, and two axes of Oklab for gradients.

const VIRIDIS = (
  "440154 48186a 472d7b 424086 3b528b 33638d 2c728e 26828e 21918c 1fa088 28ae80 3fbc73 5ec962 84d44b addc30 d8e219 fde725"
).split(" ");
const KINDS = ["0072b2", "e69f00", "009e73", "cc79a7", "56b4e9", "d55e00", "f0e442", "999999"];
const LAYER_LINES = ["#111111", "#b23a00", "#00457a", "#00664b", "#7a2e5d", "#6b5300", "#007a8a", "#5a5a5a"];
const LIGHT_LINES = ["#dddddd", "#ff9a5c", "#7cc4ff", "#5fd3ae", "#e79cc8", "#d8c46a", "#6fd6e0", "#999999"];
const BOUNDARY = "#d50000";
const COLORINGS = {
  gradient: "gradient",
  value: "value",
  pattern: "pattern",
  layer: "layer",
  depth: "depth",
  area: "area",
};

/** The colour of what a layer makes, on pieces or on a dark ground. */
const layerLine = (layer, onDark = false) => (onDark ? LIGHT_LINES : LAYER_LINES)[(layer - 1) % LAYER_LINES.length];
const bytesOf = (hex) => [0, 2, 4].map((at) => parseInt(hex.replace("#", "").slice(at, at + 2), 16));
/** A colour as one word, as the memory of a canvas has it. */
const wordOf = ([red, green, blue]) => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
const cssOf = (word) => `#${[word & 255, (word >> 8) & 255, (word >> 16) & 255].map((x) => x.toString(16).padStart(2, "0")).join("")}`;

/** The map of sizes: 256 words. */
const SIZES = Uint32Array.from({ length: 256 }, (_, place) => {
  const at = (place / 255) * (VIRIDIS.length - 1);
  const low = Math.min(VIRIDIS.length - 2, Math.floor(at));
  const [one, other] = [bytesOf(VIRIDIS[low]), bytesOf(VIRIDIS[low + 1])];
  return wordOf(one.map((x, channel) => Math.round(x + (at - low) * (other[channel] - x))));
});

/** Kinds mixed with white, so that borders stand out. */
const KIND_WORDS = KINDS.map((hex) => wordOf(bytesOf(hex).map((x) => Math.round(0.45 * 255 + 0.55 * x))));

/** The colour of a gradient's two entries, each from -1 to 1: blue to yellow, and dark to light. */
function gradientWord(first, second) {
  const clip = (x, least) => Math.min(1, Math.max(least, x));
  const lightness = 0.68 + 0.22 * clip(second, -1);
  const yellow = 0.13 * clip(first, -1);
  const roots = [lightness + 0.2158037573 * yellow, lightness - 0.0638541728 * yellow, lightness - 1.291485548 * yellow];
  const [l, m, s] = roots.map((root) => root ** 3);
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return wordOf(
    linear.map((x) => clip(x, 0)).map((x) => Math.round(255 * (x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055))),
  );
}

/** The sizes of a gradient's entries that only a twentieth of the area exceeds. */
function gradientScale(cells, output) {
  return Array.from({ length: cells.dimension }, (_, axis) => {
    const sizes = Float64Array.from({ length: cells.count }, (_, cell) => Math.abs(cells.slope(cell, output, axis)));
    const sorted = sizes.slice().sort();
    const needed = 0.95 * cells.size.reduce((sum, one) => sum + one, 0);
    const within = (most) => sizes.reduce((sum, size, cell) => (size <= most ? sum + cells.size[cell] : sum), 0);
    let [from, to] = [0, cells.count - 1];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (within(sorted[middle]) >= needed) to = middle;
      else from = middle + 1;
    }
    return sorted[to] || sorted[cells.count - 1] || 1;
  });
}

/** The least and the largest value of an output. */
function valueRange(cells, output) {
  let [least, most] = [Infinity, -Infinity];
  const { start, corner, vertices, dimension: d } = cells;
  for (let cell = 0; cell < cells.count; cell++) {
    for (let at = start[cell]; at < start[cell + 1]; at++) {
      const place = d === 1 ? [vertices[corner[at]]] : [vertices[2 * corner[at]], vertices[2 * corner[at] + 1]];
      const value = cells.valueAt(cell, output, place);
      if (value < least) least = value;
      if (value > most) most = value;
    }
  }
  return [least, most];
}

/**
 * How cells are coloured: `words`, one for each; under `value`, where colours change within cells, `range` and `output` too.
 * `told` says it in a word, and `scale` what a legend needs.
 */
function paintOf(cells, regions, color, output) {
  const several = cells.outputs > 1 ? ` of output ${output + 1}` : "";
  const each = (find) => Uint32Array.from({ length: cells.count }, (_, cell) => find(cell));
  if (color === "gradient") {
    const scale = gradientScale(cells, output);
    const part = (cell, axis) => (axis < cells.dimension ? cells.slope(cell, output, axis) / scale[axis] : 0);
    return { color, scale, told: `gradient${several}`, words: each((cell) => gradientWord(part(cell, 0), part(cell, 1))) };
  }
  if (color === "pattern") {
    return { color, told: "pattern", words: each((cell) => KIND_WORDS[regions.kinds[regions.of[cell]] % KINDS.length]) };
  }
  if (color === "value") {
    const range = valueRange(cells, output);
    const length = range[1] - range[0] || 1;
    const words = each((cell) => SIZES[Math.round((255 * (cells.value[cell * cells.outputs + output] - range[0])) / length)]);
    return { color, scale: range, told: `value${several}`, words, range, output };
  }
  const what = cells.dimension === 1 ? "length" : "area";
  const [numbers, told] = {
    area: [regions.sizes, `${what} of the piece`],
    layer: [regions.lastLayers, "last layer that bounds the piece"],
    depth: [regions.depths, "borders to cross on the way out"],
  }[color];
  const known = numbers.filter((x) => x > 0);
  const [least, most] = known.length ? [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))] : [1, 1];
  const at = color === "area" ? Math.log : (x) => x;
  const low = least === most && color !== "area" ? least - 1 : least;
  const length = at(most) - at(low) || 1;
  const place = (x) => Math.round((255 * (at(Math.max(x, low)) - at(low))) / length);
  return { color, scale: [low, most], told, words: each((cell) => SIZES[place(numbers[regions.of[cell]])]) };
}
