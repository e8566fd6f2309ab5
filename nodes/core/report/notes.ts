import { escapeHtml, plural } from '../util/text';
import { wordsOfCode } from './codes';
import type { Report } from './types';
import { ignoredWords, type SayUsd } from './words';

/** Unknown costs that the page lists one by one, and kinds of failures. */
const LISTED = 50;
const KINDS = 12;

export function notes(report: Report, usd: SayUsd): string {
	const list = [...failureNotes(report, usd), ...itemNotes(report, usd)];
	return list.length === 0
		? ''
		: `<section><h2>Notes</h2><ul>${list.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul></section>`;
}

function failureNotes({ failures, skipped, maybeBilledAttempts }: Report, usd: SayUsd): string[] {
	return [
		...(failures.count > 0 ? [`Failed: ${kinds(failures.byCode)}.`] : []),
		...(failures.billed > 0
			? [
					`${plural(failures.billed, 'image')} made and billed, but lost: ${usd(failures.cost)}. This is included in what was spent.`,
				]
			: []),
		...(failures.unknownCost > 0
			? [
					`The API does not report what a failed request costs: ${plural(failures.unknownCost, 'request')} may have been billed in addition.`,
				]
			: []),
		...(skipped > 0 ? [`${plural(skipped, 'image')} not made because a budget was reached.`] : []),
		...(maybeBilledAttempts > 0
			? [
					`${plural(maybeBilledAttempts, 'attempt')} without an answer may have been billed in addition.`,
				]
			: []),
	];
}

function itemNotes({ duplicates, byRequest, leftOut, ignored }: Report, usd: SayUsd): string[] {
	return [
		...(duplicates > 0
			? [
					`${plural(duplicates, 'item')} ${duplicates === 1 ? 'repeats' : 'repeat'} an image or a request that is already counted.`,
				]
			: []),
		...(byRequest > 0
			? [
					`${plural(byRequest, 'image')} without an image ID, counted with the cost of their request.`,
				]
			: []),
		...(leftOut.items > 0
			? [
					`${plural(leftOut.items, 'item')} left out, because the image ID is missing. Cost: ${usd(leftOut.cost)}.`,
				]
			: []),
		...(ignored > 0 ? [ignoredWords(ignored)] : []),
	];
}

/** "3 × blocked by moderation, 1 × teapot". Codes that mean the same are counted together. */
function kinds(byCode: Report['failures']['byCode']): string {
	const counts = new Map<string, number>();
	for (const { code, count } of byCode)
		counts.set(wordsOfCode(code), (counts.get(wordsOfCode(code)) ?? 0) + count);
	const named = [...counts]
		.sort(([, a], [, b]) => b - a)
		.map(([words, count]) => `${count} × ${words.slice(0, 80)}`);
	return [
		...named.slice(0, KINDS),
		...(named.length > KINDS ? [`${named.length - KINDS} more kinds`] : []),
	].join(', ');
}

/** Images that are in no sum. */
export function unknownTable({ unknown }: Report): string {
	if (unknown.length === 0) return '';
	const rows = unknown
		.slice(0, LISTED)
		.map(
			({ model, requestId, prompt }) =>
				`<tr><th scope="row">${escapeHtml(model.slice(0, 60))}</th><td>${escapeHtml((requestId ?? '').slice(0, 80))}</td><td>${escapeHtml((prompt ?? '').slice(0, 80))}</td></tr>`,
		);
	const more = unknown.length > LISTED ? `<p>and ${unknown.length - LISTED} more</p>` : '';
	return `<section><h2>Cost unknown</h2><p>These images are not included in any total.</p><table><thead><tr><th scope="col">Model</th><th scope="col">Request</th><th scope="col">Prompt</th></tr></thead><tbody>${rows.join('')}</tbody></table>${more}</section>`;
}
