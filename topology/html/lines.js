// lines.js places the columns side by side and draws the lines between them. It
// measures everything at once, and then computes the places.

const many = 200; // with more lines than this, they are faint
const reach = 1600; // if a line leads further up or down, in pixels, only its ends are drawn
const gap = 8; // between groups, as in page.css
const wide = matchMedia('screen and (min-width: 50rem)');
const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
svg.id = 'lines';
svg.ariaHidden = 'true';
svg.innerHTML = '<g></g><g class="hot"></g>';

function draw() {
  const inColumns = wide.matches && !printing;
  root.classList.toggle('drawn', inColumns);
  root.classList.toggle('folded', !shownGroups().some((group) => group.open));
  hover(null);
  svg.firstChild.innerHTML = '';
  for (const group of inColumns ? [] : groups()) move(group, 0);
  if (!inColumns) return;
  root.style.setProperty('--top', `${$('top').offsetHeight}px`);
  measure();
  place();
  const drawn = paths(ties.filter(isDrawn), reach);
  svg.classList.toggle('many', drawn.length > many);
  svg.firstChild.innerHTML = drawn.join('');
}

// move moves a group, and with it those below it, away from the group above.
function move(group, margin) {
  group.margin = margin;
  group.el.style.marginTop = `${margin}px`;
}

function measure() {
  const origin = graph.getBoundingClientRect();
  for (const column of columns) {
    const box = column.el.getBoundingClientRect();
    column.left = box.left - origin.left;
    column.right = box.right - origin.left;
    const shown = column.groups.filter((group) => group.shown);
    column.height = shown.reduce((sum, group) => sum + measureGroup(group), 0);
    if (shown.length) column.start = shown[0].top - shown[0].margin - origin.top;
  }
}

// measureGroup finds where lines end in a group, and returns the group's height.
function measureGroup(group) {
  const box = group.el.getBoundingClientRect();
  const middle = (el) => { const {top, height} = el.getBoundingClientRect(); return top + height / 2 - box.top; };
  group.top = box.top;
  group.height = box.height;
  group.end = middle(group.summary);
  for (const row of group.rows) row.end = group.open && row.shown ? middle(row.node) : group.end;
  return group.height + gap;
}

// place leaves the tallest column as it is, and moves the groups of the others next to
// what they are tied to, so that lines are short and level.
function place() {
  const tallest = columns.reduce((a, b) => (b.height > a.height ? b : a));
  stack(tallest, null);
  if (tallest !== signals) stack(signals, tallest);
  for (const column of [senders, receivers]) if (column !== tallest) stack(column, signals);
}

// stack places the groups of a column, in order and without overlap, as close as
// possible to where they want to be. Neighbours that want the same place share the
// difference.
function stack(column, beside) {
  const blocks = [];
  let natural = 0;
  for (const group of column.groups.filter((g) => g.shown)) {
    let block = {groups: [group], ...wish(group, beside, natural)};
    group.natural = natural;
    natural += group.height + gap;
    for (let above; (above = blocks.at(-1)) && above.sum / above.weight > block.sum / block.weight;) {
      blocks.pop();
      block = {groups: [...above.groups, ...block.groups], sum: above.sum + block.sum, weight: above.weight + block.weight};
    }
    blocks.push(block);
  }
  let shift = 0;
  for (const {groups, sum, weight} of blocks) {
    const moved = Math.max(0, sum / weight);
    for (const group of groups) {
      move(group, moved - shift);
      group.y = column.start + group.natural + moved;
      shift = moved;
    }
  }
}

// wish says how far below its natural place a group wants to be, weighted by its ties.
// It is the median of the wishes, so that a few distant ties do not move the group.
function wish(group, beside, natural) {
  const moves = [];
  for (const row of group.rows) {
    for (const tie of row.ties) {
      const other = row === tie.signal ? tie.outer : tie.signal;
      if (other.group.column === beside && isDrawn(tie)) moves.push(yOf(other) - row.end - group.column.start - natural);
    }
  }
  if (!moves.length) return {sum: 0, weight: 1e-6};
  moves.sort((a, b) => a - b);
  return {sum: moves[moves.length >> 1] * moves.length, weight: moves.length};
}

const yOf = (row) => row.group.y + row.end;

// paths returns the lines of ties. Lines from a signal to one package share their way
// as far as possible. If a line leads further up or down than reach, only its ends are
// drawn: no eye could follow it, and all of them would slow down the page.
function paths(drawn, reach) {
  const bundles = new Map();
  for (const tie of drawn) {
    const signal = tie.signal.group.open ? tie.signal.id : tie.signal.group.package;
    const key = [tie.outer.group.column.el.id, signal, tie.outer.group.package, tie.style].join('|');
    if (!bundles.has(key)) bundles.set(key, []);
    bundles.get(key).push(tie);
  }
  return [...bundles.values()].map((bundle) => path(bundle, reach));
}

function path(bundle, reach) {
  const {signal, outer, style} = bundle[0];
  const left = outer.group.column === senders;
  const from = left ? senders.right : receivers.left, to = left ? signals.left : signals.right;
  const ends = [...new Set(bundle.map((tie) => yOf(tie.outer)))], y = yOf(signal);
  const folded = !signal.group.open || !outer.group.open;
  const width = folded ? ` stroke-width="${1.5 + Math.log2(bundle.length) / 1.5}"` : '';
  return `<path class="${style}" data-hue="${signal.group.el.dataset.hue}"${width} d="${fan(from, ends, to, y, reach)}"/>`;
}

function fan(from, ends, to, y, reach) {
  if (ends.length === 1) return curve(from, ends[0], to, y, reach);
  const knot = from + (to - from) * 0.35;
  const level = (ends.reduce((a, b) => a + b) / ends.length) * 0.75 + y * 0.25;
  return ends.map((end) => curve(from, end, knot, level, reach)).join('') + curve(knot, level, to, y, reach);
}

function curve(x0, y0, x1, y1, reach) {
  const middle = (x0 + x1) / 2, far = Math.sign(y1 - y0) * 80;
  if (Math.abs(y1 - y0) > reach) return curve(x0, y0, middle, y0 + far) + curve(x1, y1, middle, y1 - far);
  return `M${[x0, y0].map(Math.round)}C${[middle, y0, middle, y1, x1, y1].map(Math.round)}`;
}
