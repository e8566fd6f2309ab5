import type { ChosenModel } from '../../core/catalogue/resolve';
import type { Failure } from '../../core/failures/failure';
import type { Draft } from '../../core/lineage/draft';
import type { Origin, Replaced } from '../../core/lineage/origin';
import type { RequestPrice } from '../../core/pricing/price';
import type { Checked, CheckedRequest, ImageRequest } from '../../core/requests/imageRequest';
import type { ImageResponse } from '../../core/requests/imageResponse';
import type { AskedParameters } from '../../core/requests/parameters';
import type { PlannedRequest } from '../../core/scheduler/outcome';
import type { ReceiptRange } from '../../core/scheduler/parts';
import type { StoredImage } from '../n8n/binary';
import type { BinaryInput } from '../n8n/inputBinary';
import type { OutputOptions } from '../n8n/parameters';

/** What an input item asks of a model. */
export interface Ask {
	itemIndex: number;
	model: ChosenModel;
	/** What the user filled in, carried over to the model. */
	parameters: AskedParameters;
	/** As the user filled it in. */
	wanted: AskedParameters;
	draft: Draft | null;
	replaced: Replaced | null;
}

/** The files that an edit works on; they are read when it is sent. */
export interface PlannedFiles {
	images: BinaryInput[];
	mask: BinaryInput | null;
	/** Absent or `null` = none. */
	markup?: BinaryInput | null;
}

/** What is sent, as plain data: sendPlan does it. It is never changed; another model makes another plan. */
export interface ImagePlan extends CheckedRequest {
	endpoint: 'generate' | 'edit';
	files: PlannedFiles;
	/** Knows the same wish at the same position in a second run, whatever model serves it then. */
	fingerprint: string;
}

/** One input item, or one variation of it, read and checked; nothing of it has been sent. */
export interface PlannedItem {
	itemIndex: number;
	model: ChosenModel;
	origin: Origin;
	/** As asked, for the item of a failure. */
	prompt: unknown;
	plan: Checked<ImagePlan>;
}

/** What one input item, or a variation of it, asks for, and what of it was made before. */
export interface ImageJob {
	item: PlannedItem;
	plan: ImagePlan;
	output: OutputOptions;
	/** Made by an earlier run of this node in this execution, or refused for good. */
	kept: KeptReceipt[];
	/** Attempts of earlier tries that brought nothing but may have been billed. */
	maybeBilledBefore: number;
}

/** One request to the API, as plain data: which images of which plan. */
export interface ImageCall extends PlannedRequest {
	readonly item: PlannedItem;
	readonly plan: ImagePlan;
	readonly output: OutputOptions;
	/** Which of the node's runs it belongs to. */
	readonly run: string;
}

/** What a request has made, as a receipt keeps it. Plain data: it survives JSON. */
export interface Made {
	images: StoredImage[];
	/** Images that the request made, whose shares of its cost the stored ones have. */
	count: number;
	response: Omit<ImageResponse, 'images'>;
	model: string;
	/** As they were sent to that model, which may differ from what the model that it stands in for would have got. */
	sent: Pick<ImageRequest, 'quality' | 'size'>;
	replaced: Replaced | null;
}

/** A finished request, as it is kept in the execution. Plain data: it survives JSON. */
export interface Receipt extends ReceiptRange {
	executionId: string;
	/** Of the request: the same on all items that it brings. */
	key: string;
	requestId: string | null;
	/** What was made, or why nothing will be. */
	made: Made | null;
	refused: Failure | null;
	attempts: number;
	maybeBilledAttempts: number;
	durationMs: number;
}

/** A receipt that holds for this run, its images being at hand. */
export interface KeptReceipt {
	receipt: Receipt;
	images: StoredImage[];
}

/** What one run of the node has made and not delivered. */
export interface UndeliveredImages {
	/** By what was asked for. */
	receipts: Record<string, Receipt[]>;
	/** Attempts that brought nothing but may have been billed, by what was asked for. */
	unanswered: Record<string, number>;
}

/** What remains of a finished request once its images are stored: nothing large. */
export interface Delivered {
	images: StoredImage[];
	/** Why the images after those could not be fetched or stored; `null` = all are. */
	failure: Failure | null;
	response: Omit<ImageResponse, 'images' | 'urls'>;
	requestId: string | null;
	/** Of the whole request, with a share for each image that was made. */
	price: RequestPrice;
}
