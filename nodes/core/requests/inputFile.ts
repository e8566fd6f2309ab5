import type { ImageFacts } from '../images/inspect';

/** An image as a request names it: an address that the API fetches, or a file that it has. */
export type ImageReference = { image_url: string } | { file_id: string };

/** A file that was given as input, described by its own first bytes. */
export interface InputFile {
	/** Name of the binary field it came from; of another one its link, without what may be secret in it, or its ID. */
	field: string;
	/** Whether `field` names a binary field. */
	isField: boolean;
	/** What the API gets in its place, which then fetches it or has it: nothing more is known of it here. `null` = its bytes. */
	reference: ImageReference | null;
	/** As the previous node named it; empty = not at all. */
	fileName: string;
	bytes: number;
	/** The same for the same file in a second run. */
	identity: string;
	/** `null` = not an image that is known here. */
	facts: ImageFacts | null;
	/** As the previous node labelled it, only shown in messages; empty = not at all. */
	declaredType: string;
	/** Why its bytes are not at hand, in sentences; absent = they are, or a reference takes their place. */
	missing?: string;
}

/** As it stands in a message, without the unit. */
export const megabytes = (bytes: number): string =>
	(bytes / (1024 * 1024)).toFixed(bytes % (1024 * 1024) === 0 ? 0 : 1);
