//! How legs and calls end (facts/pbx-events.md, "DialStatus", "Who hung up", "Hangup cause").

use std::sync::Arc;

use offhook_core::call::{Cause, Direction, LegOutcome};

use super::call::{Call, Ending, FarEnd};
use super::channel::{Asked, Channel, Dialled, Headers, Uid};
use super::device::Kind;
use super::{CallKey, Tracker};
use crate::ami::codec::Message;
use crate::pbx::Said;

/// So long a hangup waits for the Cdr that may name a mailbox; it comes right before or after.
const CDR_MILLIS: i64 = 1_000;
/// After the first one, the others of a call come this soon.
const NEXT_CDR_MILLIS: i64 = 200;
/// After so many waits in vain, the account gets no Cdr.
const MAX_VAIN: u8 = 3;

/// Whether Cdr events come and are needed: who sees the dialplan sees the mailbox in it.
#[derive(Debug, Default)]
pub(super) struct CdrHabit {
    pub(super) dialplan_seen: bool,
    vain: u8,
}

impl Tracker {
    pub(super) fn hangup_request(&mut self, message: &Message, asked: Asked) {
        let Some(uid) = self.heard_of(&Headers::new(message, "")) else {
            return;
        };
        let Some(channel) = self.channels.get_mut(&uid) else {
            return;
        };
        if channel.asked != Asked::Nobody {
            return;
        }
        channel.asked = asked;
        let Some(call) = channel.call.and_then(|key| self.calls.get_mut(&key)) else {
            return;
        };
        let calls = call.root == uid || call.own_phone.as_ref() == Some(&uid);
        let far_rings =
            (call.legs.values()).any(|state| state.leg.direction == Direction::Out && !state.ended);
        if asked == Asked::Itself && calls && far_rings && !call.answered {
            call.gave_up = true;
        }
    }

    pub(super) fn hangup(&mut self, message: &Message) {
        self.saw_calls = true;
        let headers = Headers::new(message, "");
        if self.is_listing() {
            self.hung_up.insert(headers.get("Uniqueid").to_owned());
        }
        let Some(uid) = self.heard_of(&headers) else {
            return;
        };
        let cause: u16 = headers.get("Cause").parse().unwrap_or_default();
        let text = format!("{cause} {}", message.get("Cause-txt").unwrap_or_default());
        self.gone(&uid, cause, text.trim_end().to_owned());
    }

    /// A channel is gone, and maybe its call with it.
    fn gone(&mut self, uid: &Uid, cause: u16, text: String) {
        let key = self.channels.get(uid).and_then(|channel| channel.call);
        if let Some(key) = key {
            self.late_answer(key, uid);
            self.rival_talked(key, uid);
        }
        let Some(channel) = self.remove(uid) else {
            return;
        };
        let Some(key) = key else {
            return;
        };
        self.leg_gone(key, uid, &channel, cause);
        let Some(call) = self.calls.get(&key) else {
            return;
        };
        if self.was_last(call, uid) {
            let cause = call_cause(call, &channel, cause);
            self.end(key, uid, &channel, cause, text);
            return;
        }
        if call.direction == Some(Direction::Internal) && call.is_anchored_at(uid) {
            self.other_anchor(key);
        }
        self.holder_gone(key, uid);
    }

    fn leg_gone(&mut self, key: CallKey, uid: &Uid, channel: &Channel, cause: u16) {
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        let Some(state) = call.legs.get(uid) else {
            return;
        };
        if state.leg.direction == Direction::Out {
            let dial = channel.dial;
            call.far_end = Some(FarEnd { cause, dial });
        }
        let elsewhere = state.first_round && call.somebody_has_it();
        let outcome = if state.picked_up {
            LegOutcome::Answered
        } else {
            outcome(channel, Some(cause), elsewhere)
        };
        self.end_leg(key, uid, outcome);
        if let Some(call) = self.calls.get_mut(&key) {
            call.legs.remove(uid);
        }
    }

    /// Whether a call ends with this channel.
    fn was_last(&self, call: &Call, uid: &Uid) -> bool {
        let devices = || {
            (call.members.iter())
                .filter(|uid| self.channels.get(*uid).is_some_and(Channel::is_device))
                .count()
        };
        match call.direction {
            _ if call.ending.is_some() => false, // it has ended, and only waits for its Cdr
            None => call.members.is_empty(),
            Some(Direction::In) => call.is_anchored_at(uid) || call.members.is_empty(),
            Some(Direction::Out) if call.answered => {
                call.is_anchored_at(uid) || call.members.is_empty()
            }
            Some(Direction::Out) => {
                let calls = call.root == *uid || call.own_phone.as_ref() == Some(uid);
                // Whoever called may have handed it over while the far side still rings.
                devices() == 0 || calls && !call.handing
            }
            Some(Direction::Internal) if call.is_anchored_at(uid) => {
                !call.answered || devices() < 2
            }
            Some(Direction::Internal) => devices() == 0,
        }
    }

    /// The caller of a call inside is gone, two others still talk: one of them stands for it now.
    fn other_anchor(&mut self, key: CallKey) {
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        let holder = call.holder.as_ref().map(|holder| &holder.uid);
        let mut others: Vec<&Uid> = (call.members.iter())
            .filter(|uid| self.channels.get(*uid).is_some_and(Channel::is_device))
            .collect();
        others.sort();
        let other = (others.iter().find(|uid| Some(**uid) != holder)).or(others.first());
        call.anchor = other.map(|uid| Arc::clone(uid));
    }

    /// Who had the call is gone: is anybody else with the caller?
    fn holder_gone(&mut self, key: CallKey, uid: &Uid) {
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        if call.holder.as_ref().is_none_or(|holder| holder.uid != *uid) {
            return;
        }
        if let Some((rival, _)) = call.rival.take() {
            self.handed_over(key, rival);
        } else if let Some(anchor) = call.anchor.clone() {
            self.settle_around(&anchor);
        }
    }

    /// A phone that was picked up and hung up again before it could hear the caller has answered
    /// all the same; so has one that was picked up when the caller hung up.
    fn late_answer(&mut self, key: CallKey, uid: &Uid) {
        let Some(call) = self.calls.get(&key) else {
            return;
        };
        let inside = matches!(call.direction, Some(Direction::In | Direction::Internal));
        if !inside || call.answered {
            return;
        }
        let ends = call.is_anchored_at(uid);
        let answered = (call.legs.iter())
            .filter(|(leg, state)| state.said && !state.ended && (ends || *leg == uid))
            .map(|(leg, _)| leg)
            .find(|leg| self.fully_answered(call, leg));
        if let Some(leg) = answered.cloned() {
            self.answer(key, &leg);
        }
    }

    /// Whether every dialling from the caller down to this phone was answered.
    fn fully_answered(&self, call: &Call, leg: &Uid) -> bool {
        let mut at = leg;
        for depth in 0..32 {
            let Some(channel) = self.channels.get(at) else {
                return false;
            };
            let phone = depth > 0 || channel.kind == Kind::Phone;
            if !phone || channel.dial != Dialled::Answer {
                return false;
            }
            let Some(by) = &channel.dialled_by else {
                return false;
            };
            if call.is_anchored_at(by) {
                return true;
            }
            match self
                .channels
                .get(by)
                .and_then(|dialler| dialler.mate.as_ref())
            {
                Some(mate) => at = mate,
                None => return false,
            }
        }
        false
    }

    /// One of two hangs up who talk while the one who had the call before is somewhere else: it
    /// was a transfer, for the one before never came back.
    fn rival_talked(&mut self, key: CallKey, uid: &Uid) {
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        let one_of_them = |rival: &Uid| rival == uid || call.anchor.as_ref() == Some(uid);
        if call
            .rival
            .as_ref()
            .is_some_and(|(rival, _)| one_of_them(&rival.uid))
            && let Some((rival, _)) = call.rival.take()
        {
            self.handed_over(key, rival);
        }
    }

    /// Ends a call whose last channel is gone. Without the dialplan's events only a Cdr says
    /// whether a mailbox had it, and that may come after the Hangup.
    fn end(&mut self, key: CallKey, uid: &Uid, channel: &Channel, cause: Cause, text: String) {
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        let inside = matches!(call.direction, Some(Direction::In | Direction::Internal));
        let maybe_mailbox = inside
            && channel.up
            && !(call.answered || call.mailbox || call.forwarded)
            && !self.cdr.dialplan_seen
            && self.cdr.vain < MAX_VAIN;
        if !maybe_mailbox {
            self.finish(key, cause, text);
            return;
        }
        let due = self.now.plus_millis(CDR_MILLIS);
        let channel = Arc::clone(uid);
        let said = Said::Hangup { cause, text };
        call.ending = Some(Ending {
            channel,
            due,
            cdr_seen: false,
            said,
        });
    }

    /// A Cdr: comes right before or after the Hangup of its channel, several per call.
    pub(super) fn cdr(&mut self, message: &Message) {
        let mailbox = (message.get("LastApplication"))
            .is_some_and(|application| application.eq_ignore_ascii_case("VoiceMail"));
        let id = message.get("UniqueID").unwrap_or_default();
        let alive = self.channels.get(id).and_then(|channel| channel.call);
        let ending = |call: &Call| {
            call.ending
                .as_ref()
                .is_some_and(|ending| &*ending.channel == id)
        };
        let ended = || {
            (self.calls.iter())
                .find(|(_, call)| ending(call))
                .map(|(key, _)| *key)
        };
        let Some(key) = alive.or_else(ended) else {
            return;
        };
        if mailbox {
            self.mailbox(key);
        }
        if alive.is_some() {
            return;
        }
        self.cdr.vain = 0;
        let soon = self.now.plus_millis(NEXT_CDR_MILLIS);
        if mailbox {
            self.end_now(key);
        } else if let Some(ending) = self
            .calls
            .get_mut(&key)
            .and_then(|call| call.ending.as_mut())
        {
            ending.cdr_seen = true;
            ending.due = ending.due.min(soon);
        }
    }

    pub(super) fn ending_due(&mut self, key: CallKey) {
        let Some(call) = self.calls.get(&key) else {
            return;
        };
        if call
            .ending
            .as_ref()
            .is_some_and(|ending| ending.due <= self.now)
        {
            let vain = u8::from(!call.ending.as_ref().is_some_and(|ending| ending.cdr_seen));
            self.cdr.vain = self.cdr.vain.saturating_add(vain);
            self.end_now(key);
        }
    }

    fn end_now(&mut self, key: CallKey) {
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        if let Some(Ending {
            said: Said::Hangup { cause, text },
            ..
        }) = call.ending.take()
        {
            let cause = if call.mailbox {
                Cause::NormalClearing
            } else {
                cause
            };
            self.finish(key, cause, text);
        }
    }

    /// Tells of a call's end, after that of all its legs.
    pub(super) fn finish(&mut self, key: CallKey, cause: Cause, text: String) {
        self.release(key, None);
        let Some(call) = self.calls.get(&key) else {
            return;
        };
        let mut open: Vec<(Uid, LegOutcome)> = (call.legs.iter())
            .filter(|(_, state)| !state.ended)
            .map(|(uid, state)| {
                let elsewhere = state.first_round && call.somebody_has_it();
                let outcome = match self.channels.get(uid) {
                    _ if state.picked_up => LegOutcome::Answered,
                    Some(channel) => outcome(channel, None, elsewhere),
                    None => LegOutcome::NoAnswer,
                };
                (uid.clone(), outcome)
            })
            .collect();
        open.sort_by(|one, two| one.0.cmp(&two.0));
        for (uid, outcome) in open {
            self.end_leg(key, &uid, outcome);
        }
        self.say(key, Said::Hangup { cause, text });
        self.forget(key);
    }
}

/// How a leg that was not picked up ended: the Cause of its Hangup is the good witness, its
/// DialStatus a poor one.
fn outcome(channel: &Channel, cause: Option<u16>, elsewhere: bool) -> LegOutcome {
    match cause {
        _ if channel.forwarded => LegOutcome::Forwarded,
        Some(26) => LegOutcome::AnsweredElsewhere,
        Some(21) => LegOutcome::Declined,
        Some(17) => LegOutcome::Busy,
        Some(18 | 19) => LegOutcome::NoAnswer,
        Some(1..=3 | 20 | 22 | 27 | 28 | 34..=63 | 88) => LegOutcome::Unreachable,
        _ => match channel.dial {
            Dialled::Busy => LegOutcome::Busy,
            Dialled::Congestion | Dialled::Unavailable => LegOutcome::Unreachable,
            Dialled::NoAnswer => LegOutcome::NoAnswer,
            _ if elsewhere => LegOutcome::AnsweredElsewhere,
            _ => LegOutcome::NoAnswer,
        },
    }
}

/// Why a call ended, as a CTI says it.
fn call_cause(call: &Call, channel: &Channel, cause: u16) -> Cause {
    if call.answered || call.mailbox {
        return Cause::NormalClearing;
    }
    if call.forwarded {
        return Cause::Forwarded;
    }
    if call.direction != Some(Direction::Out) {
        return match channel.asked {
            Asked::Itself => Cause::Cancel,
            // An old Asterisk says nothing of who asked.
            Asked::Nobody if matches!(cause, 0 | 16 | 127) => Cause::Cancel,
            Asked::Pbx | Asked::Nobody => q850(cause),
        };
    }
    if call.gave_up {
        return Cause::Cancel;
    }
    let Some(far) = call.far_end else {
        return q850(cause);
    };
    match (far.cause, far.dial) {
        (0 | 16 | 127, Dialled::Busy) => Cause::Busy,
        (0 | 16 | 127, Dialled::NoAnswer) => Cause::NoAnswer,
        (0 | 16 | 127, Dialled::Congestion) => Cause::Congestion,
        (0 | 16 | 127, Dialled::Unavailable) => Cause::NotFound,
        (0 | 16 | 127, _) if channel.asked == Asked::Nobody => Cause::Cancel,
        (far, _) => q850(far),
    }
}

/// The cause for a Q.850 number when the PBX or the called side ended the call.
fn q850(cause: u16) -> Cause {
    match cause {
        17 => Cause::Busy,
        1..=3 | 20 | 22 | 28 => Cause::NotFound,
        0 | 27 | 34 | 38 | 39 | 41..=47 | 58 | 63 | 88 | 102 | 111 => Cause::Congestion,
        _ => Cause::NoAnswer,
    }
}
