/** Before each file: what is waited for on screen may take as long as other polls (vite.config.ts); the library gives up after one second. */
import { configure } from '@testing-library/preact';

configure({ asyncUtilTimeout: 4_000 });
