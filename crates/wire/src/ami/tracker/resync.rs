//! What the PBX says runs when we connect (facts/pbx-events.md, "Restart, reconnect").

use std::collections::HashSet;
use std::sync::Arc;

use offhook_core::UnixMillis;
use offhook_core::call::Direction;

use super::channel::{Channel, Headers, Uid};
use super::device::{self, Kind, Look};
use super::{CallKey, DNID_MILLIS, Tracker};
use crate::ami::codec::Message;
use crate::pbx::Told;

/// No PBX has more channels at a time.
const MAX_ROWS: usize = 50_000;

/// No channel is without any event for so long.
const SILENT_MILLIS: i64 = 24 * 3_600_000;

/// What is kept of each.
const KEPT: [&str; 11] = [
    "Channel",
    "ChannelState",
    "CallerIDNum",
    "CallerIDName",
    "Context",
    "Exten",
    "Uniqueid",
    "Linkedid",
    "Application",
    "ApplicationData",
    "BridgeId",
];

/// One channel of the list.
#[derive(Debug)]
pub(super) struct Row {
    message: Vec<(String, String)>,
}

impl Row {
    fn get(&self, key: &str) -> &str {
        (self.message.iter())
            .find(|(name, _)| name.eq_ignore_ascii_case(key))
            .map(|(_, value)| value.as_str())
            .unwrap_or_default()
    }

    /// Whether somebody dials or dialled it.
    fn is_dialled(&self) -> bool {
        self.get("ApplicationData").starts_with("(Outgoing Line)")
            || matches!(self.get("Application"), "AppDial" | "AppQueue")
    }
}

impl Tracker {
    /// A connection is there: of calls that do not show what they are yet, something may have been
    /// missed.
    pub(in crate::ami) fn opened(&mut self) {
        self.new_epoch();
        for call in self.calls.values_mut() {
            call.found |= call.direction.is_none();
        }
    }

    /// A new list is asked for.
    pub(in crate::ami) fn new_epoch(&mut self) {
        self.epoch += 1;
        self.rows.clear();
        self.hung_up.clear();
        self.moved.clear();
    }

    /// Whether a list is on its way, so that its rows may be older than the events. A list that
    /// never ends is not kept up with.
    pub(super) fn is_listing(&self) -> bool {
        !self.rows.is_empty() && self.hung_up.len() + self.moved.len() < MAX_ROWS
    }

    /// Forgets what was not heard of for a day, for a PBX that does not give us its list.
    pub(in crate::ami) fn sweep(&mut self, now: UnixMillis) {
        let silent = |channel: &Channel| now.millis_since(channel.heard) > SILENT_MILLIS;
        if self.drop_channels(silent) {
            self.say_open();
        }
    }

    /// The PBX began at this moment: what was heard of before is gone.
    pub(in crate::ami) fn began(&mut self, began: UnixMillis) {
        if self.drop_channels(|channel| channel.heard < began) {
            self.say_open();
        }
    }

    pub(super) fn row(&mut self, message: &Message) {
        if self.rows.len() < MAX_ROWS {
            let headers = Headers::new(message, "");
            let owned = |key: &&str| ((*key).to_owned(), headers.get(key).to_owned());
            let message = KEPT.iter().map(owned).collect();
            self.rows.push(Row { message });
        }
    }

    /// The list is complete: what it does not hold is gone, what is new in it is a call that
    /// began while we were away.
    pub(super) fn rows_complete(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        let hung_up = std::mem::take(&mut self.hung_up);
        let moved = std::mem::take(&mut self.moved);
        let rows = || {
            rows.iter()
                .filter(|row| !hung_up.contains(row.get("Uniqueid")))
        };
        self.learn_trunks(rows());
        for row in rows() {
            self.listed(row, moved.contains(row.get("Uniqueid")));
        }
        let epoch = self.epoch;
        self.drop_channels(|channel| channel.epoch < epoch);
        let keys: Vec<CallKey> = self.calls.keys().copied().collect();
        for key in keys {
            self.discover(key);
        }
        // Who talks to whom only counts once every channel is in its call.
        let bridged: Vec<Uid> = (self.bridges.values())
            .filter_map(|bridge| bridge.members.first().cloned())
            .collect();
        for uid in bridged {
            self.settle_around(&uid);
        }
        self.say_open();
    }

    fn say_open(&mut self) {
        let open = self.calls.values().filter(|call| call.direction.is_some());
        let open = open.map(|call| call.id.clone()).collect();
        self.told.push_back(Told::StillOpen(open));
    }

    /// A dialled leg that still stands in the context of the trunk shows which device that is.
    fn learn_trunks<'a>(&mut self, rows: impl Iterator<Item = &'a Row>) {
        for row in rows {
            let look = look(row);
            if self.devices.kind(look) == Kind::Trunk && row.is_dialled() {
                self.devices.learn(look.channel, Kind::Trunk, "");
            }
        }
    }

    fn listed(&mut self, row: &Row, moved: bool) {
        let known = self.channels.get_key_value(row.get("Uniqueid"));
        let uid = match known.map(|(uid, _)| Arc::clone(uid)) {
            Some(uid) => uid,
            None => match self.add_row(row) {
                Some(uid) => uid,
                None => return,
            },
        };
        let (epoch, now) = (self.epoch, self.now);
        if let Some(channel) = self.channels.get_mut(&uid) {
            channel.epoch = epoch;
            channel.heard = now;
            channel.up |= row.get("ChannelState") == "6";
        }
        let bridge = row.get("BridgeId");
        let holding = (self.bridges.get(bridge)).is_some_and(|bridge| bridge.holding);
        let there = (self.channels.get(&uid))
            .is_some_and(|channel| channel.bridge.as_deref().unwrap_or_default() == bridge);
        if !there && !moved {
            self.enter_bridge(&uid, bridge, holding);
        }
    }

    fn add_row(&mut self, row: &Row) -> Option<Uid> {
        let look = look(row);
        let mut message = Message::default();
        for (key, value) in &row.message {
            message.add(key, value);
        }
        let uid = self.add(&Headers::new(&message, ""), look)?;
        let channel = self.channels.get_mut(&uid)?;
        channel.dialled = row.is_dialled();
        if channel.kind == Kind::Trunk && channel.dialled {
            channel.number = channel.caller.clone();
        }
        let linkedid = channel.linkedid.clone();
        let known = self.families.contains_key(&linkedid);
        let key = if let Some(key) = self.family_of(&uid) {
            key
        } else {
            // Its first channel is gone already: the call goes by the same id all the same.
            self.last_key += 1;
            let call = super::Call::new(&linkedid, Arc::clone(&uid));
            self.families.insert(linkedid, self.last_key);
            self.calls.insert(self.last_key, call);
            self.family_of(&uid)?
        };
        if let Some(call) = self.calls.get_mut(&key).filter(|_| !known) {
            call.found = true;
        }
        Some(uid)
    }

    /// Drops channels that must be gone, and the calls that lived by them, without a word. Whether
    /// there were any.
    fn drop_channels(&mut self, gone: impl Fn(&Channel) -> bool) -> bool {
        let old: Vec<Uid> = (self.channels.iter())
            .filter(|(_, channel)| gone(channel))
            .map(|(uid, _)| Arc::clone(uid))
            .collect();
        for uid in &old {
            self.remove(uid);
        }
        let old: HashSet<Uid> = old.into_iter().collect();
        let lost: Vec<CallKey> = (self.calls.iter())
            .filter(|(_, call)| {
                let life = call.anchor.as_ref().unwrap_or(&call.root);
                call.members.is_empty() && call.ending.is_none()
                    || call.direction.is_some() && old.contains(life)
            })
            .map(|(key, _)| *key)
            .collect();
        for key in lost {
            self.forget(key);
        }
        !old.is_empty()
    }

    /// Tells of a call that was not known before.
    fn discover(&mut self, key: CallKey) {
        let Some(call) = self.calls.get(&key).filter(|call| call.direction.is_none()) else {
            return;
        };
        let mut members: Vec<Uid> = call.members.iter().cloned().collect();
        members.sort();
        let find = |kind: Kind, dialled: bool| {
            let fits = |uid: &&Uid| {
                (self.channels.get(*uid))
                    .is_some_and(|channel| channel.kind == kind && channel.dialled == dialled)
            };
            members.iter().find(fits).cloned()
        };
        if let Some(caller) = find(Kind::Trunk, false) {
            self.discover_inbound(key, &caller);
            return;
        }
        let far = find(Kind::Trunk, true);
        let phone = find(Kind::Phone, false).or_else(|| find(Kind::Phone, true));
        let called = find(Kind::Phone, true);
        let Some(phone) = phone else {
            return;
        };
        let (direction, called) = match (far, called) {
            (Some(far), _) => (Direction::Out, far),
            (None, Some(called)) if called != phone => (Direction::Internal, called),
            _ => return,
        };
        let number = |uid| self.channels.get(uid).map(|channel| channel.number.clone());
        let to = number(&called).unwrap_or_default();
        let shown = self
            .channels
            .get(&phone)
            .map(|channel| channel.caller.clone());
        let shown = shown
            .filter(|shown| !device::is_short(shown))
            .unwrap_or_default();
        self.ensure_leg(key, &called);
        self.begin_from_here(key, direction, &phone, to, &shown);
    }

    /// The number that was dialled is no longer in sight: the PBX is asked for it.
    fn discover_inbound(&mut self, key: CallKey, caller: &Uid) {
        let Some(new_call) = self.inbound(caller) else {
            return;
        };
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        call.anchor = Some(Arc::clone(caller));
        let legs: Vec<Uid> = call.members.iter().cloned().collect();
        let name = self
            .channels
            .get(caller)
            .map(|channel| channel.name.clone());
        self.wants
            .push((caller.to_string(), name.unwrap_or_default()));
        self.hold_new_call(key, new_call, self.now.plus_millis(DNID_MILLIS));
        for uid in legs {
            if self
                .channels
                .get(&uid)
                .is_some_and(|channel| channel.dialled)
            {
                self.ensure_leg(key, &uid);
            }
        }
    }
}

fn look(row: &Row) -> Look<'_> {
    Look {
        channel: row.get("Channel"),
        context: row.get("Context"),
        caller: row.get("CallerIDNum"),
        exten: row.get("Exten"),
        dial: row.is_dialled().then_some(""),
        late: true,
    }
}
