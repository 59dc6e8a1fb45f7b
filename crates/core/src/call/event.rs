use std::sync::Arc;

use super::{Cause, Decision, LegSaid, Party};
use crate::{EventId, UnixMillis, UserId};

/// The way a call goes, seen from us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Somebody calls us.
    In,
    /// We call somebody.
    Out,
    /// One of us calls another; nobody outside has to do with it.
    Internal,
}

impl Direction {
    /// The word for it on the wire and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
            Self::Internal => "internal",
        }
    }

    /// Whether somebody outside has to do with it: in or out.
    pub fn is_with_outside(self) -> bool {
        self != Self::Internal
    }

    /// The direction with exactly this word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::In, Self::Out, Self::Internal]
            .into_iter()
            .find(|direction| direction.as_str() == word)
    }
}

/// What happened. Zammad's dialect knows new call, answer and hangup; PBXs that we listen to say
/// more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventKind {
    /// A call begins: it rings here, or we dial.
    NewCall,
    /// The caller came into a queue.
    Queued,
    /// A leg is dialled: a phone rings.
    Rang,
    /// A leg was picked up, which does not answer the call: a consultation, a forwarding to
    /// outside, the own phone of who clicked to dial.
    PickedUp,
    /// A leg is over.
    LegEnded,
    /// Somebody took it.
    Answer,
    /// Somebody else has it now: a transfer, or a parked call fetched.
    Transferred,
    /// Another call of the source and this one are one conversation.
    Joined,
    /// It is over.
    Hangup,
}

impl EventKind {
    /// Every one.
    pub const ALL: [Self; 9] = [
        Self::NewCall,
        Self::Queued,
        Self::Rang,
        Self::PickedUp,
        Self::LegEnded,
        Self::Answer,
        Self::Transferred,
        Self::Joined,
        Self::Hangup,
    ];

    /// The word for it on the wire and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NewCall => "newCall",
            Self::Queued => "queued",
            Self::Rang => "rang",
            Self::PickedUp => "pickedUp",
            Self::LegEnded => "legEnded",
            Self::Answer => "answer",
            Self::Transferred => "transferred",
            Self::Joined => "joined",
            Self::Hangup => "hangup",
        }
    }

    /// The kind with exactly this word.
    pub fn from_word(word: &str) -> Option<Self> {
        (Self::ALL.into_iter()).find(|kind| kind.as_str() == word)
    }
}

/// What a source reported, with the id and the time we gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Ascends with the order of arrival.
    pub id: EventId,
    /// When it happened: the event's own timestamp, else the time it came in at the door.
    pub at: UnixMillis,
    /// What was said: shared by all who hold the event.
    pub body: Arc<EventBody>,
}

impl Event {
    /// What was said, to change it for this holder alone.
    pub fn body_mut(&mut self) -> &mut EventBody {
        Arc::make_mut(&mut self.body)
    }
}

/// What a source said, in our words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventBody {
    /// What happened.
    pub kind: EventKind,
    /// The PBX's id of the call; none when it gave none.
    pub call_id: Option<String>,
    /// Which way the call goes; may be missing on everything but a new call.
    pub direction: Option<Direction>,
    /// The caller, where said.
    pub from: Option<Party>,
    /// The called, where said.
    pub to: Option<Party>,
    /// The queue or group, where said.
    pub queue: Option<String>,
    /// Names on our side: who is rung, who dials, who answered. Blank ones are left out.
    pub users: Vec<String>,
    /// The device or number that answered, or that has the call after a transfer.
    pub answering_number: Option<String>,
    /// The leg concerned.
    pub leg: Option<LegSaid>,
    /// The device that handed a call over.
    pub transferred_by: Option<String>,
    /// The PBX's id of the call that this one is one conversation with.
    pub joined: Option<String>,
    /// The users concerned, once found: whose devices ring, who answered, who dials out.
    pub user_ids: Vec<UserId>,
    /// Why it ended.
    pub cause: Option<Cause>,
    /// The cause as sent, where it was not exactly our word for it.
    pub cause_text: Option<String>,
    /// What the rules proposed for a new call.
    pub decision: Option<Decision>,
    /// Keys we do not know, with what they held, in the order sent.
    pub extra: Vec<(String, String)>,
}

impl EventBody {
    /// An event of this kind that says nothing else.
    pub fn new(kind: EventKind) -> Self {
        Self {
            kind,
            call_id: None,
            direction: None,
            from: None,
            to: None,
            queue: None,
            users: Vec::new(),
            answering_number: None,
            leg: None,
            transferred_by: None,
            joined: None,
            user_ids: Vec::new(),
            cause: None,
            cause_text: None,
            decision: None,
            extra: Vec::new(),
        }
    }
}
