import { readMetadata } from '../../core/batch/metadata';
import { roomFailureOf } from '../../core/batch/queueRoom';
import type { Hints } from '../n8n/hints';
import type { Collected, WantedResults } from './collectTypes';
import type { BatchTask } from './perBatch';

/**
 * Files of batches that are collected. They stay until all items of the node are there: were it to fail at a later batch,
 * the items of the earlier ones would be gone. They stay also where they may hold something that is not delivered.
 */
export class FilesToDelete {
	private readonly batches = new Map<string, { task: BatchTask; collected: Collected }>();

	private readonly hints: Hints;

	constructor(hints: Hints) {
		this.hints = hints;
	}

	add(task: BatchTask, collected: Collected, results: WantedResults): void {
		const { batch, account, lines } = collected;
		const isStored = lines.every(
			({ outcome }) => !outcome.ok || outcome.images.length === outcome.price.perImage.length,
		);
		if (results === 'failed' || !isStored)
			this.keep(batch.id, 'because its images were not collected');
		else if (!account.isSettled)
			this.keep(batch.id, 'because they may contain results that have not been delivered');
		else this.batches.set(batch.id, { task, collected });
	}

	async delete(): Promise<void> {
		for (const { task, collected } of this.batches.values()) {
			if (task.runtime.cancelled()) return;
			for (const id of filesOf(collected)) await this.deleteFile(task, id);
		}
	}

	private async deleteFile({ api }: BatchTask, id: string): Promise<void> {
		const deleted = await api.deleteFile(id);
		if (!deleted.ok)
			this.hints.add(
				'warning',
				`The file ${id} could not be deleted at the provider: ${deleted.failure.message}`,
			);
	}

	private keep(batchId: string, why: string): void {
		this.hints.add('warning', `The files of ${batchId} were not deleted, ${why}.`);
	}
}

function filesOf({ batch, manifest }: Collected): string[] {
	const { manifestFileId } = readMetadata(batch.metadata);
	// Submit may have put the requests of a batch without room, and the images that they work on, into other batches.
	const own = roomFailureOf(batch) === null ? manifest.ownFileIds : [];
	const ids = [batch.outputFileId, batch.errorFileId, batch.inputFileId, manifestFileId, ...own];
	return [...new Set(ids.flatMap((id) => id || []))];
}
