// What lies over pieces in pictures of all kinds: lines, data, the probe, axes.

/** Draw what a scene has drawn last, moved to where a camera is now. */
function paste(scene, context, camera) {
  const old = scene.drawn;
  if (!old) return;
  const [left, top] = camera.toPixels(old.toPlace([0, 0]));
  const [right, bottom] = camera.toPixels(old.toPlace([old.width, old.height]));
  context.imageSmoothingEnabled = !camera.sameAs(old);
  context.drawImage(scene.raster.canvas, left, top, right - left, bottom - top);
}

/** Draw segments of places, [one, other], as far as they are seen. */
function strokeSegments(context, camera, segments, width, color) {
  context.lineWidth = width;
  context.strokeStyle = color;
  context.lineCap = "round";
  context.beginPath();
  for (const [one, other] of segments) {
    const part = clipped(...camera.toPixels(one), ...camera.toPixels(other), -9, -9, camera.width + 9, camera.height + 9);
    if (!part) continue;
    context.moveTo(part[0], part[1]);
    context.lineTo(part[2], part[3]);
  }
  context.stroke();
}

/** The segments of a flat list of four coordinates each. */
function segmentsOf(flat) {
  return Array.from({ length: flat.length / 4 }, (_, at) => [flat.slice(4 * at, 4 * at + 2), flat.slice(4 * at + 2, 4 * at + 4)]);
}

/** Data in pixels, with their colours, as far as they are seen: [[x, y], colour]. */
function shownPoints(points, camera) {
  if (!points) return [];
  const { places, kinds, numbers } = points;
  const [least, most] = numbers ? [Math.min(...numbers), Math.max(...numbers)] : [0, 1];
  const found = [];
  for (let at = 0; at < places.length / 2; at++) {
    const pixel = camera.toPixels([places[2 * at], places[2 * at + 1]]);
    if (pixel[0] < -9 || pixel[1] < -9 || pixel[0] > camera.width + 9 || pixel[1] > camera.height + 9) continue;
    const color = kinds
      ? `#${KINDS[kinds[at] % KINDS.length]}`
      : numbers
        ? cssOf(SIZES[Math.round((255 * (numbers[at] - least)) / (most - least || 1))])
        : "#777777";
    found.push([pixel, color]);
  }
  return found;
}

/** How large points are, in pixels: small where they are many. */
const pointRadius = (points) => Math.min(4.5, Math.max(2, 60 / Math.sqrt(points.places.length)));

function drawPoints(context, camera, points) {
  for (const [[x, y], color] of shownPoints(points, camera)) {
    context.beginPath();
    context.arc(x, y, pointRadius(points), 0, 2 * Math.PI);
    context.fillStyle = color;
    context.fill();
    context.lineWidth = 1;
    context.strokeStyle = "#111111";
    context.stroke();
  }
}

function drawProbe(context, [x, y]) {
  for (const [width, color] of [[5, "#ffffff"], [2, "#111111"]]) {
    context.lineWidth = width;
    context.strokeStyle = color;
    context.beginPath();
    context.arc(x, y, 7, 0, 2 * Math.PI);
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      context.moveTo(x + 3 * dx, y + 3 * dy);
      context.lineTo(x + 11 * dx, y + 11 * dy);
    }
    context.stroke();
  }
}

/** Numbers along the lower and the left side of the view, and the names of the coordinates. */
function drawAxes(context, camera, axes, theme) {
  const [left, high] = camera.toPlace([0, 0]);
  const [right, low] = camera.toPlace([camera.width, camera.height]);
  context.font = "11px system-ui, sans-serif";
  context.lineWidth = 3;
  context.strokeStyle = theme.halo;
  context.fillStyle = theme.ink;
  const write = (text, x, y) => {
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
  };
  context.lineJoin = "round";
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  for (const [x, text] of ticks(left, right, camera.width, 90)) {
    const [px] = camera.toPixels([x, low]);
    if (px > 40 && px < camera.width - 40) write(text, px, camera.height - 7);
    context.fillRect(px - 0.5, camera.height - 4, 1, 4);
  }
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const [y, text] of ticks(low, high, camera.height, 60)) {
    const [, py] = camera.toPixels([left, y]);
    if (py > 30 && py < camera.height - 26) write(text, 8, py);
    context.fillRect(0, py - 0.5, 4, 1);
  }
  context.font = "bold 12px system-ui, sans-serif";
  context.textAlign = "right";
  write(axes[0], camera.width - 9, camera.height - 12);
  context.textAlign = "left";
  write(axes[1], 8, 15);
}
