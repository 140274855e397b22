import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { contractData } from './contract-data.ts';

/** Where calls of the API go while the panel is served by Vite: `INSULA_NODE=https://localhost:4648 npx vite web`. */
const node = process.env['INSULA_NODE'] ?? 'https://localhost:4648';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [contractData(), react()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    // the policy of the page allows no data: addresses for scripts, and small files cost nothing on a kept connection
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      treeshake: {
        moduleSideEffects: [{ test: /\/(?:typebox|contract)\//, sideEffects: false }],
        // what makes a schema that nobody looks at
        manualPureFunctions: ['Type'],
        propertyReadSideEffects: false,
      },
    },
  },
  server: {
    proxy: {
      '/v1': { target: node, secure: false, changeOrigin: true, ws: true, headers: { origin: node } },
    },
  },
});
