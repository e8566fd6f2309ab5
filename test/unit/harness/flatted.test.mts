import { parseFlatted } from '../../n8n/harness/flatted.mts';

describe('parseFlatted', () => {
	it('reads nested values of every kind', () => {
		const text =
			'[{"list":"1","name":"2","on":true,"none":null,"count":3},["2","3"],"a name",{"deep":"4"},"7"]';

		expect(parseFlatted(text)).toEqual({
			list: ['a name', { deep: '7' }],
			name: 'a name',
			on: true,
			none: null,
			count: 3,
		});
	});

	it('gives an object that is referred to twice only once', () => {
		const parsed = parseFlatted('[{"left":"1","right":"1"},{"self":"0"}]') as Record<
			'left' | 'right',
			{ self: unknown }
		>;

		expect(parsed.left).toBe(parsed.right);
		expect(parsed.left.self).toBe(parsed);
	});
});
