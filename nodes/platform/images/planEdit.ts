import type { IExecuteFunctions } from 'n8n-workflow';
import { UNKNOWN_MODEL } from '../../core/catalogue/resolve';
import type { Capabilities } from '../../core/catalogue/types';
import { shownLink } from '../../core/images/link';
import { referenceProblems } from '../../core/providers/inputReferences';
import { checkImageRequest } from '../../core/requests/imageRequest';
import { checkInputImages, countProblem } from '../../core/requests/inputImages';
import type { InputSource, InputSources } from '../../core/requests/inputSources';
import { overlayProblems } from '../../core/requests/overlays';
import type { FieldName, Problem } from '../../core/requests/parameters';
import type { BinaryInput } from '../n8n/inputBinary';
import { InputImages, notFound } from './inputImages';
import { plannedItem } from './plan';
import type { Ask, PlannedItem } from './types';

export interface EditFields {
	/** The first is the one that the mask applies to. */
	images: InputSources & { sendUrls: boolean };
	maskField: string | null;
	markupField: string | null;
}

/** Checks an edit by its files' first bytes; what is at a URL is downloaded before. The files are read when it is sent. */
export async function planEdit(
	context: IExecuteFunctions,
	ask: Ask,
	{ images: given, maskField, markupField }: EditFields,
): Promise<PlannedItem> {
	const { itemIndex, model } = ask;
	const checked = checkImageRequest(ask.parameters, model);
	const { sources, sendUrls } = given;
	const uses = {
		files: sources.some(({ kind }) => kind === 'fileId'),
		urls: sendUrls && sources.some(({ kind }) => kind === 'url'),
	};
	const capabilities = model.entry?.capabilities ?? UNKNOWN_MODEL;
	const named = given.problems.length > 0 ? given.problems : countOf(given, capabilities);
	const refused = [...named, ...referenceProblems(uses, given.field, model)];
	if (refused.length > 0) return plannedItem(ask, { checked, problems: refused });
	const images = await findAll(context, itemIndex, { field: given.field, sources, sendUrls });
	const overlay = async (name: string | null, field: FieldName) =>
		await findAll(context, itemIndex, {
			field,
			sources: name === null ? [] : [{ kind: 'field', name }],
			sendUrls: false,
		});
	const masks = await overlay(maskField, 'maskBinaryField');
	const markups = await overlay(markupField, 'markupBinaryField');
	const [mask = null, markup = null] = [masks.files[0], markups.files[0]];
	const files = { images: images.files, mask, markup };
	const missing = [...images.problems, ...masks.problems, ...markups.problems];
	const overlays = { mask, markup, outputFormat: ask.parameters.outputFormat };
	const problems =
		missing.length > 0
			? missing
			: [
					...checkInputImages(files.images, mask, capabilities, given.field),
					...overlayProblems(overlays, files.images, capabilities, model),
				];
	return plannedItem(ask, { checked, problems, files });
}

const countOf = ({ sources, field }: InputSources, { maxInputImages }: Capabilities): Problem[] =>
	countProblem(sources.length, maxInputImages, field);

async function findAll(
	context: IExecuteFunctions,
	itemIndex: number,
	{ field, sources, sendUrls }: { field: FieldName; sources: InputSource[]; sendUrls: boolean },
): Promise<{ files: BinaryInput[]; problems: Problem[] }> {
	const inputs = InputImages.of(context);
	const files: BinaryInput[] = [];
	const problems: Problem[] = [];
	for (const source of sources) {
		const found = await inputs.find(itemIndex, source, sendUrls);
		if ('input' in found) files.push(found.input);
		else problems.push(notFound(field, `${beginningOf(source)} ${found.problem}`, found));
	}
	return { files, problems };
}

function beginningOf(source: InputSource): string {
	if (source.kind === 'field') return ` names '${source.name}',`;
	return source.kind === 'url' ? `: the image at ${shownLink(source.url)}` : `: ${source.id}`;
}
