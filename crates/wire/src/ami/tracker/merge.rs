//! Calls that meet (facts/pbx-events.md, "One call = one Linkedid, almost").

use std::sync::Arc;

use offhook_core::call::{Cause, Direction, LegOutcome};

use super::call::Call;
use super::channel::Uid;
use super::{CallKey, Tracker};
use crate::pbx::Said;

/// With so many other calls a call is told to be one; a conference has more.
const MAX_JOINED: usize = 16;

fn rank(call: &Call) -> u8 {
    match call.direction {
        None => 0,
        Some(Direction::Internal) => 1,
        Some(_) => 2,
    }
}

impl Tracker {
    /// A channel shows another Linkedid than before: it changes over to that call, unless it
    /// belongs to a call with the outside.
    pub(super) fn linked_anew(&mut self, uid: &Uid) {
        let Some(channel) = self.channels.get(uid) else {
            return;
        };
        let Some(to) = self.families.get(&channel.linkedid).copied() else {
            return;
        };
        let of = |key: CallKey| self.calls.get(&key).map(rank);
        let more = match channel.call {
            Some(from) => from != to && of(to) > of(from),
            None => true,
        };
        if more {
            self.adopt(uid, to);
        }
    }

    /// Moves a channel into a call. The outside party of a call is never moved.
    pub(super) fn adopt(&mut self, uid: &Uid, to: CallKey) {
        let Some(channel) = self.channels.get_mut(uid) else {
            return;
        };
        let from = channel.call;
        if from == Some(to) || !self.calls.contains_key(&to) {
            return;
        }
        let taken = |key: CallKey| {
            (self.calls.get(&key)).is_some_and(|call| call.is_outside() && call.is_anchored_at(uid))
        };
        if from.is_some_and(taken) {
            return;
        }
        channel.call = Some(to);
        let up = channel.up;
        if let Some(call) = self.calls.get_mut(&to) {
            call.members.insert(Arc::clone(uid));
        }
        if let Some(from) = from {
            self.left_call(from, uid, up);
        }
    }

    /// A channel has gone over from this call to another one.
    fn left_call(&mut self, key: CallKey, uid: &Uid, up: bool) {
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        call.members.remove(uid);
        let picked_up = call.legs.get(uid).is_some_and(|leg| leg.picked_up);
        let outcome = if picked_up || up {
            LegOutcome::Answered
        } else {
            LegOutcome::AnsweredElsewhere
        };
        self.end_leg(key, uid, outcome);
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        call.legs.remove(uid);
        let empty = call.members.is_empty();
        match call.direction {
            None if empty => self.forget(key),
            // The conversation goes on as part of the other call.
            Some(Direction::Internal) if empty || call.is_anchored_at(uid) => {
                self.finish(key, Cause::NormalClearing, String::new());
            }
            Some(_) if empty => self.finish(key, Cause::NormalClearing, String::new()),
            _ => {}
        }
    }

    /// Two calls with the outside are one conversation now.
    pub(super) fn join(&mut self, one: CallKey, two: CallKey) {
        let id = |key: CallKey| self.calls.get(&key).map(|call| call.id.clone());
        let (Some(first), Some(second)) = (id(one), id(two)) else {
            return;
        };
        for (key, other) in [(one, second), (two, first)] {
            let Some(call) = self.calls.get_mut(&key) else {
                return;
            };
            if call.joined.len() < MAX_JOINED && call.joined.insert(other.clone()) {
                self.say(key, Said::Joined { other });
            }
        }
    }

    /// Drops a call, of which nothing more is said.
    pub(super) fn forget(&mut self, key: CallKey) {
        let Some(call) = self.calls.remove(&key) else {
            return;
        };
        if self.families.get(&call.id) == Some(&key) {
            self.families.remove(&call.id);
        }
        for uid in &call.members {
            if let Some(channel) = self.channels.get_mut(uid) {
                channel.call = None;
            }
        }
    }
}
