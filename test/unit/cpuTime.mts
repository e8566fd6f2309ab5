/** Processor time that this thread has used, in ms. Unlike the clock it doesn't count what other processes take. */
export function cpuMs(): number {
	const { user, system } = process.threadCpuUsage();
	return (user + system) / 1000;
}
