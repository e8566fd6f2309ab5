import { createHash } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import type { LineInputs } from '../../core/batch/requestLine';
import type { InputFile } from '../../core/requests/inputImages';
import type { SendResult } from '../../core/run/outcome';
import { Exclusive } from '../../core/run/sync';
import { readUpload } from '../binary';
import type { BatchApi } from '../batchApi';
import { unreadableInput } from '../failures';
import type { PreparedLine } from './preparedLine';

/** Uploads the images of edits, equal bytes once, however many lines and batches use them. */
export class InputFiles {
	/** By what the bytes are. */
	private readonly uploads = new Map<string, Promise<SendResult<string>>>();

	/** What a file's bytes are, by where n8n keeps it. */
	private readonly digests = new Map<string, string>();

	/** Batches by uploaded file. */
	private readonly users = new Map<string, Set<number>>();

	/** One file in memory at a time. */
	private readonly turn = new Exclusive();

	private readonly context: IExecuteFunctions;

	private readonly api: BatchApi;

	constructor(context: IExecuteFunctions, api: BatchApi) {
		this.context = context;
		this.api = api;
	}

	/**
	 * Notes which batches use which files, so that it is known afterwards which belong to one alone.
	 * @throws when n8n can't read a file
	 */
	async note(groups: readonly PreparedLine[][]): Promise<void> {
		for (const [group, lines] of groups.entries()) {
			for (const line of lines) {
				for (const file of filesOf(line)) {
					const digest = await this.digestOf(line.item.itemIndex, file);
					const users = this.users.get(digest) ?? new Set();
					this.users.set(digest, users.add(group));
				}
			}
		}
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
		return { ok: true, value: { images: ids.slice(0, images.length), mask: mask === null ? null : (ids.at(-1) ?? null) } };
	}

	/** Files that no other batch of this submission uses. */
	async ownedBy(lines: readonly PreparedLine[]): Promise<string[]> {
		const own = new Set<string>();
		for (const line of lines) {
			for (const file of filesOf(line)) {
				const digest = await this.digestOf(line.item.itemIndex, file);
				const id = await this.uploads.get(digest);
				if (this.users.get(digest)?.size === 1 && id?.ok === true) own.add(id.value);
			}
		}
		return [...own];
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
		const upload = this.uploads.get(digest) ?? this.turn.run(async () => {
			try {
				return await this.api.upload(await readUpload(this.context, itemIndex, file, name), 'vision');
			} catch (error) {
				return { ok: false, failure: unreadableInput(error) };
			}
		});
		this.uploads.set(digest, upload);
		const result = await upload;
		// Another line may have better luck.
		if (!result.ok) this.uploads.delete(digest);
		return result;
	}
}

function filesOf({ files }: Pick<PreparedLine, 'files'>): InputFile[] {
	return files.mask === null ? files.images : [...files.images, files.mask];
}

async function digestFile(context: IExecuteFunctions, itemIndex: number, { field }: InputFile): Promise<string> {
	const binary = context.helpers.assertBinaryData(itemIndex, field);
	const hash = createHash('sha256');
	if (!binary.id) return hash.update(Buffer.from(binary.data, 'base64')).digest('hex');
	for await (const chunk of await context.helpers.getBinaryStream(binary.id)) hash.update(chunk as Buffer);
	return hash.digest('hex');
}
