import { fileNameFromPrompt, fileNameFromUser } from '../../../../nodes/core/images/fileName';
import { seeded } from '../../fixtures/random.mts';

const bytesOf = (name: string): number => new TextEncoder().encode(name).length;
const stem = (name: string): string => name.slice(0, name.lastIndexOf('.'));

/** What Windows, macOS and Linux have against a name. */
function objections(name: string): string[] {
	const found: string[] = [];
	if (/[<>:"/\\|?*\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u.test(name)) found.push('a forbidden character');
	if (/^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)/i.test(name)) found.push('a reserved name');
	if (/^[.\s-]|[.\s]$/.test(name) || /[.\s-]$/.test(stem(name))) found.push('a dot, blank or hyphen at an end');
	if (name.split('/').includes('..')) found.push('a way out of the folder');
	if (bytesOf(stem(name)) > 100) found.push(`${bytesOf(stem(name))} bytes`);
	if (!/[\p{L}\p{N}\p{S}\p{P}]/u.test(stem(name))) found.push('nothing to see');
	return found;
}

describe('a file name from a prompt', () => {
	it.each([
		['a red balloon on a wooden table', 'a-red-balloon-on-a-wooden-table.jpg'],
		['  A Red   BALLOON!  ', 'a-red-balloon.jpg'],
		['Crème brûlée, 4 Stück', 'crème-brûlée-4-stück.jpg'],
		['一只红气球', '一只红气球.jpg'],
		['بالون أحمر على الطاولة', 'بالون-أحمر-على-الطاولة.jpg'],
		['मेज पर लाल गुब्बारा', 'मेज-पर-लाल-गुब्बारा.jpg'],
		['ลูกโป่งสีแดง', 'ลูกโป่งสีแดง.jpg'],
		['🎈 red 🎈', 'red.jpg'],
		['🎈🎈🎈', 'image.jpg'],
		['❤️', 'image.jpg'],
		['❤️ love ❤️', 'love.jpg'],
		['👨‍👩‍👧 family', 'family.jpg'],
		['!!! ... ???', 'image.jpg'],
		['', 'image.jpg'],
		['\u0301\u0302', 'image.jpg'],
		['../../etc/passwd', 'etc-passwd.jpg'],
		['C:\\Windows\\system32', 'c-windows-system32.jpg'],
		['a\nb\tc\0d', 'a-b-c-d.jpg'],
		['CON', 'image-con.jpg'],
		['nul', 'image-nul.jpg'],
		['LPT9', 'image-lpt9.jpg'],
		['com¹', 'image-com¹.jpg'],
		['console', 'console.jpg'],
		['logo.png', 'logo-png.jpg'],
	])('%j is %s', (prompt, name) => {
		expect(fileNameFromPrompt(prompt, 'jpg', null)).toBe(name);
	});

	it('is the same for the same letters, however they are composed', () => {
		expect(fileNameFromPrompt('cafe\u0301', 'png', null)).toBe(fileNameFromPrompt('caf\u00e9', 'png', null));
	});

	it('is numbered among several, also when the text is long', () => {
		expect(fileNameFromPrompt('a balloon', 'png', 3)).toBe('a-balloon-3.png');
		expect(fileNameFromPrompt('x'.repeat(10_000), 'png', 100)).toBe(`${'x'.repeat(96)}-100.png`);
		expect(fileNameFromPrompt('???', 'png', 1)).toBe('image-1.png');
	});

	it.each([
		['latin', 'x', 100],
		['two bytes', 'ж', 50],
		['three bytes', '球', 33],
		['four bytes', '𠮷', 25],
		['a letter with marks', 'e\u0323\u0302\u0301', 20],
	])('of 10,000 characters is cut at 100 bytes between whole characters: %s', (_title, character, most) => {
		const name = fileNameFromPrompt(character.repeat(10_000), 'webp', null);

		expect(objections(name)).toEqual([]);
		expect(stem(name)).toBe(character.normalize('NFC').repeat(stem(name).length / character.normalize('NFC').length));
		expect([...new Intl.Segmenter().segment(stem(name))].length).toBeLessThanOrEqual(most);
		expect(bytesOf(stem(name))).toBeGreaterThan(85);
	});

	it('of one letter under 10,000 marks is still a name', () => {
		expect(fileNameFromPrompt(`a${'\u0301'.repeat(10_000)}`, 'png', null)).toBe('image.png');
	});
});

describe("a user's own file name", () => {
	it.each([
		['product-42', 'product-42.webp'],
		['product-42.png', 'product-42.webp'],
		['product-42.JPEG', 'product-42.webp'],
		['product-42.webp', 'product-42.webp'],
		['product 42', 'product 42.webp'],
		['archive.tar.gz', 'archive.tar.gz.webp'],
		['v1.2', 'v1.2.webp'],
		['../../etc/passwd', 'etc-passwd.webp'],
		['..\\..\\secret', 'secret.webp'],
		['/etc/passwd', 'etc-passwd.webp'],
		['a/../../b', 'a-..-..-b.webp'],
		['name...', 'name.webp'],
		['name. . ', 'name.webp'],
		['...', 'image.webp'],
		['.png', 'image.webp'],
		['CON', 'image-CON.webp'],
		['con.png', 'image-con.webp'],
		['aux.tar', 'image-aux.tar.webp'],
		['nul .txt', 'image-nul .txt.webp'],
		['CONIN$', 'image-CONIN$.webp'],
		['a<b>c:d"e|f?g*h', 'a-b-c-d-e-f-g-h.webp'],
		['a\u202egnp.exe', 'a-gnp.exe.webp'],
		['a\ud800b', 'a-b.webp'],
		['红气球 🎈', '红气球 🎈.webp'],
		['', 'image.webp'],
	])('%j is %j', (name, safe) => {
		expect(fileNameFromUser(name, 'webp', null)).toBe(safe);
	});

	it('stays within the limit when a reserved name is made safe', () => {
		expect(objections(fileNameFromUser(`con.${'x'.repeat(200)}`, 'png', 7))).toEqual([]);
	});
});

describe('whatever a text holds', () => {
	it('no system has anything against the name', () => {
		const random = seeded(8);
		const pieces = ['a', 'B', '7', ' ', '.', '..', '/', '\\', '-', '_', ':', '\0', '\n', 'é', 'e\u0301', '球', 'ب', 'क्षि', '🎈', '❤️', '👨‍👩‍👧', '\ud83c', '\u200d', '\u202e', '\ufe0f', 'con', 'NUL.', 'lpt1', '.png', '$', '"', '<', '%', '~', '𠮷'];
		for (let round = 0; round < 4000; round++) {
			const text = Array.from({ length: random.int(0, random.next() < 0.1 ? 150 : 8) }, () => random.pick(pieces)).join('');
			const position = random.next() < 0.5 ? null : random.int(1, 100);

			expect([text, objections(fileNameFromPrompt(text, 'png', position))]).toEqual([text, []]);
			expect([text, objections(fileNameFromUser(text, 'png', position))]).toEqual([text, []]);
		}
	});
});
