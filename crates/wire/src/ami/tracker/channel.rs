//! A channel, and how it is first heard of.

use std::sync::Arc;

use offhook_core::UnixMillis;

use super::device::Kind;
use super::{CallKey, Tracker};
use crate::ami::codec::Message;

use super::device::Look;

/// A channel's Uniqueid.
pub(super) type Uid = Arc<str>;

/// More channels than any PBX has at a time; beyond, new ones are not followed.
const MAX_CHANNELS: usize = 50_000;

/// No name or number is longer; one that is counts as unknown.
const MAX_VALUE: usize = 1024;

/// How a dialling ended (`DialEnd`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Dialled {
    #[default]
    Running,
    Answer,
    Busy,
    NoAnswer,
    Congestion,
    Unavailable,
    Cancel,
    Other,
}

impl Dialled {
    pub(super) fn read(status: &str) -> Self {
        match status {
            "ANSWER" => Self::Answer,
            "BUSY" => Self::Busy,
            "NOANSWER" => Self::NoAnswer,
            "CONGESTION" => Self::Congestion,
            "CHANUNAVAIL" => Self::Unavailable,
            "CANCEL" => Self::Cancel,
            _ => Self::Other,
        }
    }
}

/// Who asked first that a channel be hung up (facts/pbx-events.md, "Who hung up").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Asked {
    #[default]
    Nobody,
    /// `HangupRequest`: who is at its far end.
    Itself,
    /// `SoftHangupRequest`: the dialplan or a program.
    Pbx,
}

#[derive(Debug)]
pub(super) struct Channel {
    pub(super) name: String,
    pub(super) linkedid: String,
    pub(super) kind: Kind,
    /// The extension, or the number outside.
    pub(super) number: String,
    /// What the channel first said of itself.
    pub(super) context: String,
    pub(super) exten: String,
    pub(super) caller: String,
    pub(super) caller_name: String,
    pub(super) call: Option<CallKey>,
    pub(super) up: bool,
    /// Somebody dials it; who, where known.
    pub(super) dialled: bool,
    pub(super) dialled_by: Option<Uid>,
    pub(super) dial: Dialled,
    /// The phone sent the call on (`DialEnd` with `Forward`).
    pub(super) forwarded: bool,
    pub(super) asked: Asked,
    pub(super) bridge: Option<Arc<str>>,
    /// The name by which the other half of a Local channel finds it; a channel may be renamed.
    pub(super) half: Option<String>,
    /// The other half.
    pub(super) mate: Option<Uid>,
    /// The last time a resync was due when it was heard of.
    pub(super) epoch: u64,
    /// When that was.
    pub(super) heard: UnixMillis,
}

impl Channel {
    pub(super) fn is_device(&self) -> bool {
        matches!(self.kind, Kind::Phone | Kind::Trunk)
    }
}

/// The headers of one channel in an event: `Channel`, `DestChannel`, `TransfereeChannel` ….
pub(super) struct Headers<'a> {
    message: &'a Message,
    prefix: &'static str,
}

impl<'a> Headers<'a> {
    pub(super) fn new(message: &'a Message, prefix: &'static str) -> Self {
        Self { message, prefix }
    }

    /// A header's value; empty when it is missing or unknown.
    pub(super) fn get(&self, name: &str) -> &'a str {
        let matches = |key: &str| {
            key.get(..self.prefix.len())
                .is_some_and(|prefix| prefix.eq_ignore_ascii_case(self.prefix))
                && (key.get(self.prefix.len()..))
                    .is_some_and(|rest| rest.eq_ignore_ascii_case(name))
        };
        (self.message.fields())
            .find(|(key, _)| matches(key))
            .map(|(_, value)| value)
            .filter(|value| *value != "<unknown>" && value.len() <= MAX_VALUE)
            .unwrap_or_default()
    }

    pub(super) fn state(&self) -> u8 {
        self.get("ChannelState").parse().unwrap_or_default()
    }
}

impl Tracker {
    /// The channel that an event is about, if it is known; its name and Linkedid are brought up
    /// to date, and with a new Linkedid it changes over to another call.
    pub(super) fn heard_of(&mut self, headers: &Headers<'_>) -> Option<Uid> {
        let (uid, _) = self.channels.get_key_value(headers.get("Uniqueid"))?;
        let uid = Arc::clone(uid);
        let (epoch, now) = (self.epoch, self.now);
        let channel = self.channels.get_mut(&uid)?;
        channel.epoch = epoch;
        channel.heard = now;
        let name = headers.get("Channel");
        if channel.name != name && !name.is_empty() && !name.contains('<') {
            name.clone_into(&mut channel.name);
        }
        let linkedid = headers.get("Linkedid");
        if channel.linkedid != linkedid && !linkedid.is_empty() {
            linkedid.clone_into(&mut channel.linkedid);
            self.linked_anew(&uid);
        }
        Some(uid)
    }

    /// Takes up a channel that is new to us.
    pub(super) fn add(&mut self, headers: &Headers<'_>, look: Look<'_>) -> Option<Uid> {
        let id = headers.get("Uniqueid");
        if id.is_empty() || look.channel.is_empty() || self.channels.len() >= MAX_CHANNELS {
            return None;
        }
        let uid: Uid = Arc::from(id);
        let kind = self.devices.kind(look);
        let linkedid = Some(headers.get("Linkedid")).filter(|linkedid| !linkedid.is_empty());
        let channel = Channel {
            name: look.channel.to_owned(),
            linkedid: linkedid.unwrap_or(id).to_owned(),
            kind,
            number: match kind {
                Kind::Phone => self.devices.extension(look.channel, look.caller, ""),
                _ => String::new(),
            },
            context: look.context.to_owned(),
            exten: look.exten.to_owned(),
            caller: look.caller.to_owned(),
            caller_name: headers.get("CallerIDName").to_owned(),
            call: None,
            up: headers.state() == 6,
            dialled: false,
            dialled_by: None,
            dial: Dialled::Running,
            forwarded: false,
            asked: Asked::Nobody,
            bridge: None,
            half: (kind == Kind::Local).then(|| look.channel.to_owned()),
            mate: None,
            epoch: self.epoch,
            heard: self.now,
        };
        if kind == Kind::Local {
            self.pair(&uid, look.channel);
        }
        let mate = self.mate_of(&uid, look.channel);
        self.channels.insert(Arc::clone(&uid), channel);
        if let Some(mate) = mate {
            self.set_mates(&uid, &mate);
        }
        Some(uid)
    }

    /// The halves of a Local channel are told by their names alone (`…;1`, `…;2`), for a
    /// `LocalBridge` may have been missed.
    fn pair(&mut self, uid: &Uid, name: &str) {
        self.locals.insert(name.to_owned(), Arc::clone(uid));
    }

    fn mate_of(&self, uid: &Uid, name: &str) -> Option<Uid> {
        let other = if let Some(base) = name.strip_suffix(";1") {
            format!("{base};2")
        } else {
            format!("{};1", name.strip_suffix(";2")?)
        };
        self.locals.get(&other).filter(|mate| *mate != uid).cloned()
    }

    pub(super) fn set_mates(&mut self, one: &Uid, two: &Uid) {
        for (half, mate) in [(one, two), (two, one)] {
            if let Some(channel) = self.channels.get_mut(half) {
                channel.mate = Some(Arc::clone(mate));
            }
        }
    }

    /// Forgets a channel that is gone; gives it back once more.
    pub(super) fn remove(&mut self, uid: &Uid) -> Option<Channel> {
        self.leave_bridge(uid);
        let channel = self.channels.remove(uid)?;
        if let Some(half) = &channel.half
            && self.locals.get(half) == Some(uid)
        {
            self.locals.remove(half);
        }
        if let Some(mate) = (channel.mate.as_ref()).and_then(|mate| self.channels.get_mut(mate)) {
            mate.mate = None;
        }
        if let Some(call) = channel.call.and_then(|key| self.calls.get_mut(&key)) {
            call.members.remove(uid);
        }
        Some(channel)
    }
}
