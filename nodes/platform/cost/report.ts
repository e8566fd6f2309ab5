import type { IBinaryData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { toExactUsd, toUsdNumber, type Picodollars } from '../../core/pricing/money';
import { reportPage, reportSummary } from '../../core/report/page';
import { readRecords } from '../../core/report/records';
import { makeReport, type Group, type Report } from '../../core/report/report';
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
	context.addExecutionHints({ type: report.unknown.length > 0 ? 'warning' : 'info', location: 'outputPane', message: reportSummary(report) });
	return [[{ json: { title, madeAt: now, ...reportJson(report) }, binary: { [field]: file, [`${field}_preview`]: await previewOf(context, page, fileName) }, pairedItem: input.map((_, item) => ({ item })) }]];
}

/**
 * n8n (2.41) shows no file of the type text/html, but goes by `fileType` in how it shows one of another type:
 * so the same page once more, for the eyes of the person at the editor.
 */
async function previewOf(context: IExecuteFunctions, page: Buffer, fileName: string): Promise<IBinaryData> {
	return { ...(await context.helpers.prepareBinaryData(page, fileName, 'text/plain')), fileType: 'html' };
}

function reportJson(report: Report): IDataObject {
	const { total, accepted, batch, failures } = report;
	return {
		total: { ...amountField(total.cost), images: total.images, unknownImages: total.unknown },
		byModel: report.byModel.map((group) => groupField('model', group)),
		byStage: report.byStage.map((group) => groupField('stage', group)),
		byStatus: [
			{ status: 'delivered', images: total.images },
			{ status: 'failed', requests: failures.count },
			{ status: 'skipped', images: report.skipped },
		],
		byQuality: report.byQuality.map((group) => groupField('quality', group)),
		byDay: report.byDay.map((group) => groupField('day', group)),
		accepted: {
			by: accepted.by,
			images: accepted.images,
			usdPerImage: accepted.cost === null ? null : toUsdNumber(accepted.cost),
			atLeast: accepted.atLeast,
			draftsPerWinner: accepted.draftsPerWinner,
		},
		batch: { images: batch.images, ...amountField(batch.cost), savedUsd: toUsdNumber(batch.saved) },
		failures: { ...failures },
		maybeBilledAttempts: report.maybeBilledAttempts,
		unknown: report.unknown.slice(0, LISTED).map(({ model, requestId, prompt }) => ({ model, requestId, prompt })),
		duplicates: report.duplicates,
		ignored: report.ignored,
	};
}

const amountField = (amount: Picodollars) => ({ usd: toUsdNumber(amount), exact: toExactUsd(amount) });

const groupField = (key: string, { name, images, cost, unknown }: Group): IDataObject => ({
	[key]: name,
	images,
	...amountField(cost),
	unknownImages: unknown,
});
