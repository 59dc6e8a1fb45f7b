//! The calls in the hands of a batch.

use std::collections::HashMap;

use offhook_core::call::{Candidate, Event};
use offhook_core::{EventId, SourceId};
use offhook_store::Incoming;

/// A call in the hands of a batch.
pub(super) struct Working {
    pub(super) candidate: Candidate,
    /// The batch made it.
    pub(super) new: bool,
    /// The batch changed it.
    pub(super) changed: bool,
    /// The batch changed who calls whom, where or when, which large indexes stand on.
    pub(super) moved: bool,
    /// The batch changed when it ended.
    pub(super) ended: bool,
    /// How many of its events are in the store already.
    pub(super) kept_events: usize,
}

/// The calls in the hands of a batch.
#[derive(Default)]
pub(super) struct Calls {
    pub(super) list: Vec<Working>,
    /// The id of the next new call.
    pub(super) next_id: i64,
    by_call_id: HashMap<(SourceId, String), Vec<usize>>,
    /// Where every event of every call is.
    pub(super) by_event: HashMap<EventId, usize>,
}

impl Calls {
    /// None yet; new ones get ids from this one on.
    pub(super) fn from_id(next_id: i64) -> Self {
        Self {
            next_id,
            ..Self::default()
        }
    }

    /// Takes a call in hand.
    pub(super) fn push(&mut self, working: Working) {
        let call = &working.candidate.call;
        let key = (call.source_id, call.call_id.clone());
        self.by_call_id
            .entry(key)
            .or_default()
            .push(self.list.len());
        let events = working.candidate.events.iter();
        self.by_event
            .extend(events.map(|event| (event.id, self.list.len())));
        self.list.push(working);
    }

    /// The places of those that an event may belong to.
    pub(super) fn places(&self, incoming: &Incoming) -> Vec<usize> {
        let key = (incoming.source_id, call_id_of(&incoming.event));
        let mut places = self.by_call_id.get(&key).cloned().unwrap_or_default();
        if incoming.event.body.call_id.is_none() {
            let of_source = |(_, working): &(usize, &Working)| {
                working.candidate.call.source_id == incoming.source_id
            };
            places.extend(
                self.list
                    .iter()
                    .enumerate()
                    .filter(of_source)
                    .map(|(place, _)| place),
            );
        }
        places
    }
}

/// The PBX's id of the call, or the one we give when it has none.
pub(super) fn call_id_of(event: &Event) -> String {
    event
        .body
        .call_id
        .clone()
        .unwrap_or_else(|| format!("offhook-{:032x}", event.id.0))
}
