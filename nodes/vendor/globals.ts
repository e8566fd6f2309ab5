/**
 * What the vendor bundle sees as `globalThis`, timers and `process`. n8n's rules for verified nodes
 * forbid the real ones, so the build (gulpfile.js) puts these in their place and fails when the bundle
 * asks for a name that is not listed here.
 */

/** Globals that the bundle may read through `globalThis`. */
export const vendorGlobal: Record<string, unknown> = {
	AbortController,
	AbortSignal,
	ArrayBuffer,
	Blob,
	Buffer,
	DOMException,
	Date,
	Error,
	File,
	FinalizationRegistry,
	FormData,
	Headers,
	Map,
	Object,
	Promise,
	Proxy,
	ReadableStream,
	Reflect,
	Request,
	Response,
	Set,
	String,
	Symbol,
	TextDecoder,
	TextEncoder,
	Uint8Array,
	URL,
	WeakMap,
	WeakRef,
	WeakSet,
	crypto,
	decodeURIComponent,
	fetch,
};

/** Not there: the bundle then reads no environment variable and takes no runtime for another. */
export const vendorProcess = undefined;

/** A timer that can be cleared and does not keep the process alive. */
export function vendorSetTimeout(callback: () => void, ms = 0): AbortSignal {
	const timer = AbortSignal.timeout(Math.max(0, Math.floor(ms)));
	timer.onabort = () => callback();
	return timer;
}

export function vendorClearTimeout(timer: AbortSignal | undefined): void {
	if (timer) timer.onabort = null;
}

const silent = (): void => undefined;

/** Nothing of a request is ever written to n8n's log by the SDK. */
export const vendorConsole = {
	debug: silent,
	info: silent,
	log: silent,
	warn: silent,
	error: silent,
};
