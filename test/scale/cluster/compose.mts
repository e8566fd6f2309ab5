import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../../n8n/harness/environment.mts';

interface Service {
	command?: string;
	environment?: Record<string, string>;
}

/** The compose file that users get. The tests run with its settings. */
const COMPOSE = parse(
	readFileSync(join(projectRoot, 'examples', 'queue-mode', 'compose.yaml'), 'utf8'),
	{ merge: true },
) as { services: Record<string, Service> };

/** What differs on one machine without containers: where the stores are, and what is secret. */
export interface Places {
	postgresPort: number;
	redisPort: number;
}

/** The environment of a service as it stands in the compose file, for processes on this machine. */
export function serviceEnvironment(
	service: 'main' | 'worker',
	{ postgresPort, redisPort }: Places,
): Record<string, string> {
	const {
		N8N_ENCRYPTION_KEY: _,
		WEBHOOK_URL: __,
		...environment
	} = COMPOSE.services[service]?.environment ?? {};
	return {
		...environment,
		DB_POSTGRESDB_HOST: '127.0.0.1',
		DB_POSTGRESDB_PORT: String(postgresPort),
		// The database that PostgreSQL is born with.
		DB_POSTGRESDB_DATABASE: 'postgres',
		DB_POSTGRESDB_PASSWORD: 'only-for-tests',
		QUEUE_BULL_REDIS_HOST: '127.0.0.1',
		QUEUE_BULL_REDIS_PORT: String(redisPort),
	};
}

/** What the compose file starts in a worker's container. */
export function workerArguments(): string[] {
	return (COMPOSE.services['worker']?.command ?? '').split(' ');
}
