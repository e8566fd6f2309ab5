/** docs/output.md: what it says of a simplified item is what the code makes of the whole item beside it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { GptImage } from '../../../nodes/GptImage/GptImage.node';
import { simplifiedBatch } from '../../../nodes/core/batch/simplifiedBatch';
import { simplifiedItem } from '../../../nodes/core/lineage/simplified';
import { projectRoot } from '../../n8n/harness/environment.mts';
import { fakeN8n, jsonAnswer, type FakeSetup } from '../fixtures/fakeN8n.mts';
import { canvas } from '../fixtures/pictures.mts';

const read = (file: string): string => readFileSync(join(projectRoot, file), 'utf8');

/** The JSON behind each mark, in the order of the page. */
const marked = (page: string, mark: 'simplified' | 'whole'): IDataObject[] =>
	[...page.matchAll(new RegExp(`<!-- ${mark} -->\\n\\n\`\`\`json\\n([^]*?)\`\`\``, 'g'))].map(
		([, json]) => JSON.parse(json!) as IDataObject,
	);

const page = read('docs/output.md');
const [image, failed, skipped, batch] = marked(page, 'simplified');
const [wholeImage, wholeFailed, wholeSkipped, wholeBatch] = marked(page, 'whole');

const inOrder = (json: unknown): string => JSON.stringify(json);

it('each simplified item is what comes of the whole one', () => {
	const { input, ...alone } = image!;

	expect(input).toBeDefined();
	expect(inOrder(simplifiedItem(wholeImage!, true))).toBe(inOrder(alone));
	expect(inOrder(simplifiedItem(wholeFailed!, true))).toBe(inOrder(failed));
	expect(inOrder(simplifiedItem(wholeSkipped!, true))).toBe(inOrder(skipped));
	expect(inOrder(simplifiedBatch(wholeBatch!))).toBe(inOrder(batch));
});

it('the README shows the same item', () => {
	const [, json] = /```json\n([^]*?)```/.exec(read('README.md'))!;

	expect(JSON.parse(json!)).toStrictEqual(image);
});

/** Names of the fields, and of those inside them; numbers of tokens and the like depend on the run. */
const shape = (value: unknown): unknown =>
	typeof value === 'object' && value !== null && !Array.isArray(value)
		? Object.entries(value).map(([name, inner]) => [name, shape(inner)])
		: null;

describe('a whole item of a run has the fields of the page', () => {
	const run = async (setup: FakeSetup): Promise<INodeExecutionData | undefined> => {
		const n8n = fakeN8n({
			continueOnFail: true,
			...setup,
			parameters: {
				resource: 'image',
				operation: 'generate',
				model: { mode: 'id', value: 'gpt-image-1-mini' },
				prompt: 'a red balloon',
				quality: 'low',
				size: '1024x1024',
				count: 1,
				simplify: false,
				options: { includeInputFields: false },
				run: { maxAttempts: 1 },
				...(setup.parameters as IDataObject),
			},
		});
		return (await new GptImage().execute.call(n8n.context))[0]?.[0];
	};

	it('an image', async () => {
		const b64_json = (await canvas(false).jpeg().toBuffer()).toString('base64');
		const usage = {
			input_tokens: 14,
			input_tokens_details: { text_tokens: 14, image_tokens: 0 },
			output_tokens: 272,
			output_tokens_details: { image_tokens: 272, text_tokens: 0 },
			total_tokens: 286,
		};
		const item = await run({ answer: () => jsonAnswer({ data: [{ b64_json }], usage }) });

		expect(shape(item?.json)).toEqual(shape(wholeImage));
		expect((item?.json['cost'] as IDataObject)['exact']).toBe(
			(wholeImage!['cost'] as IDataObject)['exact'],
		);
	});

	it('a skipped one', async () => {
		const item = await run({
			parameters: { run: { budgetUsd: 0 } },
			answer: () => {
				throw new Error('Nothing may be sent');
			},
		});

		expect(shape(item?.json)).toEqual(shape(wholeSkipped));
	});
});
