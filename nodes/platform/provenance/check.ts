import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { ApiServer } from '../../core/providers/connection';
import type { Problem } from '../../core/requests/parameters';
import {
	checkableProblem,
	type Provenance,
	provenanceFields,
} from '../../core/requests/provenance';
import { sendRepeatedly } from '../../core/scheduler/sendRepeatedly';
import type { SendResult } from '../../core/scheduler/outcome';
import type { Runtime } from '../../core/scheduler/types';
import { wordsOf } from '../../core/util/text';
import { createProvenanceApi, type ProvenanceApi } from '../api/provenanceApi';
import { unreadableInput } from '../http/failures';
import { whyMissing } from '../images/inputImages';
import { errorFields, errorItem } from '../n8n/errorItems';
import { problemsError, toNodeError } from '../n8n/errors';
import { forEachItem, type Worked } from '../n8n/forEachItem';
import { type BinaryInput, describeInput, openUpload } from '../n8n/inputBinary';
import { wantedRow } from '../n8n/inputRow';
import { nodeParameter } from '../n8n/nodeParameter';
import { readRunSettings, type RunSettings } from '../n8n/runSettings';
import { hint } from '../n8n/hints';
import { n8nRuntime } from '../n8n/runtime';
import { explainCheckFailure } from './explain';

/** Seconds that a check may take where the user says nothing. */
const USUAL_TIMEOUT = 120;

interface Checker {
	api: ProvenanceApi;
	server: ApiServer;
	settings: RunSettings;
	runtime: Runtime;
}

/** A file that can be checked, or the item of what stands against it. */
type Checkable = { file: BinaryInput } | { refused: INodeExecutionData };

/**
 * Asks about the image of each input item, one after the other. All are looked at before the first is sent.
 * @throws NodeApiError or NodeOperationError for the first that fails, unless the node continues on errors
 */
export async function checkProvenance(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const settings = readRunSettings(context, USUAL_TIMEOUT);
	const { api, server } = await createProvenanceApi(context, settings.timeoutMs);
	const checker = { api, server, settings, runtime: n8nRuntime(context) };
	const files = await forEachItem(context, async (itemIndex) => await readFile(context, itemIndex));
	const items = await forEachItem(context, async (itemIndex) => {
		const found = files[itemIndex] as Checkable;
		return 'refused' in found
			? { value: found.refused, error: null }
			: await checkOne(context, checker, itemIndex, found.file);
	});
	// n8n opens the panel at the files, beside which the answers would not be seen.
	const found = items.flatMap(({ json }) =>
		typeof json['detected'] === 'boolean' ? json['detected'] : [],
	);
	if (found.length > 0) context.addExecutionHints(hint('info', foundWords(found)));
	return [items];
}

function foundWords(found: readonly boolean[]): string {
	const some = found.filter(Boolean).length;
	const rest = some === found.length ? '' : ' Images without them may still be made by AI.';
	const where =
		found.length === 1
			? `${some === 1 ? '' : 'not '}found in the image`
			: `found in ${some} of ${found.length} images`;
	return `Signs of OpenAI (C2PA or SynthID) were ${where}.${rest}`;
}

async function readFile(context: IExecuteFunctions, itemIndex: number): Promise<Worked<Checkable>> {
	const name = String(nodeParameter(context, 'inputBinaryField', itemIndex, 'data') ?? '').trim();
	const found = await describeInput(context, itemIndex, name).catch((error: unknown) => ({
		problem: unreadable(context, itemIndex, name, error),
	}));
	const problem = 'problem' in found ? found.problem : checkableProblem(found);
	if (problem === null) return { value: { file: found as BinaryInput }, error: null };
	const error = problemsError(context.getNode(), [problem], itemIndex);
	const json = { ...failedFields(error, 'invalid_input'), ...rowField(context, itemIndex) };
	return { value: { refused: errorItem(context, json, error, itemIndex) }, error };
}

function unreadable(
	context: IExecuteFunctions,
	itemIndex: number,
	name: string,
	error: unknown,
): Problem {
	const why = whyMissing(context, itemIndex, name) ?? `which can't be read: ${wordsOf(error)}`;
	return {
		field: 'inputBinaryField',
		message: `'Input Binary Field' names '${name}', ${why}`,
	};
}

async function checkOne(
	context: IExecuteFunctions,
	{ api, server, settings, runtime }: Checker,
	itemIndex: number,
	file: BinaryInput,
): Promise<Worked<INodeExecutionData>> {
	const checked = await sendRepeatedly(
		async () => await check(context, api, file),
		settings,
		runtime,
	);
	const row = rowField(context, itemIndex);
	// So that pictures can be sorted by what was found.
	const binary = context.getInputData()[itemIndex]?.binary;
	if (checked.ok) {
		const json = { ...provenanceFields(file.fileName, checked.value), ...row };
		return {
			value: { json, ...(binary && { binary }), pairedItem: { item: itemIndex } },
			error: null,
		};
	}
	const { failure } = checked;
	const explained = explainCheckFailure(failure, server);
	const error = toNodeError(context.getNode(), failure, explained, itemIndex);
	const json = {
		fileName: file.fileName,
		status: 'failed',
		...errorFields(error, failure.code, failure),
		...row,
	};
	return { value: errorItem(context, json, error, itemIndex, binary), error };
}

async function check(
	context: IExecuteFunctions,
	api: ProvenanceApi,
	file: BinaryInput,
): Promise<SendResult<Provenance>> {
	try {
		const upload = await openUpload(context, file, 'image');
		const checked = await api.check(upload);
		return checked.ok || upload.failure === null
			? checked
			: { ok: false, failure: unreadableInput(upload.failure.error) };
	} catch (error) {
		return { ok: false, failure: unreadableInput(error) };
	}
}

const failedFields = (error: ReturnType<typeof problemsError>, code: string): IDataObject => ({
	status: 'failed',
	...errorFields(error, code, null),
});

function rowField(context: IExecuteFunctions, itemIndex: number): IDataObject {
	const input = wantedRow(context, itemIndex);
	return input === null ? {} : { input };
}
