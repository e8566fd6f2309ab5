/**
 * Preloaded into a worker (NODE_OPTIONS=--require): SIGUSR2 starts a CPU profile, the next one writes it, with the longest
 * time that the event loop was held by anything, to GPT_IMAGE_PROFILE. The profiler's samples tell whose code held it.
 */
if (process.env.GPT_IMAGE_PROFILE && process.argv.includes('worker')) {
	const { Session } = require('node:inspector');
	const { writeFileSync, renameSync } = require('node:fs');
	const { monitorEventLoopDelay } = require('node:perf_hooks');
	const session = new Session();
	const delay = monitorEventLoopDelay({ resolution: 1 });
	let runs = false;
	process.on('SIGUSR2', () => {
		if (!runs) {
			runs = true;
			session.connect();
			session.post('Profiler.enable');
			session.post('Profiler.setSamplingInterval', { interval: 1000 });
			session.post('Profiler.start');
			delay.enable();
			return;
		}
		runs = false;
		delay.disable();
		const longestMs = delay.max / 1e6;
		session.post('Profiler.stop', (error, answer) => {
			const file = process.env.GPT_IMAGE_PROFILE;
			writeFileSync(
				`${file}.partial`,
				JSON.stringify(error ? { error: error.message } : { longestMs, profile: answer.profile }),
			);
			renameSync(`${file}.partial`, file);
			session.disconnect();
		});
	});
}
