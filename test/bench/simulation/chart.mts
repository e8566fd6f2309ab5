/** A chart of lines over the number of workers, as an SVG that suits a light and a dark page. */

export interface Line {
	label: string;
	color: string;
	/** `stroke-dasharray`; empty is a solid line */
	dash: string;
	/** one value a panel and number of workers, from 0 to 1 */
	values: number[][];
}

export interface Chart {
	title: string;
	/** what a panel shows; its scale goes from 0 to 1 */
	panels: Array<{ title: string; format: (value: number) => string }>;
	/** evenly spaced: they double */
	xs: number[];
	xTitle: string;
	lines: Line[];
}

const PANEL = { width: 240, height: 190, gap: 64, left: 50, top: 106 };
const LEGEND = { top: 22, row: 20, width: 440 };
const TICKS = [0, 0.25, 0.5, 0.75, 1];

const STYLE = `
	text { font: 12px system-ui, sans-serif; fill: #57606a }
	.title { font-weight: 600 }
	.grid { stroke: #8b949e; stroke-opacity: .3 }
	.line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round }
	@media (prefers-color-scheme: dark) { text { fill: #c3ccd5 } }`;

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
const text = (x: number, y: number, content: string, extra = ''): string =>
	`<text x="${x}" y="${y}" ${extra}>${escaped(content)}</text>`;

const panelLeft = (panel: number): number => PANEL.left + panel * (PANEL.width + PANEL.gap);
const yOf = (value: number): number => PANEL.top + PANEL.height * (1 - value);

function xOf({ xs }: Chart, panel: number, index: number): number {
	return Math.round(panelLeft(panel) + (PANEL.width * index) / Math.max(1, xs.length - 1));
}

function axes(chart: Chart, panel: number): string[] {
	const { title, format } = chart.panels[panel] ?? { title: '', format: String };
	const left = panelLeft(panel);
	const bottom = PANEL.top + PANEL.height;
	const grid = TICKS.flatMap((tick) => [
		`<line class="grid" x1="${left}" x2="${left + PANEL.width}" y1="${yOf(tick)}" y2="${yOf(tick)}"/>`,
		text(left - 8, yOf(tick) + 4, format(tick), 'text-anchor="end"'),
	]);
	const labels = chart.xs.map((x, index) =>
		text(xOf(chart, panel, index), bottom + 18, String(x), 'text-anchor="middle"'),
	);
	const below = text(left + PANEL.width / 2, bottom + 36, chart.xTitle, 'text-anchor="middle"');
	return [text(left, PANEL.top - 14, title, 'class="title"'), ...grid, ...labels, below];
}

function curves(chart: Chart, panel: number): string[] {
	return chart.lines.map(({ color, dash, values }) => {
		const points = (values[panel] ?? []).map(
			(value, index) => `${xOf(chart, panel, index)},${yOf(value).toFixed(1)}`,
		);
		return `<polyline class="line" stroke="${color}" stroke-dasharray="${dash}" points="${points.join(' ')}"/>`;
	});
}

function legend({ lines, panels }: Chart): string[] {
	// One panel has room for one column.
	const rows = Math.ceil(lines.length / (panels.length > 1 ? 2 : 1));
	return lines.flatMap(({ label, color, dash }, index) => {
		const x = PANEL.left + Math.floor(index / rows) * LEGEND.width;
		const y = LEGEND.top + (index % rows) * LEGEND.row;
		const sample = `<line class="line" stroke="${color}" stroke-dasharray="${dash}" x1="${x}" x2="${x + 32}" y1="${y}" y2="${y}"/>`;
		return [sample, text(x + 40, y + 4, label)];
	});
}

export function drawChart(chart: Chart): string {
	const width = panelLeft(chart.panels.length) - PANEL.gap + 16;
	const height = PANEL.top + PANEL.height + 48;
	const panels = chart.panels.flatMap((_, panel) => [
		...axes(chart, panel),
		...curves(chart, panel),
	]);
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
		`<title>${escaped(chart.title)}</title>`,
		`<style>${STYLE}\n</style>`,
		...legend(chart),
		...panels,
		'</svg>\n',
	].join('\n');
}
