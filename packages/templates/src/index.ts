export { type TemplateHandlers, templateActions } from './actions.ts';
export type { TemplatePorts } from './build-layout.ts';
export type {
  BaseDefinition,
  ExtendingDefinition,
  GuestFile,
  GuestProfile,
  GuestScript,
  Source,
  TemplateDefinition,
} from './definition.ts';
export { foreignDefinition } from './foreign-definition.ts';
export { type InitProfile, initProfiles } from './inits.ts';
export { type TemplateKindPorts, templateKinds, templateLock } from './kinds.ts';
export type { LayerList } from './layers.ts';
export type { LoadedDefinitions } from './load-definitions.ts';
export { comparePackages } from './packages.ts';
export { parseDefinition, parseGuestProfile } from './parse-definition.ts';
export { type LayerName, planLayerRemoval, planTemplateBuild, type TemplateBuild } from './plan.ts';
export { type DefinitionSet, type ResolvedTemplate, resolveTemplate } from './resolve.ts';
export { TemplateStore, type TemplateStoreOptions } from './template-store.ts';
