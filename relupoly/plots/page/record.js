// What is known of a piece, and of a place, as elements of the panel.

const NEIGHBOURS_AT_FIRST = 24;

/** "layer 1, neuron 3", of the neurons whose signs differ on the two sides of a border. */
function neuronsTold(changed, layer) {
  const own = changed.filter(([number]) => number === layer);
  const shown = own.length ? own : changed;
  if (!shown.length) return `layer ${layer}`;
  const [first] = shown[0];
  const numbers = shown.filter(([number]) => number === first).map(([, neuron]) => neuron);
  const some = numbers.length > 4 ? [...numbers.slice(0, 4), "…"] : numbers;
  return `layer ${first}, neuron${numbers.length > 1 ? "s" : ""} ${some.join(", ")}`;
}

/** The neighbours of a piece: [[piece or null, a cell of it, told]], each border once. */
function neighboursOf(cells, pieces, piece) {
  const found = new Map();
  for (const cell of pieces.cellsOf(piece)) {
    for (const edge of cells.edgesOf(cell)) {
      const other = cells.behind(edge, cell);
      if (other === NOWHERE) {
        found.set("end", [null, cell, "the picture ends"]);
      } else if (pieces.of[other] !== piece) {
        const told = neuronsTold(cells.changed(cell, other), cells.edgeLayer[edge]);
        found.set(`${pieces.of[other]} ${told}`, [pieces.of[other], other, told]);
      }
    }
  }
  return [...found.values()];
}

/** A coefficient with the sign that stands before it. */
function term(number, error, name, isFirst) {
  const text = show(number, error);
  const size = text.replace("-", "");
  const sign = text.startsWith("-") ? (isFirst ? "-" : " - ") : isFirst ? "" : " + ";
  if (!name) return sign + size;
  return sign + (size === "1" ? name : `${size} ${name}`);
}

/** The affine function of an output on a cell, written out. */
function formulaOf(cells, names, cell, output) {
  const largest = names.map((_, axis) => Math.abs(cells.slope(cell, output, axis)));
  const error = Math.max(...largest) * cells.precision;
  const terms = names.map((name, axis) => [cells.slope(cell, output, axis), error, name]);
  terms.push([cells.constant(cell, output), cells.errorAt(cell, output, new Array(names.length).fill(0)), ""]);
  const kept = terms.filter(([number, slack]) => show(number, slack) !== "0");
  return kept.length ? kept.map((one, at) => term(...one, at === 0)).join("") : "0";
}

/** The record of a cell's piece; `go` is called with a cell when a neighbour is chosen. */
function recordOf(scene, pieces, regions, cell, output, go) {
  const { cells, names } = scene;
  const piece = pieces.of[cell];
  const own = pieces.cellsOf(piece).length;
  const body = make("div");
  const facts = [
    [cells.dimension === 1 ? "Length" : "Area", show(pieces.sizes[piece])],
    ["Bounded last by", pieces.lastLayers[piece] ? `layer ${pieces.lastLayers[piece]}` : "the picture's end"],
    ["Depth", `${count(pieces.depths[piece], "border")} to the outside`],
  ];
  if (own > 1) facts.push(["Made of", count(own, "activation cell")]);
  if (!regions.isWhole) {
    const region = regions.of[cell];
    const made = regions.layers === 0 ? "without borders" : regions.layers === 1 ? "of layer 1" : `of layers 1 to ${regions.layers}`;
    facts.push([`Cell ${made}`, `${region + 1} of ${regions.count.toLocaleString("en-US")}`]);
  }
  body.append(make("dl", {}, ...facts.flatMap(([name, text]) => [make("dt", { textContent: name }), make("dd", { textContent: text })])));

  body.append(make("h3", { textContent: "Affine map" }));
  const rows = Array.from({ length: cells.outputs }, (_, number) =>
    make(
      "tr",
      { className: cells.outputs > 1 && number === output ? "chosen" : "" },
      make("th", { scope: "row", textContent: cells.outputs > 1 ? `f${number + 1}` : "f" }),
      make("td", { className: "formula", textContent: formulaOf(cells, names, cell, number) }),
    ),
  );
  body.append(make("div", { className: "scroll" }, make("table", { id: "maps" }, make("tbody", {}, ...rows))));

  body.append(make("h3", { textContent: own > 1 ? "Pattern of the cell there" : "Pattern" }));
  cells.pattern(cell).forEach((signs, layer) => {
    const name = make("b", { textContent: `${layer + 1}: ` });
    body.append(make("p", { className: "pattern" }, name, signs));
  });

  const neighbours = neighboursOf(cells, pieces, piece);
  body.append(make("h3", { textContent: `Neighbours (${new Set(neighbours.map(([one]) => one).filter((one) => one !== null)).size})` }));
  const list = make("ul", { id: "neighbours" });
  const item = ([other, there, told]) => {
    const name = other === null ? "—" : `Piece ${other + 1}`;
    const first = other === null ? make("span", { textContent: name }) : make("button", { type: "button", className: "link", textContent: name });
    if (other !== null) first.addEventListener("click", () => go(there));
    return make("li", {}, first, make("span", { className: "quiet", textContent: other === null ? told : `behind ${told}` }));
  };
  list.append(...neighbours.slice(0, NEIGHBOURS_AT_FIRST).map(item));
  body.append(list);
  if (neighbours.length > NEIGHBOURS_AT_FIRST) {
    const more = make("button", { type: "button", textContent: `Show all ${neighbours.length}` });
    more.addEventListener("click", () => {
      list.append(...neighbours.slice(NEIGHBOURS_AT_FIRST).map(item));
      more.remove();
    });
    body.append(more);
  }
  return body;
}

/** The values of all outputs at a place, as items of a list; the largest one's bar stands out. */
function valueItems(scene, cell, place, output) {
  const { cells } = scene;
  const values = Array.from({ length: cells.outputs }, (_, number) => cells.valueAt(cell, number, place));
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return values.map((value, number) => {
    const item = make(
      "li",
      { className: cells.outputs > 1 && number === output ? "chosen" : "" },
      make("b", { textContent: cells.outputs > 1 ? `f${number + 1}` : "f" }),
      make("span", { className: "value", textContent: show(value, cells.errorAt(cell, number, place)) }),
    );
    if (scene.color) item.style.boxShadow = `inset 4px 0 ${scene.color(number)}`;
    if (cells.outputs > 1) {
      const bar = make("i", { className: value === most ? "most" : "" });
      bar.style.width = `${most > least ? (100 * (value - least)) / (most - least) : 100}%`;
      item.append(make("span", { className: "meter", ariaHidden: "true" }, bar));
    }
    return item;
  });
}
