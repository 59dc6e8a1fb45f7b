//! What a PBX says in a test, in few words.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use offhook_core::call::{Call, Cause, Decision, Direction, Event, EventBody, EventKind, Party};
use offhook_core::number::NumberKey;
use offhook_core::{EventId, SourceId, UnixMillis, UserId};

use crate::{CallStore, Incoming, Outcome};

/// When a test begins.
pub(super) const START: i64 = 1_700_000_000_000;
/// Who calls.
pub(super) const CALLER: &str = "493023125741";
/// Who else calls.
pub(super) const OTHER_CALLER: &str = "493023125742";
/// Who is called.
pub(super) const CALLED: &str = "492214710334";

/// An event, as it comes in.
#[derive(Debug, Clone)]
pub(super) struct Said(pub(super) Incoming);

/// So many seconds after the test began.
pub(super) fn seconds(seconds: i64) -> UnixMillis {
    UnixMillis(START).plus_seconds(seconds)
}

/// A side of a call; digits are a number.
pub(super) fn party(number: &str) -> Party {
    Party {
        number: number.to_owned(),
        key: number.parse().ok().map(NumberKey),
        name: None,
    }
}

/// Something of a call with this id, and no more.
pub(super) fn said(kind: EventKind, call_id: &str) -> Said {
    // Ids ascend with the order in which a test says things.
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let id = (0x0190_0000_0000_7000 << 64) | u128::from(NEXT.fetch_add(1, Ordering::Relaxed));
    Said(Incoming {
        source_id: SourceId(1),
        arrived_at: UnixMillis(START),
        event: Event {
            id: EventId(id),
            at: UnixMillis(START),
            body: Arc::new(EventBody {
                call_id: Some(call_id.to_owned()),
                ..EventBody::new(kind)
            }),
        },
    })
}

/// An inbound call of [`CALLER`] to [`CALLED`].
pub(super) fn new_call(call_id: &str) -> Said {
    said(EventKind::NewCall, call_id)
        .inbound()
        .from(CALLER)
        .to(CALLED)
}

/// An answer that says nothing but the id.
pub(super) fn answer(call_id: &str) -> Said {
    said(EventKind::Answer, call_id)
}

/// A hangup that says nothing but the id and that it was an ordinary one.
pub(super) fn hangup(call_id: &str) -> Said {
    said(EventKind::Hangup, call_id).cause(Cause::NormalClearing)
}

impl Said {
    /// Says more.
    pub(super) fn body(mut self, change: impl FnOnce(&mut EventBody)) -> Self {
        change(self.0.event.body_mut());
        self
    }

    /// It happened and came in so many seconds after the test began.
    pub(super) fn at(self, after: i64) -> Self {
        self.at_time(seconds(after))
    }

    /// It happened and came in at this time.
    pub(super) fn at_time(mut self, at: UnixMillis) -> Self {
        self.0.arrived_at = at;
        self.0.event.at = at;
        self
    }

    /// From this source.
    pub(super) fn by(mut self, source: i64) -> Self {
        self.0.source_id = SourceId(source);
        self
    }

    /// Without an id of the call.
    pub(super) fn nameless(self) -> Self {
        self.body(|body| body.call_id = None)
    }

    /// On an inbound call.
    pub(super) fn inbound(self) -> Self {
        self.body(|body| body.direction = Some(Direction::In))
    }

    /// On an outbound call.
    pub(super) fn outbound(self) -> Self {
        self.body(|body| body.direction = Some(Direction::Out))
    }

    /// From this number or text.
    pub(super) fn from(self, number: &str) -> Self {
        self.body(|body| body.from = Some(party(number)))
    }

    /// To this number or text.
    pub(super) fn to(self, number: &str) -> Self {
        self.body(|body| body.to = Some(party(number)))
    }

    /// In this queue.
    pub(super) fn queue(self, queue: &str) -> Self {
        self.body(|body| body.queue = Some(queue.to_owned()))
    }

    /// Naming these users.
    pub(super) fn users(self, users: &[&str]) -> Self {
        self.body(|body| body.users = users.iter().map(|&name| name.to_owned()).collect())
    }

    /// Concerning this user of ours.
    pub(super) fn user(self, user: i64) -> Self {
        self.body(|body| body.user_ids = vec![UserId(user)])
    }

    /// Ended because of this.
    pub(super) fn cause(self, cause: Cause) -> Self {
        self.body(|body| body.cause = Some(cause))
    }

    /// The rules propose this.
    pub(super) fn decision(self, decision: Decision) -> Self {
        self.body(|body| body.decision = Some(decision))
    }
}

/// Says one thing after the other, each in a batch of its own.
pub(super) async fn tell(store: &impl CallStore, events: &[Said]) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for Said(incoming) in events {
        outcomes.extend(store.apply(std::slice::from_ref(incoming)).await.unwrap());
    }
    outcomes
}

/// Says everything in one batch.
pub(super) async fn tell_at_once(store: &impl CallStore, events: &[Said]) -> Vec<Outcome> {
    let batch: Vec<Incoming> = events.iter().map(|said| said.0.clone()).collect();
    let outcomes = store.apply(&batch).await.unwrap();
    assert_eq!(outcomes.len(), batch.len());
    outcomes
}

/// Says one thing that makes a call or belongs to one.
pub(super) async fn say(store: &impl CallStore, event: Said) -> Call {
    let outcome = tell(store, &[event]).await.pop().unwrap();
    call_of(&outcome)
}

/// The call of an outcome that has one.
pub(super) fn call_of(outcome: &Outcome) -> Call {
    match outcome {
        Outcome::Folded { call, .. } => (**call).clone(),
        Outcome::NoDirection => panic!("the event has no call"),
    }
}

/// Whether the event changed its call.
pub(super) fn changed(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Folded { changed: true, .. })
}
