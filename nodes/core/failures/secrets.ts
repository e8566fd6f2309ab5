/** Shorter ones could be parts of words. */
const SHORTEST = 8;

/** Secrets as they are, and as a server may give them back: in an address, in JSON, in base64 at any place. Longest first. */
export function secretForms(...secrets: unknown[]): string[] {
	const long = secrets
		.map((secret) => String(secret ?? '').trim())
		.filter(({ length }) => length >= SHORTEST);
	return [...new Set(long.flatMap(formsOf))]
		.filter(({ length }) => length >= SHORTEST)
		.sort((a, b) => b.length - a.length);
}

function formsOf(secret: string): string[] {
	// Half a character can't be encoded.
	const encoded = encodeURIComponent(Buffer.from(secret, 'utf8').toString('utf8'));
	const json = JSON.stringify(secret).slice(1, -1);
	const base64 = [0, 1, 2].map((offset) => base64Behind(offset, secret));
	return [
		secret,
		encoded,
		encoded.replace(/%../g, (byte) => byte.toLowerCase()),
		json,
		json.replaceAll('/', '\\/'),
		...base64,
		...base64.map((text) => text.replaceAll('-', '+').replaceAll('_', '/')),
	];
}

/** @param offset bytes that stand before it in a group of three */
function base64Behind(offset: number, secret: string): string {
	const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret, 'utf8')]);
	// Only characters that hold nothing of what is before or behind it.
	return bytes
		.toString('base64url')
		.slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6));
}

/** @param forms as `secretForms` gives them */
export function withoutSecrets(text: string, forms: readonly string[]): string {
	const masked = forms.reduce((rest, form) => rest.replaceAll(form, '…'), text);
	return forms.reduce(withoutBeginning, masked);
}

/** A text that was cut may end in the middle of one. */
function withoutBeginning(text: string, form: string): string {
	const end = text.endsWith('…') ? text.length - 1 : text.length;
	for (let length = form.length - 1; length >= SHORTEST; length -= 1) {
		if (text.slice(end - length, end) === form.slice(0, length))
			return `${text.slice(0, end - length)}…`;
	}
	return text;
}

/** Deeper than anything that an API of ours gives. */
const DEEPEST = 12;

/** The same of all texts and names in lists and plain objects; whatever else is in them stays as it is. What is too deep is left out. */
export function withoutSecretsIn<T>(value: T, forms: readonly string[], depth = 0): T {
	if (typeof value === 'string') return withoutSecrets(value, forms) as T;
	if (typeof value !== 'object' || value === null) return value;
	const isList = Array.isArray(value);
	if (!isList && Object.getPrototypeOf(value) !== Object.prototype) return value;
	if (depth > DEEPEST) return '…' as T;
	const clean = (one: unknown): unknown => withoutSecretsIn(one, forms, depth + 1);
	if (isList) return value.map(clean) as T;
	return Object.fromEntries(
		Object.entries(value).map(([name, one]) => [withoutSecrets(name, forms), clean(one)]),
	) as T;
}
