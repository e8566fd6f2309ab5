import type { Workshop } from './workshop.mts';

/** Submits with both roles, where batches take no gpt-image-2.5, and has Estimate price the same. */
export async function expectBatchableRoles(
	workshop: Workshop,
	{ draft, words }: { draft: string; words: RegExp },
): Promise<void> {
	workshop.simulator.configure({ batchFor25: false });
	const parameters = {
		endpoint: 'generate',
		prompt: '={{ $json.prompt }}',
		model: { __rl: true, mode: 'id', value: '={{ $json.role }}' },
	};
	const items = [
		{ role: 'draft', prompt: 'a mug', sku: 'a' },
		{ role: 'final', prompt: 'a mug', sku: 'b' },
	];
	const { json, output } = await workshop.run(items, {
		...parameters,
		resource: 'batch',
		operation: 'submit',
		customId: '={{ $json.sku }}',
	});
	await workshop.simulator.settled();
	const estimated = await workshop.run(items, {
		...parameters,
		resource: 'cost',
		operation: 'estimate',
	});

	expect(json.map((batch) => batch['model']).sort()).toEqual(
		[...new Set([draft, 'gpt-image-2'])].sort(),
	);
	expect(workshop.simulator.batches.map(({ status }) => status)).not.toContain('failed');
	expect(output.hints.map(({ message }) => message).join('\n')).toMatch(words);
	expect(estimated.json.map(({ estimate }) => estimate.batchModel)).toEqual([draft, 'gpt-image-2']);
	const sum = estimated.json.reduce((total, { estimate }) => total + estimate.batchUsd, 0);
	expect(json.reduce((total, { estimate }) => total + estimate.usd, 0)).toBeCloseTo(sum, 9);
}
