/** What the first bytes of an image say of it, whatever its name or declared type. */
export interface ImageFacts {
	format: ImageFormat;
	mimeType: string;
	/** Without the dot. */
	extension: string;
	/** Pixels; `null` when the header does not reach that far. */
	width: number | null;
	height: number | null;
	/** Whether each pixel has an alpha value of its own; `null` when the header does not say. */
	alphaChannel: boolean | null;
	/** Of a GIF that is there as a whole. */
	frames?: number;
}

export type ImageFormat = 'png' | 'jpeg' | 'webp' | 'gif' | 'svg';
