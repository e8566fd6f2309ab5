/** Random troubles for soak tests, the same for the same seed. */
import { randomFrom } from '../drawing/random.mts';
import { moderationBlocked } from '../errors.mts';
import { answerToError } from '../http/answer.mts';
import { removeModel } from '../models/availability.mts';
import type { State } from '../state.mts';
import type { RecordedRequest } from '../types.mts';
import { realAnswer } from './realAnswers.mts';
import { answerTrouble, NO_TROUBLE, troubleOf } from './trouble.mts';
import type { Trouble } from './trouble.mts';
import type { ChaosKind, ChaosOptions } from './types.mts';

export interface Chaos {
	options: ChaosOptions;
	/** Requests that met it so far. */
	met: number;
}

const SLOW_MS = 5000;

const TROUBLES: Record<ChaosKind, (options: ChaosOptions) => Trouble> = {
	ok: () => NO_TROUBLE,
	rateLimit: () => troubleOf('rateLimit'),
	tokensTooLarge: () => troubleOf('tokensTooLarge'),
	serverError: () => troubleOf('serverError'),
	badGateway: () => answerTrouble({ ...realAnswer('cloudflare502'), billed: false }),
	badGatewayBilled: () => answerTrouble('cloudflare502'),
	gatewayTimeout: () => answerTrouble({ ...realAnswer('cloudflare504'), billed: false }),
	gatewayTimeoutBilled: () => answerTrouble('cloudflare504'),
	timeout524: () => answerTrouble({ ...realAnswer('cloudflare524'), billed: false }),
	timeout524Billed: () => answerTrouble('cloudflare524'),
	dropBeforeWork: () => troubleOf('dropBeforeWork'),
	dropBeforeAnswer: () => troubleOf('dropBeforeAnswer'),
	slow: ({ slowMs }) => answerTrouble({ delayMs: slowMs ?? SLOW_MS }),
	moderation: () => ({
		...NO_TROUBLE,
		billed: false,
		answer: (_, requestId) => answerToError(moderationBlocked('input', requestId)),
	}),
	forbidden: () => troubleOf('modelForbidden'),
	zeroUsage: () => troubleOf({ usage: 'zeros' }),
	fewerImages: () => troubleOf({ fewerImages: 1 }),
	modelMissing: () => troubleOf('modelMissing'),
	modelRemoved: () => troubleOf('modelMissing'),
	errorIn200: () => troubleOf('errorIn200'),
	malformedJson: () => troubleOf('malformedJson'),
	noUsage: () => troubleOf({ usage: 'missing' }),
	moreImages: () => troubleOf({ moreImages: 3 }),
	otherType: () => troubleOf({ contentType: 'text/plain; charset=utf-8' }),
	asPng: () => troubleOf({ asPng: true }),
	cutImages: () => troubleOf({ cutImages: true }),
	emptyData: () => troubleOf('emptyData'),
	cutInBody: () => troubleOf('cutInBody'),
};

/** Only where a test asks for them. */
const SPECIAL: readonly ChaosKind[] = [
	'modelRemoved',
	'noUsage',
	'moreImages',
	'otherType',
	'asPng',
	'cutImages',
	'emptyData',
	'cutInBody',
];

const KINDS = Object.keys(TROUBLES) as ChaosKind[];

function kindFor({ seed, weights }: ChaosOptions, number: number): ChaosKind {
	const weightOf = (kind: ChaosKind): number =>
		weights === undefined
			? kind === 'ok'
				? 12
				: SPECIAL.includes(kind)
					? 0
					: 1
			: (weights[kind] ?? 0);
	const total = KINDS.reduce((sum, kind) => sum + weightOf(kind), 0);
	let left = randomFrom(`${seed}:${number}`).next() * total;
	for (const kind of KINDS) {
		left -= weightOf(kind);
		if (left < 0) return kind;
	}
	return 'ok';
}

/** Undefined when there is no chaos. */
export function chaosTrouble(state: State, record: RecordedRequest): Trouble | undefined {
	const { chaos } = state;
	if (chaos === null) return undefined;
	chaos.met += 1;
	const kind = kindFor(chaos.options, chaos.met);
	if (kind === 'modelRemoved')
		removeModel(state, String(record.parameters['model']).replace(/^openai\//, ''));
	return { ...TROUBLES[kind](chaos.options), name: kind === 'ok' ? null : kind };
}
