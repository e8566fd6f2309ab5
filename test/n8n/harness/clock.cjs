/**
 * Preloaded into n8n (NODE_OPTIONS=--require): its clock starts at GPT_IMAGE_CLOCK, an ISO 8601 time, and
 * runs on from there. So a test of what happens before and after a model's end gives the same result on
 * every day on which it is run.
 */
const RealDate = Date;
// Kept, because what is put in place of Date.now may be wrapped once more.
const realNow = RealDate.now;
const offsetMs = RealDate.parse(process.env.GPT_IMAGE_CLOCK) - realNow();
const now = () => realNow() + offsetMs;

globalThis.Date = new Proxy(RealDate, {
	construct: (target, args, newTarget) =>
		Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
	apply: () => new RealDate(now()).toString(),
});
RealDate.now = now;
Object.defineProperty(performance, 'timeOrigin', {
	get: () => now() - performance.now(),
	configurable: true,
});
