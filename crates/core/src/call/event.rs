use super::{Cause, Decision, Party};
use crate::{EventId, UnixMillis, UserId};

/// The way a call goes, seen from us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Somebody calls us.
    In,
    /// We call somebody.
    Out,
}

impl Direction {
    /// The word for it on the wire and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }

    /// The direction with exactly this word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::In, Self::Out]
            .into_iter()
            .find(|direction| direction.as_str() == word)
    }
}

/// What happened. Zammad's dialect knows these three; PBXs that we listen to say more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventKind {
    /// A call begins: it rings here, or we dial.
    NewCall,
    /// Somebody took it.
    Answer,
    /// It is over.
    Hangup,
}

impl EventKind {
    /// The word for it on the wire and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NewCall => "newCall",
            Self::Answer => "answer",
            Self::Hangup => "hangup",
        }
    }

    /// The kind with exactly this word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::NewCall, Self::Answer, Self::Hangup]
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }
}

/// What a source reported, with the id and the time we gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Ascends with the order of arrival.
    pub id: EventId,
    /// When it happened: the event's own timestamp, else the time it came in at the door.
    pub at: UnixMillis,
    /// What was said.
    pub body: EventBody,
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
    /// The device or number that answered.
    pub answering_number: Option<String>,
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
            user_ids: Vec::new(),
            cause: None,
            cause_text: None,
            decision: None,
            extra: Vec::new(),
        }
    }
}
