import { row } from './error-row.ts';

/** Errors about templates of systems and of applications. */
export const templateErrors = {
  template_not_found: row(
    404,
    'notFound',
    'no template {template}',
    '`insula template list` shows the templates there are',
  ),
  template_not_built: row(
    409,
    'conflict',
    'template {template} is defined, but not built on this node',
    'build it first: `insula template build {template}`',
  ),
  template_exists: row(
    409,
    'conflict',
    'template {template} exists already, with other content',
    'remove it first, or keep it',
  ),
  template_in_use: row(
    409,
    'conflict',
    'template {template} is used by {count} VEs or by their snapshots',
    'first destroy them, or delete their snapshots of it (`insula snapshot list`)',
  ),
  template_build_failed: row(
    500,
    'host',
    'building template {template} failed: {problem}',
    'see the log of the operation',
  ),
  template_damaged: row(
    500,
    'host',
    'template {template} is damaged: {problem}',
    'build it again with `insula template build {template} --rebuild`',
  ),
  application_not_found: row(
    404,
    'notFound',
    'no application {application}',
    '`insula app list` shows the applications there are',
  ),
  application_added: row(
    409,
    'conflict',
    'VE {ve} has the application {application} already',
    '`insula app update {application} {ve}` brings it up to date or changes its settings',
  ),
  application_not_added: row(
    409,
    'conflict',
    'VE {ve} does not have the application {application}',
    '`insula app status {ve}` shows what it has',
  ),
  application_unsupported: row(
    409,
    'conflict',
    'the application {application} cannot be added to a system of template {template}: {problem}',
    'choose another template or application',
  ),
  application_failed: row(
    500,
    'host',
    'the application {application} in VE {ve}: {problem}',
    'see the log of the operation',
  ),
};
