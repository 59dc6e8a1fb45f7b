import type { components } from '../../../generated/schema';

type Schemas = components['schemas'];

export type AnsweredBy = Schemas['AnsweredBy'];
export type Blocked = Schemas['Blocked'];
export type Call = Schemas['Call'];
export type CallNote = Schemas['CallNote'];
export type CallDetail = Schemas['CallDetail'];
export type Connection = Schemas['Connection'];
export type SourcePreview = Schemas['SourcePreview'];
export type PreviewedCall = Schemas['PreviewedCall'];
export type Contact = Schemas['Contact'];
export type ContactDetail = Schemas['ContactDetail'];
export type ContactFields = Schemas['ContactFields'];
export type Dial = Schemas['Dial'];
export type Event = Schemas['Event'];
export type Forward = Schemas['Forward'];
export type ListedContact = Schemas['ListedContact'];
export type Leg = Schemas['Leg'];
export type Me = Schemas['Me'] & { preferences: Preferences };
export type Note = Schemas['Note'];
export type Overview = Schemas['Overview'];
export type Party = Schemas['Party'];
export type Pop = Schemas['Pop'];
/** What may be left out when it is sent is always there when it comes. */
export type Preferences = Required<Schemas['Preferences']>;
export type Preview = Schemas['Preview'];
export type RecordedRequest = Schemas['RecordedRequest'];
export type Settings = Schemas['Settings'];
export type SettingsPatch = Schemas['SettingsPatch'];
export type SourcePatch = Schemas['SourcePatch'];
export type Source = Schemas['Source'];
export type Token = Schemas['Token'];
export type User = Schemas['User'];
export type UserPatch = Schemas['UserPatch'];
