/** Picking: the sum, the limits, the keyboard, and the fields of each card. */
export const GRID_SCRIPT = `
'use strict';
const form = document.forms[0], grid = form.querySelector('.grid'), cards = [...grid.children];
const { min, max, edit, mode, token } = form.dataset;
const boxes = cards.map((card) => card.querySelector('input'));
const byId = (id) => document.getElementById(id);
const send = byId('send');
const dollars = (pico) => '$' + (pico / 1e12).toFixed(4);
/** Why nothing can be sent any more. */
let ended = '';

for (const card of cards) card.append(byId('details').content.cloneNode(true));

function pricesOf(picked) {
  const priced = picked.filter((card) => card.dataset.c), unknown = picked.length - priced.length;
  const sum = priced.reduce((total, card) => total + Number(card.dataset.c), 0);
  const known = priced.length ? 'about ' + dollars(sum) : '';
  return known + (unknown ? (known && ' and ') + (picked.length > 1 ? unknown + ' of unknown price' : 'price not known') : '');
}

function update() {
  const picked = cards.filter((card, at) => { card.classList.toggle('picked', boxes[at].checked); return boxes[at].checked; });
  const full = +max > 0 && picked.length >= +max;
  boxes.forEach((box) => { box.disabled = full && !box.checked; });
  byId('count').textContent = ended || (picked.length ? picked.length + ' of ' + cards.length + ' picked' + (full ? ' (maximum reached)' : '') : 'Nothing picked yet');
  byId('price').hidden = ended !== '' || mode === 'none' || !picked.length;
  const them = picked.length === 1 ? 'it' : 'them';
  byId('price').textContent = (mode === 'refine' ? 'Refining ' + them : 'Making ' + them + ' again') + ': ' + pricesOf(picked);
  send.setAttribute('aria-disabled', String(ended !== '' || picked.length < +min));
}

const noteOf = (card) => card.querySelector('.note').value.trim();
/** null = as it was. */
function changedPrompt(card) {
  const { value, dataset } = card.querySelector('.prompt');
  return dataset.changed || (dataset.was !== undefined && value !== dataset.was) ? value : null;
}

async function fullPrompt(card) {
  const text = card.querySelector('p');
  if (!('more' in text.dataset)) return text.textContent;
  const answer = await ask('prompt=' + card.dataset.i + '&' + token);
  if (!answer.ok) { explain(answer); return null; }
  text.textContent = answer.text;
  delete text.dataset.more;
  return answer.text;
}

/** The prompt may be changed where it is open, picked and read. */
async function showFields(card) {
  const details = card.querySelector('details'), field = card.querySelector('.prompt');
  const editable = edit === '1' && card.querySelector('input').checked;
  details.querySelector('summary').textContent = editable ? 'Note or prompt' : 'Note';
  details.querySelector('.edit').hidden = !editable;
  if (!editable || !details.open || field.dataset.was !== undefined || field.dataset.changed) return;
  // Disabled until then: what is written before would be lost. Asked for twice, it is filled in once.
  const text = await fullPrompt(card);
  if (text === null || field.dataset.was !== undefined) return;
  field.value = text;
  // As the field has it, which knows no carriage returns.
  field.dataset.was = field.value;
  field.disabled = false;
}

grid.addEventListener('change', (event) => {
  if (event.target.type !== 'checkbox') return;
  showFields(event.target.closest('li'));
  update();
});
grid.addEventListener('toggle', (event) => showFields(event.target.closest('li')), true);

grid.addEventListener('keydown', (event) => {
  const at = boxes.indexOf(event.target);
  if (at < 0) return;
  const columns = cards.filter((card) => card.offsetTop === cards[0].offsetTop).length;
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
  if (step) { event.preventDefault(); focusFrom(at, step); }
  if (event.key === 'Home' || event.key === 'End') { event.preventDefault(); boxes.at(event.key === 'Home' ? 0 : -1).focus(); }
  if (event.key === 'Enter') { event.preventDefault(); enlarge(at); }
});
function focusFrom(at, step) {
  for (let to = at + step; to >= 0 && to < boxes.length; to += step) if (!boxes[to].disabled) { boxes[to].focus(); return; }
}
`;
