// The picture of a net over a plane: cells and borders in pixels, and what lies over them.

const THINNEST = 0.15;
const WIDEST = 1.6;
const CELLS_AT_ONCE = 512; // between two looks at the clock

class PlaneScene {
  constructor(cells, about) {
    this.cells = cells;
    this.about = about;
    this.grid = new Grid(cells);
    this.whole = cells.whole;
    this.raster = new Raster();
    this.drawn = null;
  }

  get names() {
    return this.about.names;
  }

  cellsAt(place) {
    return this.grid.cellsAt(place);
  }

  placeOf(camera, pixel) {
    return camera.toPlace(pixel);
  }

  probePixels(camera, probe) {
    return camera.toPixels(probe);
  }

  svg(camera, look) {
    return planeSvg(this, camera, look);
  }

  boxOf(region, regions) {
    const { box } = this.cells;
    const found = [Infinity, Infinity, -Infinity, -Infinity];
    for (const cell of regions.cellsOf(region)) {
      for (const side of [0, 1]) found[side] = Math.min(found[side], box[4 * cell + side]);
      for (const side of [2, 3]) found[side] = Math.max(found[side], box[4 * cell + side]);
    }
    return found;
  }

  /** How thick borders are, in pixels of the page: thin where they are many. */
  lineWidth(camera) {
    const [sx, sy] = camera.scale;
    const [left, low, right, high] = this.whole;
    const seen = Math.min(1, (camera.width * camera.height) / ((right - left) * sx * (high - low) * sy));
    return Math.min(WIDEST, Math.max(THINNEST, 32 / Math.sqrt(Math.max(1, this.cells.count * seen))));
  }

  /**
   * Draw for a camera, step by step; after each one there may be a pause. `borders` tells whether those of a layer are shown.
   */
  *drawing(camera, { paint, regions, borders, paper, ratio }) {
    const { cells, raster } = this;
    const [width, height] = [Math.round(camera.width * ratio), Math.round(camera.height * ratio)];
    const [sx, sy] = camera.scale.map((one) => one * ratio);
    const toX = (x) => (x - camera.x) * sx + width / 2;
    const toY = (y) => (camera.y - y) * sy + height / 2;
    raster.begin(width, height, paper);
    const seen = [camera.x - width / 2 / sx, camera.y - height / 2 / sy, camera.x + width / 2 / sx, camera.y + height / 2 / sy];
    const corners = new Float64Array(2 * cells.start.reduce((most, end, at, all) => Math.max(most, end - (all[at - 1] || 0)), 3));
    for (let cell = 0; cell < cells.count; cell++) {
      if (cell % CELLS_AT_ONCE === 0) yield;
      const b = 4 * cell;
      const { box } = cells;
      if (box[b] > seen[2] || box[b + 1] > seen[3] || box[b + 2] < seen[0] || box[b + 3] < seen[1]) continue;
      let length = 0;
      for (let at = cells.start[cell]; at < cells.start[cell + 1]; at++) {
        const vertex = 2 * cells.corner[at];
        corners[length++] = toX(cells.vertices[vertex]);
        corners[length++] = toY(cells.vertices[vertex + 1]);
      }
      if (paint.range) this.shadeCell(cell, corners, length, paint, toX, toY, sx, sy);
      else raster.fill(corners, length, paint.words[cell]);
    }
    for (let layer = regions.layers; layer > 0; layer--) {
      if (borders(layer)) yield* this.drawingLines(layer, regions, seen, toX, toY, Math.max(0.2, this.lineWidth(camera) * ratio));
    }
    raster.end();
    this.drawn = camera.copy;
  }

  shadeCell(cell, corners, length, paint, toX, toY, sx, sy) {
    const { cells, raster } = this;
    const [low, high] = paint.range;
    const unit = 255 / (high - low || 1);
    const [gx, gy] = [cells.slope(cell, paint.output, 0), cells.slope(cell, paint.output, 1)];
    const [stepX, stepY] = [(gx / sx) * unit, (-gy / sy) * unit];
    const middle = (cells.value[cell * cells.outputs + paint.output] - low) * unit;
    const base = middle - stepX * toX(cells.middle[2 * cell]) - stepY * toY(cells.middle[2 * cell + 1]);
    raster.shade(corners, length, base + 0.5, stepX, stepY, SIZES);
  }

  *drawingLines(layer, regions, [left, low, right, high], toX, toY, width) {
    const { cells, raster } = this;
    const { edgeEnds, edgeLayer, vertices } = cells;
    const color = bytesOf(layerLine(layer));
    for (let edge = 0; edge < cells.edges; edge++) {
      if (edge % (8 * CELLS_AT_ONCE) === 0) yield;
      if (edgeLayer[edge] !== layer) continue;
      const [a, b] = [2 * edgeEnds[2 * edge], 2 * edgeEnds[2 * edge + 1]];
      const [ax, ay, bx, by] = [vertices[a], vertices[a + 1], vertices[b], vertices[b + 1]];
      if ((ax < left && bx < left) || (ax > right && bx > right) || (ay < low && by < low) || (ay > high && by > high)) continue;
      if (cells.edgeOther[edge] === NOWHERE || !regions.isBorder(edge)) continue;
      raster.line(toX(ax), toY(ay), toX(bx), toY(by), width, color);
    }
  }

  paste(context, camera) {
    paste(this, context, camera);
  }

  /** The outline of a region: the segments that are its borders, in the coordinates of the plane. */
  outline(region, regions) {
    const { cells } = this;
    const found = [];
    for (const cell of regions.cellsOf(region)) {
      for (const edge of cells.edgesOf(cell)) {
        const other = cells.behind(edge, cell);
        if (other !== NOWHERE && regions.of[other] === region) continue;
        found.push([cells.vertex(cells.edgeEnds[2 * edge]), cells.vertex(cells.edgeEnds[2 * edge + 1])]);
      }
    }
    return found;
  }

  get boundary() {
    this.segments ||= segmentsOf(this.about.boundary);
    return this.segments;
  }

  /** Decision boundary, outlines, probe and axes. */
  drawOver(context, camera, { outlines, probe, theme }) {
    strokeSegments(context, camera, this.boundary, 4, "#ffffff");
    strokeSegments(context, camera, this.boundary, 2, BOUNDARY);
    for (const { segments, width, color } of outlines) {
      strokeSegments(context, camera, segments, width + 2.4, "#ffffff");
      strokeSegments(context, camera, segments, width, color);
    }
    drawPoints(context, camera, this.about.points);
    drawAxes(context, camera, this.about.axes, theme);
    if (probe) drawProbe(context, camera.toPixels(probe));
  }
}
