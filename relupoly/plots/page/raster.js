// Draws convex cells and lines into the memory of a canvas: each pixel once, without seams, and nothing that is off screen.

class Raster {
  constructor() {
    this.canvas = document.createElement("canvas");
    this.context = this.canvas.getContext("2d");
  }

  /** Make room for so many pixels, and forget what was drawn. */
  begin(width, height, paper) {
    if (this.width !== width || this.height !== height) {
      this.width = this.canvas.width = width;
      this.height = this.canvas.height = height;
      this.image = this.context.createImageData(width, height);
      this.words = new Uint32Array(this.image.data.buffer);
      this.left = new Float64Array(height);
      this.right = new Float64Array(height);
    }
    this.words.fill(paper);
  }

  end() {
    this.context.putImageData(this.image, 0, 0);
  }

  /**
   * Take the rows of pixels whose middles lie in a convex polygon, corners [x, y, x, y, ...] in pixels; the first and the last
   * row, or null. Left and right ends stand in `left` and `right`.
   */
  rows(corners, length) {
    let [low, high] = [Infinity, -Infinity];
    for (let at = 1; at < length; at += 2) {
      if (corners[at] < low) low = corners[at];
      if (corners[at] > high) high = corners[at];
    }
    const top = Math.max(0, Math.ceil(low - 0.5));
    const bottom = Math.min(this.height - 1, Math.ceil(high - 0.5) - 1);
    if (top > bottom) return null;
    const { left, right } = this;
    for (let row = top; row <= bottom; row++) {
      left[row] = Infinity;
      right[row] = -Infinity;
    }
    let ax = corners[length - 2];
    let ay = corners[length - 1];
    for (let at = 0; at < length; at += 2) {
      const bx = corners[at];
      const by = corners[at + 1];
      if (ay !== by) {
        const slope = (bx - ax) / (by - ay);
        const first = Math.max(top, Math.ceil(Math.min(ay, by) - 0.5));
        const last = Math.min(bottom, Math.ceil(Math.max(ay, by) - 0.5) - 1);
        for (let row = first; row <= last; row++) {
          const x = ax + (row + 0.5 - ay) * slope;
          if (x < left[row]) left[row] = x;
          if (x > right[row]) right[row] = x;
        }
      }
      ax = bx;
      ay = by;
    }
    return [top, bottom];
  }

  /** Fill a polygon with one colour. */
  fill(corners, length, word) {
    const rows = this.rows(corners, length);
    if (!rows) return;
    for (let row = rows[0]; row <= rows[1]; row++) {
      const from = Math.max(0, Math.ceil(this.left[row] - 0.5));
      const to = Math.min(this.width, Math.ceil(this.right[row] - 0.5));
      if (from < to) this.words.fill(word, row * this.width + from, row * this.width + to);
    }
  }

  /** Fill a polygon with the colours of an affine function of pixels, with values from 0 to 255. */
  shade(corners, length, base, stepX, stepY, words) {
    const rows = this.rows(corners, length);
    if (!rows) return;
    for (let row = rows[0]; row <= rows[1]; row++) {
      const from = Math.max(0, Math.ceil(this.left[row] - 0.5));
      const to = Math.min(this.width, Math.ceil(this.right[row] - 0.5));
      let value = base + stepX * (from + 0.5) + stepY * (row + 0.5);
      for (let at = row * this.width + from; at < row * this.width + to; at++, value += stepX) {
        this.words[at] = words[value < 0 ? 0 : value > 255 ? 255 : value | 0];
      }
    }
  }

  /** Draw a smooth line from pixel to pixel; one that is thinner than a pixel is pale. */
  line(ax, ay, bx, by, width, color) {
    const margin = width + 1;
    const part = clipped(ax, ay, bx, by, -margin, -margin, this.width + margin, this.height + margin);
    if (!part) return;
    const steep = Math.abs(by - ay) > Math.abs(bx - ax);
    const along = steep ? 1 : 0;
    let [x0, y0, x1, y1] = [part[along], part[1 - along], part[2 + along], part[3 - along]];
    if (x0 > x1) [x0, y0, x1, y1] = [x1, y1, x0, y0];
    const slope = x1 > x0 ? (y1 - y0) / (x1 - x0) : 0;
    const half = (width / 2) * Math.sqrt(1 + slope * slope);
    const [long, short] = steep ? [this.height, this.width] : [this.width, this.height];
    const [stepLong, stepShort] = steep ? [this.width, 1] : [1, this.width];
    const last = Math.min(long - 1, Math.floor(x1));
    for (let m = Math.max(0, Math.floor(x0)); m <= last; m++) {
      const share = Math.min(x1, m + 1) - Math.max(x0, m);
      const y = y0 + slope * (m + 0.5 - x0);
      const end = Math.min(short - 1, Math.floor(y + half));
      for (let n = Math.max(0, Math.floor(y - half)); n <= end; n++) {
        this.blend(m * stepLong + n * stepShort, color, share * (Math.min(n + 1, y + half) - Math.max(n, y - half)));
      }
    }
  }

  blend(at, [red, green, blue], part) {
    const word = this.words[at];
    const mix = (old, fresh) => (old + (fresh - old) * part) & 255;
    this.words[at] =
      ((255 << 24) | (mix((word >> 16) & 255, blue) << 16) | (mix((word >> 8) & 255, green) << 8) | mix(word & 255, red)) >>> 0;
  }
}

/** The part of a segment in a rectangle, [ax, ay, bx, by]; null if there is none (Liang and Barsky, 1984). */
function clipped(ax, ay, bx, by, left, top, right, bottom) {
  let [from, to] = [0, 1];
  const [dx, dy] = [bx - ax, by - ay];
  for (const [step, room] of [[-dx, ax - left], [dx, right - ax], [-dy, ay - top], [dy, bottom - ay]]) {
    if (step === 0) {
      if (room < 0) return null;
    } else if (step < 0) {
      from = Math.max(from, room / step);
    } else {
      to = Math.min(to, room / step);
    }
  }
  return from > to ? null : [ax + from * dx, ay + from * dy, ax + to * dx, ay + to * dy];
}
