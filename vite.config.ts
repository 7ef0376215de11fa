/**
 * The studio's two builds. `vite build`: the page that `understudy serve` gives out, in dist/studio.
 * `vite build --mode preview`: the replay view alone as one script and one style sheet, in
 * dist/studio/preview, which `understudy preview` writes into a file that opens from disk.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), 'src/studio');
const dist = path.join(root, '../../dist/studio');

const page = {
  outDir: dist,
  emptyOutDir: true,
  // A data: address would need a hole in the content security policy.
  assetsInlineLimit: 0,
  modulePreload: { polyfill: false },
  chunkSizeWarningLimit: 1000,
};

const preview = {
  outDir: path.join(dist, 'preview'),
  emptyOutDir: true,
  modulePreload: { polyfill: false },
  chunkSizeWarningLimit: 3000,
  lib: {
    entry: path.join(root, 'preview/main.ts'),
    formats: ['iife' as const],
    name: 'UnderstudyPreview',
    fileName: () => 'preview.js',
    cssFileName: 'preview',
  },
};

export default defineConfig(({ mode }) => ({
  root,
  base: './',
  // The repository's own configuration must not leak into a page.
  envPrefix: 'UNDERSTUDY_STUDIO_',
  define: { 'process.env.NODE_ENV': JSON.stringify('production') },
  build: { target: 'es2023', ...(mode === 'preview' ? preview : page) },
  // A file on disk has no origin to load modules from: there the worker is one classic script.
  worker: { format: mode === 'preview' ? ('iife' as const) : ('es' as const) },
}));
