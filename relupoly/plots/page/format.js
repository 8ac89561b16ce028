// Numbers and words as people read them.

/** A number with at most six digits, or so many, and none beyond its error. */
function show(number, error = 0, most = 6) {
  if (!Number.isFinite(number)) return String(number);
  if (Math.abs(number) <= error) return "0";
  const places = error > 0 ? Math.floor(Math.log10(Math.abs(number))) - Math.floor(Math.log10(error)) : most;
  return String(Number(number.toPrecision(Math.min(most, Math.max(1, places)))));
}

/** A place with so many digits as tell two pixels apart, and one more. */
function showPlace(place, pixels) {
  return place.map((x, axis) => {
    const digits = Math.ceil(Math.log10(pixels[axis])) + 1;
    return String(Number(x.toFixed(Math.min(20, Math.max(0, digits)))) + 0);
  });
}

function count(number, noun) {
  return `${number.toLocaleString("en-US")} ${noun}${number === 1 ? "" : "s"}`;
}

/** Numbers with commas or blanks between them, fractions too; null if a text is not so many. */
function readPoint(text, length) {
  const words = text.trim().split(/\s*[,;]\s*|\s+/);
  const numbers = words.map((word) => {
    const [, above, below] = /^([^/]+)(?:\/([^/]+))?$/.exec(word) || [];
    return above === undefined ? NaN : Number(above) / (below === undefined ? 1 : Number(below));
  });
  return numbers.length === length && numbers.every(Number.isFinite) ? numbers : null;
}

/** An element with properties and children; text stays text. */
function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

const byId = (id) => document.getElementById(id);
