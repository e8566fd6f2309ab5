/** Of the cost report's page: light, dark, on paper and on a phone. */
export const REPORT_STYLE = `
:root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6676;--line:#d9dee6;--card:#fff;--page:#f4f6f9;--bar:#0b7a75}
@media(prefers-color-scheme:dark){:root{--ink:#e8ecf2;--soft:#a3afbf;--line:#36404e;--card:#1b222c;--page:#12171e;--bar:#3fc1b8}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:860px;margin:0 auto;padding:24px 16px 48px}
h1{font-size:1.6rem;margin:0;overflow-wrap:anywhere}h2{font-size:1.05rem;margin:0 0 8px;overflow-wrap:anywhere}p{margin:0}
header p,.soft,.same,.tile dt,.tile span,figcaption span{color:var(--soft)}header p{margin:4px 0 20px}.same{margin:0 0 16px}.soft{margin-top:12px;font-size:.9rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:0 0 16px}
.tile,section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:16px}
.tile dt{font-size:.9rem}.tile dd{margin:0}.tile b{display:block;font-size:1.5rem;font-variant-numeric:tabular-nums}.tile b small{font-size:.85rem;font-weight:500}.tile span{font-size:.85rem}
section{margin:0 0 16px;overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.92rem}
th,td{text-align:left;padding:6px 10px 6px 0}th{font-weight:500;overflow-wrap:anywhere}ul{margin:0;padding-left:20px}
.figures td,.figures thead th{text-align:right;padding:6px 0 6px 14px}.figures th:first-child{text-align:left;padding-left:0;width:32%}
.figures thead th{color:var(--soft);font-size:.85rem}.figures thead th+th,.figures .lane+th{overflow-wrap:normal}.figures tbody tr,.figures tfoot tr{border-top:1px solid var(--line)}.figures tfoot th,.figures tfoot td{font-weight:700}
.figures .lane{width:34%}.bar{height:16px;border-radius:4px;background:var(--bar)}
.pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:14px}
figure{margin:0;break-inside:avoid}.picture{aspect-ratio:1;border-radius:8px;background:var(--page) center/contain no-repeat}
figcaption,figcaption span{unicode-bidi:plaintext;text-align:start}figcaption{font-size:.85rem;margin-top:4px;overflow-wrap:anywhere}figcaption span{display:block}
@media(max-width:560px){.figures .lane{display:none}.figures td,.figures thead th{padding-left:10px}.figures th:first-child{width:auto;min-width:6em}.wide tr{display:flex;flex-wrap:wrap;padding:4px 0}.wide th:first-child{flex:1 0 100%;padding:0}.wide td,.wide thead th{flex:1 0 0;padding:0 0 0 4px}.pictures{grid-template-columns:1fr 1fr}}
@media print{:root{--ink:#000;--soft:#444;--line:#bbb;--card:#fff;--page:#fff;--bar:#0b7a75}body{font-size:11pt}main{max-width:none;padding:0}.tile,tr{break-inside:avoid}.bar,.picture{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`.trim();
