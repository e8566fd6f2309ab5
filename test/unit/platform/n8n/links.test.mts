import type { IBinaryData } from 'n8n-workflow';
import { linkProblems, Links, wantedLink } from '../../../../nodes/platform/n8n/links';

const STORED: IBinaryData = { data: 'filesystem-v2', id: 'filesystem-v2:1', mimeType: 'image/png' };
const IN_ITEM: IBinaryData = { data: 'aGk=', mimeType: 'image/png' };
const NOW = Date.parse('2026-11-20T09:00:00Z');

/** As n8n makes them: a token that says when it ends. */
const signing = (origin: string) => ({
	helpers: {
		createBinarySignedUrl: ({ id }: IBinaryData, expiresIn = '') => {
			const exp = NOW / 1000 + Number(expiresIn.replace(/s$/, ''));
			const payload = Buffer.from(JSON.stringify({ id, exp })).toString('base64url');
			return `${origin}/rest/binary-data/signed?token=e30.${payload}.c2ln`;
		},
	},
});

describe('a link', () => {
	it('says when it ends, and that is as long as was asked for', () => {
		const links = new Links(signing('https://n8n.example.com'));

		expect(links.of(STORED, 24)).toEqual({
			url: expect.stringMatching(/^https:\/\/n8n\.example\.com\/rest\/binary-data\/signed\?token=/),
			urlExpiresAt: '2026-11-21T09:00:00.000Z',
		});
		expect(links.of(STORED, '0.5')).toMatchObject({ urlExpiresAt: '2026-11-20T09:30:00.000Z' });
		expect(links.hints()).toEqual([]);
	});

	it('that nobody wants is not made', () => {
		const links = new Links({ helpers: {} });

		expect(links.of(STORED, wantedLink({}))).toBeUndefined();
		expect(links.of(STORED, wantedLink({ addLink: false, linkExpires: 3 }))).toBeUndefined();
		expect(links.hints()).toEqual([]);
	});

	it.each([
		['this n8n makes none', { helpers: {} }, STORED, /Update n8n to 1\.90/],
		['the file is in the item', signing('https://a.b'), IN_ITEM, /N8N_DEFAULT_BINARY_DATA_MODE/],
	])('is null where %s, which is said once', (_title, context, binary, words) => {
		const links = new Links(context);
		const made = [links.of(binary, 24), links.of(binary, 24)];

		expect(made).toEqual(Array(2).fill({ url: null, urlExpiresAt: null }));
		expect(links.hints()).toEqual([
			{ type: 'warning', location: 'outputPane', message: expect.stringMatching(words) },
		]);
	});

	it.each([
		['http://localhost:5678', true],
		['http://127.0.0.1:5678', true],
		['http://[::1]:5678', true],
		['http://0.0.0.0:5678', true],
		['https://localhost.example.com', false],
		['https://10.example.com', false],
	])('of %s: it is said whether only this computer opens it', (origin, isLocal) => {
		const links = new Links(signing(origin));

		expect(links.of(STORED, 24)?.url).toContain(origin);
		expect(links.hints().map(({ message }) => message.includes('WEBHOOK_URL'))).toEqual(
			isLocal ? [true] : [],
		);
	});
});

describe('how long it lasts', () => {
	it('is a day where nothing is said', () => {
		expect(wantedLink({ addLink: true })).toBe(24);
		expect(wantedLink({ addLink: true, linkExpires: 2 })).toBe(2);
	});

	it.each([0, -1, 8761, 'soon', '', {}, [], Number.NaN, Infinity])(
		'%j is refused, with what is allowed',
		(hours) => {
			expect(linkProblems(wantedLink({ addLink: true, linkExpires: hours }))).toEqual([
				{
					field: 'linkExpires',
					message: expect.stringMatching(
						/^'Link Expires After \(Hours\)' is .*It must be a number above 0, and at most 8,760/,
					),
				},
			]);
		},
	);

	it.each([0.001, 1, 8760, '24'])('%j is taken', (hours) => {
		expect(linkProblems(hours)).toEqual([]);
	});
});

describe('a link that n8n fails to make', () => {
	it('costs nobody the image: the item says that there is none, and a hint why', () => {
		const links = new Links({
			helpers: {
				createBinarySignedUrl: () => {
					throw new Error('secretOrPrivateKey must have a value');
				},
			},
		});

		expect(links.of(STORED, 24)).toEqual({ url: null, urlExpiresAt: null });
		expect(links.hints()).toEqual([
			expect.objectContaining({
				type: 'warning',
				message:
					"'Add a Link' is on, but n8n could not make the link: secretOrPrivateKey must have a value. The images themselves are not affected.",
			}),
		]);
	});

	it('or with an address that is none is given as n8n made it', () => {
		const links = new Links(signing('http://localhost:99999'));

		expect(links.of(STORED, 24)?.url).toMatch(/^http:\/\/localhost:99999\/rest/);
		expect(links.hints()[0]?.message).toMatch(/^The links begin with http:\/\/localhost:99999, /);
	});
});
