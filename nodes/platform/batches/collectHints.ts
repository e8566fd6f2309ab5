import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { accountWords } from '../../core/batch/account';
import type { Batch } from '../../core/batch/batch';
import { readMetadata } from '../../core/batch/metadata';
import type { Failure } from '../../core/failures/failure';
import type { RequestPrice } from '../../core/pricing/price';
import type { SendResult } from '../../core/scheduler/outcome';
import { Hints } from '../n8n/hints';
import { RunLog } from '../n8n/runLog';
import { Spending } from '../n8n/spending';
import { batchItem } from './batchItem';
import type { Collected } from './collectTypes';

export function statusItem(batch: Batch, itemIndex: number): SendResult<INodeExecutionData[]> {
	return {
		ok: true,
		value: [{ json: { ...batchItem(batch), finished: false }, pairedItem: { item: itemIndex } }],
	};
}

export function withCollectedCount({ lines, batch }: Collected, failure: Failure): Failure {
	const message = `${failure.message} ${lines.length} of ${batch.counts.total} results of ${batch.id} had been collected; they stay with the provider, so collecting again costs nothing.`;
	return { ...failure, message };
}

/** A request that was billed and brought nothing. */
function addLost(spending: Spending, price: RequestPrice): void {
	spending.add(price, 0);
	spending.addLost(price.total);
}

/** Costs to n8n's own counter and to the user, once for each batch. */
export function reportSpending(
	context: IExecuteFunctions,
	{ lines, batch }: Collected,
	hints: Hints,
): void {
	const spending = new Spending();
	let failed = 0;
	for (const { outcome, entry } of lines) {
		if (!outcome.ok) {
			failed += entry?.images ?? 1;
			if (outcome.price !== null) addLost(spending, outcome.price);
			continue;
		}
		const made = outcome.price.perImage.length;
		spending.add(outcome.price, made);
		if (entry !== null && made < entry.images) {
			hints.add(
				'warning',
				`Fewer images were made than requested: ${made} of ${entry.images} for ${entry.customId}.`,
			);
		}
	}
	spending.report(context);
	const { label } = readMetadata(batch.metadata);
	const name = label === '' ? batch.id : `${batch.id} (${label})`;
	const summary = [
		`${spending.summary()} at batch price`,
		...(failed > 0 ? [`${failed} failed`] : []),
	].join(', ');
	hints.add('info', `${name}: ${summary}`);
	new RunLog(context).finished(`batch ${batch.id} collected: ${summary}`, { batchId: batch.id });
	for (const { message, line } of batch.problems) {
		hints.add(
			'warning',
			`The provider reports for ${batch.id}${line === null ? '' : `, line ${line}`}: ${message}`,
		);
	}
}

/** What is not as it should be. */
export function tellAccount({ batch, account, manifest }: Collected, hints: Hints): void {
	const words = accountWords(batch, account);
	if (words !== null) hints.add('warning', words);
	if (manifest.problem !== null) hints.add('warning', manifest.problem);
	const [first] = account.doubled;
	if (first !== undefined)
		hints.add(
			'warning',
			`${account.doubled.size} custom IDs of ${batch.id} have more than one result, such as ${first}. The first one counts, but a result with an image counts before a failure.`,
		);
}
