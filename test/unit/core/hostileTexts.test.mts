import { parseBatch } from '../../../nodes/core/batch/batch';
import { customIdProblem } from '../../../nodes/core/batch/customId';
import { readMetadata } from '../../../nodes/core/batch/metadata';
import { isModelRefusal } from '../../../nodes/core/batch/batchModel';
import { parseResultLine } from '../../../nodes/core/batch/resultLine';
import { CATALOGUE } from '../../../nodes/core/catalogue/catalogue';
import { baseFromPrompt, baseFromUser } from '../../../nodes/core/images/fileName';
import { readItem } from '../../../nodes/core/lineage/ourItem';
import { checkBaseUrl, isBelow, isResultAddress } from '../../../nodes/core/providers/baseUrl';
import { readCatalogueFile } from '../../../nodes/core/modelChoice/catalogueFile';
import { isDataResidency } from '../../../nodes/core/providers/dataResidency';
import { apiServerOf } from '../../../nodes/core/providers/connection';
import { whyNotSigned } from '../../../nodes/core/providers/keyGuard';
import { serverUrl } from '../../../nodes/core/providers/find';
import { findModel, resolveModel } from '../../../nodes/core/catalogue/resolve';
import { promptTokens } from '../../../nodes/core/pricing/inputTokens';
import { readUsd } from '../../../nodes/core/util/money';
import { showValue } from '../../../nodes/core/requests/parameters';
import { readAnswer } from '../../../nodes/core/review/answer';
import { shownDraft } from '../../../nodes/core/review/drafts';
import { failureFromBody, failureInside } from '../../../nodes/core/failures/errorBody';
import { onOneLine, presentable, readablePiece } from '../../../nodes/core/failures/errorText';
import {
	neverPasses,
	retryAfterMs,
	signalFromHeaders,
	signalFromRefusal,
} from '../../../nodes/core/failures/rateSignal';
import { secretForms, withoutSecrets } from '../../../nodes/core/failures/secrets';
import { escapeHtml } from '../../../nodes/core/util/text';
import { connectionFailure } from '../../../nodes/platform/http/connectionFailures';
import { explainFailure } from '../../../nodes/platform/n8n/explanations';
import { hint } from '../../../nodes/platform/n8n/hints';
import { cpuMs } from '../cpuTime.mts';

/** Long texts on which a pattern with more than one way to match takes for ever. */
const PIECES = [
	'a',
	' ',
	'.',
	'-',
	'/',
	'\\',
	'%',
	'&',
	'<',
	'>',
	'{',
	'[',
	'"',
	"'",
	',',
	'=',
	'0',
	'1',
	'_',
	'@',
	'?',
	'#',
	':',
	'\n',
	'\r\n',
	'\t',
	'\0',
	'\u0300',
	'\u200d',
	'💥',
	'🏳️‍🌈',
	'ア',
	'\ud800',
	'model ',
	'the model does not ',
	'Limit 1, ',
	'Limit: 1 Requested: ',
	'limit 0',
	'limit of 0.0',
	'per min ',
	'tokens per ',
	'try again in ',
	'in 1',
	'1s ',
	'1m 1.1',
	'retry after 1 s ',
	'wait ',
	'<!--',
	'<script ',
	'<title',
	'<a ',
	'&amp;',
	'&#39',
	"'code': '",
	"'code':'a",
	'"code":"',
	'sk-',
	'sk-a1',
	'Bearer ',
	'Bearer a',
	'api key',
	'api_key=',
	'authorization: Bearer ',
	'eyJ',
	'eyJaaaaaaaa.',
	'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa:',
	'safety_violations=[',
	'quota is ',
	'balance ',
	'requires more ',
	'insufficient ',
	'credits are ',
	'organization must be ',
	'https://',
	'a@',
	'10.',
	'x.localhost.',
	'[::1]',
	'{axis}',
	'a = b\n',
	'1x',
	'.png',
	'con',
	'{"error":',
	'{"a":',
	'%2f..',
	'..%2f',
	'request too large',
	'reset reason: ',
	'has been ',
	'prompt: ',
	'. ',
	'…',
] as const;

const LENGTH = 200_000;

const answerOf = (message: string) =>
	({ status: 429, requestId: null, header: () => message }) as const;
const NOW = new Date('2026-11-20');
const MODEL = resolveModel('final', NOW, CATALOGUE);
const FORMS = secretForms('sk-test-0123456789');

const PARSERS: Record<string, (text: string) => unknown> = {
	'a file name from the prompt': (one) => baseFromPrompt(one),
	'a file name of the user': (one) => baseFromUser(one),
	'a base URL': (one) => [
		checkBaseUrl(one),
		checkBaseUrl(`https://${one}`),
		checkBaseUrl(`https://x.test/${one}`),
		checkBaseUrl(`http://${one}`),
	],
	'the address of a provider': (one) => [
		serverUrl({ provider: 'fal', baseUrl: one }),
		isDataResidency(one),
	],
	'an address below another': (one) => [
		isBelow(one, 'https://x.test/v1'),
		isBelow(`https://x.test/v1/${one}`, 'https://x.test/v1'),
		isBelow('https://x.test', one),
	],
	'a request that wants the key': (one) => [
		whyNotSigned(
			{ url: one, baseURL: one, headers: { [one]: one }, method: one },
			'https://x.test',
		),
		whyNotSigned(
			{ url: 'https://x.test/', method: one, headers: { [one]: one } },
			'https://x.test',
		),
	],
	'the address of an image': (one) => [
		isResultAddress(one, ['x.test'], 'https://x.test'),
		isResultAddress(`https://${one}`, ['x.test'], 'https://x.test'),
	],
	deployments: (one) => apiServerOf({ provider: 'azure', deployments: one, apiVersion: one }),
	'a model': (one) => [
		findModel(one, CATALOGUE),
		resolveModel(one, NOW, CATALOGUE).id,
		showValue(one),
		customIdProblem(one),
	],
	'a catalogue': (one) => readCatalogueFile(one, NOW, CATALOGUE),
	'an amount': (one) => [readUsd(one), readUsd(`0${one}`), readUsd(`0.${one}`)],
	'a prompt': (one) => promptTokens(one.slice(0, 32_000)),
	'an error answer': (one) => [
		failureFromBody(one, answerOf('')),
		failureFromBody(
			{ error: { message: one, code: one, type: one, metadata: { raw: one } } },
			answerOf(one),
		),
		failureFromBody({ detail: [{ msg: one, loc: [one] }] }, answerOf('')),
	],
	'an answer without an image': (one) => [
		failureInside(one, answerOf('')),
		failureInside({ error: one }, answerOf('')),
		failureInside({ message: one, success: false }, answerOf('')),
	],
	'what a failure is explained with': (one) =>
		explainFailure(failureFromBody({ error: { message: one } }, answerOf('')), MODEL, NOW),
	'a wait': (one) => [
		retryAfterMs(one, () => null),
		retryAfterMs('', () => one),
		retryAfterMs(`try again in ${one}`, () => one),
	],
	'a rate limit': (one) => [
		signalFromRefusal(one, () => one),
		signalFromHeaders(() => one),
		neverPasses(one),
		neverPasses(`images per min ${one}`),
		neverPasses(`Limit ${one}`),
	],
	'words of a batch on its model': (one) => [isModelRefusal(one), isModelRefusal(`model ${one}`)],
	'a page': (one) => [readablePiece(one), readablePiece(`<html>${one}`)],
	'a message': (one) => [
		presentable(one),
		onOneLine(one),
		withoutSecrets(one, FORMS),
		escapeHtml(one),
		hint('info', one),
	],
	'a connection error': (one) =>
		connectionFailure(Object.assign(new Error(one), { code: one, name: one })),
	'an item': (one) =>
		readItem({
			prompt: one,
			cost: { exact: one, usd: one },
			image: { id: one },
			request: one,
			[one]: one,
		}),
	'a draft on the page': (one) =>
		shownDraft(
			{ prompt: one.slice(0, 32_000), quality: one, size: one, model: one },
			0,
			MODEL,
			'low',
		),
	'an answer to a review': (one) => [
		readAnswer({ answer: one }, [0], { minPicks: 0, maxPicks: 0, allowPromptEdit: true }),
		readAnswer({ answer: '', pick: one }, [0], { minPicks: 0, maxPicks: 0, allowPromptEdit: true }),
	],
	'a batch': (one) => [
		parseBatch({
			id: one,
			status: one,
			metadata: { label: one },
			errors: { data: [{ message: one, code: one }] },
		}),
		readMetadata({ label: one, images: one, cost: one }),
	],
	'a line of results': (one) => [
		parseResultLine(Buffer.from(one)),
		parseResultLine(Buffer.from(JSON.stringify({ custom_id: 'x', error: { message: one } }))),
	],
};

/** Of one call of those that it makes; the best of a few, because others share the machine. */
function msOf(call: () => unknown): number {
	let best = Infinity;
	for (let tries = 0; tries === 0 || (tries < 10 && best > 50 && best < 1000); tries += 1) {
		const from = cpuMs();
		const results = call();
		best = Math.min(best, (cpuMs() - from) / (Array.isArray(results) ? results.length : 1));
	}
	return best;
}

describe('200,000 characters from outside', () => {
	it.each(Object.entries(PARSERS))(
		'are read in no time as %s',
		(_title, parse) => {
			const slow = PIECES.flatMap((piece) => {
				// Its end is another, so that no pattern is content with the whole.
				const one = `${piece.repeat(Math.ceil(LENGTH / piece.length)).slice(0, LENGTH)}!`;
				const ms = msOf(() => parse(one));
				return ms > 50 ? [`${JSON.stringify(piece)}: ${Math.round(ms)} ms`] : [];
			});

			expect(slow).toEqual([]);
		},
		600_000,
	);
});
