/** The large view. Its first button picks, so that the space bar does there what it does among the cards. */
export const LARGE_SCRIPT = `
const large = byId('large'), pick = byId('pick');
let shown = 0;
async function enlarge(at) {
  shown = (at + cards.length) % cards.length;
  const card = cards[shown], image = large.querySelector('img'), small = card.querySelector('img'), title = large.querySelector('h2');
  image.src = small.src; image.alt = small.alt;
  title.textContent = card.querySelector('h2')?.textContent ?? '';
  title.hidden = title.textContent === '';
  pick.setAttribute('aria-pressed', String(boxes[shown].checked));
  pick.textContent = boxes[shown].checked ? 'Picked' : 'Pick';
  // Not disabled, which would hand the focus to another button.
  pick.setAttribute('aria-disabled', String(boxes[shown].disabled));
  if (!large.open) large.showModal();
  const text = await fullPrompt(card);
  if (card === cards[shown] && text !== null) large.querySelector('p').textContent = text;
}
grid.addEventListener('click', (event) => { const zoom = event.target.closest('.zoom'); if (zoom) enlarge(cards.indexOf(zoom.closest('li'))); });
for (const [id, step] of [['back', -1], ['next', 1]]) {
  byId(id).onclick = (event) => {
    enlarge(shown + step);
    // After a click with the mouse the space bar picks; a key stays on its button.
    if (event.detail > 0) pick.focus();
  };
}
pick.onclick = () => { boxes[shown].click(); enlarge(shown); };
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
`;
