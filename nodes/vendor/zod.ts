/**
 * The parts of zod 4 that we use, from zod/v4-mini of zod 3.25.76. The build bundles this file into
 * dist/vendor, so a name that is not listed here does not weigh there.
 */
export {
	array,
	boolean,
	catch,
	discriminatedUnion,
	enum,
	literal,
	nullable,
	number,
	object,
	optional,
	partialRecord,
	record,
	refine,
	strictObject,
	string,
	unknown,
} from 'zod/v4-mini';
export type { infer } from 'zod/v4-mini';
