import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { Ledger } from '../../core/scheduler/ledger';
import { parseUsd, picodollars, type Picodollars, toExactUsd, ZERO } from '../../core/util/money';
import { asRecord } from '../../core/util/json';
import { shortDigestOf } from '../n8n/digest';
import { hint } from '../n8n/hints';
import type { NodeMemory } from '../n8n/nodeContext';
import { type Remembering, WorkflowMemory, workflowName } from '../n8n/workflowMemory';

/** By what n8n keeps for a node: the same for all its runs in an execution, also for those of an agent side by side. */
const LEDGERS = new WeakMap<object, Ledger>();

/** What the node has spent in this execution, exact decimal of USD. */
const SPENT = 'spentUsd';

/** Absent = that is all. */
const IS_AT_LEAST = 'spentIsAtLeast';

/** The money of a node in one execution: tries, retries of the execution and loops go on with what is left. */
export function ledgerOf({ data }: NodeMemory): Ledger {
	const known = LEDGERS.get(data);
	if (known !== undefined) return known;
	const before = data[SPENT] === undefined ? ZERO : spentBefore(data[SPENT]);
	const ledger = new Ledger(before ?? ZERO);
	// What can't be read may be any amount.
	if (before === null || data[IS_AT_LEAST] !== undefined) ledger.noteUnknown();
	ledger.listen(() => {
		data[SPENT] = toExactUsd(ledger.spent);
		if (ledger.isAtLeast) data[IS_AT_LEAST] = true;
	});
	LEDGERS.set(data, ledger);
	return ledger;
}

/** A budget can't count what nobody knows of. */
export function warnOfUnknown(
	context: Pick<IExecuteFunctions, 'addExecutionHints'>,
	budget: Picodollars | null,
	{ isAtLeast }: Ledger,
): void {
	if (budget === null || !isAtLeast) return;
	const message =
		"It isn't fully known what was spent before, so more than 'Budget (USD)' may be spent in total.";
	context.addExecutionHints(hint('warning', message));
}

interface Session extends IDataObject {
	/** Exact decimal. */
	spentUsd: string;
	/** Absent = that is all. */
	isAtLeast?: boolean;
}

/** One that can't be read has spent something, too. */
const SESSIONS = new WorkflowMemory<Session>(
	'sessions',
	{ inProcess: 2000, saved: 500 },
	(saved) => asRecord(saved) as Session,
);

interface Shared {
	ledger: Ledger;
	/** Runs that spend from it now. */
	users: number;
}

/** Of sessions that this process has seen; one that is forgotten goes on with what was saved. */
const SESSION_LEDGERS = new Map<string, Shared>();
const MOST_LEDGERS = 2000;

/**
 * The money of a session, such as a conversation: all nodes of the workflow that name it share it, in all executions.
 * @returns `end` is to be called when the run is over
 */
export function sessionLedger(
	context: Remembering,
	session: string,
): { ledger: Ledger; end: () => void } {
	// What people type here need not stand in the workflow's data.
	const name = shortDigestOf(session);
	const shared = use(`${workflowName(context)} ${name}`);
	const { ledger } = shared;
	const { here, saved } = SESSIONS.find(context, name);
	catchUp(ledger, here);
	catchUp(ledger, saved);
	const stopListening = ledger.listen(() =>
		SESSIONS.keep(context, name, {
			spentUsd: toExactUsd(ledger.spent),
			...(ledger.isAtLeast && { isAtLeast: true }),
		}),
	);
	const end = (): void => {
		stopListening();
		shared.users -= 1;
	};
	return { ledger, end };
}

/** Those that are in use stay, whatever their number: what they have reserved is saved nowhere. */
function use(key: string): Shared {
	const shared = SESSION_LEDGERS.get(key) ?? { ledger: new Ledger(), users: 0 };
	shared.users += 1;
	SESSION_LEDGERS.delete(key);
	SESSION_LEDGERS.set(key, shared);
	for (const [old, { users }] of SESSION_LEDGERS) {
		if (SESSION_LEDGERS.size <= MOST_LEDGERS) break;
		if (users === 0) SESSION_LEDGERS.delete(old);
	}
	return shared;
}

/** With what another process has spent. */
function catchUp(ledger: Ledger, session: Session | null): void {
	if (session === null) return;
	const spent = spentBefore(session.spentUsd);
	if (session.isAtLeast === true || spent === null) ledger.noteUnknown();
	if (spent !== null && spent > ledger.spent)
		ledger.settle(ledger.reserve(null), picodollars(spent - ledger.spent), ZERO);
}

function spentBefore(value: unknown): Picodollars | null {
	try {
		return typeof value === 'string' ? parseUsd(value) : null;
	} catch {
		return null;
	}
}
