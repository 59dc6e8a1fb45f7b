import type { components } from '../../../generated/schema';

type Schemas = components['schemas'];

export type Call = Schemas['Call'];
export type CallDetail = Schemas['CallDetail'];
export type Contact = Schemas['Contact'];
export type Me = Schemas['Me'];
export type Party = Schemas['Party'];
export type Preferences = Schemas['Preferences'];
export type Source = Schemas['Source'];
export type User = Schemas['User'];
