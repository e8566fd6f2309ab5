import type { ImageApi } from '../client';
import { falApi } from './fal';
import { openAiApi, type DoorConnection } from './openAi';
import { openRouterApi } from './openRouter';

type OpenDoor = (connection: DoorConnection) => ImageApi;

/** How providers are spoken to that are not spoken to as OpenAI is, by their `style`. */
const OTHERS: Readonly<Record<string, OpenDoor>> = { fal: falApi, openrouter: openRouterApi };

export const doorFor = (style: string): OpenDoor => OTHERS[style] ?? openAiApi;
