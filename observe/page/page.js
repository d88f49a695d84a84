// page.js updates what the server has rendered, and sorts and filters it. The server
// formats and escapes everything that it sends.

const $ = (id) => document.getElementById(id);
const root = document.documentElement, {view, query: of, process} = document.body.dataset;
const query = $('query'), table = $('signals') ?? $('sends'), body = table?.tBodies[0];

// Updates.

let source = null, paused = false;

function listen() {
  source = new EventSource(`events?view=${view}&${of}`);
  source.onmessage = ({data}) => apply(JSON.parse(data));
  source.onerror = () => tell('not connected, trying again', true);
}

function unlisten() {
  source?.close();
  source = null;
}

// tell shows how the updates are going.
function tell(text, lost = false) {
  const state = $('state');
  if (state.textContent !== text) state.textContent = text;
  state.classList.toggle('lost', lost);
}

function apply(message) {
  if (message.process !== process) return location.reload(); // the process has been restarted
  tell(paused ? 'paused' : message.time);
  for (const [id, html] of Object.entries(message.parts ?? {})) replace($(id), html);
  for (const row of message.rows ?? []) updateRow(row);
  if (message.rows) arrange();
  if (message.sends && !paused) addSends(message.sends);
}

// replace replaces the contents of an element. What is unfolded in it stays unfolded.
function replace(el, html) {
  if (!el || el.contains(document.activeElement) && el.querySelector('a:focus, pre:focus')) return;
  const folds = new Map([...el.querySelectorAll('details[data-key]')].map((fold) => [fold.dataset.key, fold.open]));
  el.innerHTML = html;
  for (const fold of el.querySelectorAll('details[data-key]')) fold.open = folds.get(fold.dataset.key) ?? fold.open;
}

function updateRow({id, rank, class: className, state, trend, points, cells}) {
  const tr = $(id);
  if (!tr) return location.reload(); // the signal is new
  tr.dataset.rank = rank;
  tr.className = className;
  setText(tr.cells[0].querySelector('.mark'), state);
  cells.forEach(({text, sort}, i) => {
    const cell = tr.cells[i + 1];
    setText(cell, text);
    cell.dataset.sort = sort;
  });
  const svg = tr.querySelector('svg');
  svg.setAttribute('aria-label', trend);
  svg.firstElementChild.setAttribute('points', points);
}

function setText(el, text) {
  if (el.textContent !== text) el.textContent = text;
}

function addSends(html) {
  const made = document.createElement('template');
  made.innerHTML = html;
  for (const row of [...made.content.children]) if ($(row.id)) row.remove(); // the document had it already
  body.prepend(made.content);
  while (body.rows.length > Number(table.dataset.most)) body.lastElementChild.remove();
  filter();
}

// Order. Signals are sorted by their problems until somebody sorts by something else.

let order = {key: '', falling: true};

const keyOf = (th) => th.dataset.key;
const heads = [...table?.tHead.rows[0].cells ?? []];

// arrange sorts the rows, unless somebody is about to use one of them.
function arrange() {
  if (!$('signals') || body.matches(':hover, :focus-within')) return;
  const rows = [...body.rows], sorted = rows.toSorted(compare);
  if (sorted.some((row, i) => row !== rows[i])) body.append(...sorted);
  filter();
}

function compare(a, b) {
  const [x, y] = [a, b].map(sortKey);
  const by = typeof x === 'string' ? x.localeCompare(y) : x - y;
  return (order.falling ? -by : by) || Number(a.id.slice(1)) - Number(b.id.slice(1));
}

function sortKey(row) {
  const at = heads.findIndex((th) => keyOf(th) === order.key);
  if (!order.key || at < 0) return Number(row.dataset.rank);
  return at === 0 ? row.cells[0].firstElementChild.textContent : Number(row.cells[at].dataset.sort);
}

// sortBy sorts by a column, in reverse if that is already the order.
function sortBy(key) {
  order = {key, falling: key === order.key ? !order.falling : key !== 'name'};
  for (const th of heads) {
    if (key && keyOf(th) === key) th.ariaSort = order.falling ? 'descending' : 'ascending';
    else th.removeAttribute('aria-sort');
  }
  $('sort').value = key;
  keep();
  arrange();
}

// Filter.

function filter() {
  const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of body.rows) {
    const text = (row.textContent + ' ' + (row.dataset.text ?? '')).toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
    if (!row.hidden) shown++;
  }
  $('none').hidden = shown > 0;
  const all = `${number(body.rows.length)} signal${body.rows.length === 1 ? '' : 's'}`;
  if ($('count')) setText($('count'), words.length ? `${number(shown)} of ${all}` : all);
}

const number = (n) => n.toLocaleString('en');

// keep makes the address lead to what is shown.
function keep() {
  const params = new URLSearchParams(location.search);
  for (const [name, value] of [['q', query.value], ['sort', order.key], ['up', order.key && !order.falling ? '1' : '']]) {
    if (value) params.set(name, value);
    else params.delete(name);
  }
  history.replaceState(null, '', params.size ? `?${params}` : location.pathname);
}

// What people do.

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const links = [...body.rows].filter((row) => !row.hidden).map((row) => row.querySelector('th a'));
  const at = links.indexOf(document.activeElement), typing = document.activeElement === query;
  const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
  if (event.key === '/' && !typing) query.focus();
  else if (event.key === 'Escape' && typing && query.value) query.value = '', filter(), keep();
  else if (step && (at >= 0 || typing)) (at + step < 0 ? query : links[at + step])?.focus();
  else return;
  event.preventDefault();
}

function onPause({target}) {
  paused = !paused;
  target.setAttribute('aria-pressed', paused);
}

function start() {
  root.classList.add('scripted');
  const params = new URLSearchParams(location.search);
  if (params.get('sort')) order = {key: params.get('sort'), falling: !params.has('up')};
  if (query) {
    query.addEventListener('input', () => { filter(); keep(); });
    $('filters').addEventListener('submit', (event) => event.preventDefault());
    document.addEventListener('keydown', onKey);
    filter();
  }
  $('sort')?.addEventListener('change', ({target}) => sortBy(target.value));
  for (const th of heads) th.querySelector('a')?.addEventListener('click', (event) => { event.preventDefault(); sortBy(keyOf(th)); });
  $('pause')?.addEventListener('click', onPause);
  document.addEventListener('visibilitychange', () => document.hidden ? unlisten() : source ?? listen());
  addEventListener('pagehide', unlisten);
  addEventListener('pageshow', () => source ?? listen());
}

start();
