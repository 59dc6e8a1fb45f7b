/** The pages of the administration, under `/admin`, in the order of their navigation. */
export const ROOMS = ['sources', 'requests', 'users', 'tokens', 'settings'] as const;
