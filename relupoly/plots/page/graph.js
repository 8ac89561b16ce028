// The picture of a net over a line: the graphs of its outputs over bands, one for each cell, with breakpoints.

const BAND = 0.4; // how strong the colours of bands are
const MARGIN = 0.08; // of the height, above and below

class GraphScene {
  constructor(cells, about) {
    this.cells = cells;
    this.about = about;
    this.grid = new Grid(cells);
    this.canvas = document.createElement("canvas");
    this.drawn = null;
    this.heights = new Map();
    const ranges = Array.from({ length: cells.outputs }, (_, output) => valueRange(cells, output));
    for (const [x, y] of pairsOf(about.points ? about.points.places : [])) {
      if (x >= cells.whole[0] && x <= cells.whole[1]) ranges.push([y, y]);
    }
    const [low, high] = [Math.min(...ranges.map(([one]) => one)), Math.max(...ranges.map(([, one]) => one))];
    const room = MARGIN * (high - low) || 1;
    this.whole = [cells.whole[0], low - room, cells.whole[1], high + room];
  }

  get names() {
    return this.about.names;
  }

  cellsAt(place) {
    return this.grid.cellsAt(place);
  }

  placeOf(camera, pixel) {
    return [camera.toPlace(pixel)[0]];
  }

  probePixels(camera, probe, cell, output) {
    return camera.toPixels([probe[0], this.cells.valueAt(cell, output, probe)]);
  }

  ends(cell) {
    return [this.cells.box[2 * cell], this.cells.box[2 * cell + 1]];
  }

  /** The part of a graph over a cell. */
  segment(cell, output) {
    return this.ends(cell).map((x) => [x, this.cells.valueAt(cell, output, [x])]);
  }

  boxOf(region, regions, output) {
    const found = [Infinity, Infinity, -Infinity, -Infinity];
    for (const cell of regions.cellsOf(region)) {
      for (const [x, y] of this.segment(cell, output)) {
        found[0] = Math.min(found[0], x);
        found[1] = Math.min(found[1], y);
        found[2] = Math.max(found[2], x);
        found[3] = Math.max(found[3], y);
      }
    }
    return found;
  }

  /** The first and the last cell that are seen; they lie from left to right. */
  seen(camera) {
    const [left] = camera.toPlace([0, 0]);
    const [right] = camera.toPlace([camera.width, 0]);
    const first = (found) => {
      let [from, to] = [0, this.cells.count];
      while (from < to) {
        const middle = (from + to) >> 1;
        if (found(middle)) to = middle;
        else from = middle + 1;
      }
      return from;
    };
    return [first((cell) => this.ends(cell)[1] >= left), first((cell) => this.ends(cell)[0] > right)];
  }

  /** The breakpoints that a layer makes, in pixels. */
  breaks(layer, output, camera, regions) {
    const { cells } = this;
    const found = [];
    for (let edge = 0; edge < cells.edges; edge++) {
      if (cells.edgeLayer[edge] !== layer || cells.edgeOther[edge] === NOWHERE || !regions.isBorder(edge)) continue;
      const x = cells.vertices[cells.edgeEnds[edge]];
      const pixel = camera.toPixels([x, cells.valueAt(cells.edgeOne[edge], output, [x])]);
      if (pixel[0] > -9 && pixel[0] < camera.width + 9) found.push(pixel);
    }
    return found;
  }

  dot(camera, [from, to]) {
    return Math.min(4.5, Math.max(1.5, camera.width / (8 * Math.max(1, to - from))));
  }

  /** The outputs, the chosen one last, so that it lies above the others. */
  order(output) {
    return [...Array(this.cells.outputs).keys()].filter((one) => one !== output).concat([output]);
  }

  *drawing(camera, { paint, regions, borders, paper, ratio, output, dark }) {
    const { canvas, cells } = this;
    canvas.width = Math.round(camera.width * ratio);
    canvas.height = Math.round(camera.height * ratio);
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = cssOf(paper);
    context.fillRect(0, 0, camera.width, camera.height);
    const [from, to] = this.seen(camera);
    context.globalAlpha = BAND;
    for (let cell = from; cell < to; cell++) {
      const [left, right] = this.ends(cell).map((x) => camera.toPixels([x, 0])[0]);
      context.fillStyle = cssOf(paint.words[cell]);
      context.fillRect(left, 0, right - left, camera.height);
    }
    context.globalAlpha = 1;
    for (const one of this.order(output)) {
      const segments = [];
      for (let cell = from; cell < to; cell++) segments.push(this.segment(cell, one));
      if (one === output) strokeSegments(context, camera, segments, 5, cssOf(paper));
      strokeSegments(context, camera, segments, one === output ? 2.5 : 1.5, this.color(one));
      yield;
    }
    for (let layer = regions.layers; layer > 0; layer--) {
      if (!borders(layer)) continue;
      context.fillStyle = layerLine(layer, dark);
      for (const one of this.order(output)) {
        for (const [x, y] of this.breaks(layer, one, camera, regions)) {
          context.beginPath();
          context.arc(x, y, this.dot(camera, [from, to]), 0, 2 * Math.PI);
          context.fill();
        }
      }
    }
    this.drawn = camera.copy;
  }

  color(output) {
    return `#${KINDS[output % KINDS.length]}`;
  }

  get raster() {
    return this;
  }

  paste(context, camera) {
    paste(this, context, camera);
  }

  /** The cells of a region: drawOver makes bands of them. */
  outline(region, regions) {
    return Array.from(regions.cellsOf(region));
  }

  drawOver(context, camera, { outlines, probe, theme, output, pinned }) {
    const { level, boundary, points } = this.about;
    if (level !== null) strokeSegments(context, camera, [[[this.whole[0], level], [this.whole[2], level]]], 1.5, BOUNDARY);
    drawPoints(context, camera, points);
    for (const { segments: cells, width, color } of outlines) {
      const lines = cells.map((cell) => this.segment(cell, output));
      strokeSegments(context, camera, lines, 2 * width + 3, theme.halo);
      strokeSegments(context, camera, lines, 2 * width, color);
      context.lineWidth = 1;
      for (const cell of cells) {
        const [left, right] = this.ends(cell).map((x) => camera.toPixels([x, 0])[0]);
        context.strokeRect(left, -2, right - left, camera.height + 4);
      }
    }
    context.fillStyle = BOUNDARY;
    for (const place of pairsOf(boundary)) {
      const [x, y] = camera.toPixels(place);
      context.fillRect(x - 4, y - 4, 8, 8);
    }
    drawAxes(context, camera, this.about.axes, theme);
    if (probe) drawProbe(context, this.probePixels(camera, probe, pinned, output));
  }

  svg(camera, look) {
    return graphSvg(this, camera, look);
  }
}

/** The pairs of a flat list. */
function pairsOf(flat) {
  return Array.from({ length: flat.length / 2 }, (_, at) => [flat[2 * at], flat[2 * at + 1]]);
}
