import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { type ChosenModel, findModel, UNKNOWN_MODEL } from '../../core/catalogue/resolve';
import { type Draft, draftOf } from '../../core/lineage/draft';
import { qualityNotice } from '../../core/modelChoice/qualityNotice';
import { type AskedParameters, type Problem, showValue } from '../../core/requests/parameters';
import { asRecord } from '../../core/util/json';
import { fieldOfDraft } from '../n8n/inputRow';
import type { OutputOptions } from '../n8n/parameters';
import { plannedItem } from './plan';
import { whyMissing } from './inputImages';
import { type EditFields, planEdit } from './planEdit';
import { planGenerate } from './planGenerate';
import type { Ask, PlannedItem } from './types';

interface PromoteFields {
	mode: unknown;
	/** The draft's image and further references; `null` = none go along. */
	images: EditFields['images'] | null;
	output: OutputOptions;
	/** The draft's item. */
	json: IDataObject;
}

/** Checks a promotion: the draft's image as the reference of an edit, or its prompt again. Nothing is sent. */
export async function planPromote(
	context: IExecuteFunctions,
	given: Ask,
	fields: PromoteFields,
): Promise<PlannedItem> {
	const draft = draftOf(fields.json);
	const ask: Ask = { ...given, draft, parameters: parametersOf(given, fields, draft) };
	const problems = problemsOf(context, ask, fields);
	if (problems.length > 0) return plannedItem(ask, { checked: { ok: false, problems } });
	const item =
		fields.images === null
			? planGenerate(ask)
			: await planEdit(context, ask, {
					images: fields.images,
					maskField: null,
					markupField: null,
				});
	return withNotice(item, draft);
}

/** @returns the item with a word on a quality that costs otherwise on the new model */
function withNotice(item: PlannedItem, draft: Draft | null): PlannedItem {
	if (!item.plan.ok) return item;
	const { value } = item.plan;
	const notice = noticeOf(draft, item.model, value.request);
	return notice === null
		? item
		: { ...item, plan: { ok: true, value: { ...value, warnings: [...value.warnings, notice] } } };
}

/** What the draft says where the user says nothing. */
function parametersOf(
	{ parameters, model }: Ask,
	{ mode, json }: PromoteFields,
	draft: Draft | null,
): AskedParameters {
	const { transparentBackground, inputFidelity } = model.entry?.capabilities ?? UNKNOWN_MODEL;
	const isTransparent =
		json.background === 'transparent' && transparentBackground && parameters.outputFormat !== 'gif';
	// The draft's composition is what a refinement is for.
	const isFaithful = mode === 'refine' && model.entry !== null && inputFidelity.includes('high');
	return {
		...parameters,
		prompt: isBlank(parameters.prompt) ? (json.prompt ?? draft?.prompt) : parameters.prompt,
		size: parameters.size === 'same' ? sizeOf(json) : parameters.size,
		outputFormat:
			isBlank(parameters.outputFormat) || parameters.outputFormat === 'auto'
				? 'png'
				: parameters.outputFormat,
		background: parameters.background ?? (isTransparent ? 'transparent' : undefined),
		inputFidelity: parameters.inputFidelity ?? (isFaithful ? 'high' : undefined),
	};
}

const isBlank = (value: unknown): boolean =>
	value === undefined || value === null || String(value).trim() === '';

/** As the draft's item says; `null` = it does not. Where the model was to choose, an SVG's own size is no wish. */
function sizeOf(json: IDataObject): string | null {
	const { width, height, mimeType } = asRecord(json.image);
	if (typeof json.size === 'string' && /^\d+x\d+$/.test(json.size)) return json.size;
	if (json.size === 'auto' && mimeType === 'image/svg+xml') return 'auto';
	return typeof width === 'number' && typeof height === 'number' ? `${width}x${height}` : null;
}

function problemsOf(
	context: IExecuteFunctions,
	{ itemIndex, parameters }: Ask,
	{ mode, output, images }: PromoteFields,
): Problem[] {
	const problems: Problem[] = [];
	if (mode !== 'regenerate' && mode !== 'refine') {
		problems.push({
			field: 'mode',
			message: `'How to Make It' is ${showValue(mode)}. Choose refine or regenerate.`,
		});
	}
	const named = images?.sources.flatMap((one) => (one.kind === 'field' ? one.name : [])) ?? [];
	const draftImage = images?.field === 'inputBinaryFields' ? (named[0] ?? '') : null;
	const missing = draftImage === null ? null : whyMissing(context, itemIndex, draftImage);
	if (missing !== null) {
		const message = `'Input Binary Fields' names '${draftImage}', ${missing} Or set 'How to Make It' to 'New Picture From the Prompt', which needs no image.`;
		problems.push({ field: 'inputBinaryFields', message });
	}
	if (parameters.size === null) {
		const message =
			"'Size' is 'Same as Draft', but the input item has neither a size nor the width and height of an image. Choose a size.";
		problems.push({ field: 'size', message });
	}
	if (output.draftField === '') return problems;
	const refuse = (why: string): void => {
		problems.push({
			field: 'draftBinaryField',
			message: `'Keep Draft Image in Field' is ${showValue(output.draftField)}, ${why}`,
		});
	};
	if (output.draftField === output.field)
		refuse('which is where the new image goes. Choose another name.');
	if (fieldOfDraft(context, itemIndex, named) === null)
		refuse('but the input item has no file. Remove the option.');
	return problems;
}

/** Only where the draft has the same quality: who goes from 'low' to 'high' expects another price. */
function noticeOf(
	draft: Draft | null,
	{ entry, catalogue }: ChosenModel,
	{ quality, size }: { quality: string; size: string },
): string | null {
	const from =
		draft === null || draft.quality !== quality ? null : findModel(draft.model, catalogue);
	return from === null || entry === null ? null : qualityNotice(from, entry, quality, size);
}
