import { spawn } from 'node:child_process';
import { endCommands } from './process.mjs';

/** How long what is told to end may take for it, in ms. */
const GRACE_MS = 5_000;

/** The leaders of the process groups that run now. @type {Set<number>} */
const leaders = new Set();

/** @param {number} leader @param {NodeJS.Signals} signal */
function signalGroup(leader, signal) {
	try {
		process.kill(-leader, signal);
	} catch {
		// Nobody is left in it.
	}
}

/**
 * Runs a command as the leader of a process group: what it started and left running (an n8n, a Redis) ends with it.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, signal?: AbortSignal, onOutput?: (text: string) => void }} options - `signal`
 *   kills the group; `onOutput` gets what goes to stderr; without it all that is printed is shown
 * @returns {Promise<number | null>} its exit code, null when a signal ended it
 */
export function runGroup(command, args, { cwd, env, signal, onOutput }) {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, {
			cwd,
			env,
			detached: true,
			stdio: [
				'ignore',
				...(onOutput
					? /** @type {const} */ (['ignore', 'pipe'])
					: /** @type {const} */ (['inherit', 'inherit'])),
			],
		});
		const leader = child.pid ?? 0;
		if (leader > 0) leaders.add(leader);
		child.stderr?.setEncoding('utf8').on('data', onOutput ?? (() => {}));
		signal?.addEventListener('abort', () => signalGroup(leader, 'SIGKILL'));
		child.on('error', reject);
		child.on('exit', () => signalGroup(leader, 'SIGKILL'));
		child.on('close', (code) => {
			leaders.delete(leader);
			resolve(code);
		});
	});
}

/** How often it looks whether npm is still there, in ms. */
const LOOK_MS = 1_000;

/** Ends all groups: at first as a service manager would, then at once. */
function endGroups() {
	for (const leader of leaders) signalGroup(leader, 'SIGTERM');
	setTimeout(() => leaders.forEach((leader) => signalGroup(leader, 'SIGKILL')), GRACE_MS).unref();
}

/**
 * Makes Ctrl-C, a service manager's signal and the end of npm end the groups. A terminal's Ctrl-C doesn't reach them: they are no part of its
 * foreground group.
 *
 * @returns {AbortSignal} aborted by the first signal
 */
export function endGroupsOnSignal() {
	const interrupted = new AbortController();
	const interrupt = () => {
		interrupted.abort();
		endCommands();
		endGroups();
	};
	for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
		process.on(signal, interrupt);
	// npm hands a signal to the shell that it started us with, which ends without handing it on.
	const parent = process.ppid;
	if (process.env.npm_lifecycle_event !== undefined)
		setInterval(() => process.ppid !== parent && interrupt(), LOOK_MS).unref();
	return interrupted.signal;
}
