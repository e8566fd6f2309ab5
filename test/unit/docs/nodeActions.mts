/** What the nodes offer, as their descriptions say it. */
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { GptImageApi } from '../../../credentials/GptImageApi.credentials';
import { GptImage } from '../../../nodes/GptImage/GptImage.node';
import { GptImageBatchTrigger } from '../../../nodes/GptImageBatchTrigger/GptImageBatchTrigger.node';
import { GptImageReview } from '../../../nodes/GptImageReview/GptImageReview.node';
import { GptImageWebhookTrigger } from '../../../nodes/GptImageWebhookTrigger/GptImageWebhookTrigger.node';

const main = new GptImage().description;
const others = [GptImageReview, GptImageBatchTrigger, GptImageWebhookTrigger].map(
	(Node) => new Node().description,
);

/** An operation of the GPT Image node. */
export interface Action {
	resource: string;
	/** As the list of actions in the editor names it, such as "Generate images". */
	action: string;
	option: INodePropertyOptions;
	properties: INodeProperties[];
}

const isShownFor = (
	{ displayOptions }: INodeProperties,
	resource: string,
	operation?: string,
): boolean =>
	displayOptions?.show?.['resource']?.includes(resource) === true &&
	(operation === undefined || displayOptions.show['operation']?.includes(operation) === true);

/** The resources, what people use most first. */
const RESOURCES = ['image', 'batch', 'cost'];

const optionsOf = ({ options = [] }: INodeProperties): INodePropertyOptions[] =>
	[...options] as INodePropertyOptions[];

const named = (name: string): INodeProperties[] =>
	main.properties.filter((field) => field.name === name);

export const ACTIONS: Action[] = optionsOf(named('resource')[0]!)
	.map(({ value }) => String(value))
	.sort((a, b) => rank(a) - rank(b))
	.flatMap((resource) =>
		named('operation')
			.filter((field) => isShownFor(field, resource))
			.flatMap((field) => inOrderOfUse(field))
			.map((option) => ({
				resource,
				action: option.action!,
				option,
				properties: main.properties.filter((field) =>
					isShownFor(field, resource, String(option.value)),
				),
			})),
	);

function rank(resource: string): number {
	const at = RESOURCES.indexOf(resource);
	return at < 0 ? RESOURCES.length : at;
}

/** In the order of their fields, which is the order of use; the list in the editor goes by the alphabet. */
function inOrderOfUse(field: INodeProperties): INodePropertyOptions[] {
	const place = ({ value }: INodePropertyOptions): number =>
		main.properties.findIndex(
			(one) =>
				one.name !== 'operation' &&
				isShownFor(one, field.displayOptions!.show!['resource']![0] as string, String(value)),
		);
	return optionsOf(field).sort((a, b) => place(a) - place(b));
}

/** The fields of the other nodes and of the credential, by their display names. */
export const NODES: Record<string, INodeProperties[]> = Object.fromEntries([
	...others.map(({ displayName, properties }) => [displayName, properties]),
	['Credential', new GptImageApi().properties],
]) as Record<string, INodeProperties[]>;

/** All nodes: name in the editor, and what each says of itself. */
export const NODE_TEXTS = [main, ...others].map(({ displayName, description }) => ({
	displayName,
	description,
}));
