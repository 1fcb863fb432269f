// @ts-check
// The pages: their paths, their titles, and who may see them.

/** @type {import('./router.js').Route[]} */
export const routes = [
  { path: /^\/sign-in$/, title: 'Sign in', who: 'public', load: () => import('./pages/sign-in.js') },
  { path: /^\/open$/, title: 'Open an account', who: 'public', load: () => import('./pages/open.js') },
  { path: /^\/reset-pin$/, title: 'Set a new PIN', who: 'public', load: () => import('./pages/reset-pin.js') },
  { path: /^\/unlock$/, title: 'Unlock an account', who: 'public', load: () => import('./pages/unlock.js') },
  { path: /^\/overview$/, title: 'Overview', who: 'customer', section: '/overview', load: () => import('./pages/overview.js') },
  { path: /^\/transfer$/, title: 'Transfer', who: 'customer', section: '/transfer', load: () => import('./pages/transfer.js') },
  { path: /^\/standing-orders(?:\/(new|[0-9a-f-]{36}))?$/, title: 'Standing orders', who: 'customer', section: '/transfer', load: () => import('./pages/standing-orders.js') },
  { path: /^\/transactions$/, title: 'Transactions', who: 'customer', section: '/transactions', load: () => import('./pages/transactions.js') },
  { path: /^\/accounts$/, title: 'Accounts', who: 'customer', section: '/accounts', load: () => import('./pages/accounts.js') },
  { path: /^\/security$/, title: 'Security', who: 'customer', section: '/security', load: () => import('./pages/security.js') },
  { path: /^\/admin$/, title: 'Bank', who: 'admin', section: '/admin', load: () => import('./pages/admin.js') },
  { path: /^\/admin\/accounts$/, title: 'Customers', who: 'staff', section: '/admin/accounts', load: () => import('./pages/admin-accounts.js') },
  { path: /^\/admin\/open$/, title: 'Open an account', who: 'staff', section: '/admin/accounts', load: () => import('./pages/admin-open.js') },
  { path: /^\/admin\/accounts\/(\d{12})$/, title: 'Account', who: 'staff', section: '/admin/accounts', load: () => import('./pages/admin-account.js') },
  { path: /^\/admin\/accounts\/(\d{12})\/open$/, title: 'Open another account', who: 'staff', section: '/admin/accounts', load: () => import('./pages/admin-open.js') },
  { path: /^\/admin\/events$/, title: 'Events', who: 'admin', section: '/admin/events', load: () => import('./pages/admin-events.js') },
];
