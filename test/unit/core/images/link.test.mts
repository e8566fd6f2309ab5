import {
	checkLink,
	checkRedirect,
	isInternalLink,
	shownLink,
} from '../../../../nodes/core/images/link';

const problemOf = (text: string): string | null => {
	const checked = checkLink(text);
	return checked.ok ? null : checked.problem;
};

describe('a link', () => {
	it.each([
		['https://example.com/a.png', 'https://example.com/a.png'],
		['http://example.com:8080/a.png?x=1#top', 'http://example.com:8080/a.png?x=1'],
		['HTTPS://Example.COM/A.png', 'https://example.com/A.png'],
		['https://münchen.example/ä.png', 'https://xn--mnchen-3ya.example/%C3%A4.png'],
		['https://res.example.com/w_300,h_200/a.png', 'https://res.example.com/w_300,h_200/a.png'],
		// n8n's own signed links, and what lies in one's own network: n8n's rules decide.
		[
			'http://localhost:5678/rest/binary-data/signed?token=t',
			'http://localhost:5678/rest/binary-data/signed?token=t',
		],
		['http://192.168.1.7/a.png', 'http://192.168.1.7/a.png'],
		['http://[2606:4700::1111]/a.png', 'http://[2606:4700::1111]/a.png'],
	])('%s may be followed', (text, url) => {
		expect(checkLink(text)).toEqual({ ok: true, url });
	});

	it.each([
		['', /not a complete URL/],
		['/a.png', /not a complete URL/],
		['//example.com/a.png', /not a complete URL/],
		['example.com/a.png', /not a complete URL/],
		['https://', /not a complete URL/],
		['https://exa mple.com/a.png', /spaces, line breaks or backslashes/],
		['https://example.com\\@evil.example/a.png', /spaces, line breaks or backslashes/],
		['https://example.com/\u0000a.png', /spaces, line breaks or backslashes/],
		['file:///etc/passwd', /does not start with https/],
		['ftp://example.com/a.png', /does not start with https/],
		['gopher://example.com/1a', /does not start with https/],
		['javascript:alert(1)', /does not start with https/],
		['data:image/png;base64,iVBORw0KGgo=', /does not start with https/],
		['blob:https://example.com/1', /does not start with https/],
		['https://me:secret@example.com/a.png', /user name or password/],
		['https://example.com@evil.example/a.png', /user name or password/],
		['http://2130706433/a.png', /which means 127\.0\.0\.1/],
		['http://0x7f000001/a.png', /which means 127\.0\.0\.1/],
		['http://0177.0.0.1/a.png', /which means 127\.0\.0\.1/],
		['http://127.1/a.png', /which means 127\.0\.0\.1/],
		['http://１２７.０.０.１/a.png', /which means 127\.0\.0\.1/],
		['http://127%2e0.0.1/a.png', /which means 127\.0\.0\.1/],
		['http:/0x7f.1/a.png', /which means 127\.0\.0\.1/],
		['http://0.0.0.0/a.png', /not the address of a server/],
		['http://[::]/a.png', /not the address of a server/],
		['http://[::ffff:127.0.0.1]/a.png', /IPv4 address inside/],
		['http://[::ffff:7f00:1]/a.png', /IPv4 address inside/],
		['http://[::7f00:1]/a.png', /IPv4 address inside/],
		['http://[64:ff9b::7f00:1]/a.png', /IPv4 address inside/],
		['http://[2002:7f00:1::]/a.png', /IPv4 address inside/],
		['http://[2001::7f00:1]/a.png', /IPv4 address inside/],
		['http://[fe80::1%25eth0]/a.png', /not a complete URL/],
		[
			'http://169.254.169.254/latest/meta-data/',
			/metadata service, which can reveal the keys of the machine\. Use a link to an image on another server$/,
		],
		['http://2852039166/latest/meta-data/', /metadata service/],
		['http://metadata.google.internal/', /metadata service/],
		['http://metadata.google.internal./', /metadata service/],
		['http://[fd00:ec2::254]/', /metadata service/],
		['http://100.100.100.200/', /metadata service/],
		['http://[fe80::1]/a.png', /metadata service/],
		[`https://example.com/${'a'.repeat(9000)}`, /has 9020 characters/],
	])('%s is refused', (text, problem) => {
		expect(problemOf(text)).toMatch(problem);
	});

	it.each([
		['https://example.com/a', 'b.png', 'https://example.com/b.png'],
		['https://example.com/a', '//cdn.example/b.png', 'https://cdn.example/b.png'],
		['http://example.com/a', 'https://example.com/a', 'https://example.com/a'],
		['http://nas.local/a', 'http://nas.local/b', 'http://nas.local/b'],
		['http://nas.local/a', 'https://example.com/b', 'https://example.com/b'],
	])('of %s a redirect to %s is followed', (from, to, url) => {
		expect(checkRedirect(from, to)).toEqual({ ok: true, url });
	});

	it.each([
		['https://example.com/a', 'http://example.com/a', /from https to http/],
		['http://example.com/a', 'http://127.0.0.1/a', /into a private network/],
		['http://example.com/a', 'http://localhost./a', /into a private network/],
		['http://example.com/a', 'http://10.0.0.1/a', /into a private network/],
		['http://example.com/a', 'http://100.64.0.1/a', /into a private network/],
		['http://example.com/a', 'http://n8n:5678/a', /into a private network/],
		['http://example.com/a', 'http://169.254.169.254/', /metadata service/],
		['http://nas.local/a', 'http://169.254.169.254/', /metadata service/],
		['https://example.com/a', 'file:///etc/passwd', /does not start with https/],
		['https://example.com/a', 'https://me:x@example.com/', /user name or password/],
		['https://example.com/a', 'https://[', /can't be read/],
	])('of %s a redirect to %s is not', (from, to, problem) => {
		const checked = checkRedirect(from, to);

		expect(checked.ok ? null : checked.problem).toMatch(problem);
	});

	it.each([
		['https://example.com/a.png?signature=secret', 'https://example.com/a.png?…'],
		['https://me:secret@example.com/a.png', 'https://…@example.com/a.png'],
		['data:image/png;base64,iVBORw0KGgo=', 'data:image/png;base64…'],
		['https://example.com/a.png#secret', 'https://example.com/a.png?…'],
	])('%s is shown without what may be secret', (link, shown) => {
		expect(shownLink(link)).toBe(shown);
	});

	it('an endless one is shown in short', () => {
		expect(shownLink(`https://example.com/${'a'.repeat(100_000)}`)).toHaveLength(121);
	});

	it.each([
		['http://localhost/', true],
		['http://n8n:5678/', true],
		['http://10.1.2.3/', true],
		['http://[::1]/', true],
		['https://example.com/', false],
		['https://93.184.216.34/', false],
	])('%s: in a private network: %s', (url, internal) => {
		expect(isInternalLink(url)).toBe(internal);
	});
});
