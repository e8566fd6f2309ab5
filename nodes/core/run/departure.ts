/** A request that left: needed to understand the answer that belongs to it. */
export interface Departure {
	at: number;
	images: number;
}

export interface PacerOptions {
	/** `null` = learn it from the server. */
	imagesPerMinute: number | null;
	maxConcurrency: number;
}
