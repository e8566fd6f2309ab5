/** How often a long step says that it is still running, in ms. */
const HEARTBEAT_MS = 15_000;

/** @param {number} startedAt - ms, from Date.now() */
export function elapsed(startedAt) {
	const seconds = Math.round((Date.now() - startedAt) / 1000);
	return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/**
 * Runs one step and says when it starts, that it is still running, and how long it took.
 *
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>} what `work` returned
 */
export async function step(title, work) {
	const startedAt = Date.now();
	console.log(`> ${title} …`);
	const heartbeat = setInterval(
		() => console.log(`  … ${title}: still running after ${elapsed(startedAt)}`),
		HEARTBEAT_MS,
	);
	try {
		const result = await work();
		console.log(`  ${title}: done in ${elapsed(startedAt)}`);
		return result;
	} catch (error) {
		console.log(`  ${title}: FAILED after ${elapsed(startedAt)}`);
		throw error;
	} finally {
		clearInterval(heartbeat);
	}
}
