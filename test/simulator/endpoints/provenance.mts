/** `/v1/content_provenance_checks` ("Content provenance" guide and API reference). */
import { isDrawnHere } from '../drawing/pictures.mts';
import { readCredentials } from '../drawing/credentials.mts';
import {
	invalidRequest,
	invalidType,
	missingParameter,
	refuseDoubled,
	unknownParameter,
} from '../errors.mts';
import type { Answer } from '../http/answer.mts';
import { json } from '../http/answer.mts';
import type { Exchange } from '../http/exchange.mts';
import { readForm } from '../http/multipart.mts';
import { imageFacts, recordOf } from '../recording.mts';
import { currentTime, unixSeconds } from '../state.mts';

/** "Files can be up to 50 MiB." */
const MAX_BYTES = 50 * 1024 * 1024;
/** "PNG, JPEG, WebP, and GIF (including animated GIFs)"; sound is not simulated. */
const FORMATS = ['png', 'jpeg', 'webp', 'gif'];

export async function checkProvenance({ state, request, record }: Exchange): Promise<Answer> {
	const contentType = request.headers['content-type'] ?? '';
	if (!contentType.startsWith('multipart/form-data'))
		throw invalidRequest(
			`Invalid Content-Type header (${contentType}), expected multipart/form-data.`,
			null,
			null,
		);
	const form = await readForm(request, contentType, MAX_BYTES);
	const names = [...form.fields.map(({ name }) => name), ...form.files.map(({ field }) => field)];
	for (const file of form.files) record.files.push(recordOf(file, await imageFacts(file.content)));
	record.parameters = Object.fromEntries(form.fields.map(({ name, value }) => [name, value]));
	refuseDoubled(names);
	const stranger = names.find((name) => name !== 'file');
	if (stranger !== undefined) throw unknownParameter(stranger);
	if (form.fields.length > 0) throw invalidType('file', 'a file', 'a string');
	const [file] = form.files;
	if (!file) throw missingParameter('file');
	// The wording of both is an assumption; the limits are documented.
	if (file.truncated)
		throw invalidRequest('The file is too large. Files can be up to 50 MiB.', 'file', null);
	const facts = await imageFacts(file.content);
	if (!facts || !FORMATS.includes(facts.format))
		throw invalidRequest('The file is damaged or of a format that is not supported.', 'file', null);
	return json({
		object: 'content_provenance_check',
		created_at: unixSeconds(currentTime(state)),
		results: [c2paOf(file.content), synthIdOf(file.content)],
	});
}

/** Detected: signed by OpenAI, and nothing was changed since. */
function c2paOf(file: Buffer): Record<string, unknown> {
	const found = readCredentials(file);
	return {
		type: 'c2pa',
		outcome: found?.isWhole ? 'detected' : 'not_detected',
		validation_state: found === null ? 'not_present' : found.isWhole ? 'trusted' : 'invalid',
		issuer: found?.issuer ?? null,
		model: found?.isWhole ? found.model : null,
		generated_at: null,
	};
}

/** There is no watermark in a simulated picture: this process knows what it has drawn. */
function synthIdOf(file: Buffer): Record<string, unknown> {
	return {
		type: 'synthid',
		outcome: isDrawnHere(file) ? 'detected' : 'not_detected',
		model: null,
		generated_at: null,
	};
}
