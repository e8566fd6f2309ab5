import type { INodeProperties } from 'n8n-workflow';
import { qualityFieldOf } from '../GptImage/fields/image';
import { modelField } from '../GptImage/fields/model';

export const reviewFields: INodeProperties[] = [
	{
		displayName:
			'The workflow waits here until somebody has answered. The address of the page is shown while it waits. To send it to somebody, put {{ $execution.resumeUrl }} into a message in a node before this one. Anybody who has the address can answer, including whoever started the workflow from a form or a chat; in that case, set an Access Code.',
		name: 'reviewNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Title',
		name: 'title',
		type: 'string',
		default: '',
		placeholder: 'e.g. Pick the hero image',
		description: 'Heading of the page',
	},
	{
		displayName: 'Message',
		name: 'message',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		placeholder: 'e.g. We need two for the spring campaign',
		description: 'What the person who picks should know, shown below the title',
	},
	{
		displayName: 'Min Picks',
		name: 'minPicks',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 1,
		description:
			"The fewest images that must be picked. 'None of these' is always possible, so nobody has to pick an image that they don't want.",
	},
	{
		displayName: 'Max Picks',
		name: 'maxPicks',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		hint: '0 means any number',
		description: 'The most images that may be picked',
	},
	{
		displayName: 'Target Mode',
		name: 'targetMode',
		type: 'options',
		options: [
			{
				name: 'Refine the Draft (Keeps the Picture)',
				value: 'refine',
				description: 'Promote improves the same picture',
			},
			{
				name: 'New Picture From the Prompt',
				value: 'regenerate',
				description: 'Promote makes a different picture from the same prompt',
			},
			{
				name: 'Use as They Are',
				value: 'none',
				description: "The picked images aren't made again",
			},
		],
		default: 'refine',
		description:
			"What the nodes after this one do with the picked images. The page shows it, with the price. The setting doesn't change those nodes.",
	},
	{
		...modelField('final'),
		displayName: 'Target Model',
		name: 'targetModel',
		description: 'The model that the picked images will be promoted with. The page shows the cost.',
		displayOptions: { hide: { targetMode: ['none'] } },
	},
	{
		...qualityFieldOf('high'),
		displayName: 'Target Quality',
		name: 'targetQuality',
		description: 'The quality that the picked images will be promoted in. The page shows the cost.',
		displayOptions: { hide: { targetMode: ['none'] } },
	},
	{
		displayName: 'Allow Prompt Edit',
		name: 'allowPromptEdit',
		type: 'boolean',
		default: true,
		description: 'Whether the prompts of picked drafts can be edited on the page',
	},
	{
		displayName: 'Access Code',
		name: 'accessCode',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		description:
			'A code that people must enter to see the page, in addition to having its address. At least 8 characters. If empty, the address is enough. Set a code if strangers can start the workflow: a Form Trigger or a public chat gives them the address.',
	},
	{
		displayName: 'Time Limit (Minutes)',
		name: 'timeLimit',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		hint: '0 means no limit',
		description: 'How long the workflow waits',
	},
	{
		displayName: 'When Time Is Up',
		name: 'onTimeLimit',
		type: 'options',
		options: [
			{ name: 'Fail', value: 'fail', description: 'The workflow ends with an error' },
			{ name: 'Pick All', value: 'all', description: 'Every draft is returned as picked' },
			{ name: 'Pick None', value: 'none', description: 'Every draft is returned as rejected' },
		],
		default: 'none',
		description: 'What to do if nobody has answered by then',
		displayOptions: { hide: { timeLimit: [0] } },
	},
];
