//! What a source reports: a request, and what we understood of it, whatever the dialect.

mod agents;
mod build;
pub(crate) mod extra;
mod head;
mod said;
mod timestamp;

use std::sync::Arc;

use offhook_core::UnixMillis;
use offhook_core::call::EventBody;

use crate::mask;

pub(crate) use build::{build, name};
pub(crate) use head::{Head, head, read_kind};
pub(crate) use said::Said;

/// A request to a PBX endpoint, without its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Request<'a> {
    /// What follows the `?`.
    pub query: Option<&'a str>,
    /// The header, as sent.
    pub content_type: Option<&'a str>,
    /// The whole body; its size is the server's to limit.
    pub body: &'a [u8],
}

/// What a request said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Understood {
    /// The event. Its `user_ids` and `decision` are for others to fill.
    pub body: Arc<EventBody>,
    /// When it happened by the sender's clock, where it says so and the time is believable: at
    /// most seven days old and a minute ahead (contract, "Finer points").
    pub timestamp: Option<UnixMillis>,
    /// Who may be concerned, in the order to try. On an answer the first that is found took the
    /// call, on an outbound new call the first that is found dials; on an inbound new call all of
    /// them ring. Empty on an outbound answer (the other side took that) and for a mailbox.
    pub agents: Vec<AgentHint>,
    /// Keys that mean nothing to us; what they held is in the event's `extra`.
    pub ignored: Vec<String>,
    /// What was odd but could be read, in words for who sets up the PBX.
    pub warnings: Vec<String>,
}

impl Understood {
    /// Takes the token out of what nobody reads, which everybody who sees the call would be shown:
    /// a bridge that tells where it sends to tells the token, too.
    pub fn mask(&mut self, token: &str) {
        let told = |(_, value): &(String, String)| mask::tells(value, token);
        if self.body.extra.iter().any(told) {
            for (_, value) in &mut self.body_mut().extra {
                *value = mask::text(value, token);
            }
        }
    }

    /// The event, to fill in more.
    pub fn body_mut(&mut self) -> &mut EventBody {
        Arc::make_mut(&mut self.body)
    }
}

/// Something that may lead to a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgentHint {
    /// A phone, by its number; else a login, an e-mail address or a user's id (contract,
    /// "`answeringNumber`").
    Number(String),
    /// A login, in any case (facts/zammad-cti.md 5.4).
    User(String),
    /// A user's id.
    UserId(String),
    /// A user of sipgate's, to be found in `user_remote_map`.
    Remote(String),
    /// A device of Placetel's, to be found in `user_device_map`.
    Device(String),
}
