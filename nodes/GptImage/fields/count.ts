import type { INodeProperties } from 'n8n-workflow';
import { MAX_IMAGES_PER_ITEM } from '../../core/requests/limits';

export const countField: INodeProperties = {
	displayName: 'Number of Images',
	name: 'count',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: MAX_IMAGES_PER_ITEM },
	default: 1,
	description:
		'How many images to make for each input item. Each is billed, and each becomes an item.',
};
