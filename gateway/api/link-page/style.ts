/** The page's whole style. Contrast is 7:1 or more in both colour schemes; what is pressed is at least 56 px high. */
export const linkPageStyle = `
:root{color-scheme:light dark;--ink:#17202a;--paper:#fff;--soft:#f1f4f7;--red:#9b1c1c;--green:#14532d;--amber:#713f12;--line:#52606d}
@media(prefers-color-scheme:dark){:root{--ink:#f4f6f8;--paper:#11161c;--soft:#1e2630;--red:#fca5a5;--green:#86efac;--amber:#fcd34d;--line:#9aa5b1}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1.125rem/1.6 system-ui,-apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
header,main{max-width:34rem;margin:0 auto;padding:.75rem 1rem}
header{display:flex;justify-content:space-between;align-items:center;background:var(--soft)}
header a{color:inherit;padding:.75rem;min-height:2.75rem}
h1{font-size:1.5rem;line-height:1.35;margin:.75rem 0}
p{margin:.5rem 0;overflow-wrap:anywhere}
.state{font-weight:700;padding:.5rem .75rem;border-left:.375rem solid;background:var(--soft)}
.open{color:var(--red)}.taken{color:var(--amber)}.over{color:var(--green)}
.notice{font-weight:700;font-size:1.25rem;padding:.75rem;border:.1875rem solid;border-radius:.5rem}
.good{color:var(--green)}.bad{color:var(--red)}
form{display:grid;gap:.75rem;margin:1.25rem 0}
button{font:inherit;color:var(--ink);background:var(--soft);border:.125rem solid var(--line);border-radius:.75rem;min-height:4rem;padding:.5rem 1rem;text-align:left;cursor:pointer}
button b{display:block;font-size:1.375rem}
button.going{background:#14532d;border-color:#14532d;color:#fff}
button:focus-visible,a:focus-visible{outline:.25rem solid #2563eb;outline-offset:.125rem}
.emergency{font-weight:700}
`;
