import { customIdProblem, CustomIds } from '../../core/batch/customId';
import { isTooLarge, MAX_BATCH_BYTES } from '../../core/batch/grouping';
import { labelProblem } from '../../core/batch/metadata';
import { batchModelProblem } from '../../core/batch/batchModel';
import type { Problem } from '../../core/requests/parameters';
import type { PlannedItem } from '../images/types';
import { PreparedLine } from './preparedLine';

/** An input item that can't go into a batch, and why. */
export interface RefusedInput {
	item: PlannedItem;
	problems: Problem[];
}

/**
 * All of an input item or nothing of it.
 * @returns `null` = nothing stands against it
 */
export function refusalOf(
	items: readonly PlannedItem[],
	lines: readonly PreparedLine[],
	customIds: CustomIds,
	now: Date,
): RefusedInput | null {
	const item = items.find(({ plan }) => !plan.ok) ?? items[0];
	if (item === undefined) return null;
	const modelProblem = batchModelProblem(item.model, now);
	const idProblem =
		customIdProblem(lines[0]?.facts.customId ?? '') ??
		customIds.claim(
			lines[0]?.facts.customId ?? '',
			lines.map(({ request }) => request.lineId),
			item.itemIndex,
		);
	const others = [modelProblem, idProblem, labelProblem(lines[0]?.label ?? ''), rowProblem(lines)];
	const problems = [
		...(item.plan.ok ? [] : item.plan.problems),
		...others.flatMap((problem) => problem ?? []),
	];
	return problems.length === 0 ? null : { item, problems };
}

/** A row that no file of a batch has room for; `null` = it has. */
function rowProblem(lines: readonly PreparedLine[]): Problem | null {
	const line = lines.find((one) => isTooLarge(one));
	if (line === undefined) return null;
	const mb = (bytes: number): string => (bytes / 1e6).toFixed(1);
	const size = Math.max(line.bytes, line.manifestBytes);
	const message = `The item takes up ${mb(size)} MB in a file of the batch; OpenAI allows ${mb(MAX_BATCH_BYTES)} MB. Remove large fields before this node, or turn off 'Include Input Fields' and give Collect the rows in 'Rows'.`;
	return { field: 'includeInputFields', message };
}
