const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * Files that wait long for a real n8n, longest first. On a fresh clone jest knows only how large a file is, and one of these
 * that begins last keeps a core busy alone.
 */
const LONGEST = [
	'batchSubmit',
	'batchTrigger',
	'review',
	'batchDownloads',
	'webhookTrigger',
	'batch',
	'limits',
	'providers',
	'examples',
	'tool',
	'onError',
	'rawExamples',
	'failures',
	'bodies',
	'fileNames',
].map((name) => `/n8n/${name}.test.mts`);

const rank = ({ path }) => {
	const at = LONGEST.findIndex((end) => path.endsWith(end));
	return at < 0 ? LONGEST.length : at;
};

module.exports = class LongestFirst extends Sequencer {
	sort(tests) {
		return super.sort(tests).sort((a, b) => rank(a) - rank(b));
	}
};
