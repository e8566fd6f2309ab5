import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BINARIES, place } from './environment.mts';
import { isRunning } from './stop.mts';
import type { WorkflowJson } from './workflowBuilder.mts';

/** Where an n8n waits for its task runner. */
export interface Broker {
	/** n8n's N8N_USER_FOLDER */
	userFolder: string;
	/** `null`: no runner is to be started for it */
	brokerPort: number | null;
}

/** Only for this machine, and as long as an n8n of the tests runs. */
const AUTH_TOKEN = 'only-for-tests';

/** Of an n8n without a task runner: one takes a fifth of the processor's time of a start, and only Code nodes need it. n8n 1 has none. */
export function withoutRunner(): Record<string, string> {
	const file = join(place('GPT_IMAGE_N8N'), 'node_modules', 'n8n', 'package.json');
	const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
	return version.startsWith('1.')
		? {}
		: { N8N_RUNNERS_MODE: 'external', N8N_RUNNERS_AUTH_TOKEN: AUTH_TOKEN };
}

/** Starts n8n's own task runner beside it when the first workflow with a Code node comes. It ends with n8n. */
export async function startRunnerFor(
	{ nodes }: WorkflowJson,
	{ userFolder, brokerPort }: Broker,
): Promise<void> {
	if (brokerPort === null || nodes.every(({ type }) => type !== 'n8n-nodes-base.code')) return;
	const file = join(userFolder, 'runner.pid');
	if (existsSync(file) && isRunning(Number(readFileSync(file, 'utf8')))) return;
	const uri = `http://127.0.0.1:${brokerPort}`;
	const answer = await fetch(`${uri}/runners/auth`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ token: AUTH_TOKEN }),
	});
	const { data } = (await answer.json()) as { data: { token: string } };
	const logFile = join(userFolder, 'runner.log');
	const log = openSync(logFile, 'w');
	const program = join(place('GPT_IMAGE_N8N'), 'node_modules/@n8n/task-runner/dist/start.js');
	// As n8n starts it.
	const flags = ['--disallow-code-generation-from-strings', '--disable-proto=delete'];
	const child = spawn(join(BINARIES, 'node'), [...flags, program], {
		env: { N8N_RUNNERS_TASK_BROKER_URI: uri, N8N_RUNNERS_GRANT_TOKEN: data.token },
		stdio: ['ignore', log, log],
	});
	closeSync(log);
	child.unref();
	writeFileSync(file, String(child.pid));
}
