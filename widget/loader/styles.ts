/**
 * The loader's style sheet. Lengths are in px, since `rem` would follow the host page. The system's Canvas colours follow
 * `color-scheme`, so both themes come from one set of rules; outlines that are transparent show in forced colours only.
 * Declarations stand in the order that compresses best.
 */

/**
 * On `:host`, `!important` beats every rule of the page, its own `!important` ones included; and an element of
 * `display: contents` has no box that a transform, filter, opacity or size could take hold of.
 */
const HOST = `\
:host{all:initial!important;display:contents!important;direction:ltr!important}\
.root{position:fixed;z-index:2147483000;color-scheme:light dark;color:#fff;font:15px system-ui}\
.left{direction:rtl;--origin:0}\
.launcher,.panel{display:grid;inset-inline-end:max(20px,env(safe-area-inset-right));bottom:max(20px,env(safe-area-inset-bottom));box-shadow:0 16px 48px -12px #10121b66;position:fixed;outline:1px solid #0000;place-items:center}\
button{all:unset;cursor:pointer}\
button:focus-visible{outline:2px solid Canvas;box-shadow:0 0 0 4px CanvasText}`;

/** Two circles, the porthole; a chevron while the panel is open. The count of unread answers sits on the rim. */
const LAUNCHER = `\
.launcher{width:56px;height:56px;border-radius:50%}\
.launcher:before{width:6px;height:6px;border:2px solid;content:"";outline:2px solid;outline-offset:3px;border-radius:50%}\
[aria-expanded=true]:before{width:10px;border-width:0 2px 2px 0;height:10px;margin:-6px 0 0;outline:0;rotate:45deg;border-radius:0}\
[aria-expanded=false]:not([data-unread=""]):after{position:absolute;direction:ltr;content:attr(data-unread);top:-2px;min-width:10px;right:-2px;padding:0 5px;border-radius:10px;background:#c92a2a;box-shadow:0 0 0 2px Canvas;color:#fff;font:700 12px/20px system-ui}\
.none .launcher,.loading .main,.ready>:not(iframe){display:none}`;

const PANEL = `\
.panel{width:400px;margin-bottom:68px;border-radius:16px;height:min(720px,100vh - 120px);background:Canvas;color:CanvasText;place-content:center;gap:16px;transform-origin:var(--origin,100%) 110%;overflow:hidden}\
@keyframes grow{0%{opacity:0;scale:.4}}\
iframe{position:absolute;width:100%;border:0;height:100%}\
.panel[inert],:not(.ready)>iframe{visibility:hidden}\
.main{padding:10px 20px;border-radius:10px;font-weight:700}\
.launcher,.main{background:var(--fill);color:lch(from var(--fill) calc(99*(62 - l)) 0 0)}`;

const PLACES = `\
@media(width<=480px),(height<=480px){.panel{width:auto;inset:0;height:auto;border:solid Canvas;margin:0;border-width:env(safe-area-inset-top) 0 env(safe-area-inset-bottom);border-radius:0}\
.ready:not([inert])+*{display:none}}\
@media(prefers-reduced-motion:no-preference){.panel:not([inert]){animation:grow .18s}}`;

/** Everything inside the shadow root. */
export const SHEET = HOST + LAUNCHER + PANEL + PLACES;
