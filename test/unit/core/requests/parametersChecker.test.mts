import { checkerFor } from '../../../../nodes/core/requests/parametersChecker';
import { modelNamed } from '../../fixtures/models.mts';

const { capabilities } = modelNamed('gpt-image-1-mini');

describe('the checkers of a model', () => {
	it('are built once for each name', () => {
		expect(checkerFor(capabilities, 'one')).toBe(checkerFor(capabilities, 'one'));
		expect(checkerFor(capabilities, 'two')).not.toBe(checkerFor(capabilities, 'one'));
	});

	it('are kept for a hundred names, so that names from expressions do not fill the memory', () => {
		const first = checkerFor(capabilities, 'first');
		for (let index = 1; index < 100; index += 1) checkerFor(capabilities, `name ${index}`);
		expect(checkerFor(capabilities, 'first')).toBe(first);
		checkerFor(capabilities, 'name 100');
		expect(checkerFor(capabilities, 'first')).not.toBe(first);
	});
});
