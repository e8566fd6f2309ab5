import {
	secretForms,
	withoutSecrets,
	withoutSecretsIn,
} from '../../../../nodes/core/failures/secrets';

const KEY = 'my/key+of a gateway="7%';
const forms = secretForms(KEY);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('a secret in a text from outside', () => {
	it.each([
		['as it is', `no such token: ${KEY}!`],
		['twice', `${KEY} ${KEY}`],
		['in an address', `GET /v1?key=${encodeURIComponent(KEY)}`],
		[
			'in an address, in small letters',
			encodeURIComponent(KEY).replace(/%../g, (byte) => byte.toLowerCase()),
		],
		['in JSON', JSON.stringify({ token: KEY })],
		['in JSON of PHP', JSON.stringify({ token: KEY }).replaceAll('/', '\\/')],
		['in base64', base64(KEY)],
		['in base64 for addresses', Buffer.from(KEY).toString('base64url')],
		['behind a user name', base64(`user:${KEY}`)],
		['behind another', base64(`me:${KEY}`)],
		['behind a third, with more after it', base64(`you1:${KEY}\r\n`)],
	])('is left out %s', (_title, text) => {
		const shown = withoutSecrets(text, forms);
		const core = base64(KEY).slice(4, 20);

		expect(shown).toContain('…');
		for (const form of [KEY, encodeURIComponent(KEY), JSON.stringify(KEY).slice(1, -1), core])
			expect(shown.toLowerCase()).not.toContain(form.toLowerCase());
	});

	it('is left out when the text was cut in the middle of it', () => {
		for (let length = 8; length < KEY.length; length += 1) {
			for (const end of ['', '…'])
				expect(withoutSecrets(`token: ${KEY.slice(0, length)}${end}`, forms)).toBe('token: …');
		}
	});

	it('is left out of lists and objects, and nothing else is touched', () => {
		const made = { at: new Date(0), call: () => 1, bytes: Buffer.from('x') };

		expect(
			withoutSecretsIn({ a: [KEY, { b: `x ${KEY}` }], n: 7, none: null, made }, forms),
		).toEqual({ a: ['…', { b: 'x …' }], n: 7, none: null, made });
	});

	it('is left out of names, and of what is nested deeper than any answer', () => {
		const nested = (depth: number): unknown =>
			depth === 0 ? { [KEY]: [KEY] } : [{ a: nested(depth - 1) }];

		for (let depth = 0; depth < 20; depth += 1)
			expect(JSON.stringify(withoutSecretsIn(nested(depth), forms))).not.toContain(
				JSON.stringify(KEY).slice(1, -1),
			);
		expect(withoutSecretsIn({ [KEY]: 1 }, forms)).toEqual({ '…': 1 });
	});

	it('is looked for in 50 MB within a second, and not in bytes and instances', () => {
		const made = {
			bytes: Buffer.alloc(50_000_000),
			map: new Map([[KEY, KEY]]),
			response: new Response(KEY),
			images: [() => Buffer.alloc(1)],
		};
		const started = process.cpuUsage();
		const clean = withoutSecretsIn({ ...made, text: 'x'.repeat(50_000_000) }, forms);

		const { user, system } = process.cpuUsage(started);
		expect((user + system) / 1000).toBeLessThan(1000);
		expect(clean.bytes).toBe(made.bytes);
		expect(clean.map).toBe(made.map);
		expect(clean.response).toBe(made.response);
		expect(clean.images[0]).toBe(made.images[0]);
	});

	it('that is short or missing hides nothing', () => {
		expect(secretForms('', undefined, null, 'test')).toEqual([]);
		expect(withoutSecrets('a test', secretForms('test'))).toBe('a test');
	});

	it('with half a character in it is no trouble', () => {
		expect(withoutSecrets('12345678\ud800', secretForms('12345678\ud800'))).toBe('…');
	});
});
