import { falApi } from './fal';
import type { ApiConnection, ImageApi } from './imageApi';
import { openAiApi } from './openAi';
import { openRouterApi } from './openRouter';

type OpenApi = (connection: ApiConnection) => ImageApi;

/** How providers are spoken to that are not spoken to as OpenAI is, by their `style`. */
const OTHERS: Readonly<Record<string, OpenApi>> = { fal: falApi, openrouter: openRouterApi };

export const apiFor = (style: string): OpenApi => OTHERS[style] ?? openAiApi;
