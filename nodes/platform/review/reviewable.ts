import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';
import { readItem } from '../../core/lineage/ourItem';

/** What every browser shows. Scripts of an SVG run in no image, and in no page of ours is it anything else (see sendImage). */
const SHOWN = ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/avif', 'image/svg+xml'];

/** The image of an item: in `data`, or in the first field that has one. `null` = there is nothing to look at. */
export function reviewable({ binary, json }: INodeExecutionData): IBinaryData | null {
	// An image of ours stays one, whatever an estimate says of making it again.
	if (typeof json.error === 'string' && readItem(json).imageId === null) return null;
	const files = Object.entries(binary ?? {}).sort(
		([a], [b]) => Number(b === 'data') - Number(a === 'data'),
	);
	return files.find(([, file]) => SHOWN.includes(file.mimeType))?.[1] ?? null;
}

export const isReviewable = (item: INodeExecutionData): boolean => reviewable(item) !== null;
