import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { SendResult } from '../../core/scheduler/outcome';
import type { ApiFile, FileApi } from '../api/fileApi';
import { unreadableInput } from '../http/failures';
import { type BinaryInput, digestBinary, openUpload } from '../n8n/inputBinary';
import { isNumber, isText, keptPart, orNull, withFields } from '../n8n/kept';
import { nodeMemory } from '../n8n/nodeContext';

/** A file at the API that an image was uploaded as. */
export interface Uploaded {
	file: ApiFile;
	isReused: boolean;
}

interface Wanted {
	image: BinaryInput;
	sha256: string;
	/** Without its extension. */
	name: string;
	expiresAfter: number | null;
}

/** Half of its time is over, so that what it is given to may outlive it. */
const isEnding = ({ createdAt, expiresAt }: ApiFile): boolean =>
	createdAt !== null && expiresAt !== null && Date.now() / 1000 > (createdAt + expiresAt) / 2;

const isApiFile = withFields({
	id: isText,
	fileName: isText,
	createdAt: orNull(isNumber),
	expiresAt: orNull(isNumber),
});

/** What was uploaded in this execution, by its bytes and its expiry: n8n keeps it with the node. */
export class Uploads {
	private readonly thisRun = new Map<string, ApiFile>();

	private readonly kept: IDataObject;

	private readonly context: IExecuteFunctions;

	constructor(context: IExecuteFunctions) {
		this.context = context;
		this.kept = keptPart(nodeMemory(context).data, 'references');
	}

	/** SHA-256 of an image's bytes. */
	async digestOf(image: BinaryInput): Promise<SendResult<string>> {
		try {
			return { ok: true, value: await digestBinary(this.context, image) };
		} catch (error) {
			return { ok: false, failure: unreadableInput(error) };
		}
	}

	async upload(api: FileApi, wanted: Wanted): Promise<SendResult<Uploaded>> {
		const key = `${wanted.sha256} ${wanted.expiresAfter ?? ''}`;
		const known = this.thisRun.get(key) ?? (await this.stillThere(api, this.kept[key]));
		const file =
			known === null ? await this.send(api, wanted) : { ok: true as const, value: known };
		if (!file.ok) return file;
		this.thisRun.set(key, file.value);
		this.kept[key] = { ...file.value };
		return { ok: true, value: { file: file.value, isReused: known !== null } };
	}

	/** Somebody may have deleted what another run has uploaded. */
	private async stillThere(api: FileApi, kept: unknown): Promise<ApiFile | null> {
		const file = isApiFile(kept) ? (kept as ApiFile) : null;
		if (file === null || isEnding(file)) return null;
		const found = await api.retrieve(file.id);
		return found.ok && found.value === null ? null : file;
	}

	private async send(
		api: FileApi,
		{ image, name, expiresAfter }: Wanted,
	): Promise<SendResult<ApiFile>> {
		try {
			const file = await openUpload(this.context, image, name);
			const uploaded = await api.upload(file, expiresAfter);
			return uploaded.ok || file.failure === null
				? uploaded
				: { ok: false, failure: unreadableInput(file.failure.error) };
		} catch (error) {
			return { ok: false, failure: unreadableInput(error) };
		}
	}
}
