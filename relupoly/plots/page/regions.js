// The pieces of a net, and the activation cells that its first layers alone make.

/**
 * The pieces of a net; or, for layers 1 to k of more, the activation cells of these: cells joined where later layers bend.
 * `of` tells each cell's number; the rest is found when it is asked for.
 */
class Regions {
  constructor(cells, layers) {
    this.cells = cells;
    this.layers = layers;
    this.isWhole = layers >= cells.layers;
    this.of = this.isWhole ? cells.piece : joined(cells, layers);
    this.count = 1 + this.of.reduce((most, one) => Math.max(most, one), -1);
    this.cache = new Map();
  }

  once(name, find) {
    if (!this.cache.has(name)) this.cache.set(name, find());
    return this.cache.get(name);
  }

  /** Whether an edge is a border of regions. */
  isBorder(edge) {
    const { edgeOther, edgeBorder } = this.cells;
    if (edgeOther[edge] === NOWHERE) return true;
    return this.isWhole ? edgeBorder[edge] === 1 : bends(this.cells, edge, this.layers);
  }

  get members() {
    return this.once("members", () => grouped(this.of, this.count));
  }

  cellsOf(region) {
    const { from, list } = this.members;
    return list.subarray(from[region], from[region + 1]);
  }

  /** The neighbours of each region: list[from[region]] and so on; some may occur more than once. */
  get graph() {
    return this.once("graph", () => {
      const { edges, edgeOne, edgeOther } = this.cells;
      const ends = [];
      for (let edge = 0; edge < edges; edge++) {
        if (edgeOther[edge] !== NOWHERE && this.isBorder(edge)) ends.push(this.of[edgeOne[edge]], this.of[edgeOther[edge]]);
      }
      const { from, list } = grouped(Uint32Array.from(ends), this.count);
      return { from, list: list.map((end) => ends[end ^ 1]) };
    });
  }

  /** The area, or length, of each. */
  get sizes() {
    return this.once("sizes", () => {
      const found = new Float64Array(this.count);
      this.of.forEach((region, cell) => (found[region] += this.cells.size[cell]));
      return found;
    });
  }

  /** The last layer that bounds each; 0 where the domain alone does. */
  get lastLayers() {
    return this.once("lastLayers", () => {
      const { edges, edgeOne, edgeOther, edgeLayer } = this.cells;
      const found = new Float64Array(this.count);
      for (let edge = 0; edge < edges; edge++) {
        if (!this.isBorder(edge)) continue;
        for (const cell of [edgeOne[edge], edgeOther[edge]]) {
          if (cell !== NOWHERE) found[this.of[cell]] = Math.max(found[this.of[cell]], edgeLayer[edge]);
        }
      }
      return found;
    });
  }

  /** How many borders there are to cross on the way out of the picture. */
  get depths() {
    return this.once("depths", () => {
      const { edges, edgeOne, edgeOther } = this.cells;
      const found = new Float64Array(this.count);
      const queue = [];
      const reach = (region, depth) => {
        if (found[region]) return;
        found[region] = depth;
        queue.push(region);
      };
      for (let edge = 0; edge < edges; edge++) if (edgeOther[edge] === NOWHERE) reach(this.of[edgeOne[edge]], 1);
      const { from, list } = this.graph;
      for (let at = 0; at < queue.length; at++) {
        const region = queue[at];
        for (let next = from[region]; next < from[region + 1]; next++) reach(list[next], found[region] + 1);
      }
      return found;
    });
  }

  /** A kind for each so that no two neighbours have the same. */
  get kinds() {
    return this.once("kinds", () => twoKinds(this.graph, this.count) || fewKinds(this.graph, this.count));
  }
}

/** Whether a neuron of layers 1 to k vanishes on an edge. */
const bends = ({ edgeLayer }, edge, layers) => edgeLayer[edge] > 0 && edgeLayer[edge] <= layers;

/** The numbers of the sets of cells that hang together where no neuron of layers 1 to k vanishes. */
function joined(cells, layers) {
  const parent = Uint32Array.from({ length: cells.count }, (_, cell) => cell);
  const root = (cell) => {
    while (parent[cell] !== cell) cell = parent[cell] = parent[parent[cell]];
    return cell;
  };
  for (let edge = 0; edge < cells.edges; edge++) {
    if (cells.edgeOther[edge] === NOWHERE || bends(cells, edge, layers)) continue;
    const [one, other] = [root(cells.edgeOne[edge]), root(cells.edgeOther[edge])];
    parent[Math.max(one, other)] = Math.min(one, other);
  }
  const names = new Map();
  return Uint32Array.from(parent, (_, cell) => {
    const first = root(cell);
    if (!names.has(first)) names.set(first, names.size);
    return names.get(first);
  });
}

/** Two kinds, where these are enough; else null. */
function twoKinds({ from, list }, count) {
  const found = new Uint8Array(count).fill(2);
  for (let seed = 0; seed < count; seed++) {
    if (found[seed] !== 2) continue;
    found[seed] = 0;
    const queue = [seed];
    while (queue.length) {
      const one = queue.pop();
      for (let at = from[one]; at < from[one + 1]; at++) {
        const other = list[at];
        if (found[other] === found[one]) return null;
        if (found[other] === 2) {
          found[other] = 1 - found[one];
          queue.push(other);
        }
      }
    }
  }
  return found;
}

/** Kinds in the order in which the node with fewest neighbours comes last (Matula and Beck, 1983). */
function fewKinds({ from, list }, count) {
  const degree = Uint32Array.from({ length: count }, (_, one) => from[one + 1] - from[one]);
  const buckets = [];
  degree.forEach((size, one) => (buckets[size] ||= []).push(one));
  const gone = new Uint8Array(count);
  const order = [];
  for (let size = 0; order.length < count; ) {
    const one = (buckets[size] || []).pop();
    if (one === undefined) {
      size++;
      continue;
    }
    if (gone[one] || degree[one] !== size) continue;
    gone[one] = 1;
    order.push(one);
    for (let at = from[one]; at < from[one + 1]; at++) {
      const other = list[at];
      if (gone[other]) continue;
      (buckets[--degree[other]] ||= []).push(other);
      size = Math.min(size, degree[other]);
    }
  }
  const found = new Uint8Array(count).fill(255);
  for (const one of order.reverse()) {
    const taken = new Set();
    for (let at = from[one]; at < from[one + 1]; at++) taken.add(found[list[at]]);
    found[one] = [...Array(256).keys()].find((kind) => !taken.has(kind));
  }
  return found;
}
