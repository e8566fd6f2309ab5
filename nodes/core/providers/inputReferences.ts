import type { ChosenModel } from '../catalogue/resolve';
import { FIELD_LABELS, type FieldName, type Problem } from '../requests/parameters';

/** What stands against input images that do not go as files. Nothing is sent. @param field that names them */
export function referenceProblems(
	uses: { files: boolean; urls: boolean },
	field: FieldName,
	{ catalogue: { provider } }: Pick<ChosenModel, 'catalogue'>,
): Problem[] {
	if (provider === undefined) return [];
	const problems: Problem[] = [];
	if (uses.files && !provider.files)
		problems.push({
			field,
			message: `'${FIELD_LABELS[field]}' contains file IDs, but ${provider.name} does not support them. Use binary fields or URLs, or choose an OpenAI credential.`,
		});
	if (uses.urls && !provider.imageUrls)
		problems.push({
			field: 'sendUrls',
			message: `'Send URLs' is on, but ${provider.name} does not download images. Turn it off, so that n8n downloads them.`,
		});
	return problems;
}
