/**
 * Preloaded into n8n (NODE_OPTIONS=--require): what its nodes send to these services goes to 127.0.0.1 at port
 * GPT_IMAGE_SERVICES instead, with the service's name in a header. So n8n's own nodes for them can be run without an account.
 */
const http = require('node:http');
const https = require('node:https');
const { urlToHttpOptions } = require('node:url');

const SERVICES =
	/^(?:(?:www|sheets|oauth2)\.googleapis\.com|(?:api|content)\.airtable\.com|slack\.com)$/;

for (const name of ['request', 'get']) {
	const real = https[name];
	https[name] = (...args) => {
		const url =
			typeof args[0] === 'string' || args[0] instanceof URL
				? urlToHttpOptions(new URL(args[0]))
				: undefined;
		const options = {
			...url,
			...args.find((arg, index) => typeof arg === 'object' && (url === undefined || index > 0)),
		};
		const host = options.hostname ?? options.host ?? '';
		if (!SERVICES.test(host)) return real.apply(https, args);
		const address = {
			protocol: 'http:',
			host: '127.0.0.1',
			hostname: '127.0.0.1',
			port: process.env.GPT_IMAGE_SERVICES,
			agent: undefined,
		};
		return http[name](
			{ ...options, ...address, headers: { ...options.headers, 'x-stand-in-for': host } },
			args.find((arg) => typeof arg === 'function'),
		);
	};
}
