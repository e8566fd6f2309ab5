/**
 * The unit and contract tests take place on this day, whenever they are run: shutdown dates lie before and after it. Its
 * clock runs on from there. jest's fake timers have a clock of their own: they are given this day by `now`.
 */
const DAY = '2026-11-20T12:00:00Z';

process.env.GPT_IMAGE_CLOCK = DAY;
require('./n8n/harness/clock.cjs');
