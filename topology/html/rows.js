// rows.js knows what the page contains: rows in groups in columns, and ties between the
// rows of signals and of those who send or hear them. It also knows what is shown.

const few = 150; // up to this many rows, groups are unfolded unless somebody folds them
const root = document.documentElement;
const $ = (id) => document.getElementById(id);
const graph = $('graph'), query = $('query'), card = $('card');
const columns = ['senders', 'signals', 'receivers'].map((id) => ({el: $(id), groups: [], stop: null}));
const [senders, signals, receivers] = columns;
const rows = new Map(); // by id
const twins = new Map(); // the rows of what both sends and hears, by name
const ties = [];

function readColumn(column) {
  for (const el of column.el.querySelectorAll('.group')) {
    const group = {el, column, rows: [], package: el.dataset.package, summary: el.querySelector('summary'), size: el.querySelector('.size'), open: true, shown: 0, margin: 0};
    column.groups.push(group);
    for (const li of el.querySelectorAll('.row')) group.rows.push(readRow(li, group));
  }
}

function readRow(el, group) {
  const row = {el, group, id: el.id, node: el.querySelector('.node'), ties: [], shown: true};
  row.name = row.node.querySelector('.name').textContent;
  const words = [row.node, el.querySelector('.doc'), el.querySelector('.about > .at')].map((e) => e?.textContent);
  row.text = [...words, group.summary.title, row.id].join(' ').toLowerCase();
  row.twins = el.dataset.twin ? twins.get(el.dataset.twin) ?? [] : [];
  row.twins.push(row);
  if (el.dataset.twin) twins.set(el.dataset.twin, row.twins);
  rows.set(row.id, row);
  return row;
}

function readTies(signal) {
  for (const el of signal.el.querySelectorAll('[data-to]')) {
    const tie = {el, signal, outer: rows.get(el.dataset.to), in: el.dataset.in, style: el.className, test: el.classList.contains('test')};
    for (const row of [signal, tie.outer]) row.ties.push(tie);
    ties.push(tie);
  }
}

const groups = () => columns.flatMap((column) => column.groups);
const shownGroups = () => groups().filter((group) => group.shown);
const rowsOf = (column) => column.groups.flatMap((group) => group.rows);
const isSignal = (row) => row.group.column === signals;

// What is shown.

const state = {program: null, package: '', words: [], tests: true, chosen: null};
const folding = new Map(); // what somebody folded or unfolded: open or not, by group
let printing = false;

const counts = (tie) => (state.tests || !tie.test) && (!state.program || state.program.has(tie.in));
const inProgram = (group) => !state.program || state.program.has(group.package);
const isDrawn = (tie) => tie.signal.shown && tie.outer.shown && counts(tie);

// tiedTo returns rows and what is tied to them. For a signal that is who sends and
// hears it, for a sender also who hears that, and for a receiver also who sends that.
function tiedTo(seeds) {
  const found = new Set();
  for (const row of [...seeds].flatMap((seed) => seed.twins)) {
    found.add(row);
    for (const tie of row.ties.filter(counts)) {
      found.add(tie.signal);
      if (isSignal(row)) found.add(tie.outer);
      else for (const far of tie.signal.ties) if (far.outer.group.column !== row.group.column && counts(far)) found.add(far.outer);
    }
  }
  return found;
}

// choice returns the rows to show, and those among them that match the search.
function choice() {
  if (state.chosen) return [tiedTo([state.chosen]), new Set()];
  let shown = new Set(rowsOf(signals).filter((row) => inProgram(row.group)));
  for (const tie of ties) if (counts(tie)) shown.add(tie.signal).add(tie.outer);
  if (state.package) shown = tiedTo([...shown].filter((row) => row.group.package === state.package)).intersection(shown);
  if (!state.words.length) return [shown, new Set()];
  const hits = new Set([...shown].filter((row) => state.words.every((word) => row.text.includes(word))));
  return [tiedTo(hits).intersection(shown), hits];
}

function filter() {
  const [shown, hits] = choice();
  for (const row of rows.values()) {
    if (row.shown !== shown.has(row)) row.el.hidden = !(row.shown = !row.shown);
    row.el.classList.toggle('hit', hits.has(row));
    row.el.classList.toggle('chosen', row === state.chosen);
    if (row === state.chosen) row.node.ariaCurrent = 'true';
    else row.node.removeAttribute('aria-current');
  }
  for (const group of groups()) {
    group.shown = group.rows.filter((row) => row.shown).length;
    group.size.textContent = group.shown;
    group.el.hidden = !group.shown;
    group.el.open = group.open = printing || (folding.get(group) ?? shown.size <= few);
  }
  for (const tie of ties) tie.el.hidden = !isDrawn(tie);
  for (const row of rowsOf(signals)) mark(row);
  report();
  for (const column of columns) stopAt(column, column.stop);
}

// mark marks a signal that nobody sends or hears in the part of the program that is
// shown.
function mark(signal) {
  for (const el of signal.node.querySelectorAll('.mark')) {
    const side = el.dataset.no === 'sends' ? senders : receivers;
    el.hidden = signal.ties.some((tie) => tie.outer.group.column === side && counts(tie));
  }
}

function report() {
  const [send, of, receive] = columns.map((column) => rowsOf(column).filter((row) => row.shown).length);
  const text = `${of} signal${of === 1 ? '' : 's'}, ${send} send${send === 1 ? 's' : ''}, ${receive} receive${receive === 1 ? 's' : ''}`;
  $('count').textContent = state.chosen ? `Tied to ${state.chosen.name}: ${text}` : text;
  $('clear').hidden = !state.chosen && !state.words.length && !state.package;
  $('fold').textContent = shownGroups().some((group) => group.open) ? 'Fold all' : 'Unfold all';
}
