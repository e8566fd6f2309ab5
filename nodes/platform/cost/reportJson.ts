import type { IDataObject } from 'n8n-workflow';
import { exactOrNull } from '../../core/lineage/draft';
import { fieldsTogether, NO_VALUE } from '../../core/report/byField';
import { atMost, together } from '../../core/report/group';
import type { Group, Report } from '../../core/report/types';
import { type Picodollars, toUsdNumber, ZERO } from '../../core/util/money';

/** Unknown costs that are listed one by one, and characters of their prompts. */
const LISTED = 100;
const PROMPT_CHARACTERS = 200;

/**
 * Everywhere: `usd` null = nothing is known of it, and with `atLeast` a part is not.
 * @param most entries of a list; what is left is one more
 */
export function reportJson(report: Report, most: number): IDataObject {
	const { total, batch, leftOut } = report;
	const list = (key: string, groups: readonly Group[]): IDataObject[] =>
		atMost(groups, most, together).map((one) => groupField(key, one));
	return {
		total: {
			...amountField(total.cost),
			atLeast: total.atLeast,
			images: total.images,
			unknownImages: total.unknown,
			lostImages: total.lost,
		},
		perImageUsd: numberOrNull(report.perImage),
		byModel: list('model', report.byModel),
		byStage: list('stage', report.byStage),
		byStatus: byStatus(report),
		byQuality: list('quality', report.byQuality),
		byDay: list('day', report.byDay),
		...(report.byField !== null && byField(report.byField, most)),
		accepted: acceptedField(report),
		batch: {
			images: batch.images,
			...amountField(batch.cost),
			atLeast: batch.unknown > 0,
			savedUsd: numberOrNull(batch.cost),
		},
		failures: failuresField(report, most),
		maybeBilledAttempts: report.maybeBilledAttempts,
		unknown: unknownField(report, most),
		duplicates: report.duplicates,
		countedByRequest: report.byRequest,
		leftOut: { items: leftOut.items, ...amountField(leftOut.cost) },
		ignored: report.ignored,
	};
}

const byStatus = ({ delivered, failures, skipped }: Report): IDataObject[] => [
	{
		status: 'delivered',
		images: delivered.images,
		...amountField(delivered.cost),
		atLeast: delivered.unknown > 0,
	},
	{
		status: 'failed',
		requests: failures.count,
		...amountField(failures.cost),
		atLeast: failures.unknownCost > 0,
	},
	{ status: 'skipped', images: skipped, ...amountField(ZERO), atLeast: false },
];

/** `group` null = the images without a value. */
const byField = ({ field, groups }: NonNullable<Report['byField']>, most: number): IDataObject => ({
	groupBy: field,
	byGroup: atMost(groups, most, fieldsTogether).map((one) => ({
		...groupField('group', one),
		group: one.name === NO_VALUE ? null : one.name,
		failedRequests: one.failed,
		skippedImages: one.skipped,
	})),
});

const unknownField = ({ unknown }: Report, most: number): IDataObject[] =>
	unknown.slice(0, Math.min(most, LISTED)).map(({ id, model, requestId, prompt }) => ({
		imageId: id,
		model,
		requestId,
		prompt: prompt?.slice(0, PROMPT_CHARACTERS) ?? null,
	}));

const acceptedField = ({ accepted, total }: Report): IDataObject => ({
	by: accepted.by,
	images: accepted.images,
	usdPerImage: numberOrNull(accepted.cost),
	atLeast: accepted.by !== null && total.atLeast,
	draftsPerWinner: accepted.draftsPerWinner,
});

const failuresField = ({ failures }: Report, most: number): IDataObject => ({
	count: failures.count,
	neverSent: failures.neverSent,
	unknownCost: failures.unknownCost,
	billed: failures.billed,
	byCode: failures.byCode.slice(0, most),
});

const groupField = (
	key: string,
	{ name, images, cost, unknown, lost, atLeast }: Group,
): IDataObject => ({
	[key]: name,
	images,
	...amountField(cost),
	atLeast,
	unknownImages: unknown,
	lostImages: lost,
});

const amountField = (amount: Picodollars | null) => ({
	usd: numberOrNull(amount),
	exact: exactOrNull(amount),
});

const numberOrNull = (amount: Picodollars | null): number | null =>
	amount === null ? null : toUsdNumber(amount);
