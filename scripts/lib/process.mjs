import { spawn } from 'node:child_process';

/** What runs now. @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** Tells all commands to end. */
export function endCommands() {
	running.forEach((child) => child.kill('SIGTERM'));
}

/** A command that ended with another exit code than 0, with what it printed. */
export class CommandError extends Error {
	/**
	 * @param {string} command
	 * @param {number | null} code - null when a signal ended it
	 * @param {string} output - everything it printed
	 */
	constructor(command, code, output) {
		super(`"${command}" ended with exit code ${code}${output ? `\n${output}` : ''}`);
		this.code = code;
		this.output = output;
	}
}

/**
 * The environment for a child npm: without what the npm that runs us says about *our* package, which would
 * make a child npm work on the wrong folder.
 *
 * @param {NodeJS.ProcessEnv} extra
 */
export function npmEnv(extra = {}) {
	const own = /^(npm_package_|npm_lifecycle_|npm_command$|npm_config_local_prefix$|INIT_CWD$)/;
	const inherited = Object.entries(process.env).filter(([name]) => !own.test(name));
	return { ...Object.fromEntries(inherited), ...extra };
}

/**
 * Runs a command to its end.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<string>} what it printed
 * @throws {CommandError} when it ends with another exit code than 0
 */
export function run(command, args, { cwd, env } = {}) {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, {
			cwd,
			env: env ?? process.env,
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		let output = '';
		child.stdout.on('data', (chunk) => (output += chunk));
		child.stderr.on('data', (chunk) => (output += chunk));
		running.add(child);
		child.on('error', reject);
		child.on('close', (code) => {
			running.delete(child);
			if (code === 0) resolve(output);
			else reject(new CommandError([command, ...args].join(' '), code, output.trim()));
		});
	});
}
