import { nodeParameter } from '../../../../nodes/platform/n8n/nodeParameter';
import { fakeN8n, NODE } from '../../fixtures/fakeN8n.mts';

/** A node with these parameters, and how often n8n was asked for one. */
function open(
	parameters: Record<string, unknown>,
	items: Array<Record<string, unknown>> = [{}, {}],
) {
	const asked: string[] = [];
	const { context } = fakeN8n({ input: items.map((json) => ({ json })) as never });
	const counting = {
		...context,
		getNode: () => ({ ...NODE, parameters: parameters as never }),
		getInputData: () => items.map((json) => ({ json })),
		getNodeParameter: (name: string, itemIndex: number, fallback: unknown) => {
			asked.push(`${name} ${itemIndex}`);
			return name in parameters ? `${String(parameters[name])} for ${itemIndex}` : fallback;
		},
	} as unknown as typeof context;
	return {
		asked,
		read: (name: string, itemIndex: number, fallback?: unknown) =>
			nodeParameter(counting, name, itemIndex, fallback),
	};
}

it('asks n8n once for what is the same for all items', () => {
	const { asked, read } = open({ quality: 'low', options: { background: 'opaque' } });
	for (const itemIndex of [0, 1]) {
		expect(read('quality', itemIndex)).toBe('low for 0');
		read('options', itemIndex);
		expect(read('absent', itemIndex, 'fallback')).toBe('fallback');
	}

	expect(asked).toEqual(['quality 0', 'options 0', 'absent 0']);
});

it('asks n8n for each item where there is an expression, however deep', () => {
	const { asked, read } = open({
		size: "={{ $json.a + 'x' }}",
		options: { list: [{ fileName: '={{ $json.sku }}' }] },
	});
	for (const itemIndex of [0, 1]) {
		read('size', itemIndex);
		read('options', itemIndex);
	}

	expect(asked).toEqual(['size 0', 'options 0', 'size 1', 'options 1']);
});

it('looks a plain field of the item up in the item', () => {
	const { asked, read } = open({ prompt: '={{ $json.prompt }}', count: '={{$json.n}}' }, [
		{ prompt: 'a', n: 2 },
		{ prompt: '', n: 0 },
	]);

	expect([read('prompt', 0), read('count', 0), read('prompt', 1), read('count', 1)]).toEqual([
		'a',
		2,
		'',
		0,
	]);
	expect(asked).toEqual([]);
});

it.each([
	['a field that is not there', '={{ $json.missing }}', {}],
	['a field of every object', '={{ $json.constructor }}', {}],
	['null', '={{ $json.a }}', { a: null }],
	['an object', '={{ $json.a }}', { a: { b: 1 } }],
	['a deeper field', '={{ $json.a.b }}', { a: { b: 'x' } }],
	['text around it', '=A {{ $json.a }}', { a: 'x' }],
	['two of them', '={{ $json.a }}{{ $json.a }}', { a: 'x' }],
])('leaves %s to n8n', (_, prompt, json) => {
	const { asked, read } = open({ prompt }, [json]);

	expect(read('prompt', 0)).toBe(`${prompt} for 0`);
	expect(asked).toEqual(['prompt 0']);
});
