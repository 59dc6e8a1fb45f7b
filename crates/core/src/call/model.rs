use super::Folded;
use crate::{CallId, ConversationId, SourceId, UnixMillis, UserId};

/// One logical call, as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Our id.
    pub id: CallId,
    /// Rises with every change of the call.
    pub revision: i64,
    /// The calls it belongs with; its own id when it is alone.
    pub conversation_id: ConversationId,
    /// Who reported it.
    pub source_id: SourceId,
    /// The PBX's id of the call, or one of ours when it gave none.
    pub call_id: String,
    /// What its events say.
    pub folded: Folded,
    /// What people said about it being dealt with; none while nobody did.
    pub done_by_hand: Option<Done>,
}

/// Somebody ticked or unticked a call. Events never overwrite it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// Dealt with, or open again.
    pub done: bool,
    /// Who said so.
    pub by: UserId,
    /// When.
    pub at: UnixMillis,
}

impl Call {
    /// Whether somebody dealt with it, or nothing was to be done.
    pub fn done(&self) -> bool {
        self.done_by_hand.map_or(self.folded.done, |hand| hand.done)
    }
}
