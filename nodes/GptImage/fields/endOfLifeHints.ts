import type { NodeHint } from 'n8n-workflow';
import { CATALOGUE } from '../../core/models/catalogue';
import { noticeFrom, shutdownAt } from '../../core/models/lifecycle';
import { endNotice } from '../../core/models/notices';

/** A hint in the editor for each model that ends, shown from 30 days before while it is chosen. */
export function endOfLifeHints(): NodeHint[] {
	return CATALOGUE.models.flatMap((model) => {
		const [from, end] = [noticeFrom(model)?.getTime(), shutdownAt(model)?.getTime()];
		if (from === undefined || end === undefined) return [];
		const chosen = `${JSON.stringify([model.id, ...model.aliases])}.includes($parameter["model"]?.value ?? $parameter["model"])`;
		// Only before a run, because a run brings a hint of its own. With the location 'ndv' n8n shows both.
		const hint = {
			type: 'warning',
			location: 'outputPane',
			whenToDisplay: 'beforeExecution',
		} as const;
		return [
			{
				...hint,
				message: endNotice(model, 'future'),
				displayCondition: `={{ ${chosen} && Date.now() >= ${from} && Date.now() < ${end} }}`,
			},
			{
				...hint,
				message: endNotice(model, 'past'),
				displayCondition: `={{ ${chosen} && Date.now() >= ${end} }}`,
			},
		];
	});
}
