/** `POST /v1/images/generations` and `/v1/images/edits` ("Images" API reference). */
import { SERVERS } from '../providers/index.mts';
import { invalidRequest, invalidType, refuseDoubled, unknownParameter } from '../errors.mts';
import type { Answer } from '../http/answer.mts';
import type { Exchange } from '../http/exchange.mts';
import { readJsonObject, shortened } from '../http/json.mts';
import type { UploadedFile } from '../http/multipart.mts';
import { readForm } from '../http/multipart.mts';
import type { InputFile, Inputs } from '../images/inputs.mts';
import { checkDeclared, MAX_IMAGE_BYTES, openInputs } from '../images/inputs.mts';
import { nestedSvg } from '../images/svgParameters.mts';
import { editJob, generationJob } from '../images/jobs.mts';
import type { RawParameters } from '../images/parameters.mts';
import { parseHead, parseOptions } from '../images/parameters.mts';
import { work } from '../images/work.mts';
import { imageFacts, recordOf } from '../recording.mts';
import { throughTrouble } from '../troubles/next.mts';
import type { Trouble } from '../troubles/trouble.mts';

export async function createImage(exchange: Exchange): Promise<Answer> {
	const values = await readJsonObject(exchange.request);
	exchange.record.parameters = shortened(values) as Record<string, unknown>;
	return await throughTrouble(exchange, async (trouble) => {
		const provider = SERVERS[exchange.state.options.provider ?? 'openai'];
		const asked = provider.values?.(values) ?? { endpoint: 'generations', values };
		const mapped = atProvider(exchange, asked.values);
		const job =
			asked.endpoint === 'edits'
				? await editJob(exchange.state, mapped, async (file) => withFacts(exchange, file))
				: generationJob(exchange.state, mapped);
		return await inProvidersWords(exchange, await work(exchange, job, trouble), values);
	});
}

export async function editImage(exchange: Exchange): Promise<Answer> {
	const contentType = exchange.request.headers['content-type'] ?? '';
	if (contentType.startsWith('multipart/form-data')) return editFromForm(exchange, contentType);
	if (contentType.startsWith('application/json')) return editFromJson(exchange);
	const message = `Unsupported content type: '${contentType}'. This API method only accepts 'application/json' or 'multipart/form-data' requests, but you specified the header 'Content-Type: ${contentType}'. Please try again with a supported content type.`;
	throw invalidRequest(message, null, 'unsupported_content_type');
}

/** With the model's name as OpenAI has it. */
function atProvider(
	{ state, url }: Exchange,
	values: Record<string, unknown>,
): Record<string, unknown> {
	const { provider = 'openai', deployments = {} } = state.options;
	const known = Object.entries(values).filter(([name]) => !SERVERS[provider].own?.includes(name));
	return {
		...Object.fromEntries(known),
		model: SERVERS[provider].model(values.model, url, deployments),
	};
}

async function inProvidersWords(
	exchange: Exchange,
	answer: Answer,
	values: Record<string, unknown>,
): Promise<Answer> {
	return (
		(await SERVERS[exchange.state.options.provider ?? 'openai'].answer?.(
			exchange,
			answer,
			values,
		)) ?? answer
	);
}

async function withFacts(exchange: Exchange, file: UploadedFile): Promise<InputFile> {
	const facts = await imageFacts(file.content);
	exchange.record.files.push(recordOf(file, facts));
	return { ...file, facts };
}

const isImageField = (name: string): boolean => /^image(\[\d*\])?$/.test(name);

async function editFromForm(exchange: Exchange, contentType: string): Promise<Answer> {
	const form = await readForm(exchange.request, contentType, MAX_IMAGE_BYTES);
	const values = Object.fromEntries(form.fields.map(({ name, value }) => [name, value]));
	exchange.record.parameters = values;
	const files: InputFile[] = [];
	for (const file of form.files) files.push(await withFacts(exchange, file));
	return await throughTrouble(exchange, async (trouble) => {
		refuseDoubled([...form.fields.map(({ name }) => name), ...files.map(({ field }) => field)]);
		return await workOnForm(exchange, values, files, trouble);
	});
}

async function workOnForm(
	exchange: Exchange,
	values: Record<string, string>,
	files: InputFile[],
	trouble: Trouble,
): Promise<Answer> {
	const raw: RawParameters = {
		endpoint: 'edits',
		values: nestedSvg(atProvider(exchange, values) as Record<string, string>),
		textual: true,
	};
	const head = parseHead(raw, exchange.state);
	const names = [...Object.keys(values), ...files.map((file) => file.field)];
	if (names.includes('images')) {
		throw invalidRequest(
			"Unknown parameter: 'images'. For multipart/form-data use 'image' or 'image[]'.",
			'images',
			'invalid_value',
		);
	}
	const stranger = files.find(
		(file) => !isImageField(file.field) && file.field !== 'mask' && file.field !== 'markup',
	);
	if (stranger) throw unknownParameter(stranger.field);
	const textual = ['mask', 'markup'].find((name) => name in values);
	if (textual !== undefined) throw invalidType(textual, 'a file', 'a string');
	const images = files.filter((file) => isImageField(file.field));
	// The API names one `image` by its field and several by their index.
	const inputs: Inputs = {
		images: images.map((image, index) => ({
			...image,
			field: image.field === 'image' ? 'image' : `image[${index}]`,
		})),
		mask: files.find((file) => file.field === 'mask'),
		markup: files.find((file) => file.field === 'markup'),
	};
	checkDeclared(inputs, 'image', Object.keys(values).some(isImageField));
	const options = parseOptions(raw, head.model, exchange.state);
	return inProvidersWords(
		exchange,
		await work(
			exchange,
			{
				endpoint: 'edits',
				head,
				options,
				inputs: await openInputs(inputs, head.model, options.format),
			},
			trouble,
		),
		values,
	);
}

async function editFromJson(exchange: Exchange): Promise<Answer> {
	const values = await readJsonObject(exchange.request);
	exchange.record.parameters = shortened(values) as Record<string, unknown>;
	return await throughTrouble(exchange, async (trouble) => {
		const job = await editJob(exchange.state, atProvider(exchange, values), async (file) =>
			withFacts(exchange, file),
		);
		return await work(exchange, job, trouble);
	});
}
