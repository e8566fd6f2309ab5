import type { Batch } from '../../core/batch/batch';
import { readLines } from '../../core/batch/download';
import type { ManifestEntry } from '../../core/batch/manifest';
import { parseResultLine, type ResultLine } from '../../core/batch/resultLine';
import { whyNoResult } from '../../core/batch/unfinishedLines';
import { findModel } from '../../core/models/resolve';
import type { Catalogue } from '../../core/models/types';
import { priceRequest, type RequestPrice } from '../../core/pricing/price';
import type { ImageResponse } from '../../core/requests/imageResponse';
import type { AttemptOptions } from '../../core/run/attempts';
import type { Failure } from '../../core/run/failure';
import type { RunWorld } from '../../core/run/runRequests';
import type { BatchApi } from '../batchApi';
import type { BinaryStore, StoredImage } from '../binary';
import type { NameBook } from '../nameBook';
import { nameLines } from './lineNames';
import { readManifest, type Manifest } from './manifestReader';
import { ImageStore } from './imageStore';

/** Which results become items. */
export type WantedResults = 'all' | 'images' | 'failed';

export interface Collector {
	store: BinaryStore;
	api: BatchApi;
	options: AttemptOptions;
	world: RunWorld;
	results: WantedResults;
	/** Of file names that the node has given. */
	names: NameBook;
	/** For the prices. */
	catalogue: Catalogue;
	/** Called after each line; cheap, because there may be thousands. */
	progress: (linesDone: number) => void;
}

/** What became of one request of a batch. */
export interface CollectedLine {
	/** `null` = nothing is known of the line but its id. */
	entry: ManifestEntry | null;
	lineId: string;
	requestId: string | null;
	outcome:
		| { ok: true; images: StoredImage[]; response: Omit<ImageResponse, 'images'>; price: RequestPrice }
		| { ok: false; failure: Failure };
}

export interface Collected {
	batch: Batch;
	manifest: Manifest;
	/** In the order of the submission, each line once. */
	lines: CollectedLine[];
	/** Why not everything came; `null` = it did. */
	failure: Failure | null;
}

/**
 * Reads what a finished batch brought, line by line, and keeps each image as it is decoded: memory holds a
 * few lines, however large the file is.
 */
export async function collectBatch(collector: Collector, batch: Batch): Promise<Collected> {
	const { api, options, world } = collector;
	const manifest = await readManifest(api, batch, options, world);
	if (!manifest.ok) return { batch, manifest: { entries: new Map(), ownFileIds: [] }, lines: [], failure: manifest.failure };
	const collection = new Collection(collector, batch, manifest.value);
	for (const fileId of [batch.outputFileId, batch.errorFileId]) {
		if (fileId === null) continue;
		const failure = await collection.read(fileId);
		if (failure !== null) return collection.finish(failure);
	}
	collection.addMissing();
	return collection.finish(null);
}

class Collection {
	private readonly lines: CollectedLine[] = [];

	private readonly seen = new Set<string>();

	private readonly images: ImageStore;

	private readonly collector: Collector;

	private readonly batch: Batch;

	private readonly manifest: Manifest;

	constructor(collector: Collector, batch: Batch, manifest: Manifest) {
		this.collector = collector;
		this.batch = batch;
		this.manifest = manifest;
		this.images = new ImageStore(collector.store, batch.id, nameLines(collector.names, batch.id, manifest.entries));
	}

	/** @returns why not all of the file came; `null` = it did */
	async read(fileId: string): Promise<Failure | null> {
		const { api, options, world } = this.collector;
		const stopping = { ...world, cancelled: () => world.cancelled() || this.images.failure !== null };
		const failure = await readLines(
			async (from) => await api.open(fileId, from),
			async (line) => await this.add(line),
			options,
			stopping,
		);
		await this.images.finished();
		return this.images.failure ?? failure;
	}

	/** Requests that OpenAI never came to, or that it refused with the whole batch. */
	addMissing(): void {
		let lineNumber = 0;
		for (const [lineId, entry] of this.manifest.entries) {
			lineNumber += 1;
			if (this.seen.has(lineId)) continue;
			const failure = whyNoResult(this.batch, lineNumber);
			this.lines.push({ entry, lineId, requestId: null, outcome: { ok: false, failure } });
		}
	}

	finish(failure: Failure | null): Collected {
		this.lines.sort(bySubmission);
		return { batch: this.batch, manifest: this.manifest, lines: this.lines, failure };
	}

	private async add(bytes: Buffer): Promise<void> {
		const line = parseResultLine(bytes);
		const lineId = line.customId ?? `line ${this.seen.size + 1}`;
		if (this.seen.has(lineId)) return;
		this.seen.add(lineId);
		const entry = this.manifest.entries.get(lineId) ?? null;
		const known = { entry, lineId, requestId: line.requestId };
		if (line.result.ok) await this.addImages(known, line.result);
		else this.lines.push({ ...known, outcome: line.result });
		this.collector.progress(this.seen.size);
	}

	private async addImages(
		known: Omit<CollectedLine, 'outcome'>,
		{ response, images }: Extract<ResultLine['result'], { ok: true }>,
	): Promise<void> {
		const price = this.priceOf(known.entry, response, images.length);
		const stored: StoredImage[] = [];
		this.lines.push({ ...known, outcome: { ok: true, images: stored, response, price } });
		if (this.collector.results === 'failed') return;
		await this.images.start(stored, images, known.entry, known.lineId);
	}

	private priceOf(entry: ManifestEntry | null, response: Omit<ImageResponse, 'images'>, images: number): RequestPrice {
		const { door } = this.collector.catalogue;
		return priceRequest({
			model: findModel(entry?.model || (this.batch.model ?? ''), this.collector.catalogue),
			usage: response.usage,
			images,
			hasInputImages: this.batch.endpoint.endsWith('/edits'),
			batch: true,
			batchDiscount: door?.batchDiscount ?? true,
			stated: door?.statesCost ? response.stated : null,
		});
	}
}

function bySubmission(a: CollectedLine, b: CollectedLine): number {
	if (a.entry === null || b.entry === null) return Number(a.entry === null) - Number(b.entry === null);
	return a.entry.position - b.entry.position || a.entry.offset - b.entry.offset;
}
