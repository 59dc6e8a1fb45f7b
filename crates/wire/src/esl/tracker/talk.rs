//! Who speaks with whom: answers, pick-ups and transfers all show in who is bridged.

use offhook_core::call::Direction;

use super::channel::Kind;
use super::{Call, Said, Tracker};

/// More loopbacks in a row lead nowhere.
const MOST_HALVES: usize = 8;

impl Tracker {
    pub(super) fn bridged(&mut self, a: &str, b: &str) {
        for (one, other) in [(a, b), (b, a)] {
            if let Some(channel) = self.channels.get_mut(one) {
                channel.peer = Some(other.to_owned());
                channel.heard = true;
            }
        }
        self.meet(a, b);
    }

    /// The devices behind two ends of a bridge speak, unless one of them rings still.
    fn meet(&mut self, a: &str, b: &str) {
        let rings = |id: &str| self.channels.get(id).is_some_and(|channel| channel.rings);
        if let (Some(x), Some(y)) = (self.behind(a), self.behind(b))
            && x != y
            && !rings(&x)
            && !rings(&y)
        {
            self.talk(&x, &y);
        }
    }

    /// A channel was answered: who was bridged with it for early media speaks with it now.
    pub(super) fn picked_up(&mut self, id: &str) {
        let Some(channel) = self.channels.get_mut(id).filter(|channel| channel.rings) else {
            return;
        };
        channel.rings = false;
        if let Some(peer) = channel.peer.clone() {
            self.meet(id, &peer);
        }
    }

    pub(super) fn unbridged(&mut self, id: &str) {
        let peer = self
            .channels
            .get_mut(id)
            .and_then(|channel| channel.peer.take());
        let peer = peer.and_then(|peer| self.channels.get_mut(&peer));
        if let Some(peer) = peer.filter(|peer| peer.peer.as_deref() == Some(id)) {
            peer.peer = None;
        }
    }

    /// The device that one end of a bridge leads to, through loopbacks; none while one of them
    /// leads nowhere.
    pub(super) fn behind(&self, id: &str) -> Option<String> {
        let mut id = id.to_owned();
        for _ in 0..MOST_HALVES {
            let channel = self.channels.get(&id)?;
            if channel.kind != Kind::Loopback {
                return Some(id);
            }
            let half = self.channels.get(channel.half.as_ref()?)?;
            id = half.peer.clone()?;
        }
        None
    }

    fn call_of(&self, channel: &str) -> Option<String> {
        self.channels.get(channel)?.call.clone()
    }

    /// Two devices speak.
    pub(super) fn talk(&mut self, x: &str, y: &str) {
        for id in [x, y] {
            // Somebody who was called for a queue, or whose call is over, without a call of theirs.
            if self.call_of(id).is_none() {
                let other = if id == x { y } else { x };
                let Some(call) = self.call_of(other) else {
                    return;
                };
                self.join(id, &call, None);
            }
        }
        let (Some(of_x), Some(of_y)) = (self.call_of(x), self.call_of(y)) else {
            return;
        };
        if of_x == of_y {
            self.talk_within(&of_x, x, y);
        } else if self.comes_before(&of_y, y, &of_x, x) {
            self.talk_across(&of_y, y, &of_x, x);
        } else {
            self.talk_across(&of_x, x, &of_y, y);
        }
    }

    /// Whether of two calls that meet the first one goes on: one with its outside party there
    /// before one without, one from outside before others.
    fn comes_before(&self, one: &str, channel: &str, other: &str, its_channel: &str) -> bool {
        let weight = |id: &str, channel: &str| {
            self.calls.get(id).map_or(0, |call| {
                let party =
                    matches!(self.channels.get(channel), Some(found) if found.kind == Kind::Trunk);
                let direction = match call.direction {
                    Some(Direction::In) => 3,
                    Some(Direction::Out) => 2,
                    Some(Direction::Internal) => 1,
                    None => 0,
                };
                i32::from(party) * 10 + direction
            })
        };
        weight(one, channel) > weight(other, its_channel)
    }

    /// The party of one call speaks with somebody of another: a pick-up, a parked call that is
    /// fetched, a transfer after a consultation.
    fn talk_across(&mut self, call: &str, party: &str, other: &str, partner: &str) {
        let with_outside =
            |call: &Call| matches!(call.direction, Some(Direction::In | Direction::Out));
        let outside = self.calls.get(other).is_some_and(with_outside);
        let is_party = self
            .calls
            .get(other)
            .is_some_and(|call| call.is_outside_party(partner));
        if outside && is_party {
            // Two of them speak with each other now; each call goes on until its own party goes.
            let (one, two) = (call.to_owned(), other.to_owned());
            self.say(call, Said::Joined { other: two });
            self.say(other, Said::Joined { other: one });
            let number = self.number(partner);
            self.handed(call, partner, number, None);
            return;
        }
        let was_root = self
            .calls
            .get(other)
            .is_some_and(|call| call.root == partner);
        self.leave(partner);
        self.join(partner, call, None);
        self.talk_within(call, party, partner);
        if outside && !was_root {
            return;
        }
        let left = self
            .channels
            .values()
            .any(|channel| channel.call.as_deref() == Some(other));
        if was_root || !left {
            self.ends(other, "");
        }
    }

    pub(super) fn number(&self, channel: &str) -> String {
        (self.channels.get(channel)).map_or_else(String::new, |channel| channel.number.clone())
    }

    /// What a channel is called as a leg, if it is one.
    fn leg(&self, channel: &str) -> Option<String> {
        self.channels.get(channel)?.leg.clone()
    }

    /// Two devices of one call speak.
    fn talk_within(&mut self, id: &str, x: &str, y: &str) {
        let Some(call) = self.calls.get(id) else {
            return;
        };
        match call.direction {
            Some(Direction::In | Direction::Internal) => {
                let partner = match (call.root == x, call.root == y) {
                    (true, false) => y,
                    (false, true) => x,
                    // The one who called handed over, and is gone.
                    _ if call.direction == Some(Direction::Internal) && call.root_end.is_some() => {
                        y
                    }
                    _ => return self.consult(id, x, y),
                };
                let partner = partner.to_owned();
                self.speaks(id, &partner);
            }
            Some(Direction::Out) => {
                let is_trunk = |channel: &str| {
                    self.channels
                        .get(channel)
                        .is_some_and(|found| found.kind == Kind::Trunk)
                };
                let far = call.far.clone();
                match (is_trunk(x), is_trunk(y)) {
                    (true, false) => self.reaches(id, x, y),
                    (false, true) => self.reaches(id, y, x),
                    (true, true) => {
                        let partner = if far.as_deref() == Some(x) { y } else { x };
                        let number = self.number(partner);
                        self.handed(id, partner, number, Some(partner));
                    }
                    (false, false) => self.consult(id, x, y),
                }
            }
            None => {}
        }
    }

    /// Somebody speaks with the caller.
    fn speaks(&mut self, id: &str, partner: &str) {
        let (kind, number) = match self.channels.get_mut(partner) {
            Some(channel) => {
                channel.picked_up = true;
                (channel.kind, channel.number.clone())
            }
            None => return,
        };
        let leg = self.leg(partner);
        let Some(call) = self.calls.get_mut(id) else {
            return;
        };
        if call.is_answered {
            return self.handed(id, partner, number, Some(partner));
        }
        call.takes += 1;
        if kind == Kind::Trunk {
            call.went_outside = true;
            if let Some(leg) = leg {
                self.say(id, Said::LegAnswered { leg });
            }
        } else {
            call.is_answered = true;
            call.holder = Some((partner.to_owned(), number.clone()));
            self.say(id, Said::Answer { by: number, leg });
        }
    }

    /// Somebody here speaks with a number outside that was dialled.
    fn reaches(&mut self, id: &str, trunk: &str, phone: &str) {
        for channel in [trunk, phone] {
            if let Some(channel) = self.channels.get_mut(channel) {
                channel.picked_up = true;
            }
        }
        let (number, by) = (self.number(trunk), self.number(phone));
        let leg = self.leg(trunk);
        let Some(call) = self.calls.get_mut(id) else {
            return;
        };
        match &call.far {
            None => {
                // Somebody here may have answered before the call went outside.
                let answered_here = std::mem::replace(&mut call.is_answered, true);
                call.takes += 1;
                call.far = Some(trunk.to_owned());
                call.holder = Some((phone.to_owned(), by));
                if !answered_here {
                    self.say(id, Said::Answer { by: number, leg });
                } else if let Some(leg) = leg {
                    self.say(id, Said::LegAnswered { leg });
                }
            }
            Some(far) if far == trunk => self.handed(id, phone, by, Some(phone)),
            Some(_) => self.consult(id, trunk, phone),
        }
    }

    /// Somebody has the call now; nothing new if they had it already.
    fn handed(&mut self, id: &str, to: &str, number: String, leg: Option<&str>) {
        if let Some(channel) = self.channels.get_mut(to) {
            channel.picked_up = true;
        }
        let leg = leg.and_then(|leg| self.leg(leg));
        let Some(call) = self.calls.get_mut(id) else {
            return;
        };
        call.takes += 1;
        let before = call.holder.replace((to.to_owned(), number.clone()));
        let (holder, by) = before.map_or((None, None), |(id, number)| (Some(id), Some(number)));
        // Back to who had it on another line is none, nor is the same line once more.
        if holder.as_deref() == Some(to) || by.as_deref() == Some(number.as_str()) {
            return;
        }
        self.say(
            id,
            Said::Transferred {
                by,
                to: number,
                leg,
            },
        );
    }

    /// Two speak while the outside party waits.
    fn consult(&mut self, id: &str, x: &str, y: &str) {
        for channel in [x, y] {
            let Some(leg) = self.leg(channel) else {
                continue;
            };
            if let Some(channel) = self.channels.get_mut(channel)
                && !std::mem::replace(&mut channel.picked_up, true)
            {
                self.say(id, Said::LegAnswered { leg });
            }
        }
    }
}
