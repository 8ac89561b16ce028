// The cells of a net over a plane or a line, in typed arrays.

const NOWHERE = 0xffffffff;

/** Typed arrays from base64 and zlib. */
async function unpack(fields, text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const buffer = await new Response(stream).arrayBuffer();
  const types = { Float64Array, Float32Array, Uint32Array, Uint8Array };
  return Object.fromEntries(
    fields.map(({ name, type, offset, length }) => [name, new types[type](buffer, offset, length)]),
  );
}

/** For each of so many owners the members that name it: list[from[owner]] to list[from[owner + 1] - 1]. */
function grouped(owners, count) {
  const from = new Uint32Array(count + 1);
  for (const owner of owners) if (owner !== NOWHERE) from[owner + 1]++;
  for (let owner = 0; owner < count; owner++) from[owner + 1] += from[owner];
  const next = from.slice();
  const list = new Uint32Array(from[count]);
  owners.forEach((owner, member) => {
    if (owner !== NOWHERE) list[next[owner]++] = member;
  });
  return { from, list };
}

class Cells {
  constructor(arrays, about) {
    Object.assign(this, arrays);
    this.dimension = about.dimension;
    this.outputs = about.outputs;
    this.spans = about.spans;
    this.layers = about.spans.length;
    this.count = this.start.length - 1;
    this.edges = this.edgeOne.length;
    this.rowBytes = this.count ? this.positive.length / this.count : 0;
    // What the last digit of a number is worth, beside its size.
    this.precision = this.gradient instanceof Float32Array ? 2 ** -22 : 2 ** -48;
    this.findShapes();
    const both = new Uint32Array(2 * this.edges);
    both.set(this.edgeOne);
    both.set(this.edgeOther, this.edges);
    this.sides = grouped(both, this.count);
    this.members = grouped(this.piece, 1 + this.piece.reduce((most, one) => Math.max(most, one), 0));
  }

  /** Middles, bounding boxes and sizes of cells. */
  findShapes() {
    const { count, start, corner, vertices, dimension: d } = this;
    this.middle = new Float64Array(d * count);
    this.box = new Float64Array(2 * d * count);
    this.size = new Float64Array(count);
    this.whole = new Float64Array(2 * d);
    this.whole.fill(Infinity, 0, d).fill(-Infinity, d);
    for (let cell = 0; cell < count; cell++) {
      const first = start[cell];
      const corners = start[cell + 1] - first;
      for (let axis = 0; axis < d; axis++) {
        let sum = 0;
        let least = Infinity;
        let most = -Infinity;
        for (let at = first; at < first + corners; at++) {
          const x = vertices[d * corner[at] + axis];
          sum += x;
          if (x < least) least = x;
          if (x > most) most = x;
        }
        this.middle[d * cell + axis] = sum / corners;
        this.box[2 * d * cell + axis] = least;
        this.box[2 * d * cell + d + axis] = most;
        this.whole[axis] = Math.min(this.whole[axis], least);
        this.whole[d + axis] = Math.max(this.whole[d + axis], most);
      }
      this.size[cell] = d === 1 ? this.box[2 * cell + 1] - this.box[2 * cell] : this.areaOf(cell);
    }
  }

  areaOf(cell) {
    const { start, corner, vertices, middle } = this;
    let twice = 0;
    let before = start[cell + 1] - 1;
    for (let at = start[cell]; at < start[cell + 1]; before = at++) {
      const a = 2 * corner[before];
      const b = 2 * corner[at];
      const mx = middle[2 * cell];
      const my = middle[2 * cell + 1];
      twice += (vertices[a] - mx) * (vertices[b + 1] - my) - (vertices[a + 1] - my) * (vertices[b] - mx);
    }
    return twice / 2;
  }

  /** The corners of a cell, [x, y] or [x]. */
  corners(cell) {
    const found = [];
    for (let at = this.start[cell]; at < this.start[cell + 1]; at++) found.push(this.vertex(this.corner[at]));
    return found;
  }

  vertex(number) {
    const d = this.dimension;
    return Array.from(this.vertices.subarray(d * number, d * number + d));
  }

  edgesOf(cell) {
    const { from, list } = this.sides;
    return Array.from(list.subarray(from[cell], from[cell + 1]), (side) => side % this.edges);
  }

  /** The cell behind an edge. */
  behind(edge, cell) {
    return this.edgeOne[edge] === cell ? this.edgeOther[edge] : this.edgeOne[edge];
  }

  sign(cell, neuron) {
    const at = cell * this.rowBytes + (neuron >> 3);
    const bit = 128 >> (neuron & 7);
    if (this.zero && this.zero[at] & bit) return "0";
    return this.positive[at] & bit ? "+" : "-";
  }

  /** The signs of a cell's neurons, a text for each layer. */
  pattern(cell) {
    return this.spans.map(([from, to]) => {
      let text = "";
      for (let neuron = from; neuron < to; neuron++) text += this.sign(cell, neuron);
      return text;
    });
  }

  /** The neurons that have different signs on two cells, as [layer, number], both from 1. */
  changed(one, other) {
    const found = [];
    this.spans.forEach(([from, to], layer) => {
      for (let neuron = from; neuron < to; neuron++) {
        if (this.sign(one, neuron) !== this.sign(other, neuron)) found.push([layer + 1, neuron - from + 1]);
      }
    });
    return found;
  }

  slope(cell, output, axis) {
    return this.gradient[(cell * this.outputs + output) * this.dimension + axis];
  }

  /** An output at a place, as a cell has it. */
  valueAt(cell, output, place) {
    let sum = this.value[cell * this.outputs + output];
    for (let axis = 0; axis < this.dimension; axis++) {
      sum += this.slope(cell, output, axis) * (place[axis] - this.middle[this.dimension * cell + axis]);
    }
    return sum;
  }

  constant(cell, output) {
    return this.valueAt(cell, output, new Array(this.dimension).fill(0));
  }

  /** How large the error of a value may be. */
  errorAt(cell, output, place) {
    let size = Math.abs(this.value[cell * this.outputs + output]);
    for (let axis = 0; axis < this.dimension; axis++) {
      const way = Math.abs(place[axis]) + Math.abs(this.middle[this.dimension * cell + axis]);
      size += Math.abs(this.slope(cell, output, axis)) * way;
    }
    return size * this.precision;
  }
}

/** Finds cells by places: a grid of squares, each with the cells whose boxes it meets. */
class Grid {
  constructor(cells) {
    this.cells = cells;
    const d = cells.dimension;
    this.side = d === 1 ? Math.max(1, cells.count) : Math.max(1, Math.ceil(Math.sqrt(cells.count)));
    const rows = d === 1 ? 1 : this.side;
    const from = new Uint32Array(this.side * rows + 1);
    this.visit((square) => from[square + 1]++);
    for (let square = 0; square < from.length - 1; square++) from[square + 1] += from[square];
    const next = from.slice();
    const list = new Uint32Array(from[from.length - 1]);
    this.visit((square, cell) => (list[next[square]++] = cell));
    this.squares = { from, list };
  }

  /** Call with each square that the box of a cell meets, and the cell. */
  visit(take) {
    const { count, box, dimension: d } = this.cells;
    for (let cell = 0; cell < count; cell++) {
      const at = 2 * d * cell;
      const [left, right] = [this.step(box[at], 0), this.step(box[at + d], 0)];
      const [low, high] = d === 1 ? [0, 0] : [this.step(box[at + 1], 1), this.step(box[at + 3], 1)];
      for (let row = low; row <= high; row++) {
        for (let column = left; column <= right; column++) take(row * this.side + column, cell);
      }
    }
  }

  step(x, axis) {
    const { whole, dimension } = this.cells;
    const length = whole[dimension + axis] - whole[axis] || 1;
    return Math.min(this.side - 1, Math.max(0, Math.floor(((x - whole[axis]) / length) * this.side)));
  }

  /** All cells that hold a place, their borders included. */
  cellsAt(place) {
    const { whole, dimension: d } = this.cells;
    for (let axis = 0; axis < d; axis++) {
      if (!(place[axis] >= whole[axis] && place[axis] <= whole[d + axis])) return [];
    }
    const square = (d === 1 ? 0 : this.step(place[1], 1) * this.side) + this.step(place[0], 0);
    const { from, list } = this.squares;
    return Array.from(list.subarray(from[square], from[square + 1])).filter((cell) => this.holds(cell, place));
  }

  holds(cell, place) {
    const { box, dimension: d, whole } = this.cells;
    const slack = 1e-14 * (whole[d] - whole[0]);
    for (let axis = 0; axis < d; axis++) {
      if (place[axis] < box[2 * d * cell + axis] - slack || place[axis] > box[2 * d * cell + d + axis] + slack) return false;
    }
    if (d === 1) return true;
    const corners = this.cells.corners(cell);
    return corners.every(([bx, by], at) => {
      const [ax, ay] = corners[(at || corners.length) - 1];
      const turn = (bx - ax) * (place[1] - ay) - (by - ay) * (place[0] - ax);
      return turn >= -slack * (Math.abs(bx - ax) + Math.abs(by - ay));
    });
  }
}
