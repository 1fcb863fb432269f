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
  { path: /^\/transfers(?:\/([0-9a-f-]{36}))?$/, title: 'Many transfers', who: 'customer', section: '/transfer', load: () => import('./pages/transfers.js') },
  { path: /^\/standing-orders(?:\/(new|[0-9a-f-]{36}))?$/, title: 'Standing orders', who: 'customer', section: '/transfer', load: () => import('./pages/standing-orders.js') },
  { path: /^\/transactions$/, title: 'Transactions', who: 'customer', section: '/transactions', load: () => import('./pages/transactions.js') },
  { path: /^\/accounts$/, title: 'Accounts', who: 'customer', section: '/accounts', load: () => import('./pages/accounts.js') },
  { path: /^\/accounts\/(\d{12})$/, title: 'Account settings', who: 'customer', section: '/accounts', load: () => import('./pages/account.js') },
  { path: /^\/requests$/, title: 'Requests', who: 'customer', section: '/requests', load: () => import('./pages/requests.js') },
  { path: /^\/security$/, title: 'Security', who: 'customer', section: '/security', load: () => import('./pages/security.js') },
  { path: /^\/admin$/, title: 'Bank', who: 'admin', section: '/admin', load: () => import('./pages/admin.js') },
  { path: /^\/admin\/accounts$/, title: 'Customers', who: 'staff', section: '/admin/accounts', load: () => import('./pages/admin-accounts.js') },
  { path: /^\/admin\/open$/, title: 'Open an account', who: 'staff', section: '/admin/accounts', load: () => import('./pages/admin-open.js') },
  { path: /^\/admin\/accounts\/(\d{12})$/, title: 'Account', who: 'staff', section: '/admin/accounts', load: () => import('./pages/admin-account.js') },
  { path: /^\/admin\/accounts\/(\d{12})\/open$/, title: 'Open another account', who: 'staff', section: '/admin/accounts', load: () => import('./pages/admin-open.js') },
  { path: /^\/admin\/requests$/, title: 'Requests', who: 'staff', section: '/admin/requests', load: () => import('./pages/admin-requests.js') },
  { path: /^\/admin\/requests\/([0-9a-f-]{36})$/, title: 'Request', who: 'staff', section: '/admin/requests', load: () => import('./pages/admin-request.js') },
  { path: /^\/admin\/events$/, title: 'Events', who: 'admin', section: '/admin/events', load: () => import('./pages/admin-events.js') },
  { path: /^\/admin\/trial-balance$/, title: 'Trial balance', who: 'admin', section: '/admin/trial-balance', load: () => import('./pages/admin-trial-balance.js') },
  { path: /^\/admin\/clients$/, title: 'Service clients', who: 'admin', section: '/admin/clients', load: () => import('./pages/admin-clients.js') },
  { path: /^\/admin\/clients\/new$/, title: 'Create a service client', who: 'admin', section: '/admin/clients', load: () => import('./pages/admin-client-form.js') },
  { path: /^\/admin\/clients\/([0-9a-f-]{36})$/, title: 'Service client', who: 'admin', section: '/admin/clients', load: () => import('./pages/admin-client.js') },
  { path: /^\/admin\/clients\/([0-9a-f-]{36})\/change$/, title: 'Change a service client', who: 'admin', section: '/admin/clients', load: () => import('./pages/admin-client-form.js') },
  { path: /^\/admin\/roles$/, title: 'Staff and roles', who: 'admin', section: '/admin/roles', load: () => import('./pages/admin-roles.js') },
  { path: /^\/admin\/policies$/, title: 'Policies', who: 'admin', section: '/admin/policies', load: () => import('./pages/admin-policies.js') },
];
