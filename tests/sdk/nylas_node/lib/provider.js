// What of the contract, and of the sandbox, differs between providers. The suite is run once for each of them;
// POSTROAD_PROVIDER says for which.
export const provider = process.env.POSTROAD_PROVIDER ?? 'google';

const google = {
  // How the provider names what a grant may do, and scopes to ask for by hand.
  grantedScope: /mail\.google\.com/,
  scopes: ['openid', 'email', 'profile', 'https://mail.google.com/'],
  deadToken: '1//dead',
  someAddress: 'somebody@gmail.com',
  // Its own search syntax, which `search_query_native` passes on.
  nativeSubject: (word) => `subject:${word}`,
  nativeStarredRead: (word) => `subject:${word} is:starred is:read`,
  // Labels: a message may be in several folders, and folders may have colours. What is below another says so in its name.
  severalFolders: true,
  folderTree: false,
  colours: { textColor: '#000000', backgroundColor: '#fce8b3' },
  // A folder beside those with a role, to move to.
  elsewhere: () => 'IMPORTANT',
  // Refuses the next change to a message, without a word that every provider would use.
  refuseChanges: (mailbox) => ({
    method: 'gmail.messages.*', mailbox, path: '*modify*', times: 1,
    answer: { status: 403, body: { error: { code: 403, message: 'The caller does not have permission', status: 'PERMISSION_DENIED', errors: [{ domain: 'global', reason: 'forbidden', message: 'Forbidden' }] } } },
  }),
};

const microsoft = {
  grantedScope: /Mail\.ReadWrite/,
  scopes: ['openid', 'email', 'profile', 'offline_access', 'User.Read', 'Mail.ReadWrite', 'Mail.Send'],
  deadToken: '0.AXdead',
  someAddress: 'somebody@outlook.com',
  // `$search` cannot be joined with what only `$filter` knows.
  nativeSubject: (word) => `subject:${word}`,
  nativeStarredRead: (word) => `$filter=contains(subject,'${word}') and isRead eq true and flag/flagStatus eq 'flagged'`,
  // A tree of folders without colours, and a message lies in one of them.
  severalFolders: false,
  folderTree: true,
  colours: {},
  elsewhere: (byRole) => byRole('\\Archive'),
  refuseChanges: (mailbox) => ({ method: 'graph.messages.update', mailbox, times: 1, name: 'graph.access_denied' }),
};

export const own = { google, microsoft }[provider];
if (!own) throw new Error(`POSTROAD_PROVIDER is ${provider}; it must be google or microsoft`);
