import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { serviceEnvironment } from '../scale/cluster/compose.mts';
import { EXAMPLES, exampleFor } from './exampleFor.mts';
import { chain, itemsNode, ourNode, type N8n, type WorkflowJson } from './harness/index.mts';
import { openWorkshop, type Workshop } from './workshop.mts';

// n8n 2.41 says itself what its version 3 will change for the instance it runs on: Settings > Migration Report.

interface Report {
	report: {
		instanceResults: { ruleId: string }[];
		workflowResults: { ruleId: string; nbAffectedWorkflows: number }[];
	};
}

interface Affected {
	affectedWorkflows: { id: string }[];
}

/** What the compose file sets for version 3, on main and on the workers. */
const [main, worker] = (['main', 'worker'] as const).map((service) => {
	const { N8N_UNVERIFIED_PACKAGES_ENABLED = '', OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS = '' } =
		serviceEnvironment(service, { postgresPort: 0, redisPort: 0 });
	return { N8N_UNVERIFIED_PACKAGES_ENABLED, OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS };
});

describe("n8n's migration report for version 3", () => {
	let workshop: Workshop;
	beforeAll(async () => {
		workshop = await openWorkshop({ env: main ?? {} });
	});
	afterAll(async () => await workshop.close());

	const report = async ({ request }: N8n): Promise<Report['report']> =>
		(await request<Report>('POST', '/rest/breaking-changes/report/refresh?version=v3')).report;

	/** Which of the workflows the report names, by the rule that does. */
	async function namedBy(n8n: N8n, ids: string[]): Promise<string[]> {
		const { workflowResults } = await report(n8n);
		const results = await Promise.all(
			workflowResults
				.filter(({ nbAffectedWorkflows }) => nbAffectedWorkflows > 0)
				.map(async ({ ruleId }) => ({
					ruleId,
					...(await n8n.request<Affected>('GET', `/rest/breaking-changes/report/${ruleId}`)),
				})),
		);
		return results.flatMap(({ ruleId, affectedWorkflows }) =>
			affectedWorkflows
				.filter(({ id }) => ids.includes(id))
				.map(({ id }) => `${ids.indexOf(id)}: ${ruleId}`),
		);
	}

	it('names none of the examples', async () => {
		const { n8n, credentialId } = workshop;
		const examples = readdirSync(join(EXAMPLES, 'workflows'));
		const ids = await Promise.all(
			examples.map(
				async (file) => await n8n.createWorkflow(exampleFor(file, credentialId, EXAMPLES)),
			),
		);

		expect(await namedBy(n8n, ids)).toEqual([]);
	});

	it('names a review with Always Output Data, which has two outputs', async () => {
		const { n8n } = workshop;
		const workflow = (extras: Record<string, unknown>): WorkflowJson =>
			chain(itemsNode('Items', [{}]), ourNode('Review', 'gptImageReview', {}, extras));
		const ids = [
			await n8n.createWorkflow(workflow({})),
			await n8n.createWorkflow(workflow({ alwaysOutputData: true })),
		];

		expect(await namedBy(n8n, ids)).toEqual(['1: always-output-data-multi-output-v3']);
	});

	it('asks nothing of an instance with the settings of the compose file that concerns this package', async () => {
		const { instanceResults } = await report(workshop.n8n);
		const rules = instanceResults.map(({ ruleId }) => ruleId);

		expect(worker).toEqual(main);
		expect(rules).toContain('task-runner-task-timeout-v3');
		expect(
			rules.filter((rule) =>
				/unverified-packages|offload-manual|binary-data|storage-path|ssrf/.test(rule),
			),
		).toEqual([]);
	});
});
