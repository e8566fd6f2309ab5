import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { ReviewAnswer } from '../../core/review/answer';
import { pickedJson, rejectedJson } from '../../core/review/reviewedItem';
import { isReviewable } from './reviewable';

/** Picked and rejected, each in the order in which they came in. What was said of all of them is said of those that were shown. */
export function decide(
	items: readonly INodeExecutionData[],
	{ picks, notes, comment, at }: GivenAnswer,
): INodeExecutionData[][] {
	const byIndex = new Map(picks.map((pick) => [pick.index, pick]));
	const noteOf = new Map(notes.map(({ index, note }) => [index, note]));
	const output = (wanted: boolean): INodeExecutionData[] =>
		items.flatMap((item, index) => {
			const pick = byIndex.get(index);
			if ((pick !== undefined) !== wanted) return [];
			const json =
				pick === undefined
					? rejectedJson(
							item.json,
							[noteOf.get(index) ?? '', isReviewable(item) ? comment : ''],
							at,
						)
					: pickedJson(item.json, pick, at);
			return [{ ...item, json: json as IDataObject, pairedItem: { item: index } }];
		});
	return [output(true), output(false)];
}

export interface GivenAnswer extends ReviewAnswer {
	/** ISO 8601 */
	at: string;
}
