//! The ids of things, each a type of its own so that they cannot be mixed up.

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// One logical call, in ascending order of recording. Not the PBX's id: see
    /// [`EventBody::call_id`](crate::call::EventBody::call_id).
    CallId
);
id!(
    /// Calls that belong together; the id of the first of them.
    ConversationId
);
id!(
    /// One PBX or provider that reports calls.
    SourceId
);
id!(
    /// Someone who signs in. Ids start at [`UserId::FIRST`], so that none looks like an extension.
    UserId
);
id!(
    /// A person or company outside.
    ContactId
);
id!(
    /// A note on a call.
    NoteId
);
id!(
    /// An API token of a user.
    TokenId
);
id!(
    /// A browser session of a user.
    SessionId
);

impl UserId {
    /// The id of the first user.
    pub const FIRST: Self = Self(1_000_000);
}

/// The id of one event: 128 bits that ascend in time like a UUIDv7, so that the newest events
/// stand side by side in an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId(pub u128);
