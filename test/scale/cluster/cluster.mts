/** A real n8n in queue mode: PostgreSQL, Redis, a main process and workers, with our packed package in each. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../n8n/harness/freePort.mts';
import { BINARIES } from '../../n8n/harness/environment.mts';
import { n8nEnvironment, n8nProgram } from '../../n8n/harness/launch.mts';
import { installPackage } from '../../n8n/harness/pack.mts';
import { createOwner } from '../../n8n/harness/rest.mts';
import { withoutRunner } from '../../n8n/harness/runner.mts';
import { connectN8n, type N8n } from '../../n8n/harness/startN8n.mts';
import { serviceEnvironment, workerArguments } from './compose.mts';
import { createServer, type Server } from './server.mts';
import { createPostgres, createRedis, type Store } from './stores.mts';

export interface Worker extends Server {
	/** Ids of the executions that it started, in order. */
	executions(): string[];
}

export interface Cluster {
	/** A person at the main process. Its connection ends with main: ask again after `main.start()`. */
	n8n(): N8n;
	main: Server;
	workers: readonly Worker[];
	postgres: Store;
	redis: Store;
	close(): Promise<void>;
}

export interface ClusterOptions {
	workers?: number;
	/** Added to the environment of all. */
	env?: Record<string, string>;
}

/** Starts it all and signs the owner in. */
export async function startCluster({
	workers: count = 2,
	env = {},
}: ClusterOptions = {}): Promise<Cluster> {
	const folder = mkdtempSync(join(tmpdir(), 'gpt-image-cluster-'));
	const postgres = await createPostgres(join(folder, 'postgres'));
	const redis = await createRedis(join(folder, 'redis'));
	await Promise.all([postgres.start(), redis.start()]);
	const port = await freePort();
	const url = `http://127.0.0.1:${port}`;
	const places = { postgresPort: postgres.port, redisPort: redis.port };
	const n8nProcess = async (
		name: string,
		service: 'main' | 'worker',
		port: number,
		args: string[],
		ready: string,
	): Promise<Server> => {
		const own = join(folder, name);
		mkdirSync(own);
		installPackage(own);
		const extra = {
			...serviceEnvironment(service, places),
			...withoutRunner(),
			WEBHOOK_URL: url,
			QUEUE_HEALTH_CHECK_PORT: String(await freePort()),
			...env,
		};
		const environment = await n8nEnvironment(own, port, { env: extra });
		const server = createServer({
			name,
			program: join(BINARIES, 'node'),
			args: [n8nProgram(), ...args],
			env: environment,
			folder: own,
			isReady: (log) => log.includes(ready),
		});
		return Object.assign(Object.create(server) as Server, {
			start: async () => {
				// It would make n8n wait for 10 s before it starts.
				rmSync(join(own, '.n8n', 'crash.journal'), { force: true });
				await server.start();
			},
		});
	};
	const main = await n8nProcess('main', 'main', port, ['start'], 'Editor is now accessible');
	await main.start();
	const { cookie } = await createOwner(url);
	const connect = async (): Promise<N8n> =>
		await connectN8n({
			url,
			pid: main.pid,
			userFolder: join(folder, 'main'),
			logFile: join(folder, 'main', 'main.log'),
			cookie,
			brokerPort: null,
		});
	const workers: Worker[] = [];
	for (let index = 1; index <= count; index++) {
		const worker = await n8nProcess(
			`worker${index}`,
			'worker',
			await freePort(),
			workerArguments(),
			'n8n worker is now ready',
		);
		workers.push(
			Object.assign(worker, {
				executions: () =>
					[...worker.log().matchAll(/Worker started execution (\d+)/g)].map(
						([, id]) => id as string,
					),
			}),
		);
	}
	await Promise.all(workers.map(async (worker) => await worker.start()));
	let person = await connect();
	const mainWithPerson: Server = Object.assign(Object.create(main) as Server, {
		start: async () => {
			await main.start();
			person = await connect();
		},
		stop: async () => {
			person.disconnect();
			await main.stop();
		},
		kill: async () => {
			person.disconnect();
			await main.kill();
		},
	});
	return {
		n8n: () => person,
		main: mainWithPerson,
		workers,
		postgres,
		redis,
		close: async () => {
			person.disconnect();
			await Promise.all([main, ...workers].map(async (server) => await server.kill()));
			await Promise.all([redis.stop(), postgres.stop()]);
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
