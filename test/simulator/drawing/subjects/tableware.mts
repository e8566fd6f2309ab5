import { darker, ellipse, lighter, shine } from '../subject.mts';
import type { Part, Subject } from '../subject.mts';

function steam(y: number): Part[] {
	const wisp = (x: number, sway: number): string =>
		`M${x} ${y}c${-sway} -.3 ${sway} -.5 0 -.85c${-sway * 0.6} -.2 ${sway * 0.5} -.3 ${sway * 0.2} -.5`;
	return [wisp(-0.28, 0.3), wisp(0.05, -0.26), wisp(0.36, 0.24)].map((path) => ({
		path,
		color: '#ffffff',
		line: 0.11,
		opacity: 0.42,
		from: 3,
		soft: true,
	}));
}

export const MUG: Subject = {
	width: 2.7,
	height: 2.2,
	parts: ({ main, light, dark }) => [
		{ path: 'M.8 -1.5C1.72 -1.72 1.68 -.34 .7 -.42', color: darker(main, 0.12), line: 0.25 },
		shine('M.98 -1.5C1.42 -1.5 1.46 -1.15 1.4 -.9', 0.06, 0.4),
		{
			path: 'M-.92 -1.9L-.84 -.3C-.82 -.06 -.6 0 0 0S.82 -.06 .84 -.3L.92 -1.9Z',
			color: main,
			form: 'round',
		},
		{
			path: 'M-.868 -.72C-.7 -.6 -.52 -.74 -.36 -.64C-.2 -.54 -.08 -.7 .1 -.62C.3 -.52 .44 -.68 .6 -.6C.72 -.56 .8 -.66 .864 -.7L.84 -.3C.82 -.06 .6 0 0 0S-.82 -.06 -.84 -.3Z',
			color: light,
			form: 'round',
		},
		{ path: ellipse(0, -1.9, 0.92, 0.2), color: lighter(main, 0.4) },
		{ path: ellipse(0, -1.89, 0.83, 0.16), color: darker(main, 0.5) },
		{ path: ellipse(0, -1.85, 0.76, 0.12), color: '#6b4129' },
		{
			path: ellipse(-0.18, -1.87, 0.3, 0.035),
			color: '#c79a6b',
			opacity: 0.7,
			from: 3,
			soft: true,
		},
		shine('M-.64 -1.58C-.62 -1.3 -.6 -1.1 -.58 -.9', 0.13, 0.6),
		{ path: 'M-.7 -.16C-.4 -.07 .4 -.07 .7 -.16', color: dark, line: 0.03, opacity: 0.25, from: 2 },
		...steam(-2.2),
	],
};

export const BOWL: Subject = {
	width: 3.2,
	height: 1.6,
	parts: ({ main, accent }) => [
		{ path: 'M-.5 -.12H.5L.58 0H-.58Z', color: darker(main, 0.3), form: 'round' },
		{ path: 'M-1.5 -1.2C-1.45 -.5 -.9 -.06 0 -.06S1.45 -.5 1.5 -1.2Z', color: main, form: 'round' },
		{ path: ellipse(0, -1.2, 1.5, 0.34), color: lighter(main, 0.45) },
		{ path: ellipse(0, -1.18, 1.36, 0.28), color: accent, form: 'ball' },
		{ path: 'M-.7 -1.22C-.3 -1.36 .2 -1.02 .72 -1.2', color: '#fff6e2', line: 0.07, opacity: 0.85 },
		...[
			[-0.42, -1.12],
			[-0.2, -1.26],
			[0.12, -1.2],
			[0.4, -1.1],
			[0.62, -1.24],
		].map(([x, y]) => ({ path: ellipse(x!, y!, 0.07, 0.035), color: '#4d6b34' })),
		shine('M-1.2 -.9C-1.1 -.6 -.9 -.42 -.7 -.32', 0.1),
		...steam(-1.4),
	],
};

export const VASE: Subject = {
	width: 2.3,
	height: 3.5,
	parts: ({ main, accent }) => {
		const branch = (bend: number, reach: number): Part[] => [
			{
				path: `M0 -1.9C${bend * 0.2} -2.5 ${bend * 0.6} -2.9 ${bend} ${-reach}`,
				color: '#6d5b42',
				line: 0.05,
			},
			...[0.35, 0.55, 0.75, 0.95].flatMap((at, index) => {
				const [x, y] = [bend * at * at, -1.9 - (reach - 1.9) * at];
				const side = index % 2 ? 1 : -1;
				return [
					{
						path: `M${x} ${y}C${x + side * 0.1} ${y - 0.24} ${x + side * 0.38} ${y - 0.26} ${x + side * 0.44} ${y - 0.16}C${x + side * 0.34} ${y} ${x + side * 0.12} ${y + 0.05} ${x} ${y}Z`,
						color: index % 2 ? accent : lighter(accent, 0.25),
						form: 'ball' as const,
					},
				];
			}),
		];
		return [
			...branch(-0.75, 3.2),
			...branch(0.65, 3.35),
			...branch(0.05, 3.5),
			{
				path: 'M-.3 -2.05H.3C.28 -1.75 .34 -1.6 .55 -1.42C.82 -1.2 .92 -.95 .9 -.7C.86 -.3 .62 0 .42 0H-.42C-.62 0 -.86 -.3 -.9 -.7C-.92 -.95 -.82 -1.2 -.55 -1.42C-.34 -1.6 -.28 -1.75 -.3 -2.05Z',
				color: main,
				form: 'round',
			},
			{ path: ellipse(0, -2.05, 0.3, 0.07), color: darker(main, 0.5) },
			{
				path: 'M-.88 -.86C-.4 -.74 .4 -.74 .88 -.86',
				color: lighter(main, 0.5),
				line: 0.05,
				opacity: 0.8,
			},
			{
				path: 'M-.9 -.7C-.4 -.58 .4 -.58 .9 -.7',
				color: lighter(main, 0.5),
				line: 0.05,
				opacity: 0.8,
			},
			shine('M-.62 -1.1C-.68 -.9 -.68 -.7 -.6 -.48', 0.12, 0.6),
		];
	},
};

export const BOTTLE: Subject = {
	width: 1.6,
	height: 3,
	parts: ({ main, light, dark }) => [
		{
			path: 'M-.16 -3C-.16 -3.12 .16 -3.12 .16 -3V-2.55H-.16Z',
			color: darker(main, 0.1),
			form: 'round',
		},
		{ path: 'M-.3 -2.56C-.3 -2.62 .3 -2.62 .3 -2.56V-2.02H-.3Z', color: dark, form: 'round' },
		{
			path: 'M-.26 -2.04H.26V-1.9C.3 -1.75 .72 -1.75 .72 -1.4V-.16C.72 -.04 .66 0 .54 0H-.54C-.66 0 -.72 -.04 -.72 -.16V-1.4C-.72 -1.75 -.3 -1.75 -.26 -1.9Z',
			color: main,
			form: 'round',
		},
		{ path: 'M-.72 -1.18H.72V-.36H-.72Z', color: light, form: 'round' },
		{ path: 'M-.3 -.92H.3', color: dark, line: 0.07 },
		{ path: 'M-.42 -.72H.42M-.34 -.58H.34', color: dark, line: 0.03, opacity: 0.6 },
		shine('M-.54 -1.4V-.2', 0.1, 0.5),
		shine('M-.18 -2.5V-2.08', 0.06, 0.4),
	],
};
