import { darker, ellipse, lighter, shine } from '../subject.mts';
import type { Part, Subject } from '../subject.mts';

export const ARMCHAIR: Subject = {
	width: 2.9,
	height: 2.6,
	parts: ({ main, accent, wood }) => {
		const arm = (side: 1 | -1): Part[] => {
			const x = (value: number): number => value * side;
			return [
				{
					path: `M${x(0.8)} -.45L${x(0.99)} 0H${x(0.87)}L${x(0.6)} -.45Z`,
					color: wood,
					form: 'round',
				},
				{
					path: `M${x(1.36)} -1.36C${x(1.36)} -1.6 ${x(1.24)} -1.68 ${x(1.12)} -1.68S${x(0.88)} -1.6 ${x(0.88)} -1.36V-.5C${x(0.88)} -.42 ${x(0.92)} -.4 ${x(1)} -.4H${x(1.24)}C${x(1.32)} -.4 ${x(1.36)} -.42 ${x(1.36)} -.5Z`,
					color: main,
					form: 'round',
				},
			];
		};
		return [
			{
				path: 'M-1 -.8V-1.95C-1 -2.4 -.75 -2.6 -.4 -2.6H.4C.75 -2.6 1 -2.4 1 -1.95V-.8Z',
				color: darker(main, 0.08),
				form: 'ball',
			},
			...[-0.6, -0.2, 0.2, 0.6].map((x) => ({
				path: `M${x} -2.55C${x * 1.04} -2 ${x * 1.04} -1.6 ${x} -1.1`,
				color: darker(main, 0.5),
				line: 0.022,
				opacity: 0.5,
			})),
			...[-0.55, -0.15, 0.25].map((x) =>
				shine(`M${x} -2.45C${x} -2.2 ${x} -1.9 ${x} -1.6`, 0.08, 0.16),
			),
			{
				path: 'M-1.1 -.8H1.1V-.52C1.1 -.44 1.05 -.4 .95 -.4H-.95C-1.05 -.4 -1.1 -.44 -1.1 -.52Z',
				color: darker(main, 0.28),
				form: 'round',
			},
			{
				path: 'M-.92 -1.04C-.92 -1.2 -.82 -1.24 -.66 -1.24H.66C.82 -1.24 .92 -1.2 .92 -1.04V-.82C.92 -.7 .86 -.66 .7 -.66H-.7C-.86 -.66 -.92 -.7 -.92 -.82Z',
				color: lighter(main, 0.12),
				form: 'ball',
			},
			shine('M-.7 -1.17C-.3 -1.21 .1 -1.21 .4 -1.18', 0.06, 0.35),
			...arm(-1),
			...arm(1),
			shine('M-1.22 -1.45C-1.22 -1.2 -1.22 -1 -1.22 -.75', 0.08, 0.3),
			{
				path: 'M.02 -1.8C.2 -1.76 .52 -1.76 .72 -1.84C.7 -1.62 .74 -1.32 .82 -1.14C.56 -1.14 .26 -1.12 .04 -1.06C.08 -1.3 .06 -1.6 .02 -1.8Z',
				color: accent,
				form: 'ball',
			},
			{
				path: 'M.22 -1.76C.26 -1.5 .26 -1.3 .24 -1.1M.54 -1.78C.54 -1.5 .58 -1.3 .6 -1.14',
				color: lighter(accent, 0.55),
				line: 0.035,
				opacity: 0.75,
			},
		];
	},
};

export const LAMP: Subject = {
	width: 2.6,
	height: 2.6,
	glow: { x: 0, y: -1.35, radius: 2.3 },
	parts: ({ main }) => [
		{ path: ellipse(0, -0.04, 0.78, 0.09), color: darker(main, 0.3) },
		{
			path: 'M-.2 -1.7C-.2 -.95 -.26 -.6 -.6 -.2C-.78 -.04 -.7 0 -.5 .02C-.2 .05 .2 .05 .5 .02C.7 0 .78 -.04 .6 -.2C.26 -.6 .2 -.95 .2 -1.7Z',
			color: main,
			form: 'round',
		},
		{
			path: 'M-.2 -1.5C-.2 -1.2 -.21 -1.02 -.25 -.86C-.1 -.8 .1 -.8 .25 -.86C.21 -1.02 .2 -1.2 .2 -1.5Z',
			color: '#fff3cf',
			opacity: 0.75,
			from: 2,
			soft: true,
		},
		{ path: ellipse(0, -1.5, 1.14, 0.2), color: '#fff0c4' },
		{
			path: 'M-1.22 -1.52C-1.3 -2.9 1.3 -2.9 1.22 -1.52C.9 -1.66 -.9 -1.66 -1.22 -1.52Z',
			color: main,
			form: 'ball',
		},
		{
			path: 'M-1.2 -1.53C-.9 -1.66 .9 -1.66 1.2 -1.53',
			color: '#fff7dd',
			line: 0.035,
			opacity: 0.9,
		},
		shine('M-.9 -1.95C-.82 -2.2 -.6 -2.36 -.3 -2.43', 0.12, 0.6),
		shine('M-.36 -.34C-.28 -.44 -.22 -.56 -.18 -.68', 0.07, 0.5),
	],
};

export const PLANT: Subject = {
	width: 2.7,
	height: 3.3,
	parts: ({ main, light }) => {
		const leaf = (angle: number, length: number, color: string): Part[] => {
			const [dx, dy] = [Math.sin(angle), -Math.cos(angle)];
			const point = (along: number, aside: number): string =>
				`${(dx * along - dy * aside).toFixed(2)} ${(-1.15 + dy * along + dx * aside).toFixed(2)}`;
			return [
				{ path: `M0 -1.1L${point(length * 0.5, 0)}`, color: '#47683f', line: 0.05 },
				{
					path: `M${point(length * 0.35, 0)}C${point(length * 0.45, 0.42)} ${point(length * 0.85, 0.4)} ${point(length, 0)}C${point(length * 0.85, -0.4)} ${point(length * 0.45, -0.42)} ${point(length * 0.35, 0)}Z`,
					color,
					form: 'ball',
				},
				{
					path: `M${point(length * 0.38, 0)}L${point(length * 0.94, 0)}`,
					color: lighter(color, 0.4),
					line: 0.025,
					opacity: 0.8,
				},
			];
		};
		return [
			...leaf(-1.05, 1.55, '#3c6b4a'),
			...leaf(1.0, 1.6, '#34624a'),
			...leaf(-0.5, 2.0, '#4d8258'),
			...leaf(0.52, 1.95, '#447a55'),
			...leaf(0.02, 2.15, '#5d9463'),
			{
				path: 'M-.72 -1.1H.72L.56 -.08C.54 -.02 .48 0 .4 0H-.4C-.48 0 -.54 -.02 -.56 -.08Z',
				color: main,
				form: 'round',
			},
			{ path: 'M-.78 -1.22H.78V-1H-.78Z', color: lighter(main, 0.1), form: 'round' },
			{ path: 'M-.66 -.7L.66 -.7', color: light, line: 0.05, opacity: 0.8 },
			shine('M-.5 -.88C-.48 -.6 -.44 -.4 -.42 -.2', 0.1, 0.4),
		];
	},
};
