/**
 * A file that is made while it is sent, so that it never lies in memory as a whole. axios asks a part of a
 * form for `size` and `stream()` only (lib/helpers/formDataToStream).
 */
export class StreamedFile extends File {
	private readonly texts: () => Iterable<string>;

	/** @param texts the content, from its beginning each time it is called; newlines are up to it */
	constructor(name: string, type: string, texts: () => Iterable<string>) {
		super([], name, { type });
		this.texts = texts;
		Object.defineProperty(this, 'size', { value: lengthOf(texts()) });
	}

	override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
		const chunks = chunksOf(this.texts());
		return new ReadableStream({
			pull: (controller) => {
				const { done, value } = chunks.next();
				if (done === true) controller.close();
				else controller.enqueue(value);
			},
		});
	}
}

/** Small enough to be thrown away young: larger texts lie in memory until V8 tidies up as a whole. */
const CHUNK_CHARACTERS = 32 * 1024;

function lengthOf(texts: Iterable<string>): number {
	let bytes = 0;
	for (const text of texts) bytes += Buffer.byteLength(text, 'utf8');
	return bytes;
}

function* chunksOf(texts: Iterable<string>): Generator<Buffer<ArrayBuffer>> {
	let waiting: string[] = [];
	let characters = 0;
	for (const text of texts) {
		waiting.push(text);
		characters += text.length;
		if (characters < CHUNK_CHARACTERS) continue;
		yield Buffer.from(waiting.join(''), 'utf8');
		waiting = [];
		characters = 0;
	}
	if (waiting.length > 0) yield Buffer.from(waiting.join(''), 'utf8');
}
