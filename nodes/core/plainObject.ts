/**
 * One object of several, for hot paths. In a process with thousands of different objects, such as n8n, V8 makes a
 * hidden class of its own for each object that properties are added to, 2 KB that live until the next full collection.
 * An object without a prototype is a dictionary and needs none.
 */
export function plainObject(...parts: ReadonlyArray<object | null>): Record<string, unknown> {
	return Object.assign(Object.create(null) as Record<string, unknown>, ...parts) as Record<string, unknown>;
}
