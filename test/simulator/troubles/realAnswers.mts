/**
 * Answers as real servers were seen to give them, by name; ids are replaced, `{model}` becomes the model that was asked
 * for. Each says where it is from.
 */
import { GATEWAY_ANSWERS } from './gatewayAnswers.mts';
import { OPENAI_ANSWERS } from './openAiAnswers.mts';
import { isPublishedName, publishedAnswer } from './publishedAnswers.mts';
import type { PublishedAnswerName } from './publishedAnswers.mts';
import { RESELLER_ANSWERS } from './resellerAnswers.mts';
import type { ScriptedAnswer } from './types.mts';

export const realAnswers = { ...OPENAI_ANSWERS, ...RESELLER_ANSWERS, ...GATEWAY_ANSWERS };

export type RealAnswerName = keyof typeof realAnswers | PublishedAnswerName;

export const isRealAnswer = (name: string): name is RealAnswerName =>
	Object.hasOwn(realAnswers, name) || isPublishedName(name);

/** One of them, to be sent as it is or with other properties: `{ ...realAnswer('cloudflare524'), billed: false }`. */
export function realAnswer(name: RealAnswerName, model = 'gpt-image-2'): ScriptedAnswer {
	const { body, ...rest }: ScriptedAnswer = isPublishedName(name)
		? publishedAnswer(name)
		: realAnswers[name];
	const text = JSON.stringify(body).replaceAll('{model}', model);
	return { name, ...rest, body: JSON.parse(text) as string | object };
}
