export function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	const upper = sorted[middle] ?? NaN;
	return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** Jain's index of fairness: 1 when all got the same, 1/n when one got everything. */
export function jain(shares: number[]): number {
	const sum = shares.reduce((total, share) => total + share, 0);
	const squares = shares.reduce((total, share) => total + share * share, 0);
	return squares === 0 ? 1 : (sum * sum) / (shares.length * squares);
}

/** Median, and from the least to the most when there are several. */
export function spread(values: number[], format: (value: number) => string): string {
	const middle = format(median(values));
	const least = format(Math.min(...values));
	const most = format(Math.max(...values));
	const unit = / \D+$/;
	return least === most
		? middle
		: `${middle} (${least.replace(unit, '')}–${most.replace(unit, '')})`;
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
export const megabytes = (bytes: number): string =>
	`${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
export const percent = (part: number): string => `${(part * 100).toFixed(1)} %`;
export const times = (ratio: number): string => `${ratio.toFixed(2)}x`;
