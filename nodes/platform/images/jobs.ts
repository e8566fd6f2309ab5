import type { IExecuteFunctions } from 'n8n-workflow';
import type { Catalogue } from '../../core/catalogue/types';
import { chooseModel } from '../../core/modelChoice/successor';
import type { Problem } from '../../core/requests/parameters';
import { problemsError } from '../n8n/errors';
import { forEachItem } from '../n8n/forEachItem';
import { linkProblems } from '../n8n/links';
import { readModel, readOutputOptions } from '../n8n/parameters';
import { type RunSettings, sessionProblems } from '../n8n/runSettings';
import { aboutItem } from '../n8n/whichItem';
import { readFallback } from './downFallback';
import { boundOf, unknownPriceProblem } from './plan';
import { type MadeBy, planItem, readWhenGone, unreadableItem } from './planItem';
import { Receipts } from './receipts';
import { afterEarlierTry } from './stopError';
import type { ImageJob, PlannedItem } from './types';

/** Items of an input item; `error` as it was thrown, where an expression of it fails. */
type Planner = (itemIndex: number) => Promise<{ items: PlannedItem[]; error: Error | null }>;

export function plannerOf(
	context: IExecuteFunctions,
	operation: MadeBy,
	{ catalogue, now }: { catalogue: Catalogue; now: Date },
): Planner {
	return async (itemIndex) => {
		try {
			// What is read again later, so that it fails here if it does.
			const { linkHours } = readOutputOptions(context, itemIndex);
			readFallback(context, itemIndex);
			const model = chooseModel(
				readModel(context, itemIndex),
				now,
				readWhenGone(context, itemIndex),
				catalogue,
			);
			const items = await planItem(context, operation, itemIndex, model);
			const problems = [...linkProblems(linkHours), ...sessionProblems(context, itemIndex)];
			return { items: items.map((item) => withProblems(item, problems)), error: null };
		} catch (thrown) {
			const error = thrown instanceof Error ? thrown : new Error(String(thrown));
			return {
				items: [unreadableItem(itemIndex, chooseModel('', now, 'fail', catalogue), error)],
				error,
			};
		}
	};
}

/** Reads and checks every input item before any is sent. */
export async function planItems(
	context: IExecuteFunctions,
	{ budget }: RunSettings,
	receipts: Receipts,
	plan: Planner,
): Promise<PlannedItem[]> {
	const ending = afterEarlierTry(receipts.leftOver([]));
	const planned = await forEachItem(context, async (itemIndex) => {
		const { items: read, error } = await plan(itemIndex);
		const items = read.map((item) => (budget === null ? item : withKnownPrice(item)));
		const problems = items.flatMap((item) => (item.plan.ok ? [] : item.plan.problems));
		const refused =
			problems.length === 0
				? null
				: aboutItem(
						context,
						problemsError(context.getNode(), problems, itemIndex, ending),
						itemIndex,
						items[0]?.prompt,
					);
		return { value: items, error: error ?? refused };
	});
	return planned.flat();
}

/** @param more what stands against it beside what its plan says */
function withProblems(item: PlannedItem, more: readonly Problem[]): PlannedItem {
	if (more.length === 0) return item;
	const { plan } = item;
	return { ...item, plan: { ok: false, problems: [...(plan.ok ? [] : plan.problems), ...more] } };
}

function withKnownPrice(item: PlannedItem): PlannedItem {
	if (!item.plan.ok || boundOf(item.model, item.plan.value, 1) !== null) return item;
	return withProblems(item, [unknownPriceProblem(item.model, item.plan.value.request)]);
}

export async function jobsOf(
	context: IExecuteFunctions,
	items: readonly PlannedItem[],
	receipts: Receipts,
): Promise<ImageJob[]> {
	const jobs: ImageJob[] = [];
	for (const item of items) {
		if (!item.plan.ok) continue;
		const plan = item.plan.value;
		const kept = await receipts.find(plan);
		const maybeBilledBefore = receipts.takeUnanswered(plan);
		jobs.push({
			item,
			plan,
			output: readOutputOptions(context, item.itemIndex),
			kept,
			maybeBilledBefore,
		});
	}
	return jobs;
}
