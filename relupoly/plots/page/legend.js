// What colours mean.

function bar(words) {
  const canvas = make("canvas", { className: "bar", width: words.length, height: 1 });
  const image = canvas.getContext("2d").createImageData(words.length, 1);
  new Uint32Array(image.data.buffer).set(words);
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

/** A square whose places are gradients, in their colours. */
function gradientSquare(isLine) {
  const side = 33;
  const canvas = make("canvas", { width: side, height: isLine ? 1 : side });
  const image = canvas.getContext("2d").createImageData(canvas.width, canvas.height);
  const words = new Uint32Array(image.data.buffer);
  words.forEach((_, at) => {
    const column = (at % side) / (side - 1);
    const row = isLine ? 0.5 : Math.floor(at / side) / (side - 1);
    words[at] = gradientWord(2 * column - 1, 1 - 2 * row);
  });
  canvas.getContext("2d").putImageData(image, 0, 0);
  canvas.style.width = "66px";
  canvas.style.height = isLine ? "14px" : "66px";
  return canvas;
}

function showLegend(element, paint, dimension, names) {
  const { color, scale, told } = paint;
  const ends = (from, to) => make("div", { className: "ends" }, make("span", { textContent: from }), make("span", { textContent: to }));
  element.replaceChildren();
  let text = `Colour: ${told}`;
  if (color === "pattern") {
    text = "No two neighbours have one colour.";
    element.append(make("span", { className: "quiet", textContent: text }));
  } else if (color === "gradient") {
    const ends = scale.map((x) => `-${show(x, 0, 3)} to ${show(x, 0, 3)}`);
    const lines = [`${told}:`, `blue to yellow along ${names[0]}, ${ends[0]}`];
    if (dimension === 2) lines.push(`dark to light along ${names[1]}, ${ends[1]}`);
    text = lines.join(" ");
    element.append(make("div", { className: "square" }, gradientSquare(dimension === 1), make("div", {}, ...lines.map((line) => make("div", { textContent: line })))));
  } else {
    const [from, to] = scale.map((x) => show(x, 0, 4));
    text += `, ${from} to ${to}${color === "area" ? ", on a logarithmic scale" : ""}`;
    element.append(make("div", { className: "quiet", textContent: told }), bar(SIZES), ends(from, to));
  }
  element.setAttribute("aria-label", text);
}
