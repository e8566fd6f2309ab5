import { readFileSync, writeFileSync } from 'node:fs';

export interface Memory {
	/** resident now, in bytes */
	rss: number;
	/** the most that was resident since the start or the last `resetPeak`, in bytes */
	peak: number;
}

/** The memory of a process, as Linux counts it (proc(5), VmRSS and VmHWM). */
export function memoryOf(pid: number): Memory {
	const status = readFileSync(`/proc/${pid}/status`, 'utf8');
	const bytes = (name: string): number => {
		const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
		if (kilobytes === undefined) throw new Error(`/proc/${pid}/status has no ${name}`);
		return Number(kilobytes) * 1024;
	};
	return { rss: bytes('VmRSS'), peak: bytes('VmHWM') };
}

/** Makes `peak` start anew from what is resident now (proc(5), clear_refs). */
export function resetPeak(pid: number): void {
	writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
