import { buildLayout, type TemplatePorts } from './build-layout.ts';
import { cleanIdentity, unpackImage, unpackSystem, writeDefinition } from './foreign-actions.ts';
import { runGuestScripts, writeGuestFiles } from './guest-actions.ts';
import { makeStaging, publishLayer, removeLayer, verifyTemplate } from './layer-actions.ts';
import { bootstrapSystem, copyArea, copyLayer, installBusybox, installMore } from './system-actions.ts';
import { dropStaging, exportLayer, importLayer, unpackTemplate } from './transfer-actions.ts';

export type TemplateHandlers = ReturnType<typeof templateActions>;

/** Step handlers that make and remove layers. What they make lies below `staging/<operation id>` until it is published. */
export function templateActions(ports: TemplatePorts) {
  const layout = buildLayout(ports);
  return {
    'make-template-staging': makeStaging(ports, layout),
    'bootstrap-system': bootstrapSystem(ports, layout),
    'copy-area': copyArea(ports, layout),
    'copy-layer': copyLayer(ports, layout),
    'install-packages': installMore(ports, layout),
    'install-busybox': installBusybox(ports, layout),
    'write-definition': writeDefinition(ports),
    'unpack-system': unpackSystem(ports, layout),
    'unpack-image': unpackImage(ports, layout),
    'clean-identity': cleanIdentity(ports, layout),
    'write-guest-files': writeGuestFiles(ports, layout),
    'run-guest-scripts': runGuestScripts(ports, layout),
    'publish-layer': publishLayer(ports, layout),
    'export-layer': exportLayer(ports, layout),
    'unpack-template': unpackTemplate(ports, layout),
    'import-layer': importLayer(ports, layout),
    'drop-staging': dropStaging(ports, layout),
    'verify-template': verifyTemplate(ports),
    'remove-layer': removeLayer(ports, layout),
  };
}
