import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { pickedJson, rejectedJson } from '../../core/review/outcome';
import type { ReviewAnswer } from './waiting';

/** Picked and rejected, each in the order in which they came in. */
export function decide(
	items: readonly INodeExecutionData[],
	{ picks, at }: ReviewAnswer,
): INodeExecutionData[][] {
	const byIndex = new Map(picks.map((pick) => [pick.index, pick]));
	const output = (wanted: boolean): INodeExecutionData[] =>
		items.flatMap((item, index) => {
			const pick = byIndex.get(index);
			if ((pick !== undefined) !== wanted) return [];
			const json =
				pick === undefined ? rejectedJson(item.json, at) : pickedJson(item.json, pick, at);
			return [{ ...item, json: json as IDataObject, pairedItem: { item: index } }];
		});
	return [output(true), output(false)];
}
