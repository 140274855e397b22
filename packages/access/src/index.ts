export { type Adoption, adopt, type ForeignIdentity } from './adopt.ts';
export { type AuditEntry, type AuditLink, chainHash, chainStart, firstBreak } from './audit-chain.ts';
export { Authority, type Holding, type Limit } from './authority.ts';
export {
  builtInRoles,
  grantablePrivileges,
  ownerPrivileges,
  ownerRole,
  type RoleRow,
} from './built-in-roles.ts';
export {
  authorityOf,
  type Directory,
  type GrantRow,
  holdingsOf,
  limitOf,
  roleOf,
  rootAuthority,
  type Subject,
  type UserRow,
  userHoldings,
} from './directory.ts';
export { FakeAuthenticator } from './fake-authenticator.ts';
export {
  isCopied,
  newPasskeyNonce,
  type PasskeyAsked,
  type PasskeyKey,
  passkeyCreation,
  passkeyOf,
  passkeyPatience,
  passkeyRequest,
  provenCounter,
} from './passkeys.ts';
export { hashPassword, isOutdated, isPassword, nobodysHash, passwordProblem } from './passwords.ts';
export { type EffectivePolicy, type Policy, type PolicyRow, policyFor } from './policy.ts';
export { covers, parseScope, type Scope, scopeText, type Target } from './scope.ts';
export { Seal } from './seal.ts';
export { digestOf, newId, newSecret } from './secrets.ts';
export { nobodysCrypt, rootHash } from './shadow.ts';
export { Throttle } from './throttle.ts';
export { newTotp, totpStep } from './totp.ts';
export { closedWalls, openings, type Walls } from './walls.ts';
