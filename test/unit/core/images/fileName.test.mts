import {
	baseFromPrompt,
	baseFromUser,
	joinedBase,
	numberedName,
} from '../../../../nodes/core/images/fileName';
import { seeded } from '../../fixtures/random.mts';
import { cpuMs } from '../../cpuTime.mts';

const bytesOf = (name: string): number => new TextEncoder().encode(name).length;

/** What Windows, macOS and Linux have against a name. */
function objections(name: string): string[] {
	const found: string[] = [];
	if (/[<>:"/\\|?*\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u.test(name))
		found.push('a forbidden character');
	if (/^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)/i.test(name))
		found.push('a reserved name');
	if (/^[.\s-]|[.\s-]$/.test(name)) found.push('a dot, blank or hyphen at an end');
	if (name.split('/').includes('..')) found.push('a way out of the folder');
	if (bytesOf(name) > 92) found.push(`${bytesOf(name)} bytes`);
	if (!/[\p{L}\p{N}\p{S}\p{P}]/u.test(name)) found.push('nothing to see');
	return found;
}

describe('a file name from a prompt', () => {
	it.each([
		['a red balloon on a wooden table', 'a-red-balloon-on-a-wooden-table'],
		['  A Red   BALLOON!  ', 'a-red-balloon'],
		['Crème brûlée, 4 Stück', 'crème-brûlée-4-stück'],
		['一只红气球', '一只红气球'],
		['بالون أحمر على الطاولة', 'بالون-أحمر-على-الطاولة'],
		['मेज पर लाल गुब्बारा', 'मेज-पर-लाल-गुब्बारा'],
		['ลูกโป่งสีแดง', 'ลูกโป่งสีแดง'],
		['🎈 red 🎈', 'red'],
		['🎈🎈🎈', 'image'],
		['❤️', 'image'],
		['❤️ love ❤️', 'love'],
		['👨‍👩‍👧 family', 'family'],
		['!!! ... ???', 'image'],
		['', 'image'],
		['\u0301\u0302', 'image'],
		['../../etc/passwd', 'etc-passwd'],
		['C:\\Windows\\system32', 'c-windows-system32'],
		['a\nb\tc\0d', 'a-b-c-d'],
		['CON', 'image-con'],
		['nul', 'image-nul'],
		['LPT9', 'image-lpt9'],
		['com¹', 'image-com¹'],
		['console', 'console'],
		['logo.png', 'logo-png'],
	])('%j is %s', (prompt, name) => {
		expect(baseFromPrompt(prompt)).toBe(name);
	});

	it('is the same for the same letters, however they are composed', () => {
		expect(baseFromPrompt('cafe\u0301')).toBe(baseFromPrompt('caf\u00e9'));
	});

	it('that is too long keeps its beginning and its end, in whole words', () => {
		const style =
			'studio photograph in the colours of our brand, warm light, wooden table, shallow depth of field, 50 mm, high detail';

		expect(baseFromPrompt(`${style}: a moss green ceramic mug`)).toBe(
			'studio-photograph-in-the-colours-of-our-of-field-50-mm-high-detail-a-moss-green-ceramic-mug',
		);
		expect(baseFromPrompt(`${'x'.repeat(200)}1`)).toBe(`${'x'.repeat(40)}-${'x'.repeat(50)}1`);
	});

	it('tells apart prompts that differ only after 150 characters', () => {
		const prompts = ['north', 'south', 'south-west'].map(
			(end) => `${'a long way of saying what style it has, '.repeat(5)}${end}`,
		);

		expect(new Set(prompts.map(baseFromPrompt)).size).toBe(3);
	});

	it.each([
		['latin', 'x'],
		['two bytes', 'ж'],
		['three bytes', '球'],
		['four bytes', '𠮷'],
		['a letter with marks', 'e\u0323\u0302\u0301'],
	])('of 10,000 characters is cut between whole characters: %s', (_title, character) => {
		const name = baseFromPrompt(character.repeat(10_000));

		expect(objections(name)).toEqual([]);
		expect(name.split('-').join('')).toMatch(
			new RegExp(`^(?:${character.normalize('NFC')})+$`, 'u'),
		);
		expect(bytesOf(name)).toBeGreaterThan(75);
	});

	it('of one letter under 10,000 marks is still a name', () => {
		expect(baseFromPrompt(`a${'\u0301'.repeat(10_000)}`)).toBe('image');
	});
});

describe("a user's own file name", () => {
	it.each([
		['product-42', 'product-42'],
		['photo.png.JPG', 'photo'],
		['photo.png. ', 'photo'],
		['product-42.png', 'product-42'],
		['product-42.JPEG', 'product-42'],
		['product-42.webp', 'product-42'],
		['product 42', 'product 42'],
		['archive.tar.gz', 'archive.tar.gz'],
		['v1.2', 'v1.2'],
		['../../etc/passwd', 'etc-passwd'],
		['..\\..\\secret', 'secret'],
		['/etc/passwd', 'etc-passwd'],
		['a/../../b', 'a-..-..-b'],
		['name...', 'name'],
		['name. . ', 'name'],
		['...', 'image'],
		['.png', 'image'],
		['CON', 'image-CON'],
		['con.png', 'image-con'],
		['aux.tar', 'image-aux.tar'],
		['nul .txt', 'image-nul .txt'],
		['CONIN$', 'image-CONIN$'],
		['a<b>c:d"e|f?g*h', 'a-b-c-d-e-f-g-h'],
		['a\u202egnp.exe', 'a-gnp.exe'],
		['a\ud800b', 'a-b'],
		['红气球 🎈', '红气球 🎈'],
		['', 'image'],
	])('%j is %j', (name, safe) => {
		expect(baseFromUser(name)).toBe(safe);
	});

	it('stays within the limit when a reserved name is made safe', () => {
		expect(objections(baseFromUser(`con.${'x'.repeat(200)}`))).toEqual([]);
	});
});

describe('whatever a text holds', () => {
	it('no system has anything against the name', () => {
		const random = seeded(8);
		const pieces = [
			'a',
			'B',
			'7',
			' ',
			'.',
			'..',
			'/',
			'\\',
			'-',
			'_',
			':',
			'\0',
			'\n',
			'é',
			'e\u0301',
			'球',
			'ب',
			'क्षि',
			'🎈',
			'❤️',
			'👨‍👩‍👧',
			'\ud83c',
			'\u200d',
			'\u202e',
			'\ufe0f',
			'con',
			'NUL.',
			'lpt1',
			'.png',
			'$',
			'"',
			'<',
			'%',
			'~',
			'𠮷',
		];
		for (let round = 0; round < 4000; round++) {
			const text = Array.from({ length: random.int(0, random.next() < 0.1 ? 150 : 8) }, () =>
				random.pick(pieces),
			).join('');

			for (const name of [
				baseFromPrompt(text),
				baseFromUser(text),
				joinedBase([baseFromUser(text), baseFromPrompt(text)]),
			])
				expect([text, objections(name)]).toEqual([text, []]);
		}
	});

	it('a name is read back as it was given', () => {
		const random = seeded(9);
		const pieces = ['a', 'B', '.png', ' ', '.', '-', 'con', 'é', '球', '🎈', 'x'.repeat(90)];
		for (let round = 0; round < 2000; round++) {
			const name = `${baseFromUser(Array.from({ length: random.int(0, 6) }, () => random.pick(pieces)).join(''))}${random.next() < 0.5 ? '' : '-100000'}`;

			expect(numberedName(name)).toBe(name);
		}
	});

	it('takes no longer than its length', () => {
		const began = cpuMs();
		for (const text of [
			' '.repeat(500_000),
			'.png'.repeat(200_000),
			`${'-. '.repeat(200_000)}x`,
			`x${'-. '.repeat(200_000)}x`,
			'é'.repeat(500_000),
		]) {
			baseFromUser(text);
			baseFromPrompt(text);
		}

		expect(cpuMs() - began).toBeLessThan(5000);
	});
});
