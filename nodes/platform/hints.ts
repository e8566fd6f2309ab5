import type { NodeExecutionHint } from 'n8n-workflow';

/** Hints for the output panel, each one once however many items it holds for. */
export class Hints {
	private readonly types = new Map<string, NonNullable<NodeExecutionHint['type']>>();

	add(type: NonNullable<NodeExecutionHint['type']>, message: string): void {
		this.types.set(message, type);
	}

	all(): NodeExecutionHint[] {
		return [...this.types].map(([message, type]) => ({ message, type, location: 'outputPane' }));
	}
}
