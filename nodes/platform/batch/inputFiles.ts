import { createHash } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import type { LineInputs } from '../../core/batch/requestLine';
import type { InputFile } from '../../core/requests/inputImages';
import type { Failure } from '../../core/run/failure';
import type { SendResult } from '../../core/run/outcome';
import { Exclusive } from '../../core/run/sync';
import { readUpload } from '../binary';
import type { BatchApi } from '../batchApi';
import { digestOf } from '../digest';
import { unreadableInput } from '../failures';
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

	/** Reads the line's files through and gives it its key. @returns why n8n can't read one; `null` = it can */
	async identify(line: PreparedLine): Promise<Failure | null> {
		try {
			for (const file of filesOf(line)) await this.digestOf(line.item.itemIndex, file);
		} catch (error) {
			return unreadableInput(error);
		}
		line.key = keyOf(line, this.digestsOf(line));
		return null;
	}

	/** Notes what the lines of this submission use, so that it is known which files belong to one batch alone. */
	note(lines: readonly PreparedLine[]): void {
		for (const line of lines)
			for (const digest of this.digestsOf(line))
				this.users.set(digest, (this.users.get(digest) ?? 0) + 1);
	}

	/** The ids of a line's files, uploaded if they are not yet. */
	async idsOf(line: PreparedLine): Promise<SendResult<LineInputs | null>> {
		const { images, mask } = line.files;
		if (images.length === 0) return { ok: true, value: null };
		const ids: string[] = [];
		for (const file of filesOf(line)) {
			const id = await this.upload(line.item.itemIndex, file);
			if (!id.ok) return id;
			ids.push(id.value);
		}
		return {
			ok: true,
			value: {
				images: ids.slice(0, images.length),
				mask: mask === null ? null : (ids.at(-1) ?? null),
			},
		};
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

	/** Deletes what was uploaded for batches that there are not. @param inBatches lines of batches that there are, or may be */
	async deleteUnneeded(inBatches: Iterable<PreparedLine>): Promise<void> {
		const needed = new Set<string>();
		for (const line of inBatches) for (const digest of this.digestsOf(line)) needed.add(digest);
		for (const [digest, upload] of this.uploads) {
			const id = needed.has(digest) ? null : await upload;
			if (id?.ok === true) await this.api.deleteFile(id.value);
		}
	}

	private digestsOf(line: PreparedLine): string[] {
		return filesOf(line).map(({ identity }) => this.digests.get(identity) ?? identity);
	}

	private async digestOf(itemIndex: number, file: InputFile): Promise<string> {
		const known = this.digests.get(file.identity);
		if (known !== undefined) return known;
		const digest = await digestFile(this.context, itemIndex, file);
		this.digests.set(file.identity, digest);
		return digest;
	}

	private async upload(itemIndex: number, file: InputFile): Promise<SendResult<string>> {
		const digest = await this.digestOf(itemIndex, file);
		const name = `input-${digest.slice(0, 16)}`;
		const upload =
			this.uploads.get(digest) ??
			this.turn.run(async () => {
				try {
					return await this.api.upload(
						await readUpload(this.context, itemIndex, file, name),
						'vision',
					);
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

const isForGood = ({ kind }: Failure): boolean =>
	kind === 'invalidInput' || kind === 'invalidRequest' || kind === 'unsupportedFile';

function filesOf({ files }: Pick<PreparedLine, 'files'>): InputFile[] {
	return files.mask === null ? files.images : [...files.images, files.mask];
}

/** The same whenever the item is prepared: by what was asked for and by what the files are, not by where they lie or what a role means. */
function keyOf(
	{ facts, request: { endpoint, request, images } }: PreparedLine,
	digests: string[],
): string {
	const what = [
		facts.position,
		facts.offset,
		images,
		endpoint,
		{ ...request, model: facts.requestedModel },
		digests,
	];
	return digestOf(JSON.stringify(what)).slice(0, 16);
}

async function digestFile(
	context: IExecuteFunctions,
	itemIndex: number,
	{ field }: InputFile,
): Promise<string> {
	const binary = context.helpers.assertBinaryData(itemIndex, field);
	const hash = createHash('sha256');
	if (!binary.id) return hash.update(Buffer.from(binary.data, 'base64')).digest('hex');
	for await (const chunk of await context.helpers.getBinaryStream(binary.id))
		hash.update(chunk as Buffer);
	return hash.digest('hex');
}
