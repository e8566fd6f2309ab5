import { createHash } from 'crypto';
import { type IBinaryData, type IDataObject, type IExecuteFunctions, sleep } from 'n8n-workflow';
import { onOneLine, presentable } from '../../core/failures/errorText';
import { HEADER_BYTES, type ImageFacts, inspectImage } from '../../core/images/inspect';
import { isInternalLink, shownLink } from '../../core/images/link';
import { CANCELLED } from '../../core/scheduler/outcome';
import { asRecord } from '../../core/util/json';
import { wordsOf } from '../../core/util/text';
import { cancelSignalOf } from '../http/http';
import { LargeBodies, type LargeBody } from '../http/largeBodies';
import { downloadLink, type LinkProblem } from '../http/linkedImage';
import { digestOf } from '../n8n/digest';
import type { BinaryInput } from '../n8n/inputBinary';
import { isCount, isFile, isText, keptPart, orNull, withFields } from '../n8n/kept';
import { type NodeMemory, nodeMemory } from '../n8n/nodeContext';

/** Why there is nothing to be sent. */
export interface NotFound {
	/** The end of a sentence that begins with what it is. */
	problem: string;
	/** Of the item; absent = its input is not valid. */
	code?: string;
}

export type Found = { input: BinaryInput } | NotFound;

/** A download, as plain data: it survives JSON. */
interface KeptDownload {
	/** In n8n's store; `null` = n8n keeps files in items, where it would be written into the execution once more. */
	binary: IBinaryData | null;
	/** SHA-256 of its bytes. */
	digest: string;
	bytes: number;
	facts: ImageFacts;
}

const ATTEMPTS = 3;
const FIRST_WAIT_MS = 500;

/**
 * Images of links, each downloaded once in a run and put where n8n keeps files, so that memory holds a few at a time.
 * Another try of the run finds them there: a link that has ended by then does no harm. Of what is kept nowhere it
 * knows at least what it was, so that images that were made of it are found again.
 */
export class Downloads {
	private readonly links = new Map<string, Promise<Found>>();

	private readonly bodies: LargeBodies;

	private readonly context: IExecuteFunctions;

	private readonly memory: NodeMemory;

	private readonly timeoutMs: number;

	/** @param timeoutMs until a server answers, and between two bytes */
	constructor(context: IExecuteFunctions, timeoutMs: number) {
		this.context = context;
		this.timeoutMs = timeoutMs;
		this.bodies = new LargeBodies({ timeoutMs, signal: cancelSignalOf(context) });
		this.memory = nodeMemory(context);
	}

	/** @param url a checked link */
	async get(url: string): Promise<Found> {
		const known = this.links.get(url) ?? this.find(url);
		this.links.set(url, known);
		return await known;
	}

	private async find(url: string): Promise<Found> {
		const key = digestOf(url);
		const earlier = this.earlier(key);
		if (earlier !== undefined && (await this.isThere(earlier.binary)))
			return { input: inputOf(url, earlier) };
		const body = this.bodies.next();
		try {
			const stored = await this.download(url, body);
			if ('problem' in stored) return this.without(url, earlier, this.wordsOn(url, stored));
			this.keep(key, stored);
			return { input: inputOf(url, stored) };
		} finally {
			body.end();
		}
	}

	private earlier(key: string): KeptDownload | undefined {
		const kept = asRecord(asRecord(this.memory.data[KEY])[this.memory.run])[key];
		return isKept(kept) ? (kept as KeptDownload) : undefined;
	}

	/** What can't be downloaded, or was by an earlier try and can't be any more. */
	private without(url: string, earlier: KeptDownload | undefined, problem: string): Found {
		if (cancelSignalOf(this.context)?.aborted === true) return { problem, code: CANCELLED.code };
		if (earlier === undefined) return { problem };
		const missing = `the image at ${shownLink(url)} was downloaded by an earlier try, but n8n has not kept it, and now it ${problem}. Use a link that lasts longer, or download the image with an 'HTTP Request' node before this one.`;
		return { input: { ...inputOf(url, { ...earlier, binary: null }), missing } };
	}

	/** A call of an agent is not tried again. */
	private keep(key: string, stored: KeptDownload): void {
		const { data, run, isKept, isTool } = this.memory;
		if (!isKept || isTool) return;
		const binary = stored.binary?.id ? stored.binary : null;
		keptPart(keptPart(data, KEY), run)[key] = { ...stored, binary } as unknown as IDataObject;
	}

	private async download(url: string, body: LargeBody): Promise<KeptDownload | LinkProblem> {
		for (let attempt = 1; ; attempt++) {
			const read = await downloadLink(this.context, url, body, this.timeoutMs);
			if ('bytes' in read) return await this.store(read.bytes);
			if (!read.mayPass || attempt === ATTEMPTS) return read;
			body.pause();
			await sleep(FIRST_WAIT_MS * attempt);
		}
	}

	private async store(bytes: Buffer): Promise<KeptDownload | LinkProblem> {
		const facts = inspectImage(bytes.subarray(0, HEADER_BYTES));
		if (facts === null || !TAKEN.has(facts.format)) {
			const problem = `is ${facts?.mimeType ?? 'not an image'}. Use PNG, JPEG or WebP`;
			return { problem, mayPass: false, isRevealing: true };
		}
		const digest = createHash('sha256').update(bytes).digest('hex');
		try {
			const name = `input-${digest.slice(0, 16)}.${facts.extension}`;
			const binary = await this.context.helpers.prepareBinaryData(bytes, name, facts.mimeType);
			return { binary, digest, bytes: bytes.length, facts };
		} catch (error) {
			const problem = `could not be stored in n8n: ${presentable(wordsOf(error))}`;
			return { problem, mayPass: false, isRevealing: false };
		}
	}

	/** n8n deletes files together with the execution that stored them. */
	private async isThere(binary: IBinaryData | null): Promise<boolean> {
		if (binary === null) return false;
		try {
			await this.context.helpers.getBinaryMetadata(binary.id ?? '');
			return true;
		} catch {
			return false;
		}
	}

	/** The same whatever is in one's own network, so that nobody can look around there with it; n8n's log says more. */
	private wordsOn(url: string, { problem, isRevealing }: LinkProblem): string {
		if (!isRevealing || !isInternalLink(url)) return problem;
		this.context.logger.debug(onOneLine(`GPT Image: ${shownLink(url)} ${problem}`, 1000));
		return "could not be used. Because it is in a private network, only n8n's log says why, at the level debug.";
	}
}

const TAKEN: ReadonlySet<string> = new Set(['png', 'jpeg', 'webp']);

function inputOf(url: string, { binary, digest, bytes, facts }: KeptDownload): BinaryInput {
	return {
		field: shownLink(url),
		isField: false,
		reference: null,
		fileName: '',
		bytes,
		identity: `sha256:${digest}`,
		facts,
		declaredType: '',
		binary,
	};
}

/** Books by the node's run, in which what was downloaded stands by its link's digest. */
const KEY = 'downloads';

const isFacts = withFields({
	format: (value) => TAKEN.has(String(value)),
	mimeType: isText,
	extension: isText,
});

const isKept = withFields({
	binary: orNull(isFile),
	digest: (value) => /^[\da-f]{64}$/.test(String(value)),
	bytes: isCount,
	facts: isFacts,
});

/** Once what was made of them is delivered, no other try will ask for them. */
export const forgetDownloads = (memory: NodeMemory): void =>
	forgetThoseOf(memory, (run) => run === memory.run);

/** Of a loop's earlier runs, which n8n does not try again any more. */
export const forgetEarlierDownloads = (memory: NodeMemory): void =>
	forgetThoseOf(memory, (run) => run !== memory.run);

function forgetThoseOf({ data }: NodeMemory, isOver: (run: string) => boolean): void {
	if (data[KEY] === undefined) return;
	const books = keptPart(data, KEY);
	for (const run of Object.keys(books)) if (isOver(run)) delete books[run];
	if (Object.keys(books).length === 0) delete data[KEY];
}
