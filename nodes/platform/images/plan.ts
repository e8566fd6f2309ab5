import type { Draft } from '../../core/lineage/draft';
import { NO_ORIGIN, type Origin, type Replaced } from '../../core/lineage/origin';
import { doorProblems } from '../../core/models/door';
import type { ChosenModel } from '../../core/models/resolve';
import { costBound } from '../../core/pricing/costBound';
import type { Checked, CheckedRequest } from '../../core/requests/imageRequest';
import type { InputFile } from '../../core/requests/inputImages';
import type { AskedParameters, Problem } from '../../core/requests/parameters';
import type { Variation } from '../../core/requests/variations';
import type { Bound } from '../../core/run/ledger';
import { digestOf } from '../digest';
import { boundSizes } from '../estimatePlan';

/** What an input item asks of a model. */
export interface Ask {
	itemIndex: number;
	model: ChosenModel;
	/** As it was carried over to the model. */
	asked: AskedParameters;
	/** As the user filled it in. */
	wanted: AskedParameters;
	draft: Draft | null;
	replaced: Replaced | null;
}

/** The files that an edit works on; they are read when it is sent. */
export interface PlannedFiles {
	images: InputFile[];
	mask: InputFile | null;
}

export const NO_FILES: PlannedFiles = { images: [], mask: null };

/** What is sent, as plain data: sendPlan does it. It is never changed; another model makes another plan. */
export interface ImagePlan extends CheckedRequest {
	endpoint: 'generate' | 'edit';
	files: PlannedFiles;
	/** Knows the same wish at the same position in a second run, whatever model serves it then. */
	fingerprint: string;
}

/** One input item, or one variation of it, read and checked; nothing of it has been sent. */
export interface PlannedItem {
	itemIndex: number;
	model: ChosenModel;
	origin: Origin;
	/** As asked, for the item of a failure. */
	prompt: unknown;
	plan: Checked<ImagePlan>;
}

interface Findings {
	checked: Checked<CheckedRequest>;
	variation?: Variation | null;
	/** Beside those of the request. */
	problems?: readonly Problem[];
	warnings?: readonly string[];
	/** Of an edit; absent = a generation. */
	files?: PlannedFiles;
}

/** The item of what was asked, with all that stands against it. */
export function plannedItem(
	ask: Ask,
	{ checked, variation = null, problems = [], warnings = [], files }: Findings,
): PlannedItem {
	const { itemIndex, model, draft, replaced } = ask;
	const item = {
		itemIndex,
		model,
		origin: { ...NO_ORIGIN, variation, draft, replaced },
		prompt: ask.asked.prompt,
	};
	const refused = [...(checked.ok ? [] : checked.problems), ...problems];
	if (!checked.ok || refused.length > 0) return { ...item, plan: { ok: false, problems: refused } };
	const { request } = checked.value;
	const missing = doorProblems(request, files !== undefined && files.mask !== null, model);
	if (missing.length > 0) return { ...item, plan: { ok: false, problems: missing } };
	const plan: ImagePlan = {
		...checked.value,
		warnings: [...checked.value.warnings, ...warnings],
		endpoint: files === undefined ? 'generate' : 'edit',
		files: files ?? NO_FILES,
		fingerprint: fingerprintOf(ask, request, variation, files ?? NO_FILES),
	};
	return { ...item, plan: { ok: true, value: plan } };
}

/** Ten equal prompts are ten images; a mask is no second image. */
function fingerprintOf(
	{ itemIndex, model, wanted }: Ask,
	{ prompt, size }: CheckedRequest['request'],
	variation: Variation | null,
	files: PlannedFiles,
): string {
	const all = [
		itemIndex,
		variation?.index ?? 0,
		model.requested,
		{ ...wanted, prompt, size },
		identitiesOf(files),
	];
	return digestOf(JSON.stringify(all)).slice(0, 32);
}

/** What the files are, so that the same request can be known again. */
export function identitiesOf({ images, mask }: PlannedFiles): {
	images: string[];
	mask: string | null;
} {
	return { images: images.map(({ identity }) => identity), mask: mask?.identity ?? null };
}

/** The most that images of a plan cost; `null` = not known. */
export function boundOf(model: ChosenModel, plan: ImagePlan, images: number): Bound | null {
	const amount = costBound(model, plan.request, images, boundSizes(plan));
	if (amount === null) return null;
	const { model: id, quality, size } = plan.request;
	return {
		amount,
		priceKey: [id, plan.endpoint, quality, size].join(' '),
		isCertain: model.catalogue.door?.statesCost !== true,
	};
}

/** Where an image stands among all images of its input item, and how many those are. @param offset among the images of its plan */
export function positionOf(
	{ variation }: Origin,
	planned: number,
	offset: number,
): { index: number; count: number } {
	return {
		index: (variation?.index ?? 0) * planned + offset,
		count: (variation?.count ?? 1) * planned,
	};
}

/** A budget can't be kept where the price is not known. */
export function unknownPriceProblem({ id }: ChosenModel): Problem {
	const message = `'Budget (USD)' is set, but the price of ${id} is not known, so it can't be kept. Remove the budget, or choose a model with a known price.`;
	return { field: 'budgetUsd', message };
}
