/**
 * Works through tasks with at most `limit` of them under way at once.
 * @param work never throws
 * @param stopAfter whether nothing new is started after this result
 * @returns results in the order of the tasks; `undefined` = not started
 */
export async function sideBySide<T, R>(
	tasks: readonly T[],
	limit: number,
	work: (task: T, index: number) => Promise<R>,
	stopAfter: (result: R) => boolean,
): Promise<Array<R | undefined>> {
	const results: Array<R | undefined> = tasks.map(() => undefined);
	let next = 0;
	let stopped = false;
	const lane = async () => {
		while (!stopped && next < tasks.length) {
			const index = next++;
			const result = await work(tasks[index] as T, index);
			results[index] = result;
			if (stopAfter(result)) stopped = true;
		}
	};
	await Promise.all(Array.from({ length: Math.min(limit, tasks.length) }, lane));
	return results;
}
