/**
 * What somebody picked and wrote outlives a reload. The page has no storage, because its sandbox sets it apart from
 * n8n's origin. What it has are the name of its tab, which a reload keeps, and the state of its entry in the tab's
 * history, which Chromium keeps for Back but not for a reload.
 */
export const KEEP_SCRIPT = `
const review = new URLSearchParams(token).get('review');
const comment = byId('comment');
let saving, done = false;
function intoHistory(text) {
  // A browser may refuse what is large or comes often.
  try { history.replaceState(text, ''); } catch {}
}
function save() {
  if (done) return;
  const marks = cards.map((card, at) => [at, boxes[at].checked, card.querySelector('.note').value, changedPrompt(card)]);
  window.name = JSON.stringify({ review, comment: comment.value, marks: marks.filter(([, picked, note, prompt]) => picked || note || prompt !== null) });
  clearTimeout(saving);
  saving = setTimeout(() => intoHistory(window.name), 150);
}
function forget() {
  done = true;
  clearTimeout(saving);
  window.name = '';
  intoHistory(null);
}
addEventListener('input', save);
addEventListener('change', save);

/** Of this review only: another round has the same address. */
function keptFrom(text) {
  try { const kept = JSON.parse(text); return kept.review === review ? kept : null; } catch { return null; }
}

function restore() {
  const kept = keptFrom(window.name) ?? keptFrom(history.state);
  if (!kept) return;
  comment.value = kept.comment;
  for (const [at, picked, note, prompt] of kept.marks) {
    const card = cards[at], field = card.querySelector('.prompt');
    boxes[at].checked = picked;
    card.querySelector('.note').value = note;
    if (prompt !== null) { field.value = prompt; field.dataset.changed = '1'; field.disabled = false; }
    if (note || prompt !== null) card.querySelector('details').open = true;
    showFields(card);
  }
}
`;
