import type { Replaced } from '../../core/lineage/origin';
import type { ImageRequest } from '../../core/requests/imageRequest';
import type { ImageResponse } from '../../core/requests/imageResponse';
import type { StoredImage } from '../binary';
import type { ImageCall } from './call';
import type { Delivered } from './deliver';

/** What a request has made, as a receipt keeps it. Plain data: it survives JSON. */
export interface Made {
	images: StoredImage[];
	/** Images that the request made, whose shares of its cost the stored ones have. */
	count: number;
	response: Omit<ImageResponse, 'images'>;
	model: string;
	/** As that model was asked, which is another way than one that it stands in for. */
	asked: Pick<ImageRequest, 'quality' | 'size'>;
	replaced: Replaced | null;
}

export function madeOf({ images, response, price }: Delivered, { item, plan }: ImageCall): Made {
	const { quality, size } = plan.request;
	return {
		images,
		count: price.perImage.length,
		response,
		model: item.model.id,
		asked: { quality, size },
		replaced: item.origin.replaced,
	};
}
