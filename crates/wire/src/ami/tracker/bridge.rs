//! Who can hear whom, and what follows from it for the calls.

use std::collections::HashSet;
use std::sync::Arc;

use offhook_core::UnixMillis;
use offhook_core::call::Direction;

use super::call::{Call, Holder};
use super::channel::{Headers, Uid};
use super::device::Kind;
use super::{CallKey, Tracker};
use crate::ami::codec::Message;
use crate::pbx::Said;

/// A conversation of more channels is not looked at as a whole.
const MAX_TOGETHER: usize = 256;

/// So long somebody else must talk with the caller while the one before is still on the line,
/// before the call counts as handed over: bridges are merged channel by channel.
const HANDED_OVER_MILLIS: i64 = 2_000;

#[derive(Debug, Default)]
pub(super) struct Bridge {
    /// Nobody hears anybody there: parking, waiting.
    pub(super) holding: bool,
    pub(super) members: Vec<Uid>,
}

/// Somebody who can hear the outside party of a call.
struct Party {
    holder: Holder,
    kind: Kind,
    /// The far side of another call of ours.
    foreign: bool,
}

impl Tracker {
    pub(super) fn bridge_enter(&mut self, message: &Message) {
        self.saw_calls = true;
        let Some(uid) = self.heard_of(&Headers::new(message, "")) else {
            return;
        };
        let id = message.get("BridgeUniqueid").unwrap_or_default();
        let holding = message.get("BridgeTechnology") == Some("holding_bridge")
            || message.get("BridgeType") == Some("parking");
        // It takes the place of that channel, whose own leaving comes later.
        let swapped = message.known("SwapUniqueid").map(Arc::<str>::from);
        if let Some(swapped) = swapped {
            self.leave_bridge(&swapped);
        }
        self.enter_bridge(&uid, id, holding);
        self.note_moved(&uid);
        self.settle_around(&uid);
    }

    fn note_moved(&mut self, uid: &Uid) {
        if self.is_listing() {
            self.moved.insert(Arc::clone(uid));
        }
    }

    pub(super) fn enter_bridge(&mut self, uid: &Uid, id: &str, holding: bool) {
        self.leave_bridge(uid);
        let Some(channel) = self.channels.get_mut(uid).filter(|_| !id.is_empty()) else {
            return;
        };
        let id = match self.bridges.get_key_value(id) {
            Some((known, _)) => Arc::clone(known),
            None => Arc::from(id),
        };
        channel.bridge = Some(Arc::clone(&id));
        let bridge = self.bridges.entry(id).or_default();
        bridge.holding |= holding;
        bridge.members.push(Arc::clone(uid));
    }

    pub(super) fn bridge_leave(&mut self, message: &Message) {
        let Some(uid) = self.heard_of(&Headers::new(message, "")) else {
            return;
        };
        let id = message.get("BridgeUniqueid").unwrap_or_default();
        let here = |channel: &super::channel::Channel| channel.bridge.as_deref() == Some(id);
        if !self.channels.get(&uid).is_some_and(here) {
            return; // another channel took its place, or it is somewhere else already
        }
        self.leave_bridge(&uid);
        self.note_moved(&uid);
        let left = (self.bridges.get(id)).and_then(|bridge| bridge.members.first().cloned());
        if let Some(left) = left {
            self.settle_around(&left);
        }
    }

    pub(super) fn leave_bridge(&mut self, uid: &Uid) {
        let Some(id) = (self.channels.get_mut(uid)).and_then(|channel| channel.bridge.take())
        else {
            return;
        };
        if let Some(bridge) = self.bridges.get_mut(&id) {
            bridge.members.retain(|member| member != uid);
            if bridge.members.is_empty() {
                self.bridges.remove(&id);
            }
        }
    }

    /// `Bridge` and `Unlink` of Asterisk 11 and before: two channels at a time.
    pub(super) fn old_bridge(&mut self, message: &Message, name: &str) {
        let get = |key| message.get(key).unwrap_or_default();
        let find = |key| {
            self.channels
                .get_key_value(get(key))
                .map(|(uid, _)| uid.clone())
        };
        let (Some(one), Some(two)) = (find("Uniqueid1"), find("Uniqueid2")) else {
            return;
        };
        if name == "Unlink" || get("Bridgestate").eq_ignore_ascii_case("Unlink") {
            self.leave_bridge(&one);
            self.leave_bridge(&two);
            return;
        }
        let id = format!("{one} {two}");
        self.enter_bridge(&one, &id, false);
        self.enter_bridge(&two, &id, false);
        self.settle_around(&one);
    }

    /// Every channel that can hear this one, itself first: through bridges and Local pairs.
    fn together(&self, uid: &Uid) -> Vec<Uid> {
        let mut seen: HashSet<&str> = HashSet::from([&**uid]);
        let mut together = vec![Arc::clone(uid)];
        let mut next = 0;
        while let Some(uid) = together.get(next).cloned() {
            next += 1;
            let Some(channel) = self.channels.get(&uid) else {
                continue;
            };
            let bridge = (channel.bridge.as_ref()).and_then(|id| self.bridges.get(id));
            let bridged = bridge.filter(|bridge| !bridge.holding);
            let others = bridged.into_iter().flat_map(|bridge| &bridge.members);
            for other in others.chain(&channel.mate) {
                if together.len() < MAX_TOGETHER && seen.insert(other) {
                    together.push(Arc::clone(other));
                }
            }
        }
        together
    }

    /// Looks at every call that has a part in the conversation around a channel.
    pub(super) fn settle_around(&mut self, uid: &Uid) {
        let together = self.together(uid);
        if together.len() < 2 {
            return;
        }
        let mut keys: Vec<CallKey> = (together.iter())
            .filter_map(|uid| self.channels.get(uid)?.call)
            .collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            self.settle(key, &together);
        }
    }

    fn settle(&mut self, key: CallKey, together: &[Uid]) {
        let Some(call) = self.calls.get(&key) else {
            return;
        };
        if call.direction == Some(Direction::Out) && !call.answered {
            let far = together.iter().find(|uid| {
                (self.channels.get(*uid)).is_some_and(|channel| {
                    channel.kind == Kind::Trunk && channel.call == Some(key) && channel.dialled
                })
            });
            if let Some(far) = far.cloned() {
                self.far_side_answered(key, &far);
            }
            return;
        }
        let Some(anchor) = call
            .anchor
            .clone()
            .filter(|anchor| together.contains(anchor))
        else {
            return;
        };
        let parties = self.parties(key, &anchor, together);
        let Some(call) = self.calls.get(&key) else {
            return;
        };
        if call.answered {
            self.who_has_it(key, parties);
        } else if call.direction.is_some() {
            self.first_party(key, parties);
        }
    }

    /// The devices that can hear the outside party; those of lesser calls become part of this one.
    fn parties(&mut self, key: CallKey, anchor: &Uid, together: &[Uid]) -> Vec<Party> {
        let mut parties = Vec::new();
        for uid in together.iter().filter(|uid| *uid != anchor) {
            let Some(channel) = self.channels.get(uid).filter(|channel| channel.is_device()) else {
                continue;
            };
            let number = [&channel.number, &channel.caller];
            let number = number.into_iter().find(|number| !number.is_empty());
            let mut party = Party {
                holder: Holder {
                    uid: Arc::clone(uid),
                    number: number.cloned().unwrap_or_default(),
                },
                kind: channel.kind,
                foreign: false,
            };
            if let Some(other) = channel.call.filter(|other| *other != key) {
                let Some((own, call)) = self.calls.get(&key).zip(self.calls.get(&other)) else {
                    continue;
                };
                let outbound = call.direction == Some(Direction::Out);
                let older = own.direction == Some(Direction::In) || key < other;
                if call.is_outside() && call.is_anchored_at(uid) {
                    if !own.is_outside() {
                        continue;
                    }
                    self.join(key, other);
                    // Whom we called for it has it; who called us has not.
                    if !outbound || !older {
                        continue;
                    }
                    party.foreign = true;
                } else if call.is_outside() && (!own.is_outside() || other < key) {
                    continue;
                } else {
                    self.adopt(uid, key);
                }
            } else if channel.call.is_none() {
                self.adopt(uid, key);
            }
            parties.push(party);
        }
        // A phone is who has a call, before a number outside.
        parties.sort_by_key(|party| (party.kind != Kind::Phone, party.foreign));
        parties
    }

    /// Nobody has answered yet.
    fn first_party(&mut self, key: CallKey, parties: Vec<Party>) {
        let Some(party) = parties.into_iter().next() else {
            return;
        };
        let inbound =
            (self.calls.get(&key)).is_some_and(|call| call.direction == Some(Direction::In));
        let uid = party.holder.uid.clone();
        if inbound && party.kind == Kind::Trunk {
            if party.foreign {
                return;
            }
            self.ensure_leg(key, &uid);
            self.leg_answered(key, &uid);
            if let Some(call) = self.calls.get_mut(&key) {
                call.forwarded = true;
            }
            return;
        }
        self.answer(key, &uid);
        if let Some(call) = self.calls.get_mut(&key) {
            call.holder = Some(party.holder);
        }
    }

    /// Somebody had answered: who has the call now? It is handed over when another one can hear
    /// the outside party and the one before is gone (facts, "Transfers": an answer of who is
    /// consulted is not yet a transfer).
    fn who_has_it(&mut self, key: CallKey, parties: Vec<Party>) {
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        let same = |party: &&Party| {
            (call.holder.as_ref()).is_some_and(|holder| {
                holder.uid == party.holder.uid || holder.number == party.holder.number
            })
        };
        if let Some(party) = parties.iter().find(same) {
            call.holder = Some(party.holder.clone());
            call.rival = None;
            // The phone that calls is no leg; one that took the call back is.
            let uid = party.holder.uid.clone();
            let calls = call.root == uid || call.own_phone.as_ref() == Some(&uid);
            if !calls && !party.foreign {
                self.ensure_leg(key, &uid);
                self.leg_answered(key, &uid);
            }
            return;
        }
        let Some(party) = parties.into_iter().next() else {
            call.rival = None;
            return;
        };
        if (call.holder.as_ref()).is_none_or(|holder| holder.number.is_empty()) {
            // Nobody here had it before: a program called outside first.
            let uid = party.holder.uid.clone();
            call.holder = Some(party.holder);
            self.ensure_leg(key, &uid);
            self.leg_answered(key, &uid);
            return;
        }
        let gone =
            (call.holder.as_ref()).is_none_or(|holder| !self.channels.contains_key(&holder.uid));
        if gone || call.handing {
            self.handed_over(key, party.holder);
        } else if call
            .rival
            .as_ref()
            .is_none_or(|(rival, _)| *rival != party.holder)
        {
            call.rival = Some((party.holder, self.now.plus_millis(HANDED_OVER_MILLIS)));
        }
    }

    pub(super) fn handed_over(&mut self, key: CallKey, to: Holder) {
        let foreign = (self.channels.get(&to.uid)).is_some_and(|channel| channel.call != Some(key));
        if !foreign {
            self.ensure_leg(key, &to.uid);
            self.leg_answered(key, &to.uid);
        }
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        let leg = (call.legs.get(&to.uid).filter(|state| state.said)).map(|_| to.uid.to_string());
        let number = to.number.clone();
        let before = call.holder.replace(to);
        call.rival = None;
        call.handing = false;
        let by = before
            .map(|before| before.number)
            .filter(|by| !by.is_empty());
        if !number.is_empty() {
            self.say(
                key,
                Said::Transferred {
                    by,
                    to: number,
                    leg,
                },
            );
        }
    }

    /// Who has talked with the outside party long enough has the call.
    pub(super) fn rival_due(&mut self, key: CallKey) {
        let now = self.now;
        let call = self.calls.get_mut(&key);
        if let Some((rival, _)) = call.and_then(|call| call.rival.take_if(|(_, due)| *due <= now)) {
            self.handed_over(key, rival);
        }
    }

    /// `BlindTransfer`, `ParkedCall`: the calls of these channels are about to be handed over.
    pub(super) fn transfer(&mut self, message: &Message, prefixes: &[&'static str]) {
        for prefix in prefixes {
            let Some(uid) = self.heard_of(&Headers::new(message, prefix)) else {
                continue;
            };
            self.hand_over(&uid);
        }
    }

    pub(super) fn attended_transfer(&mut self, message: &Message) {
        let done = message
            .get("Result")
            .is_none_or(|result| result.eq_ignore_ascii_case("Success"));
        let dest = message.get("DestType").unwrap_or_default();
        let over = done && !dest.eq_ignore_ascii_case("Threeway");
        for prefix in [
            "OrigTransferer",
            "SecondTransferer",
            "Transferee",
            "TransferTarget",
        ] {
            let Some(uid) = self.heard_of(&Headers::new(message, prefix)) else {
                continue;
            };
            if over {
                self.hand_over(&uid);
            }
        }
    }

    fn hand_over(&mut self, uid: &Uid) {
        let Some(key) = self.channels.get(uid).and_then(|channel| channel.call) else {
            return;
        };
        let Some(call) = self
            .calls
            .get_mut(&key)
            .filter(|call| call.answered || call.is_ringing_out())
        else {
            return;
        };
        call.handing = true;
        if let Some((rival, _)) = call.rival.take() {
            self.handed_over(key, rival);
        }
    }
}

impl Call {
    /// Whether it is outbound and the far side has not answered.
    fn is_ringing_out(&self) -> bool {
        self.direction == Some(Direction::Out) && !self.answered
    }

    /// When something is to be done for it without an event.
    pub(super) fn due(&self) -> Option<UnixMillis> {
        let waiting = self.waiting.as_ref().map(|(_, due)| *due);
        let rival = self.rival.as_ref().map(|(_, due)| *due);
        let ending = self.ending.as_ref().map(|ending| ending.due);
        [waiting, rival, ending].into_iter().flatten().min()
    }
}
