// The view as a file of SVG.

const SVG = "http://www.w3.org/2000/svg";

const escaped = (text) => text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);

/** What of a convex polygon lies in a rectangle (Sutherland and Hodgman, 1974). */
function polygonWithin(points, [left, top, right, bottom]) {
  for (const [axis, sign, end] of [[0, 1, left], [0, -1, right], [1, 1, top], [1, -1, bottom]]) {
    const depth = (point) => sign * (point[axis] - end);
    const kept = [];
    points.forEach((point, at) => {
      const before = points[(at || points.length) - 1];
      const [one, other] = [depth(before), depth(point)];
      if (one < 0 !== other < 0) kept.push(before.map((x, place) => x + (one / (one - other)) * (point[place] - x)));
      if (other >= 0) kept.push(point);
    });
    points = kept;
  }
  return points;
}

const rounded = (x) => String(Math.round(100 * x) / 100);
const pathOf = (points) => points.map((point) => point.map(rounded).join(",")).join("L");

/** A plane as a camera sees it: polygons by colours, or a bitmap where colours change within cells; borders by layers. */
function planeSvg(scene, camera, { paint, regions, borders }) {
  const { cells } = scene;
  const frame = [-1, -1, camera.width + 1, camera.height + 1];
  const parts = [];
  if (paint.range) {
    const image = scene.raster.canvas.toDataURL("image/png");
    parts.push(`<image width="${camera.width}" height="${camera.height}" preserveAspectRatio="none" href="${image}"/>`);
  } else {
    const byColor = new Map();
    for (let cell = 0; cell < cells.count; cell++) {
      const points = polygonWithin(cells.corners(cell).map((place) => camera.toPixels(place)), frame);
      if (points.length < 3) continue;
      const word = paint.words[cell];
      if (!byColor.has(word)) byColor.set(word, []);
      byColor.get(word).push(`M${pathOf(points)}Z`);
    }
    parts.push('<g stroke-width="0.4" stroke-linejoin="round">');
    for (const [word, paths] of byColor) parts.push(`<path fill="${cssOf(word)}" stroke="${cssOf(word)}" d="${paths.join("")}"/>`);
    parts.push("</g>");
  }
  const segment = (one, other) => clipped(...camera.toPixels(one), ...camera.toPixels(other), ...frame);
  const lines = (segments, attributes) => {
    const paths = segments.filter((part) => part).map(([ax, ay, bx, by]) => `M${pathOf([[ax, ay], [bx, by]])}`);
    if (paths.length) parts.push(`<path fill="none" stroke-linecap="round" ${attributes} d="${paths.join("")}"/>`);
  };
  for (let layer = regions.layers; layer > 0; layer--) {
    if (!borders(layer)) continue;
    const own = [];
    for (let edge = 0; edge < cells.edges; edge++) {
      if (cells.edgeLayer[edge] !== layer || cells.edgeOther[edge] === NOWHERE || !regions.isBorder(edge)) continue;
      own.push(segment(cells.vertex(cells.edgeEnds[2 * edge]), cells.vertex(cells.edgeEnds[2 * edge + 1])));
    }
    lines(own, `class="layer-${layer}" stroke="${layerLine(layer)}" stroke-width="${rounded(scene.lineWidth(camera))}"`);
  }
  const boundary = scene.boundary.map(([one, other]) => segment(one, other));
  lines(boundary, 'stroke="#ffffff" stroke-width="4"');
  lines(boundary, `stroke="${BOUNDARY}" stroke-width="2"`);
  return parts;
}

/** Graphs over bands, with breakpoints by layers. */
function graphSvg(scene, camera, { paint, regions, borders, output, dark }) {
  const frame = [-1, -1, camera.width + 1, camera.height + 1];
  const [from, to] = scene.seen(camera);
  const parts = [`<g fill-opacity="${BAND}">`];
  for (let cell = from; cell < to; cell++) {
    const [left, right] = scene.ends(cell).map((x) => Math.min(frame[2], Math.max(-1, camera.toPixels([x, 0])[0])));
    const size = `x="${rounded(left)}" y="0" width="${rounded(right - left)}" height="${camera.height}"`;
    parts.push(`<rect ${size} fill="${cssOf(paint.words[cell])}"/>`);
  }
  parts.push("</g>");
  for (const one of scene.order(output)) {
    let path = "";
    for (let cell = from; cell < to; cell++) {
      const part = clipped(...scene.segment(cell, one).flatMap((place) => camera.toPixels(place)), ...frame);
      if (part) path += `M${pathOf([part.slice(0, 2), part.slice(2)])}`;
    }
    const width = one === output ? 2.5 : 1.5;
    parts.push(`<path fill="none" stroke="${scene.color(one)}" stroke-width="${width}" stroke-linecap="round" d="${path}"/>`);
  }
  for (let layer = regions.layers; layer > 0; layer--) {
    if (!borders(layer)) continue;
    for (const one of scene.order(output)) {
      for (const [x, y] of scene.breaks(layer, one, camera, regions)) {
        const radius = rounded(scene.dot(camera, [from, to]));
        parts.push(
          `<circle class="layer-${layer}" cx="${rounded(x)}" cy="${rounded(y)}" r="${radius}" fill="${layerLine(layer, dark)}"/>`,
        );
      }
    }
  }
  return parts;
}

/** Data as circles. */
function pointsSvg(points, camera) {
  return shownPoints(points, camera).map(
    ([[x, y], color]) =>
      `<circle cx="${rounded(x)}" cy="${rounded(y)}" r="${rounded(pointRadius(points))}" fill="${color}" stroke="#111111"/>`,
  );
}

/** Axes as text. */
function axesSvg(camera, axes, theme) {
  const [left, high] = camera.toPlace([0, 0]);
  const [right, low] = camera.toPlace([camera.width, camera.height]);
  const text = (x, y, anchor, content) =>
    `<text x="${rounded(x)}" y="${rounded(y)}" text-anchor="${anchor}">${escaped(content)}</text>`;
  const parts = [
    `<g font-family="system-ui, sans-serif" font-size="11" fill="${theme.ink}" stroke="${theme.halo}" stroke-width="3" paint-order="stroke">`,
  ];
  for (const [x, told] of ticks(left, right, camera.width, 90)) {
    const [px] = camera.toPixels([x, low]);
    if (px > 40 && px < camera.width - 40) parts.push(text(px, camera.height - 7, "middle", told));
  }
  for (const [y, told] of ticks(low, high, camera.height, 60)) {
    const [, py] = camera.toPixels([left, y]);
    if (py > 30 && py < camera.height - 26) parts.push(text(8, py + 4, "start", told));
  }
  parts.push(text(camera.width - 9, camera.height - 12, "end", axes[0]), text(8, 18, "start", axes[1]), "</g>");
  return parts;
}

function svgOf(title, camera, theme, parts) {
  const { width, height } = camera;
  return [
    `<svg xmlns="${SVG}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="${theme.halo}"/>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

/** Let the reader keep a text as a file. */
function keep(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = make("a", { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
