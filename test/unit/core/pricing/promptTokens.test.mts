import { mostPromptTokens, promptTokens } from '../../../../nodes/core/pricing/inputTokens';
import { seeded } from '../../fixtures/random.mts';

describe('tokens of a prompt', () => {
	it.each([
		['English at 4 characters a token', 'a red balloon on a table', 6],
		['other Latin letters as English', 'Käse und Brötchen, très élégant!', 8],
		['Japanese at a token a character', '赤い風船がテーブルの上にある', 14],
		['Korean at a token a character', '빨간 풍선', 4.25],
		['Chinese with its punctuation', '红色的气球，在桌子上。', 11],
		['Cyrillic at 2 characters a token', 'красный шар', 5.25],
		['Arabic at 2 characters a token', 'بالون أحمر', 4.75],
		['emoji at 2 or 3 tokens each', '🎈☀', 5],
		['thousands of Japanese characters', '赤'.repeat(8000), 8000],
	])('counts %s', (_, prompt, tokens) => {
		expect(promptTokens(prompt)).toBe(Math.ceil(tokens) + 6);
	});

	it('are never above the most that there can be', () => {
		const random = seeded(12);
		const pieces = [
			'word ',
			'赤い',
			'풍선',
			'шар',
			'بالون',
			'🎈',
			'👩‍👩‍👧‍👧',
			'🇩🇪',
			'©',
			'™',
			'☀️',
			'½',
			'﷽',
			'\u{20000}',
			'é',
			'e\u0301',
			'\ud83c',
			'\n',
			'０',
			'ไทย',
			'٣',
			'\u200d',
			'1️⃣',
		];
		for (const piece of pieces)
			expect([
				piece,
				promptTokens(piece.repeat(400)) <= mostPromptTokens(piece.repeat(400)),
			]).toEqual([piece, true]);
		for (let round = 0; round < 500; round++) {
			const prompt = Array.from({ length: random.int(1, 60) }, () => random.pick(pieces)).join('');
			expect(promptTokens(prompt)).toBeLessThanOrEqual(mostPromptTokens(prompt));
		}
		for (let code = 0; code < 0x30000; code += 7) {
			const text = String.fromCodePoint(code).repeat(50);
			if (promptTokens(text) > mostPromptTokens(text)) throw new Error(`U+${code.toString(16)}`);
		}
	});
});
