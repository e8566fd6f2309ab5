import * as z from '../../vendor/zod';
import type { InputFile } from './inputImages';
import type { Problem } from './parameters';

/** What an answer says of one signal; the rest is left out where it is not known. */
export interface SignalFound {
	detected: boolean;
	/** `trusted`, `valid`, `invalid` or `not_present`; only C2PA has one. */
	validation: string | null;
	/** Who signed it; only C2PA has one. It is told also where nothing of OpenAI's was detected. */
	issuer: string | null;
	model: string | null;
	/** RFC 3339. */
	generatedAt: string | null;
}

/** `null` = the answer says nothing of this signal. */
export interface Provenance {
	c2pa: SignalFound | null;
	synthId: SignalFound | null;
}

const text = () => z.catch(z.nullable(z.optional(z.string())), null);

/** OpenAI API reference, "ContentProvenanceCheck". */
const signalSchema = z.object({
	type: z.string(),
	outcome: z.enum(['detected', 'not_detected']),
	validation_state: text(),
	issuer: text(),
	model: text(),
	generated_at: text(),
});

const answerSchema = z.object({ results: z.array(z.unknown()) });

/** @returns `null` = the answer tells of neither signal, so that it can't be used */
export function parseProvenance(body: unknown): Provenance | null {
	const answer = answerSchema.safeParse(body);
	if (!answer.success) return null;
	const signals = answer.data.results.flatMap(
		(result) => signalSchema.safeParse(result).data ?? [],
	);
	const found = (type: string): SignalFound | null => {
		const signal = signals.find((one) => one.type === type);
		return signal === undefined
			? null
			: {
					detected: signal.outcome === 'detected',
					validation: signal.validation_state ?? null,
					issuer: signal.issuer ?? null,
					model: signal.model ?? null,
					generatedAt: signal.generated_at ?? null,
				};
	};
	const provenance = { c2pa: found('c2pa'), synthId: found('synthid') };
	return provenance.c2pa === null && provenance.synthId === null ? null : provenance;
}

/** "Files can be up to 50 MiB" (OpenAI, "Content provenance"). */
const MOST_BYTES = 50 * 1024 * 1024;

/** @returns what stands against a check of it; `null` = nothing */
export function checkableProblem({ field, bytes, facts, declaredType }: InputFile): Problem | null {
	const refuse = (why: string): Problem => ({
		field: 'inputBinaryField',
		message: `'Input Binary Field': the file in '${field}' ${why}`,
	});
	if (bytes === 0) return refuse('is empty. Check the node that it comes from.');
	if (facts === null || !['png', 'jpeg', 'webp', 'gif'].includes(facts.format))
		return refuse(
			`is ${facts?.mimeType ?? `not an image that can be checked (declared as ${declaredType})`}. Only PNG, JPEG, WebP and GIF images can be checked.`,
		);
	return bytes <= MOST_BYTES
		? null
		: refuse('is larger than 50 MB. Only images of up to 50 MB can be checked.');
}

/** As one row of a table, in ten fields. `null` = not known. */
export function provenanceFields(
	fileName: string,
	{ c2pa, synthId }: Provenance,
): Record<string, string | boolean | null> {
	return {
		fileName,
		detected: c2pa?.detected === true || synthId?.detected === true,
		c2paDetected: c2pa?.detected ?? null,
		c2paValidation: c2pa?.validation ?? null,
		c2paIssuer: c2pa?.issuer ?? null,
		c2paModel: c2pa?.model ?? null,
		c2paGeneratedAt: c2pa?.generatedAt ?? null,
		synthIdDetected: synthId?.detected ?? null,
		synthIdModel: synthId?.model ?? null,
		synthIdGeneratedAt: synthId?.generatedAt ?? null,
	};
}
