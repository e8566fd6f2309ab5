import { GRID_SCRIPT } from './script/grid';
import { KEEP_SCRIPT } from './script/keep';
import { LARGE_SCRIPT } from './script/large';
import { SEND_SCRIPT } from './script/send';

/**
 * What the review page does in the browser. Without it the check boxes and the button still work. It reads nothing but
 * the page and its address, and writes texts only as text. As a text, because a node can't read files.
 */
export const REVIEW_SCRIPT = `${GRID_SCRIPT}${LARGE_SCRIPT}${KEEP_SCRIPT}${SEND_SCRIPT}
restore();
update();
if (until) tick();
`.trim();
