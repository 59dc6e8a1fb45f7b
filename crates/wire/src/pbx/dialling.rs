//! Click to dial: what a PBX is asked, and what becomes of it.

/// Somebody here is to be called, and then somebody for them: click to dial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Originate {
    /// What [`Told::Dialling`](super::Told::Dialling) names it by: letters, digits and dashes.
    pub id: String,
    /// The channel that is rung first, as the PBX writes it: `Local/101@from-internal`, `user/101`.
    pub channel: String,
    /// The dialplan's context in which the number is dialled then.
    pub context: String,
    /// The number, as this PBX wants it dialled.
    pub number: String,
    /// The phone that is rung first, which calls.
    pub phone: String,
}

/// What becomes of an [`Originate`]: maybe `Taken`, then maybe `Rings`, and in the end either
/// `PickedUp` or `Failed`, after which nothing more is said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dialling {
    /// The PBX took it, and has yet to try.
    Taken,
    /// The phone rings.
    Rings,
    /// The phone was picked up, and the number is dialled. What follows is told of the call.
    PickedUp {
        /// The id of that call, should it become one ([`PbxEvent::call`](super::PbxEvent::call)).
        call: String,
    },
    /// It came to nothing.
    Failed(NotDialled),
}

/// Why nothing was dialled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotDialled {
    /// Of which kind it is.
    pub trouble: Trouble,
    /// What the PBX said, for who looks closer (`19 User alerting, no answer`, `USER_BUSY`); may
    /// be empty.
    pub text: String,
}

/// What kept a PBX from dialling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The phone is not registered, or can not be reached.
    Unreachable,
    /// The phone is busy, or the call was declined on it.
    Busy,
    /// The phone was not picked up in time.
    NoAnswer,
    /// The PBX has no line free.
    Congestion,
    /// The PBX does not take the order.
    Refused,
    /// Nothing was heard of it: the connection broke, or the PBX never said anything.
    Silent,
}
