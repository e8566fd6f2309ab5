import { join } from 'node:path';

/** The checkout. */
export const projectRoot = join(import.meta.dirname, '..', '..', '..');

/** Node 24 and whatever else this package's devDependencies bring. */
export const BINARIES = join(projectRoot, 'node_modules', '.bin');

/** Set by the scripts: where set-up put n8n, the lint tools and the packed package. */
type Place =
	| 'GPT_IMAGE_N8N'
	| 'GPT_IMAGE_LINT'
	| 'GPT_IMAGE_TARBALL'
	| 'GPT_IMAGE_TEST_STATE'
	| 'GPT_IMAGE_POSTGRES'
	| 'GPT_IMAGE_REDIS';

/**
 * A place that the scripts hand to the tests.
 *
 * @throws when it is not set, which means that set-up has not run
 */
export function place(name: Place): string {
	const value = process.env[name];
	if (value) return value;
	throw new Error(
		`${name} is not set: run the tests with "npm test" and the demo with "npm run demo".`,
	);
}

/** What a child process may see of our environment: enough to reach the network, nothing of keys, npm or jest. */
const PASSED_ON =
	/^(PATH|TMPDIR|LANG|LC_ALL|TZ|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR|https?_proxy|all_proxy)$/i;

/** Our environment without secrets, and with local addresses kept away from a proxy. */
export function plainEnvironment(): Record<string, string> {
	const passed = Object.entries(process.env).filter(
		(entry): entry is [string, string] => PASSED_ON.test(entry[0]) && entry[1] !== undefined,
	);
	const noProxy = [process.env['NO_PROXY'] ?? process.env['no_proxy'], '127.0.0.1', 'localhost']
		.filter(Boolean)
		.join(',');
	return { ...Object.fromEntries(passed), NO_PROXY: noProxy, no_proxy: noProxy };
}
