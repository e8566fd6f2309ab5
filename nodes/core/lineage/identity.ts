/** `image.id` of an item: ours, and the same wherever the item goes. */
export const isImageId = (value: unknown): value is string =>
	typeof value === 'string' && /^img_[0-9a-f]{24}$/.test(value);

/** `request.key` of an item: ours, and the same on all items of a request. Not OpenAI's request id, which stands in `request.id`. */
export const isRequestKey = (value: unknown): value is string =>
	typeof value === 'string' && /^req_[0-9a-f]{8,64}$/.test(value);
