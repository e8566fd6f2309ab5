import type { ChosenModel } from '../../core/catalogue/resolve';
import type { Origin } from '../../core/lineage/origin';
import { costBound } from '../../core/pricing/costBound';
import { providerProblems } from '../../core/providers/connection';
import type { Checked, CheckedRequest, ImageRequest } from '../../core/requests/imageRequest';
import type { Problem } from '../../core/requests/parameters';
import type { Variation } from '../../core/requests/variations';
import type { Bound } from '../../core/scheduler/ledger';
import { plainObject } from '../../core/util/json';
import { digestOf } from '../n8n/digest';
import { boundSizes } from './estimatePlan';
import type { Ask, ImagePlan, PlannedFiles, PlannedItem } from './types';

const NO_FILES: PlannedFiles = { images: [], mask: null };

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
	// Not spread: see plainObject.
	const item = (plan: PlannedItem['plan']): PlannedItem => ({
		itemIndex,
		model,
		origin: { variation, draft, replaced },
		prompt: ask.parameters.prompt,
		plan,
	});
	const refused = [...(checked.ok ? [] : checked.problems), ...problems];
	if (!checked.ok || refused.length > 0) return item({ ok: false, problems: refused });
	const { request, count, warnings: own } = checked.value;
	const { mask = null, markup = null } = files ?? {};
	const missing = providerProblems(
		request,
		{ mask: mask !== null, markup: markup !== null },
		model,
	);
	if (missing.length > 0) return item({ ok: false, problems: missing });
	const plan: ImagePlan = {
		request,
		count,
		warnings: [...own, ...warnings],
		endpoint: files === undefined ? 'generate' : 'edit',
		files: files ?? NO_FILES,
		fingerprint: fingerprintOf(ask, request, variation, files ?? NO_FILES),
	};
	return item({ ok: true, value: plan });
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
		plainObject(wanted, { prompt, size }),
		identitiesOf(files),
	];
	return digestOf(JSON.stringify(all)).slice(0, 32);
}

/** What the files are, so that the same request can be known again. */
export function identitiesOf({ images, mask, markup }: PlannedFiles): {
	images: string[];
	mask: string | null;
	markup?: string;
} {
	return {
		images: images.map(({ identity }) => identity),
		mask: mask?.identity ?? null,
		...(markup && { markup: markup.identity }),
	};
}

/** The most that images of a plan cost; `null` = not known. */
export function boundOf(model: ChosenModel, plan: ImagePlan, images: number): Bound | null {
	const amount = costBound(model, plan.request, images, boundSizes(plan));
	if (amount === null) return null;
	const { provider } = model.catalogue;
	const { model: id, quality, size, output_format: format, frame_count, svg } = plan.request;
	// What else decides the price: raster images cost the same whatever their format.
	const drawn = format === 'gif' || format === 'svg' ? [format, frame_count, svg?.model] : [];
	return {
		amount,
		// Nodes of a session may use several providers.
		priceKey: [provider?.name, id, plan.endpoint, quality, size, ...drawn].join(' '),
		isCertain: provider?.statesCost !== true,
	};
}

/**
 * Where an image stands among all images of its input item, and how many those are.
 * @param offset among the images of its plan
 */
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
export function unknownPriceProblem(
	{ id }: ChosenModel,
	{ output_format: format, svg }: Pick<ImageRequest, 'output_format' | 'svg'>,
): Problem {
	if (format === 'svg') {
		const author =
			svg === undefined ? 'the model that writes the SVG' : `${svg.model}, which writes the SVG,`;
		const message = `'Budget (USD)' is set, but the price of ${author} is not known, so the budget can't be kept. Remove the budget, or choose an 'SVG Model' with a known price.`;
		return { field: 'budgetUsd', message };
	}
	const message = `'Budget (USD)' is set, but the price of ${id} is not known, so the budget can't be kept. Remove the budget, or choose a model with a known price.`;
	return { field: 'budgetUsd', message };
}
