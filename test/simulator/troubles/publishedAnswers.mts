/** Answers that others have recorded or documented, by name: `published:edit15Low`. */
import { publishedAnswers } from '../../fixtures/answers/index.mts';
import type { ScriptedAnswer } from './types.mts';

export type PublishedAnswerName = `published:${string}`;

export const isPublishedName = (name: string): name is PublishedAnswerName =>
	name.startsWith('published:');

/** Throws when there is none of that name. */
export function publishedAnswer(name: PublishedAnswerName): ScriptedAnswer {
	const found = publishedAnswers.find((one) => `published:${one.name}` === name);
	if (found === undefined) throw new Error(`No published answer is called '${name}'`);
	const { status, headers, body } = found;
	return {
		name,
		status,
		headers,
		body,
		...(typeof body === 'string' && { contentType: 'application/json' }),
		billed: found.kind === 'images',
	};
}
