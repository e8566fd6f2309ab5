import type { IExecuteFunctions } from 'n8n-workflow';
import { UNKNOWN_MODEL } from '../../core/catalogue/resolve';
import { isImageId } from '../../core/lineage/ourItem';
import { shownLink } from '../../core/images/link';
import type { ImageReference } from '../../core/requests/inputImages';
import type { InputSource } from '../../core/requests/inputSources';
import { FIELD_LABELS, type FieldName, type Problem } from '../../core/requests/parameters';
import { sideBySide } from '../../core/scheduler/semaphore';
import { wordsOf } from '../../core/util/text';
import { createFileApi, type FileApi } from '../api/fileApi';
import { cancelSignalOf } from '../http/http';
import { LINK_TIMEOUT_MS } from '../http/linkedImage';
import { type BinaryInput, describeInput } from '../n8n/inputBinary';
import { nodeParameter } from '../n8n/nodeParameter';
import { readInputImages } from '../n8n/parameters';
import { readRunSettings } from '../n8n/runSettings';
import { n8nRuntime } from '../n8n/runtime';
import { namedImage } from '../n8n/toolImages';
import { Downloads, type Found, type NotFound } from './downloads';

/** Links that are downloaded, and files that are asked for, at once. */
const LANES = 8;

const ASK_TIMEOUT_MS = 30_000;
const ASKED = { maxAttempts: 3, maxWaitMs: 30_000 };

const RUNS = new WeakMap<IExecuteFunctions, InputImages>();

/** The input images of a run, wherever they are: all that can be known of them before anything is paid. */
export class InputImages {
	private readonly downloads: Downloads;

	/** By their IDs. */
	private readonly files = new Map<string, Promise<Found>>();

	/** Opened when the first file is asked for. */
	private api: Promise<FileApi | null> | null = null;

	/** An estimate sends nothing. */
	private readonly isEstimate: boolean;

	private readonly context: IExecuteFunctions;

	/** @throws NodeOperationError when a setting of the run can't be used */
	private constructor(context: IExecuteFunctions) {
		this.context = context;
		this.isEstimate = nodeParameter(context, 'resource', 0, 'image') === 'cost';
		const { timeoutMs } = readRunSettings(context);
		this.downloads = new Downloads(context, Math.min(LINK_TIMEOUT_MS, timeoutMs));
	}

	static of(context: IExecuteFunctions): InputImages {
		const known = RUNS.get(context) ?? new InputImages(context);
		RUNS.set(context, known);
		return known;
	}

	/** @param sendUrls whether the API fetches what is at a URL */
	async find(itemIndex: number, source: InputSource, sendUrls: boolean): Promise<Found> {
		if (source.kind === 'field') return await this.fromField(itemIndex, source.name);
		if (source.kind === 'fileId') return await this.fromFile(source.id);
		const input = referenceInput(shownLink(source.url), { image_url: source.url });
		if (sendUrls) return { input };
		return this.isEstimate
			? { input: { ...input, reference: null, missing: 'An estimate downloads nothing.' } }
			: await this.downloads.get(source.url);
	}

	/** Gets what the items name ahead, several at once, because they are planned one by one. @param hasInputs whether images go along with an item */
	async getAhead(hasInputs: (itemIndex: number) => boolean): Promise<void> {
		const wanted = new Map<string, () => Promise<Found>>();
		for (let index = 0; index < this.context.getInputData().length; index++)
			for (const [name, get] of this.wantedOf(index, hasInputs)) wanted.set(name, get);
		const signal = cancelSignalOf(this.context);
		const goesOn = this.context.continueOnFail();
		await sideBySide(
			[...wanted.values()],
			LANES,
			async (get) => await get(),
			(found) => signal?.aborted === true || ('problem' in found && !goesOn),
		);
	}

	/** What can't be read is told when the item is planned. */
	private wantedOf(
		itemIndex: number,
		hasInputs: (itemIndex: number) => boolean,
	): Array<[string, () => Promise<Found>]> {
		try {
			if (!hasInputs(itemIndex)) return [];
			const { sources, sendUrls } = readInputImages(this.context, itemIndex);
			// They are refused for their number.
			if (sources.length > UNKNOWN_MODEL.maxInputImages) return [];
			return sources
				.filter(({ kind }) => kind === 'fileId' || (kind === 'url' && !sendUrls))
				.map((source) => [
					JSON.stringify(source),
					async () => await this.find(itemIndex, source, sendUrls),
				]);
		} catch {
			return [];
		}
	}

	private async fromField(itemIndex: number, field: string): Promise<Found> {
		try {
			return { input: await describeInput(this.context, itemIndex, field) };
		} catch (error) {
			const why = whyMissing(this.context, itemIndex, field);
			return { problem: why ?? `which can't be read: ${wordsOf(error)}` };
		}
	}

	private async fromFile(id: string): Promise<Found> {
		const known = this.files.get(id) ?? this.askFor(id);
		this.files.set(id, known);
		return await known;
	}

	/** Once for each file. A key that may not read files can use them all the same. */
	private async askFor(id: string): Promise<Found> {
		const input = referenceInput(id, { file_id: id });
		if (this.isEstimate) return { input };
		this.api ??= apiOf(this.context);
		const file = await (await this.api)?.retrieve(id);
		if (file?.ok !== true) return { input };
		const problem = file.value === null ? GONE : fileProblem(file.value.purpose);
		return problem === null ? { input } : { problem };
	}
}

/** `null` = the provider keeps no files, which the plan says. */
async function apiOf(context: IExecuteFunctions): Promise<FileApi | null> {
	try {
		return await createFileApi(context, ASK_TIMEOUT_MS, ASKED, n8nRuntime(context));
	} catch {
		return null;
	}
}

const GONE =
	"does not exist: it has expired, was deleted or belongs to another project. Upload it again with 'Reference' > 'Upload'.";

const fileProblem = (purpose: string): string | null =>
	purpose === 'vision' || purpose === 'user_data' || purpose === ''
		? null
		: `was uploaded for another purpose ('${purpose}'), so it is not an image. Upload the image with 'Reference' > 'Upload'.`;

/** @param what behind the name of the field */
export const notFound = (field: FieldName, what: string, { code }: NotFound): Problem => ({
	field,
	message: `'${FIELD_LABELS[field]}'${what}`,
	...(code !== undefined && { code }),
});

const referenceInput = (field: string, reference: ImageReference): BinaryInput => ({
	field,
	isField: false,
	reference,
	fileName: '',
	bytes: 0,
	identity: JSON.stringify(reference),
	facts: null,
	declaredType: '',
	binary: null,
});

const UNKNOWN_IMAGE =
	"which is not an image that a GPT Image tool of this workflow made recently. Give the 'imageId' of one that it made, or make the image again.";

/** What an input item has in place of a binary field; `null` = it has the field. */
export function whyMissing(
	context: IExecuteFunctions,
	itemIndex: number,
	field: string,
): string | null {
	const there = Object.keys(context.getInputData()[itemIndex]?.binary ?? {});
	if (there.includes(field) || namedImage(context, itemIndex, field) !== null) return null;
	if (isImageId(field)) return UNKNOWN_IMAGE;
	const has =
		there.length === 0
			? 'has no files: add a node that provides one before this node'
			: `has ${there.map((name) => `'${name}'`).join(', ')}`;
	return `which the input item does not have. It ${has}.`;
}
