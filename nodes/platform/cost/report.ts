import type { IBinaryData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { exactOrNull } from '../../core/lineage/draft';
import { toUsdNumber, ZERO, type Picodollars } from '../../core/pricing/money';
import type { Group } from '../../core/report/group';
import { reportPage } from '../../core/report/page';
import { readRecords } from '../../core/report/records';
import { makeReport, type Report } from '../../core/report/report';
import { reportSummary } from '../../core/report/words';
import { hint } from '../hints';
import { nodeParameter } from '../nodeParameter';

/** Unknown costs that the item lists one by one. */
const LISTED = 100;

/** One item with everything that the input items cost together, as JSON and as a page. */
export async function reportItems(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const input = context.getInputData();
	const now = new Date().toISOString();
	const report = makeReport(readRecords(input.map(({ json }) => json)));
	const title = String(nodeParameter(context, 'title', 0, '') ?? '').trim() || 'Cost of images';
	const options = nodeParameter(context, 'options', 0, {}) as { outputBinaryField?: unknown };
	const field = String(options.outputBinaryField ?? '').trim() || 'data';
	const page = Buffer.from(reportPage(report, title, now), 'utf8');
	const fileName = `cost-report-${now.slice(0, 10)}.html`;
	const file = await context.helpers.prepareBinaryData(page, fileName, 'text/html');
	context.addExecutionHints(hint(report.total.atLeast ? 'warning' : 'info', reportSummary(report)));
	return [
		[
			{
				json: { title, madeAt: now, ...reportJson(report) },
				binary: { [field]: file, [`${field}_preview`]: await previewOf(context, page, fileName) },
				pairedItem: input.map((_, item) => ({ item })),
			},
		],
	];
}

/**
 * n8n (2.41) shows no file of the type text/html, but goes by `fileType` in how it shows one of another type:
 * so the same page once more, for the eyes of the person at the editor.
 */
async function previewOf(
	context: IExecuteFunctions,
	page: Buffer,
	fileName: string,
): Promise<IBinaryData> {
	return {
		...(await context.helpers.prepareBinaryData(page, fileName, 'text/plain')),
		fileType: 'html',
	};
}

/** Everywhere: `usd` null = nothing is known of it, and with `atLeast` a part is not. */
function reportJson(report: Report): IDataObject {
	const { total, delivered, accepted, batch, failures, leftOut } = report;
	return {
		total: {
			...amountField(total.cost),
			atLeast: total.atLeast,
			images: total.images,
			unknownImages: total.unknown,
			lostImages: total.lost,
		},
		byModel: report.byModel.map((group) => groupField('model', group)),
		byStage: report.byStage.map((group) => groupField('stage', group)),
		byStatus: [
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
			{ status: 'skipped', images: report.skipped, ...amountField(ZERO), atLeast: false },
		],
		byQuality: report.byQuality.map((group) => groupField('quality', group)),
		byDay: report.byDay.map((group) => groupField('day', group)),
		accepted: {
			by: accepted.by,
			images: accepted.images,
			usdPerImage: numberOrNull(accepted.cost),
			atLeast: accepted.atLeast,
			draftsPerWinner: accepted.draftsPerWinner,
		},
		batch: {
			images: batch.images,
			...amountField(batch.cost),
			atLeast: batch.unknown > 0,
			savedUsd: numberOrNull(batch.cost),
		},
		failures: {
			count: failures.count,
			neverSent: failures.neverSent,
			unknownCost: failures.unknownCost,
			billed: failures.billed,
			byCode: failures.byCode,
		},
		maybeBilledAttempts: report.maybeBilledAttempts,
		unknown: report.unknown
			.slice(0, LISTED)
			.map(({ id, model, requestId, prompt }) => ({ imageId: id, model, requestId, prompt })),
		duplicates: report.duplicates,
		countedByRequest: report.byRequest,
		leftOut: { items: leftOut.items, ...amountField(leftOut.cost) },
		ignored: report.ignored,
	};
}

const amountField = (amount: Picodollars | null) => ({
	usd: numberOrNull(amount),
	exact: exactOrNull(amount),
});

const numberOrNull = (amount: Picodollars | null): number | null =>
	amount === null ? null : toUsdNumber(amount);

const groupField = (key: string, { name, images, cost, unknown, lost }: Group): IDataObject => ({
	[key]: name,
	images,
	...amountField(cost),
	atLeast: unknown > 0,
	unknownImages: unknown,
	lostImages: lost,
});
