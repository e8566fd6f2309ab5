import type { Batch } from '../../core/batch/batch';
import { asRecord, isObject } from '../../core/util/json';
import { isNumber, isText, listOf, orNull, withFields } from '../n8n/kept';

/** Lines that were submitted together. Plain data: it survives JSON. */
export interface Submitted {
	/** `null` = whether there is one is not known, because no answer came. */
	batch: Batch | null;
	/** By which the batch is found at the provider. */
	name: string;
	/** Keys of its lines, with a space between them: one text, because there may be 50,000. */
	lines: string;
	/** Its input file and its manifest. */
	fileIds: string[];
	/** Unix seconds. */
	at: number;
}

/** By name. */
export type SubmittedByName = Record<string, Submitted>;

const isBatch = withFields({
	id: isText,
	status: isText,
	metadata: isObject,
	counts: isObject,
	createdAt: isNumber,
});

export const isSubmitted = withFields({
	batch: orNull(isBatch),
	name: isText,
	lines: isText,
	fileIds: listOf(isText),
	at: isNumber,
});

export const isBook = (value: unknown): boolean =>
	isObject(value) && Object.values(asRecord(value)).every(isSubmitted);

export const keysOf = ({ lines }: Submitted): string[] => lines.split(' ');
