/**
 * Preloaded into n8n (NODE_OPTIONS=--require): names that GPT_IMAGE_NAMES gives addresses of, as JSON, lead there, as an
 * entry of the system's hosts file would have it.
 */
const dns = require('node:dns');

const NAMES = JSON.parse(process.env.GPT_IMAGE_NAMES);
const found = (hostname) => ({ address: NAMES[hostname], family: 4 });

const lookup = dns.lookup;
dns.lookup = (hostname, options, callback = options) => {
	if (!(hostname in NAMES)) return lookup(hostname, options, callback);
	const { address, family } = found(hostname);
	process.nextTick(() =>
		options?.all === true ? callback(null, [{ address, family }]) : callback(null, address, family),
	);
	return {};
};

const promised = dns.promises.lookup;
dns.promises.lookup = async (hostname, options) => {
	if (!(hostname in NAMES)) return await promised(hostname, options);
	return options?.all === true ? [found(hostname)] : found(hostname);
};
