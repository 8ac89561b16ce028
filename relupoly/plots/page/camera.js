// Where one looks: which place is in the middle of the view, and how many pixels a unit has along each axis.

const FARTHEST = 4; // times as far away as where the whole is seen
const NEAREST = 1e9;

class Camera {
  /** See all of a box [left, low, right, high] in a view of so many pixels. */
  constructor(whole) {
    this.whole = Array.from(whole);
    this.zoom = 1;
    this.width = this.height = 1;
    this.showWhole();
  }

  showWhole() {
    const [left, low, right, high] = this.whole;
    this.x = (left + right) / 2;
    this.y = (low + high) / 2;
    this.zoom = 1;
  }

  resize(width, height) {
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
  }

  /** Pixels of a unit along each axis; the same where the box is not too long. */
  get scale() {
    const [left, low, right, high] = this.whole;
    const margin = this.width < 500 ? 34 : 46; // for the numbers at the axes
    const x = Math.max(40, this.width - 2 * margin) / (right - left || 1);
    const y = Math.max(40, this.height - 2 * margin) / (high - low || 1);
    const ratio = (right - left) / (high - low);
    const isSquare = !this.isGraph && ratio < 1.6 && ratio > 1 / 1.6;
    const both = Math.min(x, y);
    return isSquare ? [both * this.zoom, both * this.zoom] : [x * this.zoom, y * this.zoom];
  }

  toPixels([x, y]) {
    const [sx, sy] = this.scale;
    return [(x - this.x) * sx + this.width / 2, (this.y - y) * sy + this.height / 2];
  }

  toPlace([px, py]) {
    const [sx, sy] = this.scale;
    return [this.x + (px - this.width / 2) / sx, this.y - (py - this.height / 2) / sy];
  }

  /** Move what is seen by pixels. */
  move(dx, dy) {
    const [sx, sy] = this.scale;
    const [left, low, right, high] = this.whole;
    // Something of the whole stays in view.
    this.x = Math.min(right, Math.max(left, this.x - dx / sx));
    this.y = Math.min(high, Math.max(low, this.y + dy / sy));
  }

  /** Come nearer by a factor; what is at a pixel stays there. */
  zoomAt(pixel, factor) {
    const before = this.toPlace(pixel);
    this.zoom = Math.min(NEAREST, Math.max(1 / FARTHEST, this.zoom * factor));
    const after = this.toPixels(before);
    this.move(pixel[0] - after[0], pixel[1] - after[1]);
  }

  /** See a box, with room around it. */
  showBox([left, low, right, high], most = NEAREST) {
    const old = this.zoom;
    this.zoom = 1;
    const [sx, sy] = this.scale;
    const fits = Math.min((0.3 * this.width) / (sx * (right - left)), (0.3 * this.height) / (sy * (high - low)));
    this.zoom = Math.min(most, Math.max(1, Number.isFinite(fits) ? fits : old));
    this.x = (left + right) / 2;
    this.y = (low + high) / 2;
  }

  sameAs(other) {
    return !!other && ["x", "y", "zoom", "width", "height"].every((key) => this[key] === other[key]);
  }

  get copy() {
    return Object.assign(new Camera(this.whole), this);
  }
}

/** Short numbers for an axis from one end to the other, about so many pixels apart. */
function ticks(from, to, pixels, apart) {
  const rough = ((to - from) * apart) / pixels;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * [1, 2, 5, 10].find((times) => times * unit >= rough);
  const found = [];
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  for (let at = Math.ceil(from / step); at * step <= to; at++) {
    const x = at * step;
    const plain = Math.abs(x) < 1e7 && digits < 14;
    found.push([x, plain ? x.toFixed(digits) : String(Number(x.toPrecision(6)))]);
  }
  return found;
}

/** Hear wheel, fingers and mouse on an element: moving, zooming, pointing, tapping. */
function hearPointers(stage, { move, zoom, point, leave, tap, grabs, drag, rest }) {
  const fingers = new Map();
  let mode = null;
  let way = 0;
  const at = (event) => {
    const box = stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const middle = () => {
    const all = [...fingers.values()];
    return [0, 1].map((axis) => all.reduce((sum, one) => sum + one[axis], 0) / all.length);
  };
  const spread = () => {
    const [one, other] = [...fingers.values()];
    return Math.hypot(one[0] - other[0], one[1] - other[1]);
  };
  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    stage.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, at(event));
    if (fingers.size === 1) {
      mode = grabs(at(event), event.pointerType) ? "drag" : "move";
      way = 0;
    } else {
      mode = "pinch";
    }
  });
  stage.addEventListener("pointermove", (event) => {
    const here = at(event);
    const before = fingers.get(event.pointerId);
    if (!before) {
      if (event.pointerType !== "touch") point(here);
      return;
    }
    if (mode === "pinch" && fingers.size === 2) {
      const [old, apart] = [middle(), spread()];
      fingers.set(event.pointerId, here);
      const now = middle();
      move(now[0] - old[0], now[1] - old[1]);
      if (apart > 0) zoom(now, spread() / apart);
      return;
    }
    fingers.set(event.pointerId, here);
    way += Math.hypot(here[0] - before[0], here[1] - before[1]);
    if (mode === "drag") drag(here);
    else if (mode === "move" && way > 4) {
      stage.classList.add("moving");
      move(here[0] - before[0], here[1] - before[1]);
    }
  });
  const end = (event) => {
    if (!fingers.delete(event.pointerId)) return;
    stage.classList.remove("moving");
    if (fingers.size === 0) {
      if (event.type === "pointerup" && mode !== "pinch" && way <= 4) tap(at(event));
      else rest();
      mode = null;
    }
  };
  stage.addEventListener("pointerup", end);
  stage.addEventListener("pointercancel", end);
  stage.addEventListener("pointerleave", () => leave());
  stage.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const lines = event.deltaMode === 1 ? 30 : event.deltaMode === 2 ? 300 : 1;
      const by = Math.max(-240, Math.min(240, event.deltaY * lines));
      zoom(at(event), Math.exp(-by * (event.ctrlKey ? 0.01 : 0.0025)));
    },
    { passive: false },
  );
}
