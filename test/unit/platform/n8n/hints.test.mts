import { hint, Hints } from '../../../../nodes/platform/n8n/hints';

describe('a hint', () => {
	it('shows words of prompts and servers as they are, and never as HTML', () => {
		expect(
			hint(
				'warning',
				'made of <img src="https://evil.test/x"><a href="https://evil.test">this</a> & that',
			).message,
		).toBe(
			'made of &lt;img src="https://evil.test/x"&gt;&lt;a href="https://evil.test"&gt;this&lt;/a&gt; &amp; that',
		);
	});

	it('is no longer than it has to be, whatever was escaped', () => {
		const { message } = hint('info', '<'.repeat(200_000));

		expect(message).toBe(`${'&lt;'.repeat(599)}…`);
	});

	it('is one of at most 20 of its type, and the others stay', () => {
		const hints = new Hints();
		for (let index = 0; index < 200_000; index += 1) hints.add('warning', `prompt ${index}`);
		hints.add('warning', 'prompt 3');
		hints.add('info', 'the summary');

		expect(hints.all().map(({ message }) => message)).toEqual([
			...Array.from({ length: 20 }, (_, index) => `prompt ${index}`),
			'the summary',
			'There are more hints of this kind, which are not shown.',
		]);
	});
});
