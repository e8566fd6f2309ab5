import { BatchAccount, unnamedFile } from '../../core/batch/account';
import { type Batch, mayStillBring } from '../../core/batch/batch';
import { isEndedEarly, readLines } from '../../core/batch/download';
import type { OpenedFile } from '../../core/batch/downloadBody';
import { parseResultLine, type ResultLine } from '../../core/batch/resultLine';
import { resultsNotReady, whyNameless, whyNoResult } from '../../core/batch/unfinishedLines';
import type { Failure } from '../../core/failures/failure';
import type { SendResult } from '../../core/scheduler/outcome';
import type { StoredImage } from '../n8n/binary';
import type { Collected, CollectedLine, Collector } from './collectTypes';
import { ImageStore } from './imageStore';
import { nameLines } from './lineNames';
import { linePrice } from './linePrice';
import type { Manifest } from './manifestReader';

/** The results of a batch while they are read. */
export class Collection {
	private readonly account: BatchAccount;

	private readonly lines = new Map<string, CollectedLine>();

	private readonly images: ImageStore;

	private readonly collector: Collector;

	private readonly batch: Batch;

	private readonly manifest: Manifest;

	/** A file that is not there may still come. */
	private readonly mayCome: boolean;

	constructor(collector: Collector, batch: Batch, manifest: Manifest) {
		this.collector = collector;
		this.batch = batch;
		this.manifest = manifest;
		this.account = new BatchAccount(batch, manifest.entries.keys());
		this.images = new ImageStore(
			collector.store,
			batch.id,
			nameLines(collector.names, batch.id, manifest.entries),
			collector.kept,
		);
		this.mayCome = mayStillBring(batch, collector.now);
	}

	/** @returns why its results can't be delivered now; `null` = they are read, as far as the account says */
	async read(file: 'output' | 'errors'): Promise<Failure | null> {
		const { counts, outputFileId, errorFileId } = this.batch;
		const [fileId, counted] =
			file === 'output' ? [outputFileId, counts.completed] : [errorFileId, counts.failed];
		this.account.files[file] = unnamedFile(counted, this.mayCome);
		if (fileId === null) return file === 'output' && counted > 0 ? this.missingOutput() : null;
		const { options, runtime } = this.collector;
		const stopping = {
			...runtime,
			cancelled: () => runtime.cancelled() || this.images.failure !== null,
		};
		const reader = {
			open: async (from: number) => await this.open(fileId, from),
			onLine: async (line: Buffer) => await this.add(line),
			isComplete: () => this.account.isComplete(file),
		};
		const failure = await readLines(reader, options, stopping);
		await this.images.finished();
		return this.images.failure ?? this.settle(file, failure);
	}

	finish(failure: Failure | null): Collected {
		const { batch, manifest, account } = this;
		const order = new Map([...manifest.entries.keys()].map((lineId, index) => [lineId, index]));
		const placeOf = ({ lineId }: CollectedLine): number => order.get(lineId ?? '') ?? order.size;
		const lines = [...this.lines.values(), ...(failure === null ? this.missing() : [])];
		return {
			batch,
			manifest,
			account,
			lines: lines.sort((a, b) => placeOf(a) - placeOf(b)),
			failure,
		};
	}

	/** One answer that a file is not there proves nothing. */
	private async open(fileId: string, from: number): Promise<SendResult<OpenedFile>> {
		const opened = await this.collector.api.open(fileId, from);
		if (opened.ok || opened.failure.status !== 404) return opened;
		return { ok: false, failure: { ...opened.failure, shouldRetry: true } };
	}

	/**
	 * What became of a file.
	 * @returns why nothing can be delivered without it
	 */
	private settle(file: 'output' | 'errors', failure: Failure | null): Failure | null {
		const { files } = this.account;
		if (failure === null) files[file] = 'whole';
		else if (isEndedEarly(failure)) files[file] = 'cut';
		else if (failure.status === 404) files[file] = this.mayCome ? 'notReady' : 'gone';
		else files[file] = 'cut';
		const isDispensable =
			file === 'errors' &&
			failure?.kind !== 'cancelled' &&
			(this.collector.results === 'images' || files.errors === 'gone');
		if (failure === null || isEndedEarly(failure) || isDispensable) return null;
		return files[file] === 'notReady' ? resultsNotReady(this.batch) : failure;
	}

	private missingOutput(): Failure {
		const failure = resultsNotReady(this.batch);
		if (this.mayCome) return failure;
		return {
			...failure,
			kind: 'invalidRequest',
			code: 'results_gone',
			message: `${this.batch.id} has no results file, although it counts ${this.batch.counts.completed} completed requests.`,
		};
	}

	/** Requests that stand in no file. */
	private missing(): CollectedLine[] {
		const { batch, account, manifest, lines } = this;
		const untold = (lineId: string | null, failure: Failure): CollectedLine => {
			const state = account.stateOf(lineId ?? '');
			const billed = state.is === 'failed' ? state.billed : 'unknown';
			const entry = manifest.entries.get(lineId ?? '') ?? null;
			return {
				entry,
				lineId,
				requestId: null,
				outcome: { ok: false, failure, billed, isUntouched: billed === 'no', price: null },
			};
		};
		const missing = [...manifest.entries.keys()].flatMap((lineId, index) =>
			lines.has(lineId)
				? []
				: [untold(lineId, whyNoResult(batch, index + 1, account.stateOf(lineId)))],
		);
		const { nameless } = account;
		if (nameless === 0 && (batch.status !== 'failed' || lines.size + missing.length > 0))
			return missing;
		return [...missing, untold(null, whyNameless(batch, nameless, account.stateOf('')))];
	}

	private async add(bytes: Buffer): Promise<void> {
		const { lineId, requestId, result } = this.collector.api.withoutKey(parseResultLine(bytes));
		if (lineId === null) {
			this.account.damaged += 1;
			return;
		}
		const facts = result.ok
			? { hasImages: true, saysSuccess: true, billed: 'yes' as const }
			: { hasImages: false, saysSuccess: result.billing !== null, billed: result.billed };
		if (!this.account.add(lineId, facts)) return;
		const entry = this.manifest.entries.get(lineId) ?? null;
		const line = { entry, lineId, requestId };
		if (result.ok) await this.addImages(line, lineId, result);
		else
			this.lines.set(lineId, {
				...line,
				outcome: {
					...result,
					price:
						result.billed === 'yes'
							? linePrice(this.collector.catalogue, this.batch, line, result.billing, 0)
							: null,
				},
			});
		this.collector.progress(this.lines.size);
	}

	private async addImages(
		line: Omit<CollectedLine, 'outcome'>,
		lineId: string,
		{ response, images }: Extract<ResultLine['result'], { ok: true }>,
	): Promise<void> {
		const stored: StoredImage[] = [];
		this.lines.set(lineId, {
			...line,
			outcome: {
				ok: true,
				images: stored,
				response,
				price: linePrice(this.collector.catalogue, this.batch, line, response, images.length),
			},
		});
		if (this.collector.results !== 'failed')
			await this.images.start(stored, images, line.entry, lineId);
	}
}
