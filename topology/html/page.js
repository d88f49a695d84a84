// page.js handles the pointer and the keyboard. It follows rows.js and lines.js, in one
// module with them.

// What the pointer or the keyboard is on. Its lines stand out, and a card shows
// details.

let hovered = null, cardTimer = 0;

// hover takes a row, a group or null.
function hover(to) {
  if (to === hovered) return;
  hovered = to;
  clearTimeout(cardTimer);
  cardTimer = setTimeout(showCard, to ? 350 : 150);
  const tied = tiedTo(to?.rows?.filter((row) => row.shown) ?? (to ? [to] : []));
  for (const el of graph.querySelectorAll('.tied')) el.classList.remove('tied');
  for (const row of tied) if (row.shown) (row.group.open ? row : row.group).el.classList.add('tied');
  svg.classList.toggle('dimmed', tied.size > 0);
  svg.lastChild.innerHTML = paths(ties.filter((tie) => tied.has(tie.signal) && tied.has(tie.outer) && isDrawn(tie)), Infinity).join('');
}

function showCard() {
  card.hidden = !hovered?.node || hovered === state.chosen || !wide.matches;
  for (const el of document.querySelectorAll('[aria-describedby]')) el.removeAttribute('aria-describedby');
  if (card.hidden) return;
  card.replaceChildren(...hovered.el.querySelector('.about').cloneNode(true).childNodes);
  for (const a of card.querySelectorAll('a')) a.tabIndex = -1; // once the row is chosen, it has the links itself
  hovered.node.setAttribute('aria-describedby', 'card');
  const at = hovered.node.getBoundingClientRect(), {offsetWidth: width, offsetHeight: height} = card;
  const below = at.bottom + height + 8 < innerHeight || at.top < height + 8;
  const left = hovered.group.column === receivers ? at.right - width : at.left;
  card.style.top = `${scrollY + (below ? at.bottom + 2 : at.top - height - 2)}px`;
  card.style.left = `${scrollX + Math.max(8, Math.min(left, innerWidth - width - 24))}px`;
}

// What people do.

let frame = 0, scrolled = 0;

function update() {
  filter();
  draw();
}

function updateSoon() {
  frame ||= requestAnimationFrame(() => { frame = 0; update(); });
}

// choose shows only what is tied to a row, or all again.
function choose(row) {
  if (row && !state.chosen) scrolled = scrollY;
  const back = !row && state.chosen;
  state.chosen = row;
  update();
  if (back) scrollTo(scrollX, scrolled);
  else row?.node.scrollIntoView({block: 'nearest'});
}

function visit(row) {
  history.pushState(null, '', row ? `#${encodeURIComponent(row.id)}` : location.pathname + location.search);
  choose(row);
}

function clear() {
  if (state.chosen) return visit(null);
  query.value = state.package = $('package').value = '';
  state.words = [];
  update();
}

// linked returns the row that an address or a link leads to, if any.
function linked({hash}) {
  try {
    return rows.get(decodeURIComponent(hash.slice(1)));
  } catch {
    return null; // somebody else wrote that address
  }
}

const rowOf = (el) => rows.get(el.closest('.row')?.id) ?? null;
const groupOf = (el) => groups().find((group) => group.summary === el.closest('summary')) ?? null;

function onClick(event) {
  const a = event.target.closest('a[href^="#"]'), row = a && linked(a);
  if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  visit(row === state.chosen ? null : row);
}

// The keyboard: each column has one tab stop, from which arrow keys move on.

const stopsOf = (column) => column.groups.filter((group) => group.shown).flatMap((group) =>
  [group.summary, ...(group.open ? group.rows.filter((row) => row.shown).map((row) => row.node) : [])]);

function stopAt(column, wanted) {
  const stops = stopsOf(column);
  if (column.stop) column.stop.tabIndex = -1;
  column.stop = stops.includes(wanted) ? wanted : stops.find((stop) => stop.matches('.node')) ?? stops[0];
  if (column.stop) column.stop.tabIndex = 0;
}

function along(column, stop, step) {
  const stops = stopsOf(column);
  return stops[stops.indexOf(stop) + step];
}

// across finds the nearest stop in the next column, preferably one tied to this row.
function across(column, stop, step) {
  const next = columns[columns.indexOf(column) + step];
  if (!next) return null;
  const row = rowOf(stop), tied = row ? tiedTo([row]) : new Set();
  const ends = [...tied].filter((other) => other.shown && other.group.column === next)
    .map((other) => (other.group.open ? other.node : other.group.summary));
  const y = stop.getBoundingClientRect().top;
  const far = (el) => Math.abs(el.getBoundingClientRect().top - y);
  return (ends.length ? ends : stopsOf(next)).map((el) => [far(el), el]).sort((a, b) => a[0] - b[0])[0]?.[1];
}

const moves = {
  ArrowDown: (column, stop) => along(column, stop, 1),
  ArrowUp: (column, stop) => along(column, stop, -1) ?? query,
  ArrowRight: (column, stop) => across(column, stop, 1),
  ArrowLeft: (column, stop) => across(column, stop, -1),
  Home: (column) => stopsOf(column)[0],
  End: (column) => stopsOf(column).at(-1),
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const {key, target} = event;
  const stop = target.closest('.node, summary'), column = stop && columns.find(({el}) => el.contains(stop));
  let to = null;
  if (key === 'Escape' && !card.hidden && !state.chosen) hover(null);
  else if (key === 'Escape') clear();
  else if (key === '/' && target !== query) to = query;
  else if (key === 'ArrowDown' && target === query) to = signals.stop;
  else if (column && Object.hasOwn(moves, key)) to = moves[key](column, stop);
  else return;
  event.preventDefault();
  to?.focus();
}

function onFocus(event) {
  const column = columns.find(({el}) => el.contains(event.target));
  if (!event.target.matches('.node, summary')) return;
  stopAt(column, event.target);
  if (event.target.matches(':focus-visible')) hover(rowOf(event.target) ?? groupOf(event.target));
}

function listen() {
  query.addEventListener('input', () => { state.words = query.value.toLowerCase().split(/\s+/).filter(Boolean); unchoose(); });
  $('package').addEventListener('change', (event) => { state.package = event.target.value; unchoose(); });
  $('program')?.addEventListener('change', ({target}) => {
    const packages = target.selectedOptions[0].dataset.packages;
    state.program = packages ? new Set(packages.trim().split(' ')) : null;
    update();
  });
  $('tests')?.addEventListener('change', (event) => { state.tests = event.target.checked; update(); });
  $('fold').addEventListener('click', () => {
    const open = !shownGroups().some((group) => group.open);
    for (const group of shownGroups()) folding.set(group, open);
    update();
  });
  $('clear').addEventListener('click', () => {
    const stop = state.chosen?.node ?? signals.stop;
    clear();
    (stop ?? signals.stop)?.focus({preventScroll: true}); // since the button is gone
  });
  $('filters').addEventListener('submit', (event) => event.preventDefault());
  document.addEventListener('click', onClick);
  document.addEventListener('keydown', onKey);
  graph.addEventListener('focusin', onFocus);
  graph.addEventListener('pointerover', (event) => hover(rowOf(event.target) ?? groupOf(event.target)));
  graph.addEventListener('pointerleave', () => hover(null));
  card.addEventListener('pointerenter', () => clearTimeout(cardTimer));
  card.addEventListener('pointerleave', () => { hovered = null; showCard(); });
  graph.addEventListener('toggle', onToggle, true);
  addEventListener('popstate', () => choose(linked(location) ?? null));
  addEventListener('resize', updateSoon);
  addEventListener('beforeprint', () => onPrint(true));
  addEventListener('afterprint', () => onPrint(false));
}

// onPrint shows the unfolded list for paper, and the columns again for the screen.
function onPrint(begins) {
  printing = begins;
  update();
}

// unchoose makes a new search or package start from all rows.
function unchoose() {
  if (state.chosen) history.replaceState(null, '', location.pathname + location.search);
  state.chosen = null;
  updateSoon();
}

function onToggle({target}) {
  const group = groupOf(target.firstElementChild);
  if (!group || group.open === target.open) return;
  folding.set(group, target.open);
  update();
}

columns.forEach(readColumn);
rowsOf(signals).forEach(readTies);
for (const el of graph.querySelectorAll('summary, .node')) el.tabIndex = -1;
root.classList.add('scripted');
$('filters').hidden = false;
graph.prepend(svg);
listen();
choose(linked(location) ?? null);
