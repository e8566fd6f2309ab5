/** The simulator by itself: `node test/simulator/main.mts --port 4010`. */
import { parseArgs } from 'node:util';
import { startSimulator } from './index.mts';
import type { SimulatorOptions } from './index.mts';

const HELP = `Usage: node test/simulator/main.mts [options]

  --port NUMBER               default 4010; 0 takes a free one
  --api-key KEY               default sk-simulator
  --latency-ms NUMBER         least time of an image request
  --images-per-minute NUMBER  rate limit, counted by n
  --image-bytes NUMBER        pad every image to this length
  --help
`;

function wholeNumber(name: string, value: string | undefined): number | undefined {
	if (value === undefined) return undefined;
	if (!/^\d+$/.test(value)) throw new Error(`--${name} needs a whole number, not '${value}'`);
	return Number(value);
}

function parseOptions(): SimulatorOptions | 'help' {
	const text = { type: 'string' } as const;
	const { values } = parseArgs({
		options: {
			port: text,
			'api-key': text,
			'latency-ms': text,
			'images-per-minute': text,
			'image-bytes': text,
			help: { type: 'boolean' },
		},
	});
	if (values.help) return 'help';
	const latencyMs = wholeNumber('latency-ms', values['latency-ms']);
	const imagesPerMinute = wholeNumber('images-per-minute', values['images-per-minute']);
	const imageBytes = wholeNumber('image-bytes', values['image-bytes']);
	return {
		port: wholeNumber('port', values.port) ?? 4010,
		...(values['api-key'] !== undefined && { apiKey: values['api-key'] }),
		...(latencyMs !== undefined && { latencyMs }),
		...(imagesPerMinute !== undefined && { imagesPerMinute }),
		...(imageBytes !== undefined && { imageBytes }),
	};
}

async function run(): Promise<void> {
	const options = parseOptions();
	if (options === 'help') {
		process.stdout.write(HELP);
		return;
	}
	const simulator = await startSimulator(options);
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => {
			void simulator.close();
		});
	}
	// Scripts wait for this line.
	process.stdout.write(`${simulator.baseUrl}\n`);
}

run().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
});
