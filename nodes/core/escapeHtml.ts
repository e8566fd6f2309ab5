const ENTITIES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

/** A text as content or as a quoted attribute of HTML. Control characters, which HTML forbids, are left out. */
export function escapeHtml(text: string): string {
	return text
		.replace(/[^\P{Cc}\t\n\r]/gu, '')
		.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
