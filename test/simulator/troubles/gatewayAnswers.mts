/** Pages of what stands before a server. The work behind them goes on, and is billed, unless a test says otherwise. */
import type { ScriptedAnswer } from './types.mts';

/** The short page that Cloudflare sends for a 502 or 504 of the origin; recorded in chatboxai/chatbox#2937 and its like. */
function shortPage(status: number, title: string): ScriptedAnswer {
	const body = `<html>\r\n<head><title>${status} ${title}</title></head>\r\n<body>\r\n<center><h1>${status} ${title}</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n`;
	return {
		status,
		body,
		contentType: 'text/html',
		headers: { server: 'cloudflare', 'cf-ray': '9b1c74756e3f4a21-FRA' },
		billed: true,
	};
}

/** The long one of Cloudflare's own codes (directus/directus#24164, chatboxai/chatbox#2937), without its styles. */
function longPage(status: number, title: string): ScriptedAnswer {
	const body = `<!DOCTYPE html>
<!--[if lt IE 7]> <html class="no-js ie6 oldie" lang="en-US"> <![endif]-->
<!--[if gt IE 8]><!--> <html class="no-js" lang="en-US"> <!--<![endif]-->
<head>
<title>gateway.example | ${status}: ${title}</title>
<meta charset="UTF-8" />
<meta name="robots" content="noindex, nofollow" />
</head>
<body>
<div id="cf-wrapper">
    <div id="cf-error-details" class="p-0">
        <header class="mx-auto pt-10 lg:pt-6 lg:px-8 w-240 lg:w-full mb-8">
            <h1 class="inline-block sm:block sm:mb-2 font-light text-60 lg:text-4xl text-black-dark leading-tight mr-2">
              <span class="inline-block">${title}</span>
              <span class="code-label">Error code ${status}</span>
            </h1>
        </header>
    </div>
    <span class="cf-footer-item sm:block sm:mb-1">Cloudflare Ray ID: <strong class="font-semibold">9b1c74756e3f4a21</strong></span>
</div>
</body>
</html>
`;
	return {
		status,
		body,
		contentType: 'text/html; charset=UTF-8',
		headers: { server: 'cloudflare', 'cf-ray': '9b1c74756e3f4a21-FRA' },
		billed: true,
	};
}

export const GATEWAY_ANSWERS = {
	cloudflare502: shortPage(502, 'Bad Gateway'),
	cloudflare504: shortPage(504, 'Gateway Time-out'),
	cloudflare520: longPage(520, 'Web server is returning an unknown error'),
	cloudflare522: longPage(522, 'Connection timed out'),
	/** CookSleep/gpt_image_playground#82, Wei-Shaw/sub2api#2031: images that take longer than 100 or 120 seconds. */
	cloudflare524: longPage(524, 'A timeout occurred'),
	/** Envoy's own local reply (envoyproxy/envoy, tests of upstream disconnects): nothing arrived behind it. */
	envoy503: {
		status: 503,
		body: 'upstream connect error or disconnect/reset before headers. reset reason: connection failure',
		contentType: 'text/plain',
	},
} satisfies Record<string, ScriptedAnswer>;
