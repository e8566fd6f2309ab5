import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { place, plainEnvironment } from '../../n8n/harness/environment.mts';
import { freePort } from '../../n8n/harness/freePort.mts';
import { createServer, type Server } from './server.mts';

export interface Store extends Server {
	readonly port: number;
}

/** PostgreSQL refuses to run as root: then it runs as nobody. */
const NOBODY = process.getuid?.() === 0 ? 65_534 : undefined;

/** Nobody may not read what lies in root's home, so it gets a copy. */
function programsFor(folder: string): string {
	const programs = place('GPT_IMAGE_POSTGRES');
	if (NOBODY === undefined || !programs.startsWith(homedir())) return programs;
	cpSync(dirname(programs), join(folder, 'programs'), { recursive: true, verbatimSymlinks: true });
	return join(folder, 'programs', 'bin');
}

/** A new and empty PostgreSQL. @param folder that is its own */
export async function createPostgres(folder: string): Promise<Store> {
	const programs = programsFor(folder);
	const port = await freePort();
	const data = join(folder, 'data');
	mkdirSync(data, { recursive: true });
	for (const path of [dirname(folder), folder]) chmodSync(path, 0o755);
	const own = NOBODY === undefined ? {} : { uid: NOBODY, gid: NOBODY };
	if (NOBODY !== undefined) for (const path of [folder, data]) chownSync(path, NOBODY, NOBODY);
	const env = { ...plainEnvironment(), LC_ALL: 'C' };
	execFileSync(join(programs, 'initdb'), ['-D', data, '-U', 'n8n', '-A', 'trust', '-E', 'UTF8'], {
		env,
		cwd: folder,
		stdio: 'pipe',
		...own,
	});
	const args = [
		'-D',
		data,
		'-p',
		String(port),
		'-c',
		'listen_addresses=127.0.0.1',
		'-c',
		'unix_socket_directories=',
	];
	const server = createServer({
		name: 'postgres',
		program: join(programs, 'postgres'),
		args,
		env,
		folder,
		uid: NOBODY,
		isReady: (log) => log.includes('database system is ready to accept connections'),
		stopSignal: 'SIGINT',
	});
	return Object.assign(server, { port });
}

/** A new and empty Redis that writes down each change, as queues need it. @param folder that is its own */
export async function createRedis(folder: string): Promise<Store> {
	const port = await freePort();
	mkdirSync(folder, { recursive: true });
	const server = createServer({
		name: 'redis',
		program: place('GPT_IMAGE_REDIS'),
		args: [
			'--port',
			String(port),
			'--bind',
			'127.0.0.1',
			'--dir',
			folder,
			'--appendonly',
			'yes',
			'--save',
			'',
		],
		env: { ...plainEnvironment(), LD_LIBRARY_PATH: process.env['GPT_IMAGE_REDIS_LIBRARIES'] ?? '' },
		folder,
		isReady: (log) => /ready to accept connections/i.test(log),
	});
	return Object.assign(server, { port });
}
