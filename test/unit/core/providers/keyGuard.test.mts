import { whyNotSigned } from '../../../../nodes/core/providers/keyGuard';

const BASE = 'https://api.openai.com/v1';
const FINE = { url: `${BASE}/models`, headers: { accept: 'application/json' } };

describe('a request that carries the key', () => {
	it.each([
		FINE,
		{ uri: `${BASE}/models` },
		{ uri: `${BASE}/models`, url: `${BASE}/models` },
		{
			...FINE,
			proxy: '',
			agentOptions: {},
			rejectUnauthorized: true,
			skipSslCertificateValidation: false,
		},
		{
			...FINE,
			method: 'post',
			headers: { 'x-host-name': 'a', 'content-type': 'application/json' },
		},
	])('may be %j', (request) => {
		expect(whyNotSigned(request, BASE)).toBeNull();
	});

	it.each<[Record<string, unknown>, RegExp]>([
		[{ url: `${BASE}/models`, uri: 'https://evil.test' }, /not sent anywhere else/],
		[{ url: 'https://evil.test', uri: `${BASE}/models` }, /not sent anywhere else/],
		[{ url: null, uri: 'https://evil.test' }, /not sent anywhere else/],
		[{}, /not sent anywhere else/],
		[{ uri: '/models', baseURL: 'https://evil.test' }, /not sent anywhere else/],
		[{ ...FINE, baseURL: 'https://evil.test', url: '/models' }, /not sent anywhere else/],
		[{ ...FINE, proxy: 'http://evil.test' }, /proxy of the request/],
		[{ ...FINE, proxy: { host: 'evil.test', port: 80 } }, /proxy of the request/],
		[{ ...FINE, rejectUnauthorized: false }, /unchecked certificates/],
		[{ ...FINE, skipSslCertificateValidation: true }, /unchecked certificates/],
		[{ ...FINE, agentOptions: { ca: 'x' } }, /SSL certificates of the request/],
		[{ ...FINE, headers: { HOST: 'evil.test' } }, /the header "HOST"/],
		[{ ...FINE, headers: { ' host': 'evil.test' } }, /the header " host"/],
		[{ ...FINE, headers: { ':authority': 'evil.test' } }, /the header ":authority"/],
		[{ ...FINE, headers: { Forwarded: 'host=evil.test' } }, /the header "Forwarded"/],
		[{ ...FINE, method: 'trace' }, /the method TRACE/],
		[{ ...FINE, skipSslCertificateValidation: 1 }, /unchecked certificates/],
		[{ ...FINE, proxy: Object.create({ host: 'evil.test', port: 80 }) }, /proxy of the request/],
		[{ ...FINE, method: ['TRACE'] }, /not sent anywhere else/],
		[{ uri: [`${BASE}/models`] }, /not sent anywhere else/],
		[{ ...FINE, url: 'https://me@api.openai.com/v1/models' }, /not sent anywhere else/],
		[{ ...FINE, url: `${BASE}/%2E%2E%5Cx` }, /not sent anywhere else/],
	])('may not be %j', (request, words) => {
		expect(whyNotSigned(request, BASE)).toMatch(words);
	});
});
