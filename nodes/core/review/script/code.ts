/** Of the page that asks for the access code: what goes wrong is said on it. */
export const CODE_SCRIPT = `
'use strict';
const form = document.forms[0], { code } = form.elements, say = document.getElementById('say');
function causeOf(status) {
  if (status === 0) return 'The server could not be reached. Check your connection, then try again.';
  if (status === 409 || status === 404) return 'This review has been answered or has ended, so it can no longer be opened.';
  return 'The server is not working properly (status ' + status + '). Try again in a moment.';
}
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  let status = 0, said = {};
  try {
    const answer = await fetch(form.getAttribute('action'), { method: 'POST', body: new URLSearchParams({ code: code.value }), headers: { accept: 'application/json' } });
    status = answer.status;
    said = await answer.json();
  } catch {}
  if (status === 200 && String(said.href).startsWith('?')) { location.replace(said.href); return; }
  say.textContent = typeof said.title === 'string' ? said.error : causeOf(status);
  code.select();
});
`.trim();
