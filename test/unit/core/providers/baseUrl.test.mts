import { checkBaseUrl, isBelow } from '../../../../nodes/core/providers/baseUrl';

const problemOf = (value: string): string => {
	const check = checkBaseUrl(value);
	return check.ok ? '' : check.problem;
};

describe('a base URL', () => {
	it.each([
		['https://api.openai.com/v1', 'https://api.openai.com/v1'],
		['  https://api.openai.com/v1/  ', 'https://api.openai.com/v1'],
		['HTTPS://API.OpenAI.com/v1//', 'https://api.openai.com/v1'],
		['https://api.openai.com', 'https://api.openai.com'],
		['https://api.openai.com:443/v1', 'https://api.openai.com/v1'],
		['https://gateway.example:8443/a/b', 'https://gateway.example:8443/a/b'],
		['https://[2001:db8::1]/v1', 'https://[2001:db8::1]/v1'],
		['https://bücher.example/v1', 'https://xn--bcher-kva.example/v1'],
		['https://api.openai.com/x/../v1', 'https://api.openai.com/v1'],
	])('%s is used as %s', (value, url) => {
		expect(checkBaseUrl(value)).toEqual({ ok: true, url });
	});

	it.each([
		'http://localhost:3000/v1',
		'http://127.0.0.1/v1',
		'http://127.8.9.10/v1',
		'http://10.0.0.1/v1',
		'http://10.255.255.255/v1',
		'http://172.16.0.1/v1',
		'http://172.31.255.255/v1',
		'http://192.168.1.20:8080/v1',
		'http://[::1]:3000/v1',
		'http://[fd12:3456::1]/v1',
		'http://simulator:3000/v1',
		'http://gateway.internal/v1',
		'http://gateway.local/v1',
		'http://api.localhost/v1',
	])('%s may be without encryption, because it stays inside', (value) => {
		expect(checkBaseUrl(value)).toEqual({ ok: true, url: value });
	});

	it.each([
		'http://api.openai.com/v1',
		'http://127.0.0.1.evil.test/v1',
		'http://10.0.0.1.evil.test/v1',
		'http://localhost.evil.test/v1',
		'http://172.15.255.255/v1',
		'http://172.32.0.1/v1',
		'http://192.169.0.1/v1',
		'http://11.0.0.1/v1',
		'http://0x08080808/v1',
		'http://134744072/v1',
		'http://[2001:db8::1]/v1',
		'http://[fe00::1]/v1',
		'http://internal.evil.test/v1',
	])('%s would send the key in the clear, so it is refused', (value) => {
		expect(problemOf(value)).toContain('use https');
	});

	it.each([
		'http://metadata.google.internal/v1',
		'http://METADATA.google.internal./v1',
		'https://metadata.google.internal/v1',
		'http://metadata/v1',
		'http://metadata.goog/v1',
		'http://instance-data/v1',
		'http://instance-data.ec2.internal/v1',
		'http://x.metadata.google.internal/v1',
		'https://169.254.169.254/v1',
		'http://169.254.170.2/v1',
		'http://2852039166/v1',
		'http://0xa9fea9fe/v1',
		'http://0251.0376.0251.0376/v1',
		'http://169.254.43518/v1',
		'http://①⑥⑨.254.169.254/v1',
		'http://[::ffff:169.254.169.254]/v1',
		'http://[::ffff:a9fe:a9fe]/v1',
		'http://[64:ff9b::a9fe:a9fe]/v1',
		'http://[fe80::1]/v1',
		'http://[fd00:ec2::254]/v1',
		'https://100.100.100.200/v1',
		'https://168.63.129.16/v1',
	])('%s is a metadata service, and refused', (value) => {
		expect(problemOf(value)).toContain('a cloud metadata service');
	});

	it.each([
		'https://metadata.example.com/v1',
		'http://metadata-gateway/v1',
		'https://mymetadata.goog.example/v1',
		'http://[fd12::a9fe:a9fe]/v1',
	])('%s is none', (value) => {
		expect(checkBaseUrl(value).ok).toBe(true);
	});

	it('that is endless is refused, and shown in part', () => {
		const problem = problemOf(`https://x.test/${'a'.repeat(200_000)}`);

		expect(problem).toContain('it has 200015 characters; at most 2000 are allowed');
		expect(problem.length).toBeLessThan(500);
	});

	it.each([
		['', 'it is not a complete address'],
		['api.openai.com/v1', 'it is not a complete address'],
		['//api.openai.com/v1', 'it is not a complete address'],
		['https://', 'it is not a complete address'],
		['ftp://api.openai.com/v1', 'it must start with https://'],
		['file:///etc/passwd', 'it must start with https://'],
		['javascript:alert(1)', 'it must start with https://'],
		['https://api.openai.com/v1?x=1', 'it must not contain ? or #'],
		['https://api.openai.com/v1?', 'it must not contain ? or #'],
		['https://api.openai.com/v1#', 'it must not contain ? or #'],
		['https://me:pass@api.openai.com/v1', 'it must not contain a user name or password'],
		['https://me@api.openai.com/v1', 'it must not contain a user name or password'],
	])('%j is refused, with the reason and an example', (value, why) => {
		expect(problemOf(value)).toContain(why);
		expect(problemOf(value)).toContain("The credential's 'Base URL'");
		expect(problemOf(value)).toContain('Example: https://api.openai.com/v1');
	});

	it.each([
		'https://sk-secret-123@api.openai.com/v1',
		'https://me:sk-secret-123@api.openai.com/v1',
		'https://me:not/sk-secret-123@api.openai.com/v1',
		'https:me:sk-secret-123@api.openai.com/v1',
		'https:\\\\me:sk-secret-123@api.openai.com/v1',
		'https://api.openai.com/v1?api_key=sk-secret-123',
		'https://api.openai.com/v1?token=secret-123',
		'https://api.openai.com/v1#sk-secret-123',
		'sk-proj-secret-123',
	])('that holds a key (%s) is refused without showing it', (value) => {
		expect(problemOf(value)).not.toBe('');
		expect(problemOf(value)).not.toContain('secret-123');
	});
});

describe('the address that a key belongs to', () => {
	const BASE = 'https://api.openai.com/v1';

	it.each([
		'https://api.openai.com/v1',
		'https://api.openai.com/v1/',
		'https://api.openai.com/v1/images/edits',
		'https://api.openai.com/v1/models?limit=1',
		'https://API.openai.com:443/v1/models',
		'https://api.openai.com/x/../v1/models',
	])('covers %s', (target) => {
		expect(isBelow(target, BASE)).toBe(true);
		expect(isBelow(target, `${BASE}/`)).toBe(true);
	});

	it.each([
		'https://api.openai.com.evil.test/v1/models',
		'https://evil.test/v1/models',
		'https://evil.test/https://api.openai.com/v1',
		'https://api.openai.com@evil.test/v1/models',
		'https://api.openai.com%2f@evil.test/v1',
		'https://evil.test\\@api.openai.com/v1/models',
		'https://api.openai.com/v1evil',
		'https://api.openai.com/v1-old/models',
		'https://api.openai.com/v1/../x',
		'https://api.openai.com/v1/%2e%2e/x',
		'https://api.openai.com/v1\\..\\x',
		'https://api.openai.com/v1/..;/x',
		'https://api.openai.com/v1/%252e%252E/x',
		'https://api.openai.com/v1/x%252f..%252fy',
		'https://api.openai.com/v1/..%2f',
		'https://api.openai.com./v1/models',
		'https://api.openai\t.com.evil.test/v1/models',
		'https://ａｐｉ.openai.com.evil.test/v1/models',
		'https://api.openai.com/',
		'https://api.openai.com/V1/models',
		'https://api.openai.com:8443/v1/models',
		'http://api.openai.com/v1/models',
		'https://sub.api.openai.com/v1/models',
		'https://openai.com/v1/models',
		'//api.openai.com/v1/models',
		'/v1/models',
		'data:text/plain,https://api.openai.com/v1',
		'',
	])('does not cover %j', (target) => {
		expect(isBelow(target, BASE)).toBe(false);
	});

	it.each([
		'https://api.openai.com/v1/files/a..b',
		'https://api.openai.com/v1/files/..x',
		'https://api\n.openai.com/v1/models',
	])('covers %j', (target) => {
		expect(isBelow(target, BASE)).toBe(true);
	});

	it('covers everything on its host when it has no path', () => {
		expect(isBelow('https://gateway.example/anything', 'https://gateway.example')).toBe(true);
		expect(isBelow('https://gateway.example.evil.test/', 'https://gateway.example')).toBe(false);
	});
});
