import type { INodeProperties } from 'n8n-workflow';

/** Where the images to edit and the mask come from. */
export const inputImageFields: INodeProperties[] = [
	{
		displayName: 'Input Binary Fields',
		name: 'inputBinaryFields',
		type: 'string',
		default: 'data',
		required: true,
		placeholder: 'e.g. data, logo',
		hint: 'The name of the input binary fields that hold the images, separated by commas',
		description:
			'From 1 to 16 images in png, jpeg or webp, each smaller than 50 MB. The first is the one that a mask applies to.',
	},
	{
		displayName: 'Mask Binary Field',
		name: 'maskBinaryField',
		type: 'string',
		default: '',
		placeholder: 'e.g. mask',
		hint: 'The name of the input binary field that holds the mask, if there is one',
		description:
			'A png with alpha channel, as large in pixels as the first image and smaller than 4 MB. What is transparent in it may change.',
	},
];
