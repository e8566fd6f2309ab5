import { darker, ellipse, lighter, shine } from '../subject.mts';
import type { Subject } from '../subject.mts';

export const SNEAKER: Subject = {
	width: 3.5,
	height: 1.9,
	parts: ({ main, accent, light, dark }) => [
		{
			path: 'M-.5 -1.48L-.3 -1.84C-.2 -1.94 .02 -1.9 .06 -1.78L.14 -1.5Z',
			color: lighter(main, 0.35),
			form: 'round',
		},
		{
			path: 'M-1.45 -.34C-1.54 -.75 -1.5 -1.15 -1.46 -1.52C-1.22 -1.62 -.98 -1.6 -.78 -1.46C-.66 -1.38 -.55 -1.42 -.42 -1.52L-.2 -1.7C-.1 -1.77 .02 -1.74 .08 -1.64C.32 -1.32 .62 -1.06 1.02 -.94C1.44 -.82 1.64 -.66 1.66 -.34Z',
			color: main,
			form: 'ball',
		},
		{
			path: 'M-1.46 -1.52C-1.22 -1.62 -.98 -1.6 -.78 -1.46C-.74 -1.43 -.7 -1.41 -.66 -1.41C-.86 -1.3 -1.2 -1.32 -1.47 -1.42Z',
			color: darker(main, 0.55),
		},
		{
			path: 'M-1.45 -.34C-1.53 -.75 -1.5 -1.1 -1.47 -1.42L-1.2 -1.36C-1.2 -.98 -1.06 -.66 -.82 -.34Z',
			color: accent,
			form: 'round',
		},
		{
			path: 'M1.66 -.34C1.64 -.66 1.44 -.82 1.02 -.94C.94 -.72 1.02 -.5 1.14 -.34Z',
			color: lighter(main, 0.55),
			form: 'ball',
		},
		{
			path: 'M-.78 -.36C-.36 -.52 .06 -.84 .34 -1.24L.54 -1.08C.3 -.7 0 -.46 -.3 -.34Z',
			color: light,
		},
		{
			path: 'M-.2 -.36C.1 -.5 .42 -.72 .64 -1.0L.78 -.9C.6 -.62 .36 -.44 .14 -.34Z',
			color: accent,
			opacity: 0.9,
		},
		{
			path: 'M-.24 -1.36L.08 -1.56M-.08 -1.2L.25 -1.4M.1 -1.06L.43 -1.24M.3 -.94L.64 -1.1',
			color: light,
			line: 0.075,
		},
		{
			path: 'M-.32 -1.42C-.1 -1.14 .2 -.92 .52 -.8',
			color: darker(main, 0.4),
			line: 0.025,
			opacity: 0.6,
			from: 2,
		},
		{
			path: 'M1.0 -.92C.92 -.72 1.0 -.5 1.12 -.36',
			color: darker(main, 0.4),
			line: 0.02,
			opacity: 0.6,
			from: 2,
		},
		{
			path: 'M-1.58 -.4C-1.2 -.3 -.6 -.36 0 -.34C.6 -.32 1.2 -.36 1.72 -.42C1.8 -.2 1.72 -.03 1.52 0H-1.4C-1.6 0 -1.68 -.18 -1.58 -.4Z',
			color: '#f7f4ee',
			form: 'flat',
		},
		{
			path: 'M-1.62 -.2C-.6 -.14 .8 -.14 1.75 -.22C1.74 -.1 1.66 -.02 1.52 0H-1.4C-1.54 0 -1.62 -.08 -1.62 -.2Z',
			color: '#d9d4cb',
			from: 2,
		},
		{ path: 'M-1.58 -.24C-.6 -.19 .8 -.19 1.74 -.26', color: accent, line: 0.045 },
		{ path: 'M-1.46 -.02H1.56', color: dark, line: 0.05 },
		shine('M-.98 -1.18C-.8 -1.12 -.62 -1.14 -.46 -1.22', 0.1, 0.35),
		shine('M1.14 -.78C1.3 -.74 1.42 -.68 1.5 -.58', 0.07, 0.6),
	],
};

export const BALLOON: Subject = {
	width: 2,
	height: 3,
	lift: 0.2,
	parts: ({ main, dark }) => [
		{
			path: 'M0 -.95C.2 -.7 -.18 -.45 .02 -.2C.1 -.08 .02 0 -.04 .1',
			color: dark,
			line: 0.025,
			opacity: 0.7,
		},
		{ path: 'M-.1 -.9L0 -1.08L.1 -.9C.04 -.86 -.04 -.86 -.1 -.9Z', color: darker(main, 0.2) },
		{
			path: 'M0 -1.04C-.5 -1.3 -.92 -1.75 -.92 -2.2C-.92 -2.72 -.52 -3.06 0 -3.06S.92 -2.72 .92 -2.2C.92 -1.75 .5 -1.3 0 -1.04Z',
			color: main,
			form: 'ball',
		},
		shine('M-.6 -2.2C-.6 -2.5 -.42 -2.72 -.2 -2.8', 0.13, 0.7),
		{
			path: ellipse(0.3, -1.6, 0.2, 0.1),
			color: lighter(main, 0.5),
			opacity: 0.25,
			from: 3,
			soft: true,
		},
	],
};

export const BAG: Subject = {
	width: 2.4,
	height: 2.7,
	parts: ({ main, accent, light, dark }) => [
		{ path: 'M-.42 -2.2C-.42 -2.85 .42 -2.85 .42 -2.2', color: darker(main, 0.35), line: 0.13 },
		{
			path: 'M-1 -1.7C-1 -2.15 -.7 -2.3 -.3 -2.3H.3C.7 -2.3 1 -2.15 1 -1.7V-.3C1 -.1 .9 0 .7 0H-.7C-.9 0 -1 -.1 -1 -.3Z',
			color: main,
			form: 'round',
		},
		{
			path: 'M-1 -1.75C-1 -2.15 -.7 -2.3 -.3 -2.3H.3C.7 -2.3 1 -2.15 1 -1.75V-1.3C.6 -1.14 -.6 -1.14 -1 -1.3Z',
			color: lighter(main, 0.14),
			form: 'ball',
		},
		{
			path: 'M-.7 -.85C-.7 -.95 -.64 -1 -.55 -1H.55C.64 -1 .7 -.95 .7 -.85V-.3C.7 -.2 .64 -.16 .55 -.16H-.55C-.64 -.16 -.7 -.2 -.7 -.3Z',
			color: darker(main, 0.12),
			form: 'round',
		},
		{ path: 'M-.7 -.8H.7', color: accent, line: 0.06 },
		{ path: 'M-.4 -1.32L-.4 -1M.4 -1.32L.4 -1', color: accent, line: 0.14 },
		{ path: 'M-.48 -1.08H-.32M.32 -1.08H.48', color: light, line: 0.06 },
		{ path: 'M-.98 -1.32C-.6 -1.18 .6 -1.18 .98 -1.32', color: dark, line: 0.02, opacity: 0.5 },
		shine('M-.72 -1.95C-.64 -2.1 -.5 -2.16 -.36 -2.18', 0.09, 0.4),
	],
};
