import type { INodeParameters } from 'n8n-workflow';
import { startSimulator, type Simulator, type SimulatorOptions } from '../simulator/index.mts';
import { toldBy } from './account.mts';
import { withCredential } from './harness/index.mts';
import { picodollars } from './money.mts';
import { API_KEY, openWorkshop, TODAY, type Workshop } from './workshop.mts';

const prompts = (count: number) =>
	Array.from({ length: count }, (_, index) => ({ prompt: `picture ${index}` }));
const FROM_ITEM: INodeParameters = { prompt: '={{ $json.prompt }}' };
const CONTINUE = { onError: 'continueRegularOutput' } as const;
const usd = (amount: number): bigint => picodollars(amount.toFixed(12));

interface Provider {
	title: string;
	server: SimulatorOptions;
	credential(simulator: Simulator): Record<string, string>;
	/** Whether each item says what its image cost. */
	isKnown: boolean;
}

const origin = ({ baseUrl }: Simulator): string => baseUrl.replace(/\/v1$/, '');
const openai = ({ baseUrl }: Simulator) => ({ provider: 'openai', baseUrl });
const compatible = ({ baseUrl }: Simulator) => ({ provider: 'compatible', baseUrl });
const vercel = ({ baseUrl }: Simulator) => ({ provider: 'vercel', baseUrl });
const lumenfall = (simulator: Simulator) => ({
	provider: 'lumenfall',
	baseUrl: `${origin(simulator)}/openai/v1`,
});
const openrouter = (simulator: Simulator) => ({
	provider: 'openrouter',
	baseUrl: `${origin(simulator)}/api/v1`,
});
const fal = (simulator: Simulator) => ({ provider: 'fal', baseUrl: origin(simulator) });
const azure = (simulator: Simulator) => ({
	provider: 'azure',
	baseUrl: `${origin(simulator)}/openai/v1`,
	deployments: 'my-drafts = gpt-image-1-mini',
});

const SERVERS: Provider[] = [
	{ title: 'OpenAI', server: {}, credential: openai, isKnown: true },
	{
		title: 'OpenAI with zeros for a usage',
		server: { usage: 'zeros' },
		credential: openai,
		isKnown: false,
	},
	{
		title: 'OpenAI with no usage',
		server: { usage: 'missing' },
		credential: openai,
		isKnown: false,
	},
	{
		title: 'OpenAI with a usage of the input alone',
		server: { usage: 'inputOnly' },
		credential: openai,
		isKnown: false,
	},
	{
		title: 'Azure OpenAI',
		server: { provider: 'azure', deployments: { 'my-drafts': 'gpt-image-1-mini' } },
		credential: azure,
		isKnown: true,
	},
	{
		title: 'Vercel, 30% above the list',
		server: { provider: 'vercel', surchargePercent: 30 },
		credential: vercel,
		isKnown: true,
	},
	{
		title: 'Vercel out of free credit',
		server: { provider: 'vercel', freeCredit: true },
		credential: vercel,
		isKnown: true,
	},
	{
		title: 'Lumenfall, 30% above the list',
		server: { provider: 'lumenfall', surchargePercent: 30 },
		credential: lumenfall,
		isKnown: true,
	},
	{
		title: 'OpenRouter, 30% above the list',
		server: { provider: 'openrouter', surchargePercent: 30 },
		credential: openrouter,
		isKnown: true,
	},
	{
		title: 'OpenRouter with a key of OpenAI',
		server: { provider: 'openrouter', byok: { feePercent: 5 } },
		credential: openrouter,
		isKnown: true,
	},
	{
		title: 'OpenRouter with a key of OpenAI whose cost it keeps to itself',
		server: { provider: 'openrouter', byok: { feePercent: 5, hidesUpstream: true } },
		credential: openrouter,
		isKnown: false,
	},
	{
		title: 'a compatible server',
		server: {},
		credential: compatible,
		isKnown: true,
	},
	{ title: 'fal.ai', server: { provider: 'fal' }, credential: fal, isKnown: true },
];

describe('a dollar and 200 images of high quality', () => {
	let workshop: Workshop;
	let simulator: Simulator | undefined;
	beforeAll(async () => {
		workshop = await openWorkshop();
	});
	afterEach(async () => await simulator?.close());
	afterAll(async () => await workshop.close());

	const providers = SERVERS.flatMap((provider) => [
		{ ...provider, lost: /^never$/ },
		{
			...provider,
			title: `${provider.title}, with a third of the requests billed and lost, the first among them`,
			lost: /[0369]$/,
		},
	]);

	it.each(providers)(
		'at $title: the dollar is never passed',
		async ({ server, credential, isKnown, lost }) => {
			const opened = await startSimulator({
				apiKey: API_KEY,
				now: () => new Date(TODAY),
				imageBytes: 2000,
				...server,
			});
			simulator = opened;
			const id = await workshop.n8n.createCredential({ apiKey: API_KEY, ...credential(opened) });
			const asked = new Set<string>();
			opened.answerWhen(({ parameters }) => {
				const prompt = String(parameters['prompt']);
				const isFirst = !asked.has(prompt);
				asked.add(prompt);
				return isFirst && lost.test(prompt) ? 'cloudflare524' : null;
			});
			const run = await workshop.run(
				prompts(200),
				{ ...FROM_ITEM, quality: 'high', run: { budgetUsd: 1 } },
				{ ...withCredential(id), ...CONTINUE },
			);

			const told = toldBy(run);
			const billed = opened.billedPicodollars();
			const brought = opened.ledger().filter(({ delivered }) => delivered);
			expect(run.execution.status).toBe('success');
			expect(billed <= usd(1)).toBe(true);
			// A budget that holds because hardly anything is made would be no budget.
			expect(billed > usd(0.6)).toBe(true);
			expect(told.images + told.skipped + told.failed).toBe(200);
			expect(told.maybeBilled).toBe(opened.ledger().length - brought.length);
			if (isKnown) {
				expect(told.unknown).toBe(0);
				expect(told.delivered).toBe(brought.reduce((sum, entry) => sum + entry.billed, 0n));
			} else {
				expect(told).toMatchObject({ unknown: told.images, delivered: 0n });
			}
		},
	);
});
