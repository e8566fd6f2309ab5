import type { IExecuteFunctions } from 'n8n-workflow';
import { CATALOGUE } from '../../../nodes/core/models/catalogue';
import { findModel } from '../../../nodes/core/models/resolve';
import { catalogueFrom } from '../../../nodes/platform/catalogueUrl';

/** n8n's HTTP helper; `null` = the address is down. */
function answering(answer: () => string | null): IExecuteFunctions {
	const httpRequest = async () => {
		const text = answer();
		if (text === null) throw new Error('connect ECONNREFUSED');
		return { body: [Buffer.from(text)] };
	};
	return { helpers: { httpRequest } } as unknown as IExecuteFunctions;
}

const HOUR = 60 * 60 * 1000;
const dearMini = (): string => {
	const models = CATALOGUE.models.map((model) => ({ ...model, prices: model.prices && { ...model.prices, imageOutput: '16' } }));
	return JSON.stringify({ ...CATALOGUE, pricesAsOf: '2026-11-20', models: models.slice(0, 1) });
};

describe('a catalogue at an address', () => {
	const { now } = Date;
	let time = Date.parse('2026-11-25T12:00:00Z');
	beforeEach(() => {
		Date.now = () => time;
	});
	afterEach(() => {
		Date.now = now;
	});

	it('that is down after it had worked goes on being used, and that is what is said', async () => {
		let text: string | null = dearMini();
		const context = answering(() => text);
		const first = await catalogueFrom(context, 'https://worked.example/catalogue.json');
		text = null;
		time += 4 * HOUR;
		const second = await catalogueFrom(context, 'https://worked.example/catalogue.json');

		expect(first.problem).toBeNull();
		expect(second.catalogue).toBe(first.catalogue);
		expect(findModel('gpt-image-1-mini', second.catalogue)?.prices?.imageOutput).toBe('16');
		expect(second.problem).toBe('The catalogue at https://worked.example/catalogue.json could not be read again, so the one that was read from there before goes on being used: connect ECONNREFUSED.');
		time += HOUR;
		expect(await catalogueFrom(context, 'https://worked.example/catalogue.json')).toEqual(second);
	});

	it('that never worked is not used', async () => {
		const source = await catalogueFrom(answering(() => null), 'https://down.example/catalogue.json');

		expect(source).toEqual({ catalogue: CATALOGUE, problem: 'The catalogue at https://down.example/catalogue.json is not used: connect ECONNREFUSED.' });
	});
});
