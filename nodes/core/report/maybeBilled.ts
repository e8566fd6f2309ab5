import { columnsOf } from '../lineage/columns';
import { numberOrNull, type OurItem } from '../lineage/ourItem';

/** Attempts that brought no answer but may have been billed. They stand on every item of a request, and count once. */
export class Attempts {
	private readonly requests = new Set<{ count: number }>();

	private readonly byName = new Map<string, { count: number }>();

	add(json: unknown, { requestKey, requestId, imageId }: OurItem): void {
		const { object, column } = columnsOf(json);
		const count = numberOrNull(
			object('request').maybeBilledAttempts ??
				column('maybebilledattempts', 'requestmaybebilledattempts'),
		);
		// Of ours only.
		if (count === null || (requestKey ?? imageId) === null) return;
		const names = [
			requestKey && `key ${requestKey}`,
			requestId && `id ${requestId}`,
			imageId,
		].flatMap((name) => name ?? []);
		const request = names.flatMap((name) => this.byName.get(name) ?? [])[0] ?? { count: 0 };
		request.count = Math.max(request.count, count);
		this.requests.add(request);
		for (const name of names) if (!this.byName.has(name)) this.byName.set(name, request);
	}

	/** @param settled keys of requests of which it is known by now what became of them */
	total(settled: ReadonlySet<string>): number {
		const known = new Set([...settled].flatMap((key) => this.byName.get(`key ${key}`) ?? []));
		let total = 0;
		for (const request of this.requests) if (!known.has(request)) total += request.count;
		return total;
	}
}
