//! What must be remembered.
//!
//! Small traits, cut by who uses them; a method is a use case and one transaction. An engine
//! (SQLite today) implements them, and the `contract` suite holds every engine to the same
//! behaviour. Nothing here knows SQL.

mod accounts;
mod calls;
mod contacts;
#[cfg(feature = "contract")]
pub mod contract;
mod error;
mod forwards;
mod maintenance;
mod page;
mod requests;
mod sources;

pub use accounts::{AccountStore, NewUser, Session, Token, User, UserChange};
pub use calls::{CallQuery, CallRecord, CallStore, Caller, Incoming, Note, Outcome, Pruned};
pub use contacts::{Contact, ContactDraft, ContactNumber, ContactStore};
pub use error::{Conflict, StoreError};
pub use forwards::{Forward, ForwardStore, Stage};
pub use maintenance::Maintenance;
pub use page::{Cursor, Page};
pub use requests::{RecordedRequest, Refused, RequestQuery, RequestStore, SourceActivity};
pub use sources::{
    KeyVersions, NewSource, Settings, Source, SourceKind, SourceStore, SourceToken, TokenHash,
};
