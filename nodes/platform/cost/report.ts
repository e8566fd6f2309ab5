import type { IBinaryData, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NO_VALUE } from '../../core/report/byField';
import { reportCsv } from '../../core/report/csv';
import { bareName, fieldReader } from '../../core/report/fieldValue';
import { reportPage } from '../../core/report/page';
import { readRecords } from '../../core/report/records';
import { makeReport } from '../../core/report/report';
import type { Report } from '../../core/report/types';
import { reportSummary } from '../../core/report/words';
import { hint } from '../n8n/hints';
import { nodeMemory } from '../n8n/nodeContext';
import { nodeParameter } from '../n8n/nodeParameter';
import { reportJson } from './reportJson';
import { readPictures } from './reportPictures';

/** Entries of each list that an agent gets, which reads every one of them. */
const FOR_AGENTS = 10;

/** One item with everything that the input items cost together: as JSON, as a page and as a table. */
export async function reportItems(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const input = context.getInputData();
	const now = new Date().toISOString();
	const { title, field, fileField, thumbnails } = settingsOf(context);
	const hasFile = (itemIndex: number): boolean =>
		Object.keys(input[itemIndex]?.binary ?? {}).length > 0;
	const records = readRecords(
		input.map(({ json }) => json),
		{ group: field === '' ? () => null : fieldReader(field), hasFile },
	);
	const report = makeReport(records, field);
	const pictures = thumbnails ? await readPictures(context, records.images) : [];
	const page = Buffer.from(reportPage(report, title, now, pictures), 'utf8');
	const name = `cost-report-${now.slice(0, 10)}`;
	const file = await context.helpers.prepareBinaryData(page, `${name}.html`, 'text/html');
	const preview = await previewOf(context, page, `${name}.html`);
	const csv = await context.helpers.prepareBinaryData(
		Buffer.from(reportCsv(records, field), 'utf8'),
		`${name}.csv`,
		'text/csv',
	);
	say(context, report);
	const json = {
		title,
		madeAt: now,
		...reportJson(report, nodeMemory(context).isTool ? FOR_AGENTS : Infinity),
	};
	return [
		[
			{
				json,
				binary: { [fileField]: file, [`${fileField}_preview`]: preview, [`${fileField}_csv`]: csv },
				pairedItem: input.map((_, item) => ({ item })),
			},
		],
	];
}

function settingsOf(context: IExecuteFunctions): {
	title: string;
	field: string;
	fileField: string;
	thumbnails: boolean;
} {
	const text = (name: string): string => String(nodeParameter(context, name, 0, '') ?? '').trim();
	const options = nodeParameter(context, 'options', 0, {}) as {
		outputBinaryField?: unknown;
		includeThumbnails?: unknown;
	};
	return {
		title: text('title') || 'Cost of images',
		field: bareName(text('groupBy')),
		fileField: String(options.outputBinaryField ?? '').trim() || 'data',
		thumbnails: options.includeThumbnails !== false,
	};
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

function say(context: IExecuteFunctions, report: Report): void {
	const isNothing = report.total.cost === null;
	context.addExecutionHints(
		hint(report.total.atLeast || isNothing ? 'warning' : 'info', reportSummary(report)),
	);
	if (
		report.byField === null ||
		report.byField.groups.length === 0 ||
		report.byField.groups.some(({ name }) => name !== NO_VALUE)
	)
		return;
	context.addExecutionHints(
		hint(
			'warning',
			`No item has a field '${report.byField.field}' with a value, so all of them are in one group. 'Group By Field' takes the name of a field, such as campaign, not its value.`,
		),
	);
}
