import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';
import { GptImage } from '../../../nodes/GptImage/GptImage.node';
import { fakeN8n, jsonAnswer, type FakeAnswer } from '../fixtures/fakeN8n.mts';
import { canvas } from '../fixtures/pictures.mts';

const PARAMETERS = {
	resource: 'image',
	operation: 'generate',
	model: { mode: 'id', value: 'gpt-image-2.5-flare' },
	prompt: 'a red balloon',
	quality: 'low',
	size: '1024x1024',
	count: 1,
	options: {},
};
const USAGE = {
	input_tokens: 14,
	input_tokens_details: { text_tokens: 14, image_tokens: 0 },
	output_tokens: 196,
	output_tokens_details: { image_tokens: 196, text_tokens: 0 },
};
const missing = (model: string, status = 400) =>
	jsonAnswer(
		{
			error: {
				message: `The model '${model}' does not exist.`,
				type: 'image_generation_user_error',
				code: null,
			},
		},
		status,
	);

let made: FakeAnswer;
beforeAll(async () => {
	made = jsonAnswer({
		data: [{ b64_json: (await canvas(false).jpeg().toBuffer()).toString('base64') }],
		usage: USAGE,
	});
});

const isList = ({ url }: IHttpRequestOptions): boolean => String(url).endsWith('/models');
const modelOf = ({ body }: IHttpRequestOptions): string =>
	String((JSON.parse(String(body)) as IDataObject)['model']);

/** @param listed what the list of models has @param answer to a request for images */
async function run(
	listed: string[],
	answer: (model: string, attempt: number) => FakeAnswer,
	more: Record<string, unknown> = {},
	items = 1,
) {
	const asked: string[] = [];
	let lists = 0;
	const n8n = fakeN8n({
		input: Array.from({ length: items }, () => ({ json: {} })),
		parameters: { ...PARAMETERS, ...more },
		continueOnFail: true,
		listsModels: true,
		credential: {
			apiKey: `sk-${String(Math.random())}`,
			baseUrl: `https://api.openai.com/v1/${String(Math.random()).slice(2)}`,
		},
		answer: (options) => {
			if (isList(options)) {
				lists += 1;
				return jsonAnswer({ object: 'list', data: listed.map((id) => ({ id, object: 'model' })) });
			}
			asked.push(modelOf(options));
			return answer(modelOf(options), asked.length);
		},
	});
	const [output = []] = await new GptImage().execute.call(n8n.context);
	return { asked, json: output.map(({ json }) => json), lists };
}

describe('"does not exist"', () => {
	it('is an outage while the list of models has the model: tried again, not moved on', async () => {
		const { asked, json } = await run(['gpt-image-2.5-flare', 'gpt-image-2'], (model, attempt) =>
			attempt < 3 ? missing(model) : made,
		);

		expect(asked).toEqual(['gpt-image-2.5-flare', 'gpt-image-2.5-flare', 'gpt-image-2.5-flare']);
		expect(json[0]).toMatchObject({ model: 'gpt-image-2.5-flare', request: { attempts: 3 } });
	});

	it('that goes on ends in words that say so', async () => {
		const { json } = await run(['gpt-image-2.5-flare'], (model) => missing(model), {
			run: { maxAttempts: 1 },
		});

		expect(json[0]?.['error']).toContain(
			'The list of models still includes it, so this is treated as an outage.',
		);
	});

	it.each([
		[400, "The model 'gpt-9' does not exist."],
		[403, 'Project `proj_1` does not have access to model `gpt-9`'],
	])(
		'of the text model that writes an SVG (status %i) says nothing of the image model',
		async (status, message) => {
			const { asked, json } = await run(
				['gpt-image-2.6-flare', 'gpt-image-2'],
				() => jsonAnswer({ error: { message, code: 'model_not_found' } }, status),
				{
					model: { mode: 'id', value: 'gpt-image-2.6-flare' },
					options: { outputFormat: 'svg', svgModel: 'gpt-9' },
				},
				2,
			);

			expect(asked).toEqual(Array(2).fill('gpt-image-2.6-flare'));
			expect(json.map(({ error }) => error)).toEqual(
				Array(2).fill(`The API refused the request: 'SVG Model': ${message}`),
			);
		},
	);

	it('is believed once the list agrees', async () => {
		const { asked, json } = await run(
			['gpt-image-2'],
			(model) => (model === 'gpt-image-1.5' ? missing(model) : made),
			{ model: { mode: 'id', value: 'gpt-image-1.5' } },
		);

		expect(asked[0]).toBe('gpt-image-1.5');
		expect(asked).toHaveLength(2);
		expect(json[0]).toMatchObject({ replaced: { model: 'gpt-image-1.5' } });
	});

	it('with status 403 is a permission: another model is not taken', async () => {
		const { asked, json } = await run(
			['gpt-image-2.5-flare', 'gpt-image-2'],
			() =>
				jsonAnswer(
					{
						error: {
							message: 'Project `proj_1` does not have access to model `gpt-image-2.5-flare`',
							code: 'model_not_found',
						},
					},
					403,
				),
			{ model: { mode: 'list', value: 'draft' } },
		);

		expect(asked).toHaveLength(1);
		expect(json[0]).toMatchObject({
			code: 'model_not_found',
			httpStatus: 403,
			request: { attempts: 1 },
		});
	});

	it('with status 403 is asked for once: the items after it fail for the same reason, unsent', async () => {
		const denied = jsonAnswer(
			{
				error: {
					message: 'Project `proj_1` does not have access to model `gpt-image-2.5-flare`',
					code: 'model_not_found',
				},
			},
			403,
		);
		const { asked, json } = await run(
			['gpt-image-2.5-flare'],
			() => denied,
			{ run: { maxConcurrency: 1 } },
			5,
		);

		expect(asked).toHaveLength(1);
		expect(json.map(({ code, request }) => [code, (request as IDataObject)['attempts']])).toEqual([
			['model_not_found', 1],
			...Array.from({ length: 4 }, () => ['model_not_found', 0]),
		]);
	});
});
