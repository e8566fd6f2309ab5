import { MOST_IMAGES } from '../../core/requests/imageResponse';
import { REACTIONS } from '../../core/scheduler/retry';
import { asRecord, isObject } from '../../core/util/json';
import { readUsd } from '../../core/util/money';
import {
	entriesOf,
	isCount,
	isFile,
	isNumber,
	isText,
	listOf,
	orNull,
	withFields,
} from '../n8n/kept';
import type { UndeliveredImages, Receipt } from './types';

const isStored = withFields({
	id: isText,
	binary: isFile,
	facts: orNull(isObject),
	fileName: isText,
	mimeType: isText,
	bytes: isCount,
});

const isDivided = orNull(withFields({ text: isCount, image: isCount }));

const isUsage = withFields({
	inputTokens: isCount,
	outputTokens: isCount,
	inputDetails: isDivided,
	outputDetails: isDivided,
	cached: orNull(withFields({ total: isCount, text: orNull(isCount), image: orNull(isCount) })),
});

const isSvgUsage = withFields({
	model: isText,
	inputTokens: isCount,
	outputTokens: isCount,
	reasoningTokens: isCount,
});

const isAmount = (value: unknown): boolean => isText(value) && readUsd(value) !== null;

const isMade = withFields({
	images: (value) => listOf(isStored)(value) && (value as unknown[]).length > 0,
	count: (value) => isCount(value) && Number(value) <= MOST_IMAGES,
	response: withFields({
		quality: orNull(isText),
		size: orNull(isText),
		background: orNull(isText),
		created: orNull(isNumber),
		stated: orNull(withFields({ usd: orNull(isAmount), basis: isText })),
		usage: orNull(isUsage),
		svgUsage: (value) => value === undefined || orNull(isSvgUsage)(value),
	}),
	model: isText,
	sent: isObject,
});

const isFailureKind = (value: unknown): boolean =>
	isText(value) && Object.hasOwn(REACTIONS, String(value));

const isReceipt = withFields({
	executionId: (value) => value === undefined || isText(value),
	key: isText,
	offset: isCount,
	images: isCount,
	made: orNull(isMade),
	refused: orNull(
		withFields({
			kind: isFailureKind,
			message: isText,
			code: isText,
			moderation: orNull(withFields({ stage: isText, categories: listOf(isText) })),
		}),
	),
	attempts: isCount,
	maybeBilledAttempts: isCount,
});

const hasOutcome = ({ made, refused }: Receipt): boolean => made !== null || refused !== null;

export function emptyBook(): UndeliveredImages {
	return { receipts: {}, unanswered: {} };
}

/**
 * What n8n has kept, as far as it can be used.
 * @returns `lost` = images of receipts that can't
 */
export function readBook(value: unknown): { book: UndeliveredImages; lost: number } {
	const { receipts, unanswered } = asRecord(value);
	const book: UndeliveredImages = { receipts: {}, unanswered: entriesOf(unanswered, isCount) };
	let lost = 0;
	for (const [fingerprint, list] of Object.entries(asRecord(receipts))) {
		const all: unknown[] = Array.isArray(list) ? list : [list];
		const right = (all.filter(isReceipt) as Receipt[]).filter(hasOutcome);
		if (right.length > 0) book.receipts[fingerprint] = right;
		for (const odd of all.filter((one) => !right.includes(one as Receipt))) {
			const { images, made, maybeBilledAttempts } = asRecord(odd);
			if (made !== null) lost += isCount(images) ? Number(images) : 1;
			if (isCount(maybeBilledAttempts) && Number(maybeBilledAttempts) > 0)
				book.unanswered[fingerprint] =
					(book.unanswered[fingerprint] ?? 0) + Number(maybeBilledAttempts);
		}
	}
	return { book, lost };
}
