import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { killProcess, stopProcess } from '../../n8n/harness/stop.mts';
import { until } from '../../n8n/harness/until.mts';

export interface ServerOptions {
	name: string;
	program: string;
	args: string[];
	env: Record<string, string>;
	/** Its own; the log lies there too. */
	folder: string;
	isReady(log: string): Promise<boolean> | boolean;
	/** As whom it runs, where it must not be root. */
	uid?: number | undefined;
	/** Asks it to end at once without losing what is stored. */
	stopSignal?: NodeJS.Signals;
}

/** A process that can be killed and started again, on the same port and with the same files. */
export interface Server {
	readonly pid: number;
	log(): string;
	start(): Promise<void>;
	stop(): Promise<void>;
	kill(): Promise<void>;
}

const START_TIMEOUT_MS = 180_000;

/** Starts nothing yet. */
export function createServer({
	name,
	program,
	args,
	env,
	folder,
	isReady,
	uid,
	stopSignal = 'SIGTERM',
}: ServerOptions): Server {
	const logFile = join(folder, `${name}.log`);
	let child: ChildProcess | null = null;
	const log = (): string => readFileSync(logFile, 'utf8');
	const pid = (): number => child?.pid ?? 0;
	const ended = (): void => {
		child = null;
	};
	return {
		get pid() {
			return pid();
		},
		log,
		async start() {
			const file = openSync(logFile, 'a');
			const before = log().length;
			const started = spawn(program, args, {
				cwd: folder,
				env,
				stdio: ['ignore', file, file],
				...(uid !== undefined && { uid, gid: uid }),
			});
			child = started;
			closeSync(file);
			const failures: Error[] = [];
			started.on('error', (error) => failures.push(error));
			const look = async (): Promise<true | undefined> => {
				if (failures[0]) throw failures[0];
				if (started.exitCode !== null || started.signalCode !== null)
					throw new Error(`${name} ended before it was ready:\n${log().slice(before)}`);
				return (await isReady(log().slice(before))) || undefined;
			};
			await until(`${name} is ready`, look, { timeoutMs: START_TIMEOUT_MS });
			started.unref();
		},
		async stop() {
			if (child === null) return;
			if (stopSignal !== 'SIGTERM') process.kill(pid(), stopSignal);
			await stopProcess(pid());
			ended();
		},
		async kill() {
			if (child === null) return;
			await killProcess(pid());
			ended();
		},
	};
}
