import { DAY_MS } from '../util/time';
import { shutdownAt } from './lifecycle';
import { ROLES } from './resolve';
import type { Catalogue, Role } from './types';

/** How long a role means a model. Times are Unix ms, `to` is not part of it. */
export interface RoleSpan {
	role: Role;
	/** Id of a model. */
	means: string;
	from: number;
	to: number;
}

/**
 * What the roles mean, from now on and for ever: models end on days that are known.
 * @param meaning id of what a role means at a moment, live or in a batch, which needs its model for a day
 */
export function roleSpans(
	meaning: (role: Role, now: Date) => string,
	catalogue: Catalogue,
): RoleSpan[] {
	const ends = catalogue.models.flatMap((model) => shutdownAt(model)?.getTime() ?? []);
	const bounds = [0, ...new Set(ends.flatMap((end) => [end - DAY_MS, end]).sort((a, b) => a - b))];
	return ROLES.flatMap((role) => {
		const spans: RoleSpan[] = [];
		for (const from of bounds) {
			const means = meaning(role, new Date(from));
			const last = spans.at(-1);
			if (last?.means === means) continue;
			if (last !== undefined) last.to = from;
			spans.push({ role, means, from, to: Infinity });
		}
		return spans;
	});
}
