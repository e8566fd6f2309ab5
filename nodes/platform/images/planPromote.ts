import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { draftOf, type Draft } from '../../core/lineage/draft';
import { findModel, type ChosenModel } from '../../core/models/resolve';
import { UNKNOWN_MODEL } from '../../core/models/unknownModel';
import { qualityNotice } from '../../core/pricing/qualityNotice';
import { showValue, type AskedParameters, type Problem } from '../../core/requests/parameters';
import { asRecord } from '../../core/run/errorBody';
import { fieldOfDraft } from '../draftFile';
import type { OutputOptions } from '../parameters';
import { plannedItem, type Ask, type PlannedItem } from './plan';
import { planEdit } from './planEdit';
import { planGenerate } from './planGenerate';

export interface PromoteFields {
	mode: unknown;
	/** Binary fields of the draft's image and of further references, for `refine`. */
	imageFields: string[];
	output: OutputOptions;
	/** The draft's item. */
	json: IDataObject;
}

/** Checks a promotion: the draft's prompt again, or its image as the reference of an edit. Nothing is sent. */
export async function planPromote(
	context: IExecuteFunctions,
	given: Ask,
	fields: PromoteFields,
): Promise<PlannedItem> {
	const draft = draftOf(fields.json);
	const ask: Ask = { ...given, draft, asked: askedOf(given, fields, draft) };
	const problems = problemsOf(context, ask, fields);
	if (problems.length > 0) return plannedItem(ask, { checked: { ok: false, problems } });
	const item =
		fields.mode === 'refine'
			? await planEdit(context, ask, { imageFields: fields.imageFields, maskField: null })
			: planGenerate(ask);
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
function askedOf(
	{ asked, model }: Ask,
	{ mode, json }: PromoteFields,
	draft: Draft | null,
): AskedParameters {
	const { transparentBackground, inputFidelity } = model.entry?.capabilities ?? UNKNOWN_MODEL;
	const isTransparent = json.background === 'transparent' && transparentBackground;
	// The draft's composition is what a refinement is for.
	const isFaithful = mode === 'refine' && model.entry !== null && inputFidelity.includes('high');
	return {
		...asked,
		prompt: isBlank(asked.prompt) ? (json.prompt ?? draft?.prompt) : asked.prompt,
		size: asked.size === 'same' ? sizeOf(json) : asked.size,
		outputFormat:
			isBlank(asked.outputFormat) || asked.outputFormat === 'auto' ? 'png' : asked.outputFormat,
		background: asked.background ?? (isTransparent ? 'transparent' : undefined),
		inputFidelity: asked.inputFidelity ?? (isFaithful ? 'high' : undefined),
	};
}

const isBlank = (value: unknown): boolean =>
	value === undefined || value === null || String(value).trim() === '';

/** In pixels, as the draft's item says; `null` = it does not. */
function sizeOf(json: IDataObject): string | null {
	const { width, height } = asRecord(json.image);
	if (typeof json.size === 'string' && /^\d+x\d+$/.test(json.size)) return json.size;
	return typeof width === 'number' && typeof height === 'number' ? `${width}x${height}` : null;
}

function problemsOf(
	context: IExecuteFunctions,
	{ itemIndex, asked }: Ask,
	{ mode, output, imageFields }: PromoteFields,
): Problem[] {
	const problems: Problem[] = [];
	if (mode !== 'regenerate' && mode !== 'refine') {
		problems.push({
			field: 'mode',
			message: `'Mode' is ${showValue(mode)}. Choose regenerate or refine.`,
		});
	}
	if (asked.size === null) {
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
	if (output.draftField === output.field) refuse('where the new image goes. Choose another name.');
	if (fieldOfDraft(context, itemIndex, imageFields) === null)
		refuse('but the input item has no file. Remove the option.');
	return problems;
}

function noticeOf(
	draft: Draft | null,
	{ entry, catalogue }: ChosenModel,
	{ quality, size }: { quality: string; size: string },
): string | null {
	const from = draft === null ? null : findModel(draft.model, catalogue);
	return from === null || entry === null ? null : qualityNotice(from, entry, quality, size);
}
