import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { draftOf, type Draft } from '../core/lineage/draft';
import { NO_ORIGIN } from '../core/lineage/origin';
import { findModel, type ChosenModel } from '../core/models/resolve';
import { UNKNOWN_MODEL } from '../core/models/unknownModel';
import { qualityNotice } from '../core/pricing/qualityNotice';
import { showValue, type AskedParameters, type Problem } from '../core/requests/parameters';
import { asRecord } from '../core/run/errorBody';
import { planEdit } from './editPlan';
import { planGenerate } from './generatePlan';
import { fieldOfDraft } from './draftFile';
import type { OutputOptions } from './parameters';
import type { PlannedItem } from './plan';

export interface AskedPromotion {
	itemIndex: number;
	model: ChosenModel;
	/** Its size may be `same`: that of the draft. */
	asked: AskedParameters;
	mode: unknown;
	/** Binary fields of the draft's image and of further references, for `refine`. */
	imageFields: string[];
	output: OutputOptions;
	/** The draft's item. */
	json: IDataObject;
}

/** Checks a promotion: the draft's prompt again, or its image as the reference of an edit. Nothing is sent. */
export async function planPromote(context: IExecuteFunctions, promotion: AskedPromotion): Promise<PlannedItem> {
	const { itemIndex, model, json } = promotion;
	const draft = draftOf(json);
	const asked = askedOf(promotion, draft);
	const problems = problemsOf(context, promotion, asked);
	const origin = { ...NO_ORIGIN, draft };
	if (problems.length > 0) return { itemIndex, model, origin, identity: null, prompt: asked.prompt, plan: { ok: false, problems } };
	const item =
		promotion.mode === 'refine'
			? await planEdit(context, { itemIndex, model, asked, imageFields: promotion.imageFields, maskField: null })
			: planGenerate({ itemIndex, model, asked });
	if (!item.plan.ok) return { ...item, origin };
	const { value } = item.plan;
	const notice = noticeOf(draft, model, value.request);
	const warnings = notice === null ? value.warnings : [...value.warnings, notice];
	return { ...item, origin, plan: { ok: true, value: { ...value, warnings } } };
}

/** What the draft says where the user says nothing. */
function askedOf({ asked, model, mode, json }: AskedPromotion, draft: Draft | null): AskedParameters {
	const { transparentBackground, inputFidelity } = model.entry?.capabilities ?? UNKNOWN_MODEL;
	const isTransparent = json.background === 'transparent' && transparentBackground;
	// The draft's composition is what a refinement is for.
	const isFaithful = mode === 'refine' && model.entry !== null && inputFidelity.includes('high');
	return {
		...asked,
		prompt: isBlank(asked.prompt) ? (json.prompt ?? draft?.prompt) : asked.prompt,
		size: asked.size === 'same' ? sizeOf(json) : asked.size,
		outputFormat: isBlank(asked.outputFormat) || asked.outputFormat === 'auto' ? 'png' : asked.outputFormat,
		background: asked.background ?? (isTransparent ? 'transparent' : undefined),
		inputFidelity: asked.inputFidelity ?? (isFaithful ? 'high' : undefined),
	};
}

const isBlank = (value: unknown): boolean => value === undefined || value === null || String(value).trim() === '';

/** In pixels, as the draft's item says; `null` = it does not. */
function sizeOf(json: IDataObject): string | null {
	const { width, height } = asRecord(json.image);
	if (typeof json.size === 'string' && /^\d+x\d+$/.test(json.size)) return json.size;
	return typeof width === 'number' && typeof height === 'number' ? `${width}x${height}` : null;
}

function problemsOf(context: IExecuteFunctions, promotion: AskedPromotion, asked: AskedParameters): Problem[] {
	const { mode, output, itemIndex } = promotion;
	const problems: Problem[] = [];
	if (mode !== 'regenerate' && mode !== 'refine') {
		problems.push({ field: 'mode', message: `'Mode' is ${showValue(mode)}. Choose regenerate or refine.` });
	}
	if (asked.size === null) {
		const message = "'Size' is 'Same as Draft', but the input item has neither a size nor the width and height of an image. Choose a size.";
		problems.push({ field: 'size', message });
	}
	if (output.draftField === '') return problems;
	const refuse = (why: string): void => {
		problems.push({ field: 'draftBinaryField', message: `'Keep Draft Image in Field' is ${showValue(output.draftField)}, ${why}` });
	};
	if (output.draftField === output.field) refuse('where the new image goes. Choose another name.');
	if (fieldOfDraft(context, itemIndex, promotion.imageFields) === null) refuse('but the input item has no file. Remove the option.');
	return problems;
}

function noticeOf(draft: Draft | null, { entry, catalogue }: ChosenModel, { quality, size }: { quality: string; size: string }): string | null {
	const from = draft === null ? null : findModel(draft.model, catalogue);
	return from === null || entry === null ? null : qualityNotice(from, entry, quality, size);
}
