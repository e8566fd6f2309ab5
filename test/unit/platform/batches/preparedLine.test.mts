import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import { prepareItems } from '../../../../nodes/platform/batches/prepare';
import { fakeN8n } from '../../fixtures/fakeN8n.mts';
import { TODAY } from '../../fixtures/models.mts';

const PARAMETERS = {
	endpoint: 'generate',
	model: { mode: 'id', value: 'gpt-image-2' },
	quality: 'low',
	size: '1024x1024',
	count: 1,
	options: {},
};

async function linesOf(rows: Array<Record<string, unknown>>) {
	const parameters = (itemIndex: number) => ({ ...PARAMETERS, customId: '', ...rows[itemIndex] });
	const { context } = fakeN8n({ input: rows.map(() => ({ json: {} })), parameters });
	return (await prepareItems(context, TODAY, CATALOGUE)).lines;
}

describe('lines that wait for their batch', () => {
	it('keep once what they have in common', async () => {
		const lines = await linesOf(
			Array.from({ length: 1000 }, (_, index) => ({ prompt: `balloon ${index}` })),
		);

		expect(new Set(lines.map(({ template }) => template)).size).toBe(1);
		expect(new Set(lines.map(({ request }) => request.request.prompt)).size).toBe(1000);
	});

	it('share nothing with those that ask for something else', async () => {
		const lines = await linesOf([
			{ prompt: 'a' },
			{ prompt: 'b', quality: 'high' },
			{ prompt: 'c' },
		]);

		expect(lines.map(({ request: { request } }) => `${request.prompt} ${request.quality}`)).toEqual(
			['a low', 'b high', 'c low'],
		);
		expect(lines[0]?.template).toBe(lines[2]?.template);
		expect(lines[0]?.template).not.toBe(lines[1]?.template);
	});
});
