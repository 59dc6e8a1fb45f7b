//! What a PBX that we listen to tells of its calls, in one vocabulary for all of them.
//!
//! A PBX reports channels; [`ami`](crate::ami) and [`esl`](crate::esl) make calls of them and say
//! so in [`PbxEvent`]s. A session is sans-I/O: it is given bytes and the time, and gives back
//! bytes to send and what it [`Told`] us. The same goes for both, so that one driver serves them.

use offhook_core::UnixMillis;
use offhook_core::call::{Cause, Direction, LegOutcome};

mod dialling;
mod orders;
mod pulse;
mod trunk;
mod understood;

pub use dialling::{Dialling, NotDialled, Originate, Trouble};
pub use offhook_core::call::VOICEMAIL;
pub(crate) use orders::{Orders, RING_SECONDS};
pub(crate) use pulse::{Beat, Pulse};
pub use trunk::Trunks;
pub use understood::understood;

/// One thing that happened to one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PbxEvent {
    /// The PBX's id of the call, the same from its first event to its last, whatever is merged
    /// into it: the Linkedid of its first channel (Asterisk), the UUID of its first leg
    /// (FreeSWITCH).
    pub call: String,
    /// What happened.
    pub said: Said,
}

/// What happened to a call. The order is: one `NewCall`, then anything, then one `Hangup`, after
/// which nothing is said of the call any more. Only an internal call that goes outside after all
/// gets a second `NewCall`, an outbound one, which is the one that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Inbound: the trunk's channel is there. Outbound: the trunk's leg is dialled (a phone that
    /// is rung for click to dial and does not answer made no call). Internal: a phone is dialled.
    NewCall(NewCall),
    /// The caller came into a queue. The first one counts.
    Queued {
        /// Its name.
        queue: String,
    },
    /// A device or a number outside is dialled for the call. Local channels and loopbacks are
    /// none.
    LegRang(Leg),
    /// A leg was picked up, and that does not answer the call: a consultation, a forwarding to
    /// outside, the own phone of who clicked to dial.
    LegAnswered {
        /// Its id.
        leg: String,
    },
    /// A leg is over. Said once a leg, before the call's `Hangup`.
    LegEnded {
        /// Its id.
        leg: String,
        /// How. A leg that was picked up stays `Answered` whatever came after.
        outcome: LegOutcome,
    },
    /// The call is answered: inbound by the first person here or a mailbox, outbound by the far
    /// side, internal by whoever was called. Said once a call, but that a person may follow a
    /// mailbox.
    Answer {
        /// Who: an extension, the far number of an outbound call, or [`VOICEMAIL`].
        by: String,
        /// Which leg; none for a mailbox.
        leg: Option<String>,
    },
    /// The call went over to somebody who really took it: a transfer of any kind, a parked call
    /// fetched.
    Transferred {
        /// Who handed it over, where known: an extension.
        by: Option<String>,
        /// Who has it now: an extension or a number outside.
        to: String,
        /// The leg on which they have it, where known.
        leg: Option<String>,
    },
    /// Another call of ours and this one are one conversation (an attended transfer between two
    /// calls with the outside). Both stay calls of their own.
    Joined {
        /// The id of the other call.
        other: String,
    },
    /// It is over.
    Hangup {
        /// Why, by the rules of facts/pbx-events.md, "Hangup cause".
        cause: Cause,
        /// Why in the PBX's words, for who looks closer (`17 User busy`, `USER_BUSY`); may be
        /// empty.
        text: String,
    },
}

/// How a call begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCall {
    /// Which way.
    pub direction: Direction,
    /// The caller: inbound the number as the trunk gave it, empty when it gave none; else the
    /// extension that calls.
    pub from: String,
    /// The caller's name as the PBX gave it.
    pub from_name: Option<String>,
    /// The called: inbound the number that was dialled from outside (the whole DID), outbound
    /// the number as it left by the trunk, internal the extension.
    pub to: String,
    /// Outbound: the number that is shown outside, where known.
    pub shown: Option<String>,
    /// The dialplan's context that the call began in, where known.
    pub context: Option<String>,
    /// It began while nobody listened (before we connected, or in a gap of the connection) and was
    /// found running: where it was until then is not known.
    pub found: bool,
}

/// A device or number that is dialled for a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    /// The PBX's id of its channel.
    pub id: String,
    /// The extension, or the number outside.
    pub number: String,
    /// The name that the PBX has for it.
    pub name: Option<String>,
    /// `In`: a phone here is rung. `Out`: a number outside is dialled.
    pub direction: Direction,
}

/// What a session tells its driver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// We are signed in; events follow.
    SignedIn,
    /// The PBX does not let us in, and why, in its words. The session is of no more use until
    /// the account is set right.
    Unauthorized(String),
    /// It works, but not as it should, and what to do: a sentence for the administrator. A read
    /// class that is missing, for example.
    Note(String),
    /// Something happened to a call.
    Event(PbxEvent),
    /// After (re)connecting the PBX said which calls there are: these still run, by their ids.
    /// What we believe to be open and is not among them ended while we were away; for calls that
    /// this session itself knew, it has said nothing yet and will say nothing more.
    StillOpen(Vec<String>),
    /// What becomes of an [`Originate`].
    Dialling {
        /// Its id.
        id: String,
        /// How it goes on.
        said: Dialling,
    },
    /// The connection is of no use any more (dead silence, the PBX goes down, no PBX at all):
    /// close it and connect anew. The text says why.
    HangUp(String),
}

/// A conversation with one PBX over any number of connections, one after the other. What it knows
/// of the PBX's calls outlives a connection.
pub trait Session: Send {
    /// A connection is there; what was half received before is forgotten.
    fn opened(&mut self, now: UnixMillis);
    /// The connection is gone.
    fn closed(&mut self, now: UnixMillis);
    /// Bytes came in, cut anywhere.
    fn receive(&mut self, bytes: &[u8], now: UnixMillis);
    /// Time went by: keep-alives and time-outs. To be called at [`wake_at`](Self::wake_at) or
    /// later; at any other time it does no harm.
    fn poll(&mut self, now: UnixMillis);
    /// When [`poll`](Self::poll) is due next.
    fn wake_at(&self) -> Option<UnixMillis>;
    /// Asks the PBX to call somebody; [`Told::Dialling`] says what becomes of that.
    fn originate(&mut self, order: &Originate, now: UnixMillis);
    /// Takes what is to be sent, if anything. May hold a password: never to be logged.
    fn take_output(&mut self) -> Option<Vec<u8>>;
    /// Takes what it has to tell, oldest first.
    fn next(&mut self) -> Option<Told>;
}
