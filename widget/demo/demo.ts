/** The page's own way into support: what a web developer writes to open the panel from a button of theirs. */
import '../loader/api.ts';

document.querySelector('#report')?.addEventListener('click', () => window.Porthole?.open('report'));
