import type { NodeExecutionHint } from 'n8n-workflow';

type HintType = NonNullable<NodeExecutionHint['type']>;

/** Longest hint, in characters, and most of one type. */
const LONGEST = 600;
const MOST = 20;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** A hint for the output panel. n8n's editor takes it for HTML, and words of prompts and servers may be in it. */
export function hint(type: HintType, message: string): NodeExecutionHint {
	const short = message.length <= LONGEST ? message : `${message.slice(0, LONGEST - 1)}…`;
	return {
		type,
		location: 'outputPane',
		message: short.replace(/[&<>]/g, (character) => ENTITIES[character] ?? ''),
	};
}

/** Hints for the output panel, each one once however many items it holds for. */
export class Hints {
	private readonly types = new Map<string, HintType>();

	private readonly counts = new Map<HintType, number>();

	add(type: HintType, message: string): void {
		if (this.types.has(message)) return;
		const count = (this.counts.get(type) ?? 0) + 1;
		this.counts.set(type, count);
		if (count <= MOST) this.types.set(message, type);
	}

	all(): NodeExecutionHint[] {
		const hints = [...this.types].map(([message, type]) => hint(type, message));
		const isMore = [...this.counts.values()].some((count) => count > MOST);
		return isMore
			? [...hints, hint('info', 'There are more hints of this kind, which are not shown.')]
			: hints;
	}
}
