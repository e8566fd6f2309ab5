import { PROVIDERS } from '../../../../nodes/core/providers/find';
import { falApi } from '../../../../nodes/platform/providers/fal';
import { openAiApi } from '../../../../nodes/platform/providers/openAi';
import { openRouterApi } from '../../../../nodes/platform/providers/openRouter';
import { apiFor } from '../../../../nodes/platform/providers/registry';

/** Those that do not speak OpenAI's API. */
const OWN = { fal: falApi, openrouter: openRouterApi };

it('each provider is spoken to as its style says, which is as OpenAI is unless it has a style of its own', () => {
	const spoken = PROVIDERS.map(({ id, style }) => [id, apiFor(style)]);

	expect(Object.fromEntries(spoken)).toEqual({
		...Object.fromEntries(PROVIDERS.map(({ id }) => [id, openAiApi])),
		...OWN,
	});
});
