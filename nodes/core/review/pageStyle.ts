/** Of the review page: light, dark, from a phone to a wide screen. */
export const REVIEW_STYLE = `
:root{color-scheme:light dark;--ink:#1c2430;--soft:#566070;--line:#cfd6e0;--card:#fff;--page:#f4f6f9;--mark:#0b6b67;--on:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e8ecf2;--soft:#aab5c4;--line:#3a4554;--card:#1b222c;--page:#12171e;--mark:#4fd1c7;--on:#06201e}}
*{box-sizing:border-box}[hidden]{display:none!important}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.45 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:1500px;margin:0 auto;padding:20px 16px 130px}.over,.over body{overscroll-behavior-y:none}
h1{font-size:1.5rem;margin:0}.message{white-space:pre-line;margin:6px 0}.rule{color:var(--soft);margin:4px 0 16px}.alone{max-width:640px;margin:12vh auto}
a{color:var(--mark)}
.next{margin:0 0 18px}.next h2{font-size:.95rem;font-weight:400;color:var(--soft);margin:0 0 8px}.next ul{list-style:none;margin:0;padding:0;display:grid;gap:10px;grid-template-columns:repeat(2,minmax(0,360px))}
.next li{border:1px solid var(--line);border-radius:12px;padding:10px 12px;background:var(--card)}.next li.planned{border:2px solid var(--mark);padding:9px 11px}
.next em{display:inline-block;white-space:nowrap;color:var(--soft);font-style:normal;font-size:.85rem;border:1px solid var(--line);border-radius:9px;padding:1px 8px;margin-left:4px}.next .planned em{background:var(--mark);border-color:var(--mark);color:var(--on)}.next p{margin:4px 0 0}.next .each{font-weight:600;font-variant-numeric:tabular-nums}
.grid{list-style:none;margin:0;padding:0;display:grid;align-items:start;gap:16px;grid-template-columns:repeat(auto-fill,minmax(min(100%,270px),1fr))}
.grid li{position:relative;background:var(--card);border:1px solid var(--line);border-radius:12px;padding:0 12px 12px;overflow:hidden}
.grid li.picked{outline:4px solid var(--mark);outline-offset:-1px}
.grid label{display:block;cursor:pointer;margin:0 -12px}
.grid img{display:block;width:100%;height:auto;min-height:120px;background:var(--line);color:var(--ink)}
.grid input[type=checkbox]{position:absolute;top:10px;left:10px;width:32px;height:32px;margin:0;accent-color:var(--mark);cursor:pointer}
.grid li:focus-within{box-shadow:0 0 0 3px var(--soft)}
.grid b{position:absolute;top:12px;left:50px;padding:2px 9px;border-radius:9px;background:var(--card);color:var(--ink);font-size:.9rem}
.zoom svg{width:22px;height:22px;display:block;margin:auto}.zoom{position:absolute;top:8px;right:8px;width:44px;height:44px;border:0;border-radius:10px;background:var(--card);color:var(--ink);font-size:1.2rem;cursor:pointer}
.grid p{margin:10px 0 4px;overflow-wrap:anywhere;display:-webkit-box;-webkit-line-clamp:4;-webkit-box-orient:vertical;overflow:hidden}
.grid h2{font-size:1rem;margin:10px 0 0;overflow-wrap:anywhere}.grid h2+p{color:var(--soft);font-size:.92rem;margin-top:2px;-webkit-line-clamp:2}
small{color:var(--soft);font-size:.85rem}
.message,.grid p,.grid h2,dialog p,dialog h2,textarea{unicode-bidi:plaintext;text-align:start}
details{margin-top:8px}summary{cursor:pointer;color:var(--mark);padding:6px 0}
.grid details label{margin:6px 0 0;font-size:.9rem;color:var(--soft)}
textarea{display:block;width:100%;margin-top:8px;font:inherit;font-size:1rem;color:var(--ink);background:var(--page);border:1px solid var(--line);border-radius:8px;padding:8px;resize:vertical}.grid textarea{field-sizing:content;min-height:4rem;max-height:40vh}
.bar{position:fixed;left:0;right:0;bottom:0;display:flex;flex-wrap:wrap;gap:8px 14px;align-items:center;justify-content:center;padding:12px 16px calc(12px + env(safe-area-inset-bottom));background:var(--card);border-top:1px solid var(--line)}
.bar p{margin:0}.bar #count{font-weight:600}#price,#left{color:var(--soft);font-size:.92rem;font-variant-numeric:tabular-nums}.bar div{margin-right:10px}
.code{display:flex;flex-wrap:wrap;gap:12px;align-items:end;margin-top:16px}.code input{display:block;margin-top:8px;font:inherit;min-height:44px;padding:0 10px;color:var(--ink);background:var(--card);border:1px solid var(--line);border-radius:8px}
button#send,button.quiet,.code button,dialog button,dialog a{min-height:44px;border:0;border-radius:10px;padding:0 20px;font:inherit;font-weight:600;background:var(--mark);color:var(--on);cursor:pointer}
button.quiet{background:none;color:var(--ink);box-shadow:inset 0 0 0 1px var(--line)}dialog a{display:inline-flex;align-items:center;text-decoration:none}
button#send[aria-disabled=true],#pick[aria-disabled=true]{background:var(--line);color:var(--ink);cursor:not-allowed}
dialog{border:0;border-radius:14px;padding:14px;background:var(--card);color:var(--ink);max-width:min(96vw,1100px);max-height:96vh}
dialog::backdrop{background:#000a}dialog img{display:block;max-width:100%;max-height:72vh;margin:0 auto;border-radius:8px}
dialog p{max-height:14vh;overflow:auto;white-space:pre-line;overflow-wrap:anywhere;margin:10px 0}dialog div{display:flex;gap:8px;justify-content:center;flex-wrap:wrap}
dialog h2{font-size:1.15rem;margin:4px 0}dialog button[aria-pressed=true]{outline:3px solid var(--ink)}
.say{width:min(94vw,560px);padding:18px 20px}.say div{justify-content:flex-start;margin-top:14px}.say p{max-height:none}
@media(max-width:600px){main{padding:14px 10px 150px}.grid{gap:10px;grid-template-columns:repeat(2,minmax(0,1fr))}.grid li{padding:0 9px 10px}.grid label{margin:0 -9px}.grid img{min-height:80px}
.grid p{-webkit-line-clamp:2;font-size:.92rem}.next{margin-bottom:12px}.next ul{gap:8px}.next li{font-size:.85rem;line-height:1.3;padding:8px}.next li.planned{padding:7px}.next em{margin-left:0;padding:0 5px;font-size:.78rem}.next h2,.rule{font-size:.85rem;margin-bottom:6px}.bar{justify-content:stretch}.bar div{flex:1 0 100%;display:flex;gap:2px 10px;flex-wrap:wrap;margin:0}.bar button{flex:1 1 auto}}
.grid:has(>:only-child){grid-template-columns:minmax(0,560px)}
@media(max-width:280px){.grid,.next ul{grid-template-columns:minmax(0,1fr)}}
:focus-visible{outline:3px solid var(--mark);outline-offset:2px}
`.trim();
