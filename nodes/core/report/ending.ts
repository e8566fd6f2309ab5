import { columnsOf } from '../lineage/columns';
import { numberOrNull, type OurItem } from '../lineage/ourItem';
import { asText } from '../util/json';

/** How a request ended that is no image. */
export type NoImage =
	| {
			kind: 'failed';
			code: string;
			/** Something was sent, so that something may have been billed. */ sent: boolean;
	  }
	| { kind: 'skipped'; images: number };

const OPERATIONS = ['generate', 'edit', 'promote', 'batch'];

/** @returns `null` = the item says of no request of ours that it failed or was skipped */
export function endingOf(json: unknown, item: OurItem): NoImage | null {
	const isOurs =
		item.requestKey !== null && (item.operation === null || OPERATIONS.includes(item.operation));
	if (!isOurs || item.imageId !== null) return null;
	const { object, column } = columnsOf(json);
	const status = column('status');
	if (column('skipped') === 'budget' || status === 'skipped') {
		return { kind: 'skipped', images: Math.max(1, numberOrNull(column('images')) ?? 1) };
	}
	if (typeof column('error') !== 'string' && status !== 'failed') return null;
	const attempts = numberOrNull(
		object('request').attempts ?? column('requestattempts', 'attempts'),
	);
	// As it stands in the report's own table.
	const sent = column('sent');
	const wasSent = sent !== false && asText(sent)?.toLowerCase() !== 'false';
	return {
		kind: 'failed',
		code: asText(column('code')) ?? 'unknown',
		sent: attempts !== 0 && wasSent,
	};
}
