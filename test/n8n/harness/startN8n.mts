import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEditor, type Editor } from './editor.mts';
import { place } from './environment.mts';
import { launchN8n, type LaunchOptions, type Launched } from './launch.mts';
import { memoryOf, resetPeak, type Memory } from './memory.mts';
import { installPackage } from './pack.mts';
import { connectPush, type Push } from './push.mts';
import { startRunnerFor } from './runner.mts';
import { createOwner, resumeRest, signIn, type OWNER, type Rest } from './rest.mts';
import { killProcess, stopProcess } from './stop.mts';

export interface N8nOptions extends LaunchOptions {
	/** an existing folder of an n8n that ran before; a new one, removed by `stop`, without it */
	userFolder?: string;
	/** who owns the instance: made for a new user folder, signed in for an old one */
	owner?: typeof OWNER;
}

/** What another process needs to go on with a running n8n. */
export type N8nHandle = Launched & { cookie: string };

export interface N8n extends Editor {
	readonly url: string;
	readonly pid: number;
	readonly userFolder: string;
	readonly cookie: string;
	/** the editor's live connection: console messages, progress of nodes */
	readonly push: Push;
	/** any other request of the editor */
	readonly request: Rest['request'];
	/** the bytes at any other address of n8n */
	readonly download: Rest['download'];
	/** everything n8n printed so far */
	log(): string;
	memory(): Memory;
	/** makes the peak of `memory()` start anew */
	resetPeak(): void;
	/** closes this connection; n8n goes on */
	disconnect(): void;
	/** ends n8n as a service manager would; a user folder that `startN8n` made is removed */
	stop(): Promise<void>;
	/** ends n8n as a power cut would; the user folder stays, to start from again */
	kill(): Promise<void>;
}

/** Signs in to a running n8n with the cookie of its owner. */
export async function connectN8n(handle: N8nHandle, removeFolder = false): Promise<N8n> {
	const rest = resumeRest(handle.url, handle.cookie);
	const push = await connectPush(handle.url, handle.cookie);
	const editor = createEditor(rest, push);
	return {
		...editor,
		async createWorkflow(workflow) {
			await startRunnerFor(workflow, handle);
			return await editor.createWorkflow(workflow);
		},
		url: handle.url,
		pid: handle.pid,
		userFolder: handle.userFolder,
		cookie: handle.cookie,
		push,
		request: rest.request.bind(rest),
		download: rest.download.bind(rest),
		log: () => readFileSync(handle.logFile, 'utf8'),
		memory: () => memoryOf(handle.pid),
		resetPeak: () => resetPeak(handle.pid),
		disconnect: () => push.close(),
		async stop() {
			push.close();
			await stopProcess(handle.pid);
			if (removeFolder) rmSync(handle.userFolder, { recursive: true, force: true });
		},
		async kill() {
			push.close();
			await killProcess(handle.pid);
			// When n8n finds its journal of a crash, it does nothing for 10 s before it starts.
			rmSync(join(handle.userFolder, '.n8n', 'crash.journal'), { force: true });
		},
	};
}

/** One on which n8n has nothing to migrate, where set-up has made it. */
function copyNewDatabase(userFolder: string): void {
	const folder = join(place('GPT_IMAGE_N8N'), 'new-database');
	if (existsSync(folder)) cpSync(folder, join(userFolder, '.n8n'), { recursive: true });
}

async function launchAndSignIn(userFolder: string, options: N8nOptions): Promise<N8nHandle> {
	installPackage(userFolder);
	const hasOwner = existsSync(join(userFolder, '.n8n', 'database.sqlite'));
	if (!hasOwner) copyNewDatabase(userFolder);
	const launched = await launchN8n(userFolder, options);
	try {
		const rest = await (hasOwner ? signIn : createOwner)(launched.url, options.owner);
		return { ...launched, cookie: rest.cookie };
	} catch (error) {
		await stopProcess(launched.pid);
		throw error;
	}
}

/** Starts n8n with this package installed, signs its owner in, and leaves it running. */
export async function launchHandle(options: N8nOptions = {}): Promise<N8nHandle> {
	if (options.userFolder !== undefined) return await launchAndSignIn(options.userFolder, options);
	const userFolder = mkdtempSync(join(tmpdir(), 'gpt-image-n8n-'));
	return await launchAndSignIn(userFolder, options).catch((error: unknown) => {
		rmSync(userFolder, { recursive: true, force: true });
		throw error;
	});
}

/**
 * A real n8n of one's own, with this package installed from its tarball and an owner signed in.
 *
 * @throws with n8n's output when it doesn't come up
 */
export async function startN8n(options: N8nOptions = {}): Promise<N8n> {
	return await connectN8n(await launchHandle(options), options.userFolder === undefined);
}
