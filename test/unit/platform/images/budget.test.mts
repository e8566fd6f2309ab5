import type { IDataObject } from 'n8n-workflow';
import { parseUsd } from '../../../../nodes/core/util/money';
import { sessionLedger } from '../../../../nodes/platform/images/budget';
import type { Remembering } from '../../../../nodes/platform/n8n/workflowMemory';

const workflow = (about: { id?: string; name?: string }): Remembering => {
	const data: IDataObject = {};
	return {
		getWorkflow: () => ({ active: true, ...about }),
		getWorkflowStaticData: () => data,
		logger: console,
	} as unknown as Remembering;
};

describe('the ledger of a session', () => {
	it('stays the same as long as a run spends from it, however many others there are', () => {
		const context = workflow({ id: 'many' });
		const { ledger, end } = sessionLedger(context, 'in use');
		const amount = parseUsd('1');
		ledger.reserve({ amount, priceKey: 'p', isCertain: true });
		for (let index = 0; index < 2500; index++) sessionLedger(context, `other ${index}`).end();
		const second = sessionLedger(context, 'in use');

		expect(second.ledger).toBe(ledger);
		expect(second.ledger.reserved).toBe(amount);
		end();
		for (let index = 0; index < 2500; index++) sessionLedger(context, `other ${index}`).end();
		expect(sessionLedger(context, 'in use').ledger).toBe(ledger);
		second.end();
	});

	it('is forgotten once nobody has used it for long', () => {
		const context = workflow({ id: 'forgotten' });
		const { ledger, end } = sessionLedger(context, 'once');
		end();
		for (let index = 0; index < 2500; index++) sessionLedger(context, `other ${index}`).end();

		expect(sessionLedger(context, 'once').ledger).not.toBe(ledger);
	});

	it('is another one in another workflow, also where workflows have no ID', () => {
		const [one, two] = ['one', 'two'].map(
			(name) => sessionLedger(workflow({ name }), 'chat').ledger,
		);

		expect(one).not.toBe(two);
		expect(sessionLedger(workflow({ name: 'one' }), 'chat').ledger).toBe(one);
	});
});
