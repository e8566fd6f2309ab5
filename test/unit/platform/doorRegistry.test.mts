import { PROVIDERS } from '../../../nodes/core/models/providers';
import { falApi } from '../../../nodes/platform/doors/fal';
import { openAiApi } from '../../../nodes/platform/doors/openAi';
import { openRouterApi } from '../../../nodes/platform/doors/openRouter';
import { doorFor } from '../../../nodes/platform/doors/registry';

it('each provider is spoken to by the door that its style names', () => {
	const doors = Object.fromEntries(PROVIDERS.map(({ id, style }) => [id, doorFor(style)]));

	expect(doors).toEqual({
		openai: openAiApi,
		azure: openAiApi,
		fal: falApi,
		lumenfall: openAiApi,
		compatible: openAiApi,
		openrouter: openRouterApi,
		vercel: openAiApi,
	});
});
