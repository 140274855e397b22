const list = new Intl.ListFormat('en', { type: 'disjunction' });

export const passkeys = {
  title: 'Passkeys',
  help: 'A passkey of this device, a phone or a security key lets you in without a password. With one, the password alone lets nobody in: a passkey is asked for, or a code of your app.',
  none: 'No passkey.',
  name: 'Passkey',
  host: 'Works at',
  createdAt: 'Registered',
  lastUsed: 'Last used',
  copied: 'may have been copied: lets nobody in',
  register: 'Register a passkey',
  registered: (name: string) => `You can log in with ${name} now`,
  nameHelp: 'Where it is kept: a phone, a laptop, the blue key',
  passwordHelp: 'Your login is a while ago',
  rename: 'Rename',
  renameOf: (name: string) => `Rename ${name}`,
  renamed: (name: string) => `It is called ${name} now`,
  logIn: 'Log in with a passkey',
  noBrowser: 'This browser has no passkeys',
  elsewhere: (origins: readonly string[]) =>
    `Passkeys work where the panel is reached by a name of the node, not at this address: ${list.format(origins)}`,
  notGiven: 'no passkey was given: it was cancelled, took too long, or there is none here',
  known: 'this authenticator has a passkey of yours already',
};
