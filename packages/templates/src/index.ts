export { type TemplateHandlers, templateActions } from './actions.ts';
export { type Application, familyOf } from './applications/application.ts';
export {
  ApplicationStore,
  parseApplication,
  type WantedApplication,
} from './applications/application-store.ts';
export { type ChosenApplication, type GoldenImage, supportOf } from './applications/golden-image.ts';
export {
  type PackageChange,
  type PackageFetcher,
  type PackageRequest,
  packageFetcher,
} from './applications/package-fetcher.ts';
export { installedVersions } from './applications/package-status.ts';
export { repositoryFiles } from './applications/repositories.ts';
export { completeSettings, type Settings, settingsEnvironment } from './applications/settings.ts';
export { firstFile } from './archives/first-file.ts';
export { RootRules } from './archives/root-rules.ts';
export type { Judge } from './archives/tar-guard.ts';
export { BadArchive, type TarEntry } from './archives/tar-header.ts';
export { unpackArchive } from './archives/unpack-archive.ts';
export type { TemplatePorts } from './build-layout.ts';
export type {
  BaseDefinition,
  ExtendingDefinition,
  GuestFile,
  GuestProfile,
  GuestScript,
  MmdebstrapSource,
  Source,
  TemplateDefinition,
} from './definition.ts';
export { foreignDefinition } from './foreign-definition.ts';
export { writeGuestFile } from './guest-files.ts';
export { type InitProfile, initProfiles } from './inits.ts';
export { isolated } from './isolation.ts';
export { type GoldenInput, type TemplateKindPorts, templateKinds, templateLock } from './kinds.ts';
export type { LayerList } from './layers.ts';
export type { LoadedDefinitions } from './load-definitions.ts';
export { comparePackages } from './packages.ts';
export { parseDefinition, parseGuestProfile } from './parse-definition.ts';
export { type LayerName, planLayerRemoval, planTemplateBuild, type TemplateBuild } from './plan.ts';
export { type DefinitionSet, type ResolvedTemplate, resolveTemplate } from './resolve.ts';
export { TemplateStore, type TemplateStoreOptions } from './template-store.ts';
