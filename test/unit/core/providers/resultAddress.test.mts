import { isResultAddress } from '../../../../nodes/core/providers/baseUrl';
import { serverUrl, findProvider, PROVIDERS } from '../../../../nodes/core/providers/find';

const HOSTS = ['fal.media'];
const BASE = 'https://queue.fal.run';

describe('an address that an image is fetched from', () => {
	it.each([
		'https://fal.media/a.png',
		'https://v3.fal.media/files/b/c.png?x=1',
		'https://queue.fal.run/results/1',
	])('%s is the provider’s', (url) => {
		expect(isResultAddress(url, HOSTS, BASE)).toBe(true);
	});

	it.each([
		'http://fal.media/a.png',
		'https://fal.media.evil.example/a.png',
		'https://evilfal.media/a.png',
		'https://user:pw@fal.media/a',
		'https://127.0.0.1/a',
		'http://169.254.169.254/latest',
		'file:///etc/passwd',
		'ftp://fal.media/a',
		'//fal.media/a',
		'',
		'https://queue.fal.run:8443/x',
	])('%s is not', (url) => {
		expect(isResultAddress(url, HOSTS, BASE)).toBe(false);
	});
});

describe('the address of a provider', () => {
	it('is the provider’s own where OpenAI’s stands, which a new credential brings', () => {
		for (const { id, baseUrl } of PROVIDERS) {
			expect(serverUrl({ provider: id, baseUrl: 'https://api.openai.com/v1' })).toBe(baseUrl ?? '');
			expect(serverUrl({ provider: id, baseUrl: ' ' })).toBe(baseUrl ?? '');
			expect(serverUrl({ provider: id, baseUrl: 'https://proxy.example/v1' })).toBe(
				'https://proxy.example/v1',
			);
		}
	});

	it('is nobody’s for a provider that this build does not have: its key must not go to OpenAI', () => {
		expect(serverUrl({ provider: 'gone', baseUrl: 'https://api.openai.com/v1' })).toBe('');
		expect(serverUrl({ provider: 'gone', baseUrl: 'https://gateway.example/v1' })).toBe(
			'https://gateway.example/v1',
		);
		expect(findProvider('gone').name).toBe("the provider 'gone'");
		for (const none of [undefined, null, '']) expect(findProvider(none).id).toBe('openai');
	});
});
