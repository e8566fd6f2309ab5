import { spelling } from '../lineage/columns';
import { type Picodollars, toExactUsd, ZERO } from '../util/money';
import { wordsOfCode } from './codes';
import type { ImageRecord } from './imageRecord';
import type { FailureRecord, Records, SkippedRecord } from './types';

/** What people look at first; ids and marks, by which the report itself can read its table again, last. */
const COLUMNS = [
	...[
		'createdAt',
		'status',
		'costUsd',
		'model',
		'quality',
		'stage',
		'prompt',
		'fileName',
		'picked',
		'reason',
		'code',
		'images',
	],
	...[
		'imageId',
		'draftId',
		'operation',
		'requestedModel',
		'batchDiscount',
		'requestKey',
		'requestId',
		'sent',
	],
] as const;

type Cells = Partial<Record<(typeof COLUMNS)[number], string | null>>;

/** Places for the user's own field, after these. */
const FIELD_AFTER = COLUMNS.indexOf('costUsd');

/** Longest text of a cell, in characters. */
const LONGEST = 500;

/**
 * Each image, each failed request and each image that was not made as a row (RFC 4180). With the mark of UTF-8 in front, without
 * which Excel takes the file for another encoding.
 * @param field that the report groups by; empty = none
 */
export function reportCsv({ images, failures, skipped }: Records, field: string): string {
	const rows = [
		...images.map(imageCells),
		...failures.map(failureCells),
		...skipped.map(skippedCells),
	];
	const groups = [images, failures, skipped].flatMap((list) => list.map(({ group }) => group));
	const columns = [...COLUMNS];
	const lines = rows.map((cells, index) =>
		withField(
			columns.map((name) => cells[name] ?? ''),
			field,
			groups[index] ?? '',
		),
	);
	return `\uFEFF${[withField(columns, field, headOf(field)), ...lines].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('')}`;
}

const withField = (cells: readonly string[], field: string, value: string): string[] =>
	field === '' ? [...cells] : cells.toSpliced(FIELD_AFTER + 1, 0, value);

/** A column of the user's that is called like one of ours, however it is spelt: the report must not read it for ours. */
const headOf = (field: string): string =>
	COLUMNS.some((name) => spelling(name) === spelling(field)) ? `input.${field}` : field;

const flag = (value: boolean | null): string => (value === null ? '' : String(value));
const usd = (cost: Picodollars | null): string => (cost === null ? '' : toExactUsd(cost));

const imageCells = (image: ImageRecord): Cells => ({
	createdAt: image.day,
	status: 'made',
	costUsd: usd(image.cost),
	model: image.model,
	quality: image.quality,
	stage: image.stage,
	prompt: image.prompt,
	fileName: image.fileName,
	picked: flag(image.picked),
	imageId: image.id,
	draftId: image.draftId,
	operation: image.operation,
	requestedModel: image.requestedModel,
	batchDiscount: image.batch ? 'true' : '',
	requestKey: image.requestKey,
	requestId: image.requestId,
});

const failureCells = ({ day, cost, sent, model, prompt, code, key }: FailureRecord): Cells => ({
	createdAt: day,
	status: 'failed',
	costUsd: usd(cost === null && !sent ? ZERO : cost),
	model,
	prompt,
	reason: wordsOfCode(code),
	code,
	requestKey: key,
	sent: flag(sent),
});

const skippedCells = ({ day, model, prompt, images, key }: SkippedRecord): Cells => ({
	createdAt: day,
	status: 'skipped',
	costUsd: '0',
	model,
	prompt,
	reason: 'Budget reached',
	images: String(images),
	requestKey: key,
});

/**
 * On one line, and never a formula for a spreadsheet: neither at its beginning nor after what separates cells where a
 * comma is part of a number.
 */
function cell(value: string): string {
	const line = value
		.slice(0, LONGEST)
		.replace(/[\p{Cc}\s]+/gu, ' ')
		.trim();
	const safe = line.replace(/(^|;)(?=[\s"]*[=+\-@＝＋－＠])/g, "$1'");
	return /[",;']/.test(safe) || safe !== value ? `"${safe.replace(/"/g, '""')}"` : safe;
}
