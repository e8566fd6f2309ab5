import { parseUsd, toExactUsd, type Picodollars } from '../../core/pricing/money';
import { Ledger } from '../../core/run/ledger';
import type { NodeMemory } from '../nodeContext';

/** By what n8n keeps for a node: the same for all its runs in an execution, also for those of an agent side by side. */
const LEDGERS = new WeakMap<object, Ledger>();

/** What the node has spent in this execution, exact decimal of USD. */
const SPENT = 'spentUsd';

/** The money of a node in one execution: tries, retries of the execution and loops go on with what is left. */
export function ledgerOf({ data }: NodeMemory): Ledger {
	const known = LEDGERS.get(data);
	if (known !== undefined) return known;
	const ledger = new Ledger(spentBefore(data[SPENT]));
	ledger.listen(() => {
		data[SPENT] = toExactUsd(ledger.spent);
	});
	LEDGERS.set(data, ledger);
	return ledger;
}

function spentBefore(value: unknown): Picodollars {
	return parseUsd(typeof value === 'string' ? value : '0');
}
