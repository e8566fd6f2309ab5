import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { place, projectRoot } from '../n8n/harness/environment.mts';
import { VERSIONS } from './peers.mts';

function versionOf(...path: string[]): string {
	return (JSON.parse(readFileSync(join(...path, 'package.json'), 'utf8')) as { version: string })
		.version;
}

/** The day, the machine's shape and the versions: nothing that tells whose machine it is. */
export function describeMachine(now: Date): string {
	const kernel = `${type()} ${release().split('.').slice(0, 2).join('.')}`;
	const memory = Math.round(totalmem() / 2 ** 30);
	return [
		`Measured on ${now.toISOString().slice(0, 10)} with ${cpus().length} cores, ${memory} GiB of memory, ${kernel}, Node ${process.version.slice(1)},`,
		`n8n ${versionOf(place('GPT_IMAGE_N8N'), 'node_modules', 'n8n')} (OpenAI node ${VERSIONS.builtIn}, HTTP Request node ${VERSIONS.http}; SQLite, files on disk),`,
		`n8n-nodes-gpt-image ${versionOf(projectRoot)}. The server, n8n and the script share the machine.`,
	].join('\n');
}
