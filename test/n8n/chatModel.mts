import { LLMock, type ChatCompletionRequest, type ChatMessage } from '@copilotkit/aimock';
import type { N8n } from './harness/index.mts';

/** A chat model's stand-in: it knows nothing but what stands in the messages that it gets. */
export interface ChatModel {
	credential: { openAiApi: { id: string; name: string } };
	/** Each request, as it came. */
	readonly requests: ChatCompletionRequest[];
	close(): Promise<void>;
}

const textOf = ({ content }: ChatMessage): string =>
	typeof content === 'string' ? content : JSON.stringify(content ?? '');

/** The last of these in the conversation, whoever said it. */
function lastOf(messages: readonly ChatMessage[], pattern: RegExp): string {
	const all = messages.flatMap((message) => [...textOf(message).matchAll(pattern)]);
	return all.at(-1)?.[1] ?? '';
}

/** What the user's words mean to it. */
function toolFor(request: string, imageId: string): { name: string; arguments: string } | null {
	const call = (name: string, values: object) => ({ name, arguments: JSON.stringify(values) });
	if (/^make/i.test(request)) return call('Make_Image', { prompt: request.replace(/^make /i, '') });
	if (/^change/i.test(request)) return call('Edit_Image', { imageId, prompt: request });
	if (/^improve/i.test(request)) return call('Improve_Image', { imageId, prompt: request });
	return null;
}

/** It calls a tool when it is asked to make, change or improve an image, shows what came, and can say what all of it cost. */
export async function startChatModel(n8n: N8n): Promise<ChatModel> {
	const model = new LLMock({ port: 0 });
	const requests: ChatCompletionRequest[] = [];
	model.on({ predicate: () => true }, (request) => {
		requests.push(request);
		const { messages } = request;
		const last = messages.at(-1)!;
		const spent = lastOf(messages, /(?:\\*"sessionUsd\\*":|\$)(\d[\d.e-]*\d)/g);
		if (last.role === 'tool') {
			const answer = textOf(last);
			const picture = /\\*"markdown\\*":\\*"(.*?\))\\*"/.exec(answer)?.[1]?.replaceAll('\\', '');
			return picture === undefined
				? { content: `It was not made: ${answer}` }
				: { content: `Here it is.\n\n${picture}\n\nSo far $${spent}.` };
		}
		const tool = toolFor(textOf(last), lastOf(messages, /(img_[0-9a-f]{24})/g));
		return tool === null ? { content: `All of it cost $${spent}.` } : { toolCalls: [tool] };
	});
	await model.start();
	const { id } = await n8n.request<{ id: string }>('POST', '/rest/credentials', {
		name: 'chat model',
		type: 'openAiApi',
		data: { apiKey: 'sk-chat', url: `${model.url}/v1` },
	});
	return {
		credential: { openAiApi: { id, name: 'chat model' } },
		requests,
		close: async () => await model.stop(),
	};
}
