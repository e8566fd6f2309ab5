/**
 * What the review page does in the browser: live sum, limits, keyboard, large view, notes and prompts. Without
 * it the check boxes and the button still work. It reads nothing but the page itself, and writes texts only as
 * text. As a text, because a node can't read files.
 */
export const REVIEW_SCRIPT = `
'use strict';
const form = document.forms[0], grid = form.querySelector('.grid'), cards = [...grid.children];
const { min, max, edit, token } = form.dataset;
const until = form.dataset.left && performance.now() + Number(form.dataset.left);
const boxes = cards.map((card) => card.querySelector('input'));
const byId = (id) => document.getElementById(id);
const send = byId('send'), large = byId('large');
const dollars = (pico) => '$' + (pico ? (pico / 1e12).toFixed(4) : 0);
let late = false;

function update() {
  const picked = cards.filter((card, at) => { card.classList.toggle('picked', boxes[at].checked); return boxes[at].checked; });
  const full = +max > 0 && picked.length >= +max;
  boxes.forEach((box) => { box.disabled = full && !box.checked; });
  const priced = picked.filter((card) => card.dataset.c);
  const sum = priced.reduce((total, card) => total + Number(card.dataset.c), 0);
  const unknown = picked.length - priced.length;
  byId('count').textContent = picked.length ? picked.length + ' of ' + cards.length + ' picked' + (full ? ', no more allowed' : '') : 'None picked';
  byId('sum').textContent = (picked.length && !priced.length ? 'price not known' : (sum ? 'about ' : '') + dollars(sum) + (unknown ? ' and ' + unknown + ' of unknown price' : ''));
  send.setAttribute('aria-disabled', String(late || picked.length < +min));
}

async function fullPrompt(card) {
  const text = card.querySelector('p');
  if ('more' in text.dataset) {
    const answer = await fetch('?prompt=' + card.dataset.i + '&' + token, { headers: { accept: 'application/json' } });
    if (answer.ok) { text.textContent = await answer.text(); delete text.dataset.more; }
    else byId('count').textContent = (await answer.json()).error;
  }
  return text.textContent;
}

function setPrompt(field, text) {
  field.value = text;
  // As the field has it, which knows no carriage returns.
  field.dataset.was = field.value;
}

function addDetails(card) {
  if (card.querySelector('details')) return;
  const details = byId('details').content.cloneNode(true).firstElementChild;
  const prompt = details.querySelector('.prompt');
  if (edit !== '1') prompt.parentElement.remove();
  else if ('more' in card.querySelector('p').dataset) {
    prompt.disabled = true;
    details.addEventListener('toggle', async () => {
      const text = await fullPrompt(card);
      if ('more' in card.querySelector('p').dataset || !prompt.disabled) return;
      setPrompt(prompt, text);
      prompt.disabled = false;
    });
  } else setPrompt(prompt, card.querySelector('p').textContent);
  card.append(details);
}

grid.addEventListener('change', (event) => {
  if (event.target.type !== 'checkbox') return;
  const card = event.target.closest('li');
  addDetails(card);
  card.querySelector('details').hidden = !event.target.checked;
  update();
});

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

let shown = 0;
async function enlarge(at) {
  shown = (at + cards.length) % cards.length;
  const image = large.querySelector('img'), small = cards[shown].querySelector('img');
  image.src = small.src; image.alt = small.alt;
  byId('pick').setAttribute('aria-pressed', String(boxes[shown].checked));
  byId('pick').textContent = boxes[shown].checked ? 'Picked' : 'Pick';
  byId('pick').disabled = boxes[shown].disabled;
  if (!large.open) large.showModal();
  const mine = shown, text = await fullPrompt(cards[mine]);
  if (mine === shown) large.querySelector('p').textContent = text;
}
grid.addEventListener('click', (event) => { const zoom = event.target.closest('.zoom'); if (zoom) enlarge(cards.indexOf(zoom.closest('li'))); });
byId('back').onclick = () => enlarge(shown - 1);
byId('next').onclick = () => enlarge(shown + 1);
byId('pick').onclick = () => { boxes[shown].click(); enlarge(shown); };
byId('close').onclick = () => large.close();
large.addEventListener('close', () => boxes[shown].focus());
large.addEventListener('click', (event) => { if (event.target === large) large.close(); });
large.addEventListener('keydown', (event) => {
  if (event.key === 'ArrowRight') enlarge(shown + 1);
  if (event.key === 'ArrowLeft') enlarge(shown - 1);
});
let from = null;
large.addEventListener('touchstart', (event) => { from = event.changedTouches[0].clientX; }, { passive: true });
large.addEventListener('touchend', (event) => {
  const way = from === null ? 0 : event.changedTouches[0].clientX - from;
  if (Math.abs(way) > 60) enlarge(shown + (way < 0 ? 1 : -1));
}, { passive: true });

form.addEventListener('submit', (event) => {
  if (send.getAttribute('aria-disabled') === 'true') {
    event.preventDefault();
    byId('count').textContent = late ? 'The time for this review is over' : 'Pick at least ' + min;
    return;
  }
  const answer = cards.filter((card, at) => boxes[at].checked).map((card) => {
    const note = card.querySelector('.note'), prompt = card.querySelector('.prompt');
    const changed = prompt && prompt.dataset.was !== undefined && prompt.value !== prompt.dataset.was;
    return { index: Number(card.dataset.i), note: note ? note.value : '', prompt: changed ? prompt.value : null };
  });
  form.elements.answer.value = JSON.stringify(answer);
  for (const box of boxes) box.disabled = true;
  send.setAttribute('aria-disabled', 'true');
  send.textContent = 'Sending…';
});
addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });

function tick() {
  const seconds = Math.round((until - performance.now()) / 1000);
  const left = byId('left');
  left.hidden = false;
  late = seconds <= 0;
  const minutes = Math.ceil(seconds / 60);
  left.textContent = late ? 'The time for this review is over.' : 'Time left: ' + (seconds < 120 ? seconds + ' s' : minutes < 120 ? minutes + ' min' : Math.round(minutes / 60) + ' h');
  if (late) update(); else setTimeout(tick, seconds < 120 ? 1000 : 20000);
}
if (until) tick();
for (const [at, box] of boxes.entries()) if (box.checked) addDetails(cards[at]);
update();
`.trim();
