/**
 * Sending without leaving the page: whatever comes back, what somebody picked and wrote is still there. Once an answer
 * was taken n8n itself answers this address, in JSON and not through the node, so these cases are put in words here.
 */
export const SEND_SCRIPT = `
const notice = byId('notice'), none = byId('none');
let busy = false, mayHaveArrived = false, again = null;

async function ask(query, options = {}) {
  try {
    const answer = await fetch('?' + query, { signal: AbortSignal.timeout?.(60000), ...options, headers: { accept: 'application/json' } });
    return { status: answer.status, ok: answer.ok, text: await answer.text() };
  } catch { return { status: 0, ok: false, text: '' }; }
}

/** Answers of the node have a title. */
function saidIn(text) {
  try { const said = JSON.parse(text); return typeof said.title === 'string' ? said : {}; } catch { return {}; }
}

function answerOf(isNone) {
  return cards.flatMap((card, at) => {
    const picked = !isNone && boxes[at].checked, note = noteOf(card);
    return picked || note ? { index: Number(card.dataset.i), picked, note, prompt: picked ? changedPrompt(card) : null } : [];
  });
}

function written() {
  const lines = cards.map((card, at) => {
    const picked = boxes[at].checked, prompt = picked ? changedPrompt(card) : null, note = noteOf(card);
    const head = card.querySelector('img').alt + (picked ? ': picked' : '');
    return picked || note ? [head, note && 'Note: ' + note, prompt !== null && 'Prompt: ' + prompt].filter(Boolean).join('\\n') : '';
  });
  const onAll = comment.value.trim();
  return [...lines, onAll && 'About all of them: ' + onAll].filter(Boolean).join('\\n\\n');
}

async function deliver(isNone) {
  if (busy) return;
  busy = true;
  send.textContent = 'Sending…';
  const body = new URLSearchParams({ answer: JSON.stringify(answerOf(isNone)), none: isNone ? '1' : '', comment: isNone ? comment.value : '' });
  const answer = await ask(token, { method: 'POST', body });
  busy = false;
  send.textContent = 'Send my picks';
  const said = saidIn(answer.text);
  if (answer.ok && said.title) { thank(said); return; }
  again = () => deliver(isNone);
  explain(answer);
  mayHaveArrived ||= answer.status === 0 || answer.status >= 500;
}

function thank({ title, text }) {
  forget();
  clearTimeout(ticking);
  const main = document.querySelector('main'), head = document.createElement('header');
  head.className = 'alone';
  head.append(Object.assign(document.createElement('h1'), { textContent: title, tabIndex: -1 }), Object.assign(document.createElement('p'), { textContent: text, className: 'message' }));
  main.replaceChildren(head);
  document.title = title;
  document.documentElement.classList.add('over');
  head.firstChild.focus();
}

const KEPT = ' Everything you picked and wrote is still here.';
function causeOf(status, text) {
  if (status === 409 && mayHaveArrived) return ['This review has been answered', 'An answer has already arrived. It may be yours, from an earlier try that this page got no reply to, or somebody else was first.', true];
  // The server's words for what was stopped or has failed.
  if (status === 409 && /with error/.test(text)) return ['This review was stopped', 'Somebody stopped it, or something failed when the time was up or after another answer. Your answer was not accepted.', true];
  if (status === 409) return ['Already answered', 'Somebody else was first, or the time was up, so your answer was not accepted.', true];
  if (status === 404) return ['This review is gone', 'It has ended or was deleted, so nothing can be sent any more.', true];
  if (status === 401 || status === 403) return ['Access denied', 'The address of this page was not accepted. Open the link that you received again, or ask whoever sent it.', false];
  if (status === 413) return ['Not sent', 'The server does not accept this much text. Shorten the notes or the prompts.', false];
  if (status === 0) return ['Not sent: no connection', 'The server could not be reached, or did not answer in time. Check your connection, then try again.', false];
  return ['Not sent', 'The server is not working properly (status ' + status + '). Try again in a moment.', false];
}

function explain({ status, text }) {
  const said = saidIn(text), [title, words, over] = said.title ? [said.title, said.error, said.over] : causeOf(status, text), kept = written();
  if (over) ended = title;
  byId('notice-title').textContent = title;
  byId('notice-text').textContent = words + (kept ? KEPT + (over ? ' Copy it if you still need it.' : '') : '');
  byId('written').hidden = byId('copy').hidden = !kept;
  byId('written').lastChild.value = kept;
  byId('copy').textContent = 'Copy';
  byId('again').hidden = over || said.title !== undefined || again === null;
  byId('current').hidden = !over || !String(said.href).startsWith('?');
  byId('current').href = byId('current').hidden ? '' : said.href;
  for (const dialog of [none, large]) if (dialog.open) dialog.close();
  update();
  if (!notice.open) notice.showModal();
}
byId('again').onclick = () => { notice.close(); again(); };
byId('dismiss').onclick = () => notice.close();
byId('copy').onclick = () => {
  byId('written').lastChild.select();
  // Works without https and in the sandbox, where the clipboard's own interface is not there.
  byId('copy').textContent = document.execCommand('copy') ? 'Copied' : 'Press Ctrl+C';
};

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const picked = boxes.filter((box) => box.checked).length;
  if (ended) notice.showModal();
  else if (picked < +min) byId('count').textContent = 'Pick at least ' + min + ', or choose “None of these”';
  else deliver(false);
});
byId('reject-all').hidden = false;
byId('reject-all').onclick = () => {
  if (ended) { notice.showModal(); return; }
  const picked = boxes.filter((box) => box.checked).length, all = cards.length === 1 ? 'this draft' : 'all ' + cards.length + ' drafts';
  byId('none-title').textContent = 'Reject ' + all + (picked && cards.length > 1 ? ', including the ' + (picked > 1 ? picked + ' that are picked' : 'one that is picked') : '') + '?';
  byId('reject').textContent = cards.length === 1 ? 'Reject it' : 'Reject all';
  none.showModal();
};
byId('keep').onclick = () => none.close();
byId('reject').onclick = () => { none.close(); deliver(true); };

const until = form.dataset.left && performance.now() + Number(form.dataset.left);
let ticking;
function tick() {
  const seconds = Math.round((until - performance.now()) / 1000), minutes = Math.ceil(seconds / 60), left = byId('left');
  left.hidden = seconds <= 0;
  left.textContent = 'Time left: ' + (seconds < 120 ? seconds + ' s' : minutes < 120 ? minutes + ' min' : Math.round(minutes / 60) + ' h');
  if (seconds > 0) ticking = setTimeout(tick, seconds < 120 ? 1000 : 20000);
  else if (!ended) explain({ text: JSON.stringify({ title: 'The time for this review is over', error: 'Nothing can be sent any more.', over: true }) });
}
`;
