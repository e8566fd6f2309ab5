/** A file inside an address, for APIs that take no forms. */
export async function dataUrl(file: File): Promise<string> {
	return `data:${file.type};base64,${Buffer.from(await file.arrayBuffer()).toString('base64')}`;
}
