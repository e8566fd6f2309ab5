/** What a CPU profile says of who held the event loop, and for how long. */

interface ProfileNode {
	id: number;
	callFrame: { functionName: string; url: string };
	children?: number[];
}

export interface Profile {
	nodes: ProfileNode[];
	samples: number[];
	/** µs between samples */
	timeDeltas: number[];
}

export interface Holds {
	/** Longest time without a break in which our code was on the stack, in ms: what n8n did for us in it included. */
	longestMs: number;
	/** In all, in ms. */
	totalMs: number;
	/** What was at work in the longest one: names of functions, the longest first. */
	longestBy: string[];
	/** Longest pause for garbage, whoever made it, in ms. */
	longestPauseMs: number;
}

const OURS = '/node_modules/n8n-nodes-gpt-image/';

const GARBAGE = '(garbage collector)';

/**
 * Samples follow one another at about 1 ms. Two tasks without idle time between them count as one, so this is
 * an upper bound.
 */
export function holdsOf({ nodes, samples, timeDeltas }: Profile): Holds {
	const byId = new Map(nodes.map((node) => [node.id, node]));
	const ours = new Map<number, string>();
	const mark = (id: number, inherited: string): void => {
		const node = byId.get(id);
		if (node === undefined) return;
		const found = node.callFrame.url.includes(OURS)
			? node.callFrame.functionName || '(anonymous)'
			: inherited;
		if (found !== '') ours.set(id, found);
		node.children?.forEach((child) => mark(child, found));
	};
	const children = new Set(nodes.flatMap(({ children: below = [] }) => below));
	nodes.filter(({ id }) => !children.has(id)).forEach(({ id }) => mark(id, ''));
	const holds: Holds = { longestMs: 0, totalMs: 0, longestBy: [], longestPauseMs: 0 };
	let [held, paused] = [0, 0];
	let by = new Map<string, number>();
	for (const [index, id] of samples.entries()) {
		const ms = (timeDeltas[index] ?? 0) / 1000;
		const name = byId.get(id)?.callFrame.functionName || '(anonymous)';
		paused = name === GARBAGE ? paused + ms : 0;
		holds.longestPauseMs = Math.max(holds.longestPauseMs, paused);
		// In a pause nobody works; what was at work before it may go on after it.
		if (name === GARBAGE) continue;
		if (!ours.has(id)) [held, by] = [0, new Map()];
		else {
			held += ms;
			holds.totalMs += ms;
			by.set(name, (by.get(name) ?? 0) + ms);
			if (held <= holds.longestMs) continue;
			holds.longestMs = held;
			holds.longestBy = [...by].sort(([, a], [, b]) => b - a).map(([function_]) => function_);
		}
	}
	return holds;
}
