//! A call, and how it is told of.

use std::collections::{HashMap, HashSet, VecDeque};

use offhook_core::UnixMillis;
use offhook_core::call::{Direction, LegOutcome};

use super::channel::{Dialled, Uid};
use super::device::Kind;
use super::{CallKey, Tracker};
use crate::pbx::{Leg, NewCall, PbxEvent, Said, Told};

/// What is known of a leg of a call.
#[derive(Debug)]
pub(super) struct LegState {
    pub(super) leg: Leg,
    pub(super) said: bool,
    /// `LegAnswered` or the call's `Answer` was said of it.
    pub(super) said_answered: bool,
    pub(super) picked_up: bool,
    pub(super) ended: bool,
    /// It rang before anybody had answered: when it ends then because another was faster, it was
    /// answered elsewhere.
    pub(super) first_round: bool,
}

/// Who of us, or outside, has the call in hand now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Holder {
    pub(super) uid: Uid,
    pub(super) number: String,
}

/// A hangup that still waits for the Cdr that may say that a mailbox had the call.
#[derive(Debug)]
pub(super) struct Ending {
    pub(super) channel: Uid,
    pub(super) due: UnixMillis,
    pub(super) cdr_seen: bool,
    pub(super) said: Said,
}

/// How the last leg to the outside of an outbound call ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct FarEnd {
    pub(super) cause: u16,
    pub(super) dial: Dialled,
}

#[derive(Debug)]
pub(super) struct Call {
    pub(super) id: String,
    /// None until it is known to be a call at all.
    pub(super) direction: Option<Direction>,
    pub(super) root: Uid,
    /// Its beginning was not heard: a list of what runs held it.
    pub(super) found: bool,
    /// Whose hangup ends the call: inbound the caller, outbound the far side that answered,
    /// internal the caller.
    pub(super) anchor: Option<Uid>,
    pub(super) from: String,
    /// The phone that was rung for click to dial: it is the one that calls.
    pub(super) own_phone: Option<Uid>,
    pub(super) members: HashSet<Uid>,
    pub(super) legs: HashMap<Uid, LegState>,
    pub(super) queue: Option<String>,
    /// A person answered, or outbound the far side.
    pub(super) answered: bool,
    pub(super) mailbox: bool,
    /// Answered by an outside number that the call was forwarded to.
    pub(super) forwarded: bool,
    pub(super) holder: Option<Holder>,
    /// Somebody else talks with the anchor while the holder is still there, and since when.
    pub(super) rival: Option<(Holder, UnixMillis)>,
    /// A transfer was told of: who talks with the anchor next has the call.
    pub(super) handing: bool,
    /// Outbound: who called gave up while the far side still rang.
    pub(super) gave_up: bool,
    pub(super) far_end: Option<FarEnd>,
    pub(super) joined: HashSet<String>,
    /// The number dialled is asked for; until then, what happens is held back.
    pub(super) waiting: Option<(NewCall, UnixMillis)>,
    held: VecDeque<Said>,
    pub(super) ending: Option<Ending>,
}

impl Call {
    pub(super) fn new(id: &str, root: Uid) -> Self {
        Self {
            id: id.to_owned(),
            direction: None,
            root,
            found: false,
            anchor: None,
            from: String::new(),
            own_phone: None,
            members: HashSet::new(),
            legs: HashMap::new(),
            queue: None,
            answered: false,
            mailbox: false,
            forwarded: false,
            holder: None,
            rival: None,
            handing: false,
            gave_up: false,
            far_end: None,
            joined: HashSet::new(),
            waiting: None,
            held: VecDeque::new(),
            ending: None,
        }
    }

    /// Whether it is a call with the outside.
    pub(super) fn is_outside(&self) -> bool {
        matches!(self.direction, Some(Direction::In | Direction::Out))
    }

    /// Whether somebody picked up, so that who still rings has lost.
    pub(super) fn somebody_has_it(&self) -> bool {
        let picked_up = |(uid, state): (&Uid, &LegState)| {
            state.picked_up && self.own_phone.as_ref() != Some(uid)
        };
        self.answered || self.forwarded || self.legs.iter().any(picked_up)
    }

    /// Whether a channel is its outside party, whom no other call takes away.
    pub(super) fn is_anchored_at(&self, uid: &Uid) -> bool {
        self.anchor.as_ref() == Some(uid)
    }
}

impl Tracker {
    /// Tells what happened to a call that was told of; before, nothing is said.
    pub(super) fn say(&mut self, key: CallKey, said: Said) {
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        if call.waiting.is_some() {
            call.held.push_back(said);
        } else if call.direction.is_some() {
            let call = call.id.clone();
            self.told.push_back(Told::Event(PbxEvent { call, said }));
        }
    }

    /// Tells of a call, then of the legs that it already has.
    pub(super) fn say_new_call(&mut self, key: CallKey, new_call: NewCall) {
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        call.direction = Some(new_call.direction);
        call.from.clone_from(&new_call.from);
        let queue = call.queue.clone();
        self.say_begun(key, new_call);
        if let Some(queue) = queue {
            self.say(key, Said::Queued { queue });
        }
        self.say_legs(key);
    }

    fn say_begun(&mut self, key: CallKey, mut new_call: NewCall) {
        if self.calls.get(&key).is_some_and(|call| call.found) {
            new_call.found = true;
            // The list shows where it is now.
            new_call.context = None;
        }
        self.say(key, Said::NewCall(new_call));
    }

    /// Asks for the number that was dialled before the call is told of.
    pub(super) fn hold_new_call(&mut self, key: CallKey, new_call: NewCall, due: UnixMillis) {
        if let Some(call) = self.calls.get_mut(&key) {
            call.direction = Some(new_call.direction);
            call.from.clone_from(&new_call.from);
            call.waiting = Some((new_call, due));
        }
        self.say_legs(key);
    }

    /// Tells of a call that was held back, with the number that was dialled if it is known now.
    pub(super) fn release(&mut self, key: CallKey, dialled: Option<&str>) {
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        let Some((mut new_call, _)) = call.waiting.take() else {
            return;
        };
        if let Some(dialled) = dialled {
            dialled.clone_into(&mut new_call.to);
        }
        let held = std::mem::take(&mut call.held);
        self.say_begun(key, new_call);
        for said in held {
            self.say(key, said);
        }
    }

    fn say_legs(&mut self, key: CallKey) {
        let Some(call) = self.calls.get(&key) else {
            return;
        };
        let mut unsaid: Vec<Uid> = (call.legs.iter())
            .filter(|(_, state)| !state.said && !state.ended)
            .map(|(uid, _)| uid.clone())
            .collect();
        unsaid.sort();
        for uid in unsaid {
            self.say_leg(key, &uid);
        }
    }

    fn say_leg(&mut self, key: CallKey, uid: &Uid) {
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        let own = call.own_phone.as_ref() == Some(uid);
        let Some(state) = (call.legs.get_mut(uid)).filter(|_| call.direction.is_some()) else {
            return;
        };
        if state.said {
            return;
        }
        state.said = true;
        let leg = state.leg.clone();
        let answered = own && state.picked_up;
        self.say(key, Said::LegRang(leg));
        if answered {
            self.leg_answered(key, uid);
        }
    }

    /// Makes sure that a device's channel is a leg of the call.
    pub(super) fn ensure_leg(&mut self, key: CallKey, uid: &Uid) {
        let Some(channel) = self.channels.get(uid).filter(|channel| channel.is_device()) else {
            return;
        };
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        if call.legs.contains_key(uid) || call.is_anchored_at(uid) && !channel.dialled {
            return;
        }
        let direction = match channel.kind {
            Kind::Trunk => Direction::Out,
            _ => Direction::In,
        };
        let number = [
            &channel.number,
            &channel.caller,
            &channel.exten,
            &channel.name,
        ];
        let number = number.into_iter().find(|number| !number.is_empty());
        let name = Some(&channel.caller_name)
            .filter(|name| !name.is_empty() && channel.kind == Kind::Phone);
        let leg = Leg {
            id: uid.to_string(),
            number: number.cloned().unwrap_or_default(),
            name: name.cloned(),
            direction,
        };
        let state = LegState {
            leg,
            said: false,
            said_answered: false,
            picked_up: channel.dial == Dialled::Answer,
            ended: false,
            first_round: !call.answered && !call.forwarded,
        };
        call.legs.insert(uid.clone(), state);
        self.say_leg(key, uid);
    }

    /// Marks a leg as picked up and tells so, once, unless it is what answers the call.
    pub(super) fn leg_answered(&mut self, key: CallKey, uid: &Uid) {
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        let Some(state) = call.legs.get_mut(uid) else {
            return;
        };
        state.picked_up = true;
        if state.said && !state.said_answered && !state.ended {
            state.said_answered = true;
            let leg = uid.to_string();
            self.say(key, Said::LegAnswered { leg });
        }
    }

    /// The call is answered by the party on this channel, who has it now.
    pub(super) fn answer(&mut self, key: CallKey, uid: &Uid) {
        self.ensure_leg(key, uid);
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        if call.answered {
            return;
        }
        call.answered = true;
        let mut leg = None;
        let mut by = String::new();
        if let Some(state) = call.legs.get_mut(uid) {
            state.picked_up = true;
            state.said_answered = true;
            by.clone_from(&state.leg.number);
            leg = state.said.then(|| uid.to_string());
        }
        self.say(key, Said::Answer { by, leg });
    }

    pub(super) fn end_leg(&mut self, key: CallKey, uid: &Uid, outcome: LegOutcome) {
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        let Some(state) = call.legs.get_mut(uid).filter(|state| !state.ended) else {
            return;
        };
        state.ended = true;
        if state.said {
            let leg = uid.to_string();
            self.say(key, Said::LegEnded { leg, outcome });
        }
    }
}
