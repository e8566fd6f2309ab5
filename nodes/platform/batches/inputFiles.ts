import type { IExecuteFunctions } from 'n8n-workflow';
import type { LineInputs } from '../../core/batch/requestLine';
import type { Failure } from '../../core/failures/failure';
import type { ImageReference } from '../../core/requests/inputImages';
import type { SendResult } from '../../core/scheduler/outcome';
import { Exclusive } from '../../core/scheduler/sync';
import { plainObject } from '../../core/util/json';
import type { BatchApi } from '../api/batchApi';
import { unreadableInput } from '../http/failures';
import { shortDigestOf } from '../n8n/digest';
import { type BinaryInput, digestBinary, readUpload } from '../n8n/inputBinary';
import type { PreparedLine } from './preparedLine';

/** Uploads the images of edits, equal bytes once, however many lines and batches use them. */
export class InputFiles {
	/** By what the bytes are. */
	private readonly uploads = new Map<string, Promise<SendResult<string>>>();

	/** What a file's bytes are, by where n8n keeps it. */
	private readonly digests = new Map<string, string>();

	/** How many lines use a file, by what its bytes are. */
	private readonly users = new Map<string, number>();

	/** One file in memory at a time. */
	private readonly turn = new Exclusive();

	private readonly context: IExecuteFunctions;

	private readonly api: BatchApi;

	constructor(context: IExecuteFunctions, api: BatchApi) {
		this.context = context;
		this.api = api;
	}

	/**
	 * Reads the line's files through and names it.
	 * @returns why n8n can't read one; `null` = it can
	 */
	async identify(line: PreparedLine): Promise<Failure | null> {
		try {
			for (const file of filesOf(line)) await this.digestOf(file);
		} catch (error) {
			return unreadableInput(error);
		}
		return this.name(line);
	}

	/** Gives a line its key, once its files are read. */
	name(line: PreparedLine): null {
		line.content = contentKeyOf(line, this.digestsOf(line));
		line.key = shortDigestOf(`${line.position} ${line.content}`);
		return null;
	}

	/** Notes what the lines of this submission use, so that it is known which files belong to one batch alone. */
	note(lines: readonly PreparedLine[]): void {
		for (const line of lines)
			for (const digest of this.digestsOf(line))
				this.users.set(digest, (this.users.get(digest) ?? 0) + 1);
	}

	/** What a line's request names: files are uploaded if they are not yet, other images stay where they are. */
	async idsOf(line: PreparedLine): Promise<SendResult<LineInputs>> {
		const { images, mask } = line.files;
		const references: ImageReference[] = [];
		for (const image of images) {
			const id = image.reference === null ? await this.upload(image) : null;
			if (id?.ok === false) return id;
			references.push(image.reference ?? { file_id: id?.value ?? '' });
		}
		const maskId = mask && (await this.upload(mask));
		if (maskId?.ok === false) return maskId;
		return { ok: true, value: { images: references, mask: maskId?.value ?? null } };
	}

	/** Files that no other line of this submission uses. */
	async ownedBy(lines: readonly PreparedLine[]): Promise<string[]> {
		const uses = new Map<string, number>();
		for (const line of lines)
			for (const digest of this.digestsOf(line)) uses.set(digest, (uses.get(digest) ?? 0) + 1);
		const own = [...uses].filter(([digest, count]) => this.users.get(digest) === count);
		const ids = await Promise.all(own.map(async ([digest]) => await this.uploads.get(digest)));
		return ids.flatMap((id) => (id?.ok === true ? id.value : []));
	}

	/**
	 * Deletes what was uploaded for batches that there are not.
	 * @param inBatches with the lines of batches that there are, or may be
	 */
	async deleteUnneeded(
		inBatches: ReadonlyArray<{ lines: readonly PreparedLine[] }>,
	): Promise<void> {
		const needed = new Set<string>();
		for (const { lines } of inBatches)
			for (const line of lines) for (const digest of this.digestsOf(line)) needed.add(digest);
		for (const [digest, upload] of this.uploads) {
			const id = needed.has(digest) ? null : await upload;
			if (id?.ok === true) await this.api.deleteFile(id.value);
		}
	}

	private digestsOf(line: PreparedLine): readonly string[] {
		return line.hasFiles ? this.digestsOfFiles(line) : NONE;
	}

	private digestsOfFiles(line: PreparedLine): string[] {
		return filesOf(line).map(({ identity }) => this.digests.get(identity) ?? identity);
	}

	private async digestOf(file: BinaryInput): Promise<string> {
		if (file.reference !== null) return file.identity;
		const known = this.digests.get(file.identity);
		if (known !== undefined) return known;
		const digest = await digestBinary(this.context, file);
		this.digests.set(file.identity, digest);
		return digest;
	}

	private async upload(file: BinaryInput): Promise<SendResult<string>> {
		const digest = await this.digestOf(file);
		const name = `input-${digest.slice(0, 16)}`;
		const upload =
			this.uploads.get(digest) ??
			this.turn.run(async () => {
				try {
					return await this.api.upload(await readUpload(this.context, file, name), 'vision');
				} catch (error) {
					return { ok: false, failure: unreadableInput(error) };
				}
			});
		this.uploads.set(digest, upload);
		const result = await upload;
		// Another line may have better luck, but not with what was refused for its content.
		if (!result.ok && !isForGood(result.failure)) this.uploads.delete(digest);
		return result;
	}
}

const NONE: readonly string[] = [];

const isForGood = ({ kind }: Failure): boolean =>
	kind === 'invalidInput' || kind === 'invalidRequest' || kind === 'unsupportedFile';

function filesOf({ files }: Pick<PreparedLine, 'files'>): BinaryInput[] {
	return files.mask === null ? files.images : [...files.images, files.mask];
}

/** The same whenever the item is prepared: by what was asked for and by what the files are, not by where they lie or what a role means. */
function contentKeyOf(
	{ facts, files, request: { endpoint, request, images } }: PreparedLine,
	digests: readonly string[],
): string {
	// A mask is no second image.
	const mask = files.mask === null ? [] : ['mask'];
	const what = [
		facts.offset,
		images,
		endpoint,
		plainObject(request, { model: facts.requestedModel }),
		digests,
		...mask,
	];
	return shortDigestOf(JSON.stringify(what));
}
