import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { BINARIES, place, plainEnvironment } from './environment.mts';
import { freePort } from './freePort.mts';
import { withoutRunner, type Broker } from './runner.mts';
import { until } from './until.mts';

/** First start migrates a new database; this leaves room on a busy machine. */
const START_TIMEOUT_MS = 180_000;

export interface LaunchOptions {
	/** where images are kept: files below the user folder (n8n's default) or rows of its database (queue mode's) */
	binaryMode?: 'default' | 'filesystem' | 'database';
	/** whether n8n serves its editor's pages, has its chats and assistants, and starts its task runner by itself, default false: the pages alone take a third of its start */
	editor?: boolean;
	/**
	 * what evaluates expressions: n8n's default, `vm`, which makes an isolate for each execution and so takes more than half
	 * of the processor's time of a short one; or `legacy`, which older versions have
	 */
	engine?: 'vm' | 'legacy';
	/** added to n8n's environment */
	env?: Record<string, string>;
}

/** A running n8n, in a form that another process can take over. */
export interface Launched extends Broker {
	/** without a slash at the end */
	url: string;
	pid: number;
	/** everything n8n printed */
	logFile: string;
}

/** Settings that keep n8n quiet, offline and on this machine. */
const QUIET = {
	N8N_LISTEN_ADDRESS: '127.0.0.1',
	N8N_HOST: '127.0.0.1',
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_SECURE_COOKIE: 'false',
	// It asks api.n8n.io for its list.
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_ENCRYPTION_KEY: 'only-for-tests-and-demo',
	NODE_ENV: 'production',
};

/**
 * SQLite is asked every two seconds whether it is there, and on a busy machine takes more than n8n's five seconds: everything is
 * then refused as "Database is not ready".
 */
const PATIENT = { DB_PING_TIMEOUT_MS: '60000', DB_PING_INTERVAL_SECONDS: '60' };

/** n8n's own command line. */
export const n8nProgram = (): string =>
	join(place('GPT_IMAGE_N8N'), 'node_modules', 'n8n', 'bin', 'n8n');

/** Asks api.n8n.io for its list. */
const ASKING = ['mcp-registry'];

/** For what people do in the editor, and no part of a run: without them n8n starts with a sixth less of the processor's time. */
const ONLY_IN_EDITOR = ['agents', 'chat-hub', 'instance-ai', 'mcp'];

/** An n8n without a module refuses to start when it is named. */
function disabledModules(names: string[]): Record<string, string> {
	const modules = join(place('GPT_IMAGE_N8N'), 'node_modules', 'n8n', 'dist', 'modules');
	const there = names.filter((name) => existsSync(join(modules, name)));
	return there.length > 0 ? { N8N_DISABLED_MODULES: there.join(',') } : {};
}

const RESOLVED = join(import.meta.dirname, 'resolved.cjs');

/** Of an n8n that is quiet, offline and on this machine. */
export async function n8nEnvironment(
	userFolder: string,
	port: number,
	options: LaunchOptions,
): Promise<Record<string, string>> {
	const plain = plainEnvironment();
	return {
		...plain,
		...QUIET,
		...disabledModules(options.editor ? ASKING : [...ASKING, ...ONLY_IN_EDITOR]),
		// n8n starts its task runner with the first "node" it finds.
		PATH: [BINARIES, plain['PATH']].join(delimiter),
		HOME: userFolder,
		N8N_USER_FOLDER: userFolder,
		// What one n8n has compiled and found, the next need not.
		NODE_COMPILE_CACHE: join(place('GPT_IMAGE_N8N'), 'compile-cache'),
		GPT_IMAGE_RESOLVED: join(place('GPT_IMAGE_N8N'), 'resolved.json'),
		N8N_PORT: String(port),
		N8N_RUNNERS_BROKER_PORT: String(await freePort()),
		N8N_DEFAULT_BINARY_DATA_MODE: options.binaryMode ?? 'filesystem',
		N8N_DISABLE_UI: String(options.editor !== true),
		...(options.editor !== true && withoutRunner()),
		N8N_EXPRESSION_ENGINE: options.engine ?? 'vm',
		// By the clock, which also counts what other processes take.
		N8N_EXPRESSION_ENGINE_TIMEOUT: '60000',
		...options.env,
		NODE_OPTIONS: `--require "${RESOLVED}" ${options.env?.['NODE_OPTIONS'] ?? ''}`.trim(),
	};
}

/** Throws when the process could not start or has ended. */
function throwIfEnded(child: ChildProcess, failures: Error[], logFile: string): void {
	if (failures[0]) throw failures[0];
	if (child.exitCode === null && child.signalCode === null) return;
	const how = child.signalCode ?? `exit code ${child.exitCode}`;
	throw new Error(`n8n ended (${how}) before it was ready:\n${readFileSync(logFile, 'utf8')}`);
}

/** @param before - what the log held before this start, in characters: an earlier n8n of this folder was ready too */
async function isReady(url: string, logFile: string, before: number): Promise<true | undefined> {
	if (!readFileSync(logFile, 'utf8').slice(before).includes('Editor is now accessible'))
		return undefined;
	const healthy = await fetch(`${url}/healthz`).then(
		(response) => response.ok,
		() => false,
	);
	return healthy || undefined;
}

/**
 * Starts a real n8n on free ports and waits until its editor can be used.
 *
 * @param userFolder - an existing folder that is n8n's alone; packages in it are loaded
 * @throws with n8n's own output when it doesn't come up
 */
export async function launchN8n(userFolder: string, options: LaunchOptions): Promise<Launched> {
	mkdirSync(userFolder, { recursive: true });
	const port = await freePort();
	const url = `http://127.0.0.1:${port}`;
	const logFile = join(userFolder, 'n8n.log');
	const log = openSync(logFile, 'a');
	const before = readFileSync(logFile, 'utf8').length;
	const env = await n8nEnvironment(userFolder, port, options);
	const child = spawn(join(BINARIES, 'node'), [n8nProgram(), 'start'], {
		cwd: userFolder,
		env: { ...PATIENT, ...env },
		stdio: ['ignore', log, log],
	});
	closeSync(log);
	const failures: Error[] = [];
	child.on('error', (error) => failures.push(error));
	const look = async (): Promise<true | undefined> => {
		throwIfEnded(child, failures, logFile);
		return await isReady(url, logFile, before);
	};
	await until('n8n is ready', look, { timeoutMs: START_TIMEOUT_MS, everyMs: 100 }).catch(
		(error: unknown) => {
			child.kill('SIGKILL');
			throw error;
		},
	);
	child.unref();
	const brokerPort =
		env['N8N_RUNNERS_MODE'] === 'external' ? Number(env['N8N_RUNNERS_BROKER_PORT']) : null;
	return { url, pid: child.pid ?? 0, userFolder, logFile, brokerPort };
}
