/** Of the cost report's page: light, dark and on paper. */
export const REPORT_STYLE = `
:root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6676;--line:#d9dee6;--card:#fff;--page:#f4f6f9;--bar:#0b7a75}
@media(prefers-color-scheme:dark){:root{--ink:#e8ecf2;--soft:#a3afbf;--line:#36404e;--card:#1b222c;--page:#12171e;--bar:#3fc1b8}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:860px;margin:0 auto;padding:24px 16px 48px}
h1{font-size:1.6rem;margin:0}h2{font-size:1.05rem;margin:0 0 8px}
header p,.tile dt,.tile span{color:var(--soft)}header p{margin:4px 0 20px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:12px;margin:0 0 16px}
.tile,section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:16px}
.tile dt{font-size:.9rem}.tile dd{margin:0}.tile b{display:block;font-size:1.5rem;font-variant-numeric:tabular-nums}.tile b small{font-size:.85rem;font-weight:500}.tile span{font-size:.85rem}
section{margin:0 0 16px;overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.92rem}
th,td{text-align:left;padding:5px 10px 5px 0}th{font-weight:500}
.figures{margin-top:12px;font-size:.85rem;color:var(--soft)}.figures th,.figures td{border-top:1px solid var(--line)}
.bars .label{width:26%}.bars .lane{width:44%}.bars .value{color:var(--soft)}.bar{height:20px;border-radius:4px;background:var(--bar)}
.columns td{vertical-align:bottom;text-align:center;padding:0 4px}.columns th{text-align:center;padding:4px 0;color:var(--soft);font-size:.8rem}.columns span{display:block;font-size:.8rem;color:var(--soft)}.column{max-width:56px;margin:0 auto;border-radius:4px 4px 0 0;background:var(--bar)}
@media print{:root{--ink:#000;--soft:#444;--line:#bbb;--card:#fff;--page:#fff;--bar:#0b7a75}body{font-size:11pt}main{max-width:none;padding:0}section,.tile{break-inside:avoid}.bar,.column{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`.trim();
