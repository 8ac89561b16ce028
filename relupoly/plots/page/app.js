// The page: what is shown and chosen, and who hears of it.

const FRAME = 9; // milliseconds of drawing in one frame, so that moving stays fluid
const STEP = 48; // pixels that an arrow moves the view
const PROBE_STEP = 6;

class App {
  constructor(about) {
    this.about = about;
    this.color = about.color;
    this.output = about.output;
    this.stage = byId("stage");
    this.base = byId("base").getContext("2d");
    this.over = byId("over").getContext("2d");
    this.hovered = null;
    this.probe = null;
    this.sheets = new Map();
    this.hidden = new Set();
    this.pending = null;
    this.fillChoices();
    this.chooseTheme();
  }

  /** Show the cells of one sheet: the only one, or a slice. */
  async open(number) {
    if (!this.sheets.has(number)) {
      const about = { ...this.about, ...this.about.sheets[number] };
      const cells = new Cells(await unpack(about.fields, byId(`cells-${number}`).textContent), about);
      const scene = about.dimension === 1 ? new GraphScene(cells, about) : new PlaneScene(cells, about);
      this.sheets.set(number, { scene, regions: new Map() });
    }
    this.sheet = this.sheets.get(number);
    this.scene = this.sheet.scene;
    this.pieces = this.regionsUpTo(this.scene.cells.layers);
    this.hovered = null;
    byId("slice-told").textContent = this.about.sheets[number].told;
    byId("slice").setAttribute("aria-valuetext", this.about.sheets[number].told);
    if (!this.camera) {
      this.camera = new Camera(this.scene.whole);
      this.camera.isGraph = this.about.dimension === 1;
      this.layers = this.scene.cells.layers;
      this.fillLayers();
    }
    this.scene.drawn = null;
    this.pinned = undefined;
    this.repaint();
    if (!this.probe || !this.placeProbe(this.probe)) this.placeProbe(this.firstProbe());
  }

  regionsUpTo(layers) {
    const { regions } = this.sheet;
    if (!regions.has(layers)) regions.set(layers, new Regions(this.scene.cells, layers));
    return regions.get(layers);
  }

  /** Where the probe is at first: in the middle, or in the largest cell. */
  firstProbe() {
    const { cells } = this.scene;
    const d = cells.dimension;
    const middle = Array.from({ length: d }, (_, axis) => (cells.whole[axis] + cells.whole[d + axis]) / 2);
    if (this.scene.cellsAt(middle).length) return middle;
    const largest = cells.size.indexOf(cells.size.reduce((a, b) => Math.max(a, b)));
    return Array.from(cells.middle.subarray(d * largest, d * largest + d));
  }

  // What is drawn

  /** Colours have changed: all is drawn again. */
  repaint() {
    this.regions = this.regionsUpTo(this.layers);
    this.paint = paintOf(this.scene.cells, this.regions, this.color, this.output);
    if (this.about.legend) showLegend(byId("legend"), this.paint, this.about.dimension, this.scene.names);
    this.tellLayers();
    this.stale = true;
    this.work = null;
    this.showRecord();
    this.redraw();
  }

  redraw() {
    this.pending ??= requestAnimationFrame(() => {
      this.pending = null;
      this.frame();
    });
  }

  fit() {
    const { width, height } = this.stage.getBoundingClientRect();
    const ratio = window.devicePixelRatio || 1;
    for (const context of [this.base, this.over]) {
      const size = [Math.round(width * ratio), Math.round(height * ratio)];
      if (context.canvas.width !== size[0] || context.canvas.height !== size[1]) [context.canvas.width, context.canvas.height] = size;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
    }
    this.camera.resize(width, height);
    return ratio;
  }

  /** Draw for a few milliseconds what is not drawn yet; meanwhile what there is is moved. */
  frame() {
    const ratio = this.fit();
    const { scene, camera } = this;
    if (!this.work && (this.stale || !camera.sameAs(scene.drawn))) {
      this.stale = false;
      this.isAnew = !scene.drawn || scene.drawn.width !== camera.width || scene.drawn.height !== camera.height;
      this.work = scene.drawing(camera.copy, { ...this.look, paper: wordOf(bytesOf(this.theme.halo)), ratio });
    }
    if (this.work) {
      const end = performance.now() + FRAME;
      let step = this.work.next();
      while (!step.done && (performance.now() < end || this.isAnew)) step = this.work.next();
      if (step.done) this.work = null;
    }
    // A bitmap that is half drawn is not shown: it is on no canvas yet.
    this.base.clearRect(0, 0, camera.width, camera.height);
    scene.paste(this.base, camera);
    this.drawOver();
    if (!this.isShown) {
      this.isShown = true;
      byId("loading").remove();
      performance.mark("drawn");
      this.stage.dataset.drawn = String(Math.round(performance.now()));
    }
    if (this.work || this.stale || !camera.sameAs(scene.drawn)) this.redraw();
    else this.stage.dataset.views = String(1 + Number(this.stage.dataset.views || 0));
  }

  /** How pieces are shown. */
  get look() {
    const { paint, regions, output, theme } = this;
    return { paint, regions, output, dark: theme.dark, borders: (layer) => !this.hidden.has(layer) };
  }

  drawOver() {
    const { camera, scene } = this;
    this.over.clearRect(0, 0, camera.width, camera.height);
    const outlines = [];
    const add = (cell, width, color) => {
      if (!this.regions.isWhole) {
        outlines.push({ segments: this.outline(this.regions, cell), width: 1.5, color: "#8a6d00" });
      }
      outlines.push({ segments: this.outline(this.pieces, cell), width, color });
    };
    if (this.pinned !== undefined) add(this.pinned, 2, "#0b62b8");
    if (this.hovered !== null) add(this.hovered, 2, "#111111");
    const { probe, theme, output, pinned } = this;
    scene.drawOver(this.over, camera, { outlines, probe, theme, output, pinned });
  }

  outline(regions, cell) {
    const region = regions.of[cell];
    return regions.once(`outline ${region}`, () => this.scene.outline(region, regions));
  }

  // What is told

  showRecord() {
    const cell = this.hovered ?? this.pinned;
    if (cell === undefined) return;
    const { pieces, scene } = this;
    byId("record-title").textContent = `Piece ${pieces.of[cell] + 1} of ${pieces.count.toLocaleString("en-US")}`;
    byId("record-hint").hidden = true;
    const body = recordOf(scene, pieces, this.regions, cell, this.output, (there) => this.goTo(there));
    byId("record-body").replaceChildren(body);
    this.stage.dataset.piece = String(pieces.of[cell] + 1);
  }

  showProbe() {
    const { cells, names } = this.scene;
    const told = showPlace(this.probe, this.camera.scale);
    byId("probe-place").textContent = names.slice(0, cells.dimension).map((name, axis) => `${name} = ${told[axis]}`).join(", ");
    const list = byId("probe-values");
    list.classList.toggle("many", cells.outputs > 4);
    list.replaceChildren(...valueItems(this.scene, this.pinned, this.probe, this.output));
  }

  say(text) {
    byId("said").textContent = text;
  }

  tellLayers() {
    const { layers, regions } = this;
    const most = this.scene.cells.layers;
    byId("layers-told").textContent = layers === 0 ? "none" : layers === 1 ? `1 of ${most}` : `1 to ${layers} of ${most}`;
    const who = layers === 1 ? "It" : "They";
    const makes = `make${layers === 1 ? "s" : ""}`;
    const made = regions.isWhole
      ? `${who} ${makes} ${count(regions.count, "piece")}.`
      : `${who} alone ${makes} ${count(regions.count, "activation cell")}.`;
    byId("layers-made").textContent = layers === 0 ? "Without borders there is one cell." : made;
    byId("layers").setAttribute("aria-valuetext", byId("layers-told").textContent);
    [...byId("layer-key").children].forEach((item, at) => item.classList.toggle("off", at >= layers));
  }

  // What is chosen

  fillChoices() {
    const [first, ...rest] = this.about.title.split("\n");
    byId("title").textContent = first;
    byId("subtitle").textContent = rest.join(" · ");
    this.stage.setAttribute("aria-label", `Picture: ${this.about.title.replace("\n", ", ")}`);
    for (const [value, told] of Object.entries(COLORINGS)) byId("color").append(new Option(told, value));
    byId("color").value = this.color;
    for (let output = 0; output < this.about.sheets[0].outputs; output++) byId("output").append(new Option(String(output + 1), String(output)));
    byId("output").value = String(this.output);
    byId("output-label").hidden = this.about.sheets[0].outputs === 1;
    byId("legend").hidden = !this.about.legend;
    byId("slices").hidden = this.about.sheets.length === 1;
    byId("slice").max = String(this.about.sheets.length - 1);
    byId("slice").value = String(this.about.first);
    this.fillData();
    byId("point").placeholder = ["0.5", "-1/3"].slice(0, this.about.dimension).join(", ");
    if (this.about.dimension === 1) byId("color").querySelector("[value=area]").textContent = "length";
  }

  /** Which colours data have. */
  fillData() {
    const { points } = this.about;
    byId("data-key").hidden = !points || !this.about.legend;
    if (!points) return;
    const told = `${points.label}${points.projected ? " (projected)" : ""}`;
    const names = points.classes.length ? points.classes : [told];
    if (points.classes.length) byId("data-key").append(make("li", { textContent: `${told}:` }));
    names.forEach((name, kind) => {
      const dot = make("i", { className: "dot", ariaHidden: "true" });
      dot.style.background = points.classes.length ? `#${KINDS[kind % KINDS.length]}` : points.numbers ? cssOf(SIZES[128]) : "#777777";
      byId("data-key").append(make("li", {}, dot, name));
    });
  }

  fillLayers() {
    const { layers } = this.scene.cells;
    byId("layers").max = String(layers);
    byId("layers").value = String(layers);
    for (let layer = 1; layer <= layers; layer++) {
      const isShown = !this.about.layers || this.about.layers.includes(layer);
      if (!isShown) this.hidden.add(layer);
      const box = make("input", { type: "checkbox", checked: isShown });
      box.addEventListener("change", () => {
        if (box.checked) this.hidden.delete(layer);
        else this.hidden.add(layer);
        this.repaint();
      });
      const swatch = make("i", { ariaHidden: "true" });
      swatch.style.background = layerLine(layer);
      byId("layer-key").append(make("li", {}, make("label", {}, box, swatch, `layer ${layer}`)));
    }
  }

  chooseTheme() {
    const root = document.documentElement;
    const system = matchMedia("(prefers-color-scheme: dark)");
    let chosen = root.dataset.theme;
    const use = (name) => {
      root.dataset.theme = name;
      const style = getComputedStyle(root);
      this.theme = Object.fromEntries(["ink", "halo", "quiet"].map((one) => [one, style.getPropertyValue(`--${one}`).trim()]));
      this.theme.dark = name === "dark";
      byId("theme").setAttribute("aria-pressed", String(name === "dark"));
      this.stale = true;
      if (this.scene) this.redraw();
    };
    use(chosen || (system.matches ? "dark" : "light"));
    system.addEventListener("change", () => chosen || use(system.matches ? "dark" : "light"));
    byId("theme").addEventListener("click", () => use((chosen = root.dataset.theme === "dark" ? "light" : "dark")));
  }

  // Where the probe is

  /** Put the probe at a place, if that lies in a piece. */
  placeProbe(place, speak = false) {
    const cells = this.scene.cellsAt(place);
    if (!cells.length) return false;
    this.probe = place;
    this.pinned = cells[0];
    this.showRecord();
    this.showProbe();
    if (speak) this.announce();
    this.redraw();
    return cells;
  }

  announce() {
    const { cells } = this.scene;
    const piece = this.pieces.of[this.pinned];
    const value = show(cells.valueAt(this.pinned, this.output, this.probe), cells.errorAt(this.pinned, this.output, this.probe));
    const what = cells.dimension === 1 ? "length" : "area";
    const which = cells.outputs > 1 ? `output ${this.output + 1}` : "value";
    this.say(`Piece ${piece + 1}, ${what} ${show(this.pieces.sizes[piece])}, ${which} ${value} at ${byId("probe-place").textContent}`);
  }

  /** Put the probe into the middle of a cell, and bring its piece into view. */
  goTo(cell) {
    const d = this.scene.cells.dimension;
    this.hovered = null;
    this.placeProbe(Array.from(this.scene.cells.middle.subarray(d * cell, d * cell + d)), true);
    this.bringIntoView();
  }

  bringIntoView() {
    const box = this.scene.boxOf(this.pieces.of[this.pinned], this.pieces, this.output);
    const [left, high] = this.camera.toPixels([box[0], box[3]]);
    const [right, low] = this.camera.toPixels([box[2], box[1]]);
    const isSmall = Math.max(right - left, low - high) < 12;
    const [x, y] = this.scene.probePixels(this.camera, this.probe, this.pinned, this.output);
    const isOut = x < 0 || y < 0 || x > this.camera.width || y > this.camera.height;
    if (isSmall || isOut) this.camera.showBox(box);
    this.redraw();
  }

  find(text) {
    const length = this.about.dimension;
    const place = readPoint(text, length);
    const told = byId("found");
    if (!place) {
      told.textContent = length === 1 ? "Write one number, such as 0.5 or -1/3." : "Write two numbers, such as 0.5, -1/3.";
      return;
    }
    const cells = this.placeProbe(place, true);
    if (!cells) {
      told.textContent = "No piece is there: the point lies outside of the picture.";
      return;
    }
    const pieces = [...new Set(cells.map((cell) => this.pieces.of[cell] + 1))];
    told.textContent = pieces.length > 1 ? `It lies on the border of pieces ${pieces.join(", ")}.` : `It lies in piece ${pieces[0]}.`;
    this.hovered = null;
    this.bringIntoView();
    this.showRecord();
  }

  // What is heard

  listen() {
    hearPointers(this.stage, {
      move: (dx, dy) => (this.camera.move(dx, dy), this.redraw()),
      zoom: (pixel, factor) => (this.camera.zoomAt(pixel, factor), this.redraw()),
      point: (pixel) => this.hover(pixel),
      leave: () => this.hover(null),
      tap: (pixel) => this.placeProbe(this.scene.placeOf(this.camera, pixel), true),
      grabs: (pixel, kind) => {
        const [x, y] = this.scene.probePixels(this.camera, this.probe, this.pinned, this.output);
        return Math.hypot(pixel[0] - x, pixel[1] - y) < (kind === "touch" ? 24 : 12);
      },
      drag: (pixel) => this.placeProbe(this.scene.placeOf(this.camera, pixel)),
      rest: () => this.announce(),
    });
    this.stage.addEventListener("keydown", (event) => this.press(event));
    const middle = () => [this.camera.width / 2, this.camera.height / 2];
    const change = (act) => () => (act(), this.redraw());
    byId("zoom-in").addEventListener("click", change(() => this.camera.zoomAt(middle(), 1.6)));
    byId("zoom-out").addEventListener("click", change(() => this.camera.zoomAt(middle(), 1 / 1.6)));
    byId("whole").addEventListener("click", change(() => this.camera.showWhole()));
    byId("export").addEventListener("click", () => this.exportView());
    byId("color").addEventListener("change", (event) => ((this.color = event.target.value), this.repaint()));
    byId("output").addEventListener("change", (event) => {
      this.output = Number(event.target.value);
      this.repaint();
      this.showProbe();
    });
    byId("layers").addEventListener("input", (event) => {
      this.layers = Number(event.target.value);
      this.repaint();
      this.say(byId("layers-made").textContent);
    });
    byId("slice").addEventListener("input", async (event) => {
      await this.open(Number(event.target.value));
      this.say(`Slice at ${byId("slice-told").textContent}: ${count(this.pieces.count, "piece")}`);
    });
    byId("find").addEventListener("submit", (event) => {
      event.preventDefault();
      this.find(byId("point").value);
    });
    new ResizeObserver(() => this.redraw()).observe(this.stage);
  }

  hover(pixel) {
    const place = pixel && this.scene.placeOf(this.camera, pixel);
    const cell = place ? (this.scene.cellsAt(place)[0] ?? null) : null;
    const tip = byId("tip");
    tip.hidden = cell === null;
    if (cell !== null) {
      const { cells } = this.scene;
      const value = show(cells.valueAt(cell, this.output, place), cells.errorAt(cell, this.output, place));
      tip.textContent = `Piece ${this.pieces.of[cell] + 1} · ${cells.outputs > 1 ? `f${this.output + 1}` : "f"} = ${value}`;
      const x = Math.min(pixel[0] + 14, this.camera.width - tip.offsetWidth - 4);
      const y = pixel[1] + 22 + tip.offsetHeight > this.camera.height ? pixel[1] - tip.offsetHeight - 10 : pixel[1] + 18;
      tip.style.transform = `translate(${x}px, ${y}px)`;
    }
    if (cell === this.hovered) return;
    this.hovered = cell;
    this.showRecord();
    this.redraw();
  }

  press(event) {
    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const middle = [this.camera.width / 2, this.camera.height / 2];
    const way = arrows[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (way && event.shiftKey) this.nudgeProbe(way);
    else if (way) this.camera.move(-STEP * way[0], -STEP * way[1]);
    else if (event.key === "+" || event.key === "=") this.camera.zoomAt(middle, 1.25);
    else if (event.key === "-" || event.key === "_") this.camera.zoomAt(middle, 1 / 1.25);
    else if (event.key === "0" || event.key === "Home") this.camera.showWhole();
    else if (event.key === "Enter") this.placeProbe(this.scene.placeOf(this.camera, middle), true);
    else return;
    event.preventDefault();
    this.redraw();
  }

  nudgeProbe([dx, dy]) {
    const { camera, scene } = this;
    const [x, y] = scene.probePixels(camera, this.probe, this.pinned, this.output);
    const there = [x + PROBE_STEP * dx, y + PROBE_STEP * dy];
    this.placeProbe(scene.placeOf(camera, there), true);
    const out = [Math.min(0, there[0] - 20) || Math.max(0, there[0] - camera.width + 20), Math.min(0, there[1] - 20) || Math.max(0, there[1] - camera.height + 20)];
    camera.move(-out[0], -out[1]);
  }

  exportView() {
    const { scene, camera, about, theme } = this;
    const parts = [...scene.svg(camera, this.look), ...pointsSvg(about.points, camera), ...axesSvg(camera, about.axes, theme)];
    const name = this.about.title.split("\n")[0].replace(/[^\w.-]+/g, "-").replace(/^-|-$/g, "") || "pieces";
    keep(`${name}.svg`, "image/svg+xml", svgOf(this.about.title, this.camera, this.theme, parts));
    this.say("The view is saved as SVG.");
  }
}

async function begin() {
  const app = new App(JSON.parse(byId("about").textContent));
  await app.open(app.about.first);
  app.listen();
}

begin().catch((error) => {
  byId("loading").textContent = `The page cannot be shown: ${error.message}`;
  throw error;
});
