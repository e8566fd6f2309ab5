import { watchEvery } from '../bodyWait';

/**
 * Waits for work that may hang where nothing can end it; it goes on unheard then.
 * @param onTooLong gives the result in that case
 * @throws what the work throws in time
 */
export async function within<T>(ms: number, work: Promise<T>, onTooLong: () => T): Promise<T> {
	let watch = { end: (): void => undefined };
	const tooLong = new Promise<T>((resolve) => {
		watch = watchEvery(ms, () => resolve(onTooLong()));
	});
	return await Promise.race([work, tooLong]).finally(() => watch.end());
}
