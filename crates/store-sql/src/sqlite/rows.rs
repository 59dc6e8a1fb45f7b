//! Rows on their way into the tables: new ones as they are, changes each as an array of JSON, where
//! a column is known by its place.

use offhook_core::call::{Call, Event, Folded};
use offhook_store::StoreError;

use super::json;
use super::statements::{Text, row};
use crate::row::{BodyRow, DecisionRow, TakerRow};

row! {
    /// An event.
    #[derive(Debug)]
    EventWrite {
        id: Vec<u8>,
        call: i64,
        at: i64,
        body: String,
    }
}

impl EventWrite {
    /// An event of this call.
    pub(super) fn new(call: i64, event: &Event) -> Result<Self, StoreError> {
        Ok(Self {
            id: event.id.0.to_be_bytes().to_vec(),
            call,
            at: event.at.0,
            body: json(&BodyRow::from(&*event.body))?,
        })
    }
}

row! {
    /// A whole call.
    CallWrite<'a> {
        id: i64,
        revision: i64,
        conversation_id: i64,
        source_id: i64,
        call_id: Text<'a>,
        // 5
        direction: Text<'a>,
        state: Text<'a>,
        from_number: Text<'a>,
        from_key: Option<i64>,
        from_name: Option<Text<'a>>,
        // 10
        to_number: Text<'a>,
        to_key: Option<i64>,
        to_name: Option<Text<'a>>,
        our_name: Option<Text<'a>>,
        queue: Text<'a>,
        // 15
        our_number: Option<Text<'a>>,
        made_by: Option<i64>,
        cause: Option<Text<'a>>,
        cause_text: Option<Text<'a>>,
        missed: bool,
        // 20
        done: bool,
        events_done: bool,
        hand_done: Option<bool>,
        done_by: Option<i64>,
        done_at: Option<i64>,
        // 25
        answered: bool,
        answered_user: Option<i64>,
        answered_name: Option<Text<'a>>,
        answered_number: Option<Text<'a>>,
        started_at: i64,
        // 30
        answered_at: Option<i64>,
        ended_at: Option<i64>,
        decision: Option<String>,
        transferred_to: Option<String>,
        rung: Option<String>,
    }
}

row! {
    /// What changes of a call while it goes on.
    ChangedCall<'a> {
        id: i64,
        revision: i64,
        state: Text<'a>,
        our_name: Option<Text<'a>>,
        cause: Option<Text<'a>>,
        // 5
        cause_text: Option<Text<'a>>,
        missed: bool,
        done: bool,
        events_done: bool,
        hand_done: Option<bool>,
        // 10
        done_by: Option<i64>,
        done_at: Option<i64>,
        answered: bool,
        answered_user: Option<i64>,
        answered_name: Option<Text<'a>>,
        // 15
        answered_number: Option<Text<'a>>,
        answered_at: Option<i64>,
        ended_at: Option<i64>,
        decision: Option<String>,
        transferred_to: Option<String>,
        // 20
        conversation_id: i64,
        rung: Option<String>,
    }
}

impl<'a> CallWrite<'a> {
    /// The call as it is.
    pub(super) fn new(call: &'a Call) -> Result<Self, StoreError> {
        let folded = &call.folded;
        let changed = ChangedCall::new(call)?;
        Ok(Self {
            id: call.id.0,
            revision: call.revision,
            conversation_id: changed.conversation_id,
            source_id: call.source_id.0,
            call_id: Text(&call.call_id),
            direction: Text(folded.direction.as_str()),
            state: changed.state,
            from_number: Text(&folded.from.number),
            from_key: folded.from.key.map(|key| key.0),
            from_name: folded.from.name.as_deref().map(Text),
            to_number: Text(&folded.to.number),
            to_key: folded.to.key.map(|key| key.0),
            to_name: folded.to.name.as_deref().map(Text),
            our_name: changed.our_name,
            queue: Text(&folded.queue),
            our_number: our_number(folded).map(Text),
            made_by: folded.made_by.map(|id| id.0),
            cause: changed.cause,
            cause_text: changed.cause_text,
            missed: changed.missed,
            done: changed.done,
            events_done: changed.events_done,
            hand_done: changed.hand_done,
            done_by: changed.done_by,
            done_at: changed.done_at,
            answered: changed.answered,
            answered_user: changed.answered_user,
            answered_name: changed.answered_name,
            answered_number: changed.answered_number,
            started_at: folded.started_at.0,
            answered_at: changed.answered_at,
            ended_at: changed.ended_at,
            decision: changed.decision,
            transferred_to: changed.transferred_to,
            rung: changed.rung,
        })
    }
}

impl<'a> ChangedCall<'a> {
    /// The call as it is.
    pub(super) fn new(call: &'a Call) -> Result<Self, StoreError> {
        let folded = &call.folded;
        let answered_by = folded.answered_by.as_ref();
        let decision = folded.decision.as_ref().map(DecisionRow::from);
        let rung: Vec<i64> = folded.rung.iter().map(|id| id.0).collect();
        let takers: Vec<TakerRow> = folded.transferred_to.iter().map(TakerRow::from).collect();
        Ok(Self {
            id: call.id.0,
            revision: call.revision,
            state: Text(folded.state.as_str()),
            our_name: folded.our_name.as_deref().map(Text),
            cause: folded.cause.map(|cause| Text(cause.as_str())),
            cause_text: folded.cause_text.as_deref().map(Text),
            missed: folded.missed,
            done: call.done(),
            events_done: folded.done,
            hand_done: call.done_by_hand.map(|hand| hand.done),
            done_by: call.done_by_hand.map(|hand| hand.by.0),
            done_at: call.done_by_hand.map(|hand| hand.at.0),
            answered: answered_by.is_some(),
            answered_user: answered_by.and_then(|by| by.user_id).map(|id| id.0),
            answered_name: answered_by.and_then(|by| by.name.as_deref().map(Text)),
            answered_number: answered_by.and_then(|by| by.number.as_deref().map(Text)),
            answered_at: folded.answered_at.map(|at| at.0),
            ended_at: folded.ended_at.map(|at| at.0),
            decision: decision.map(|decision| json(&decision)).transpose()?,
            transferred_to: (!takers.is_empty()).then(|| json(&takers)).transpose()?,
            conversation_id: call.conversation_id.0,
            rung: (!rung.is_empty()).then(|| json(&rung)).transpose()?,
        })
    }
}

/// The number on our side, where it is not the queue.
fn our_number(folded: &Folded) -> Option<&str> {
    let number = folded.our_side().number.as_str();
    (number != folded.queue && !number.is_empty()).then_some(number)
}
