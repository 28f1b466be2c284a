/** The reference's style sheet: the tokens of panel and desk, both themes, phone, desktop and paper. */

const TOKENS = `
:root{color-scheme:light dark;
--accent:#4353d6;--bg:#fff;--raised:#f6f6f8;--text:#17181d;--quiet:#5c6170;--line:#17181d1a;--line-strong:#17181d2e;
--open:#2f5fd0;--inv:#8a5000;--res:#1f7a3d;--ack:#6b46c8;--danger:#b42318;
--s1:4px;--s2:8px;--s3:12px;--s4:16px;--s5:24px;--s6:40px;--r:10px;
font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;
--mono:ui-monospace,"SF Mono","Cascadia Code",Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){:root{
--accent:#9aa5ff;--bg:#16171b;--raised:#1e2025;--text:#ededf0;--quiet:#a9aebb;--line:#ffffff1c;--line-strong:#ffffff30;
--open:#8fb0ff;--inv:#f2b950;--res:#6fd08c;--ack:#c3a8ff;--danger:#ff9a8f}}`;

const TEXT = `
*{box-sizing:border-box}
html{background:var(--bg);color:var(--text);-webkit-text-size-adjust:100%}
body{margin:0;display:grid;grid-template-columns:272px minmax(0,1fr)}
h1,h2,h3,h4,p,ul,dl,dd,pre{margin:0;padding:0}
ul{list-style:none}
h1{font-size:28px;line-height:1.2;font-weight:600;letter-spacing:-.015em}
h2{font-size:20px;line-height:1.25;font-weight:600;letter-spacing:-.01em}
h3{font-size:17px;line-height:1.3;font-weight:600;letter-spacing:-.005em}
h4{font-size:13px;font-weight:600;margin:var(--s5) 0 var(--s2)}
h3 a{color:inherit;text-decoration:none}
h3 a:hover{text-decoration:underline}
a{color:var(--accent);text-underline-offset:2px}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
main:focus{outline:none}
code{font:.92em/1.45 var(--mono)}
p code,dd code,td code{overflow-wrap:anywhere}
.lead{margin-top:var(--s3)}
.opening{max-width:720px}
.note,.about,.type{color:var(--quiet);font-size:13px}
.note{margin-top:var(--s2)}
.skip{position:absolute;left:-999px;top:var(--s2);z-index:2;background:var(--bg);padding:var(--s2) var(--s3);border-radius:var(--r)}
.skip:focus{left:var(--s2)}`;

const FRAME = `
.bar{position:fixed;inset:0 auto auto 0;width:272px;height:60px;display:flex;align-items:center;padding:0 var(--s5);background:var(--raised);border-right:1px solid var(--line);z-index:1}
.brand{display:flex;align-items:center;gap:10px;color:inherit;font-weight:600;text-decoration:none}
.brand svg{width:22px;height:22px;fill:none;stroke:var(--accent);stroke-width:2}
.to-contents,.contents{display:none}
.side{position:sticky;top:0;height:100vh;overflow:auto;padding:60px var(--s3) var(--s5);background:var(--raised);border-right:1px solid var(--line)}
.menu-name{font-size:12px;font-weight:600;color:var(--quiet);margin:var(--s4) 10px var(--s1)}
.side .menu-name:first-child{margin-top:0}
.menu-name a{color:inherit;text-decoration:none}
nav li a{display:block;padding:5px 10px;border-radius:8px;color:var(--quiet);font-size:14px;font-weight:500;text-decoration:none}
nav li a:hover,.menu-name a:hover{color:var(--text)}
nav li a:hover{background:var(--bg)}
nav .call{display:grid;grid-template-columns:46px 1fr;gap:var(--s1);align-items:baseline;font-size:13px}
nav .method{background:none;padding:0;font-size:11px}
main{padding:var(--s6) 36px 96px;max-width:1280px;min-width:0}
.chapter,.operation{padding:var(--s5) 0;border-top:1px solid var(--line)}
.chapter{max-width:720px}
.chapter>*+*{margin-top:var(--s3)}
.opening{padding-bottom:var(--s6)}
h2{margin-bottom:var(--s4);scroll-margin-top:var(--s5)}
.group{margin-top:var(--s6)}
.operation{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,456px);gap:var(--s6)}
.examples{position:sticky;top:var(--s5);align-self:start}
.examples pre{font-size:12px}
.examples h4+pre:nth-of-type(1){white-space:pre-wrap;overflow-wrap:anywhere}
.operation:target h3,.chapter:target h3{color:var(--accent)}
.examples h4:first-child{margin-top:0}`;

const PARTS = `
.address{display:flex;gap:var(--s2);align-items:baseline;margin:var(--s2) 0 var(--s3)}
.address code{font-size:14px;overflow-wrap:anywhere}
.who{margin-top:var(--s2);color:var(--quiet)}
.who b{color:var(--text);font-weight:600}
.method{font:600 12px/1.5 var(--mono);border-radius:6px;padding:1px 6px;color:var(--tone);background:color-mix(in oklab,var(--tone),var(--bg) 90%)}
.is-get{--tone:var(--open)}.is-post{--tone:var(--res)}.is-put,.is-patch{--tone:var(--inv)}.is-delete{--tone:var(--danger)}
pre{overflow:auto;max-height:420px;padding:var(--s3) var(--s4);border-radius:var(--r);background:var(--raised);font-size:13px;line-height:1.5;tab-size:2}
pre code{font-size:inherit;line-height:inherit}
.is-text{color:var(--res)}.is-literal{color:var(--ack)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{text-align:start;vertical-align:baseline;padding:var(--s2) var(--s4) var(--s2) 0;border-top:1px solid var(--line)}
thead th{border-top:0;padding-top:0;font-size:12px;color:var(--quiet);font-weight:600}
tbody th{font-weight:500;white-space:nowrap}
td:last-child{padding-right:0;min-width:200px;width:100%}
.required,.place{display:block;font-size:12px;font-weight:500}
.required{color:var(--danger)}.place{color:var(--quiet)}
tr{scroll-margin-top:96px}
tr:target{background:color-mix(in oklab,var(--accent),var(--bg) 90%)}
td.type,.status,dt{font-variant-numeric:tabular-nums}
.fields{margin-top:var(--s2)}
summary{cursor:pointer;border-radius:4px}
.fields>summary{color:var(--accent);font-weight:600;font-size:14px}
.tree{font-size:14px;margin-top:var(--s1)}
.tree .tree{margin-left:5px;padding-left:var(--s4);border-left:1px solid var(--line-strong)}
.tree li{padding:3px 0}
.tree code{font-weight:500}
.failures{display:flex;flex-wrap:wrap;gap:0 var(--s4);font-size:13px}
.failures div{display:flex;align-items:center;gap:6px}
.failures dt{font-weight:600}
.failures a{display:inline-block;padding:3px 0;min-height:24px;color:inherit;text-decoration-color:var(--line-strong)}
.failures a:hover{text-decoration-color:currentColor}
.terms div{display:grid;grid-template-columns:104px 1fr;padding:var(--s2) 0}
.terms dt{font-weight:600}
.links li{padding:2px 0;display:grid;grid-template-columns:60px 1fr;align-items:baseline}
.links .method{justify-self:start}`;

const SCREENS = `
@media (max-width:1160px){.operation{grid-template-columns:minmax(0,1fr);gap:var(--s5)}.examples{position:static}main{max-width:840px}}
@media (max-width:800px){
html{scroll-padding-top:52px}
body{display:block}
.side{display:none}
.bar{position:sticky;width:auto;height:52px;padding:0 var(--s4);background:var(--bg);border-right:0;border-bottom:1px solid var(--line);justify-content:space-between}
.to-contents{display:block;padding:var(--s2) 0;font-weight:600}
.contents{display:block;margin-bottom:var(--s5);padding:var(--s3) var(--s4);border-radius:var(--r);background:var(--raised)}
.contents summary{font-weight:600;min-height:24px}
.contents nav{margin:0 -10px}
nav li a{padding:9px 10px}
main{padding:var(--s5) var(--s4) 64px}
.opening{padding-bottom:var(--s5)}
.terms div{display:block}
td:last-child{min-width:124px}
tbody th code{font-size:12px}
th,td{padding-right:var(--s3)}}
@media print{
body{display:block}
.side,.bar,.contents,.skip{display:none}
main{max-width:none;padding:0}
.operation{display:block}
.examples{position:static}
pre{max-height:none;white-space:pre-wrap;border:1px solid #0003}
details::details-content{content-visibility:visible;block-size:auto}
h2,h3,h4{break-after:avoid}tr,li{break-inside:avoid}}`;

export const STYLE = [TOKENS, TEXT, FRAME, PARTS, SCREENS].join('').trim();
