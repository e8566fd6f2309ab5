import type { ICredentialsDecrypted } from 'n8n-workflow';
import { secretForms, withoutSecretsIn } from '../../core/failures/secrets';

/**
 * The same API, but nothing that it gives repeats the key: some gateways echo it in messages, codes or ids, which end
 * up in items, errors and logs.
 */
export function withoutKeyInResults<A extends object>(api: A, { data }: ICredentialsDecrypted): A {
	const forms = secretForms(data?.apiKey);
	const members = Object.entries(api).map(([name, member]: [string, unknown]) => [
		name,
		typeof member === 'function' ? clean(member as Call, forms) : member,
	]);
	return Object.fromEntries(members) as A;
}

type Call = (...args: unknown[]) => Promise<unknown>;

const clean =
	(call: Call, forms: readonly string[]): Call =>
	async (...args) =>
		withoutSecretsIn(await call(...args), forms);
