import type { INodeProperties } from 'n8n-workflow';
import { modelField } from '../GptImage/fields/model';
import { qualityFieldOf } from '../GptImage/fields/quality';

export const reviewFields: INodeProperties[] = [
	{
		displayName:
			'The workflow waits here until somebody has picked. The address of the page is shown while it waits; to send it to somebody, put {{ $execution.resumeUrl }} into a message in a node before this one. Whoever has the address can answer, and so can whoever started the workflow on a form or in a chat; in that case, set an Access Code.',
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
		description: 'Stands above the page',
	},
	{
		displayName: 'Message',
		name: 'message',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		placeholder: 'e.g. We need two for the spring campaign',
		description: 'What the person who picks should know',
	},
	{
		displayName: 'Min Picks',
		name: 'minPicks',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 1,
		description: 'How many must be picked at least',
	},
	{
		displayName: 'Max Picks',
		name: 'maxPicks',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		hint: '0 means any number',
		description: 'How many may be picked at most',
	},
	{
		...modelField('final'),
		displayName: 'Target Model',
		name: 'targetModel',
		description: 'What the picked ones will be promoted with. The page shows what that costs.',
	},
	{
		...qualityFieldOf('high'),
		displayName: 'Target Quality',
		name: 'targetQuality',
		description: 'In which quality the picked ones will be made. The page shows what that costs.',
	},
	{
		displayName: 'Allow Prompt Edit',
		name: 'allowPromptEdit',
		type: 'boolean',
		default: true,
		description: 'Whether the prompt of a picked draft may be changed on the page',
	},
	{
		displayName: 'Access Code',
		name: 'accessCode',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		description:
			'What people must type before they see the page, beside having its address. At least 8 characters; empty means that the address is enough. Needed where strangers start the workflow: a Form Trigger or a public chat gives them the address.',
	},
	{
		displayName: 'Time Limit (Minutes)',
		name: 'timeLimit',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		hint: '0 means as long as it takes',
		description: 'How long the workflow waits',
	},
	{
		displayName: 'When Time Is Up',
		name: 'onTimeLimit',
		type: 'options',
		options: [
			{ name: 'Fail', value: 'fail', description: 'The workflow ends with a message' },
			{ name: 'Pick All', value: 'all', description: 'Every draft comes out as picked' },
			{ name: 'Pick None', value: 'none', description: 'Every draft comes out as rejected' },
		],
		default: 'none',
		description: 'What becomes of drafts that nobody has picked by then',
		displayOptions: { hide: { timeLimit: [0] } },
	},
];
