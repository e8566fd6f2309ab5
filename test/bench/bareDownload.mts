/** A download to disk and nothing else, in a process of its own: the floor for collecting a batch. Arguments: address, key, file. */
import { createWriteStream } from 'node:fs';
import { get } from 'node:http';
import { pipeline } from 'node:stream/promises';

const [address = '', key = '', file = ''] = process.argv.slice(2);
const started = performance.now();
get(address, { headers: { authorization: `Bearer ${key}` } }, (response) => {
	pipeline(response, createWriteStream(file)).then(
		() => process.stdout.write(String(Math.round(performance.now() - started))),
		() => {
			process.exitCode = 1;
		},
	);
});
