//! From channels to calls (facts/pbx-events.md, "Asterisk AMI").
//!
//! A call is a family of channels with one Linkedid, more or less. Who has a call is read from
//! who can hear whom: channels that share a bridge, followed through the pairs of Local channels.
//! An inbound call is answered when a phone can hear the caller, and handed over when another one
//! can and the one before is gone.

mod bridge;
mod call;
mod channel;
mod device;
mod dial;
mod ending;
mod merge;
mod resync;

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use offhook_core::UnixMillis;
use offhook_core::call::Direction;

use self::bridge::Bridge;
use self::call::Call;
use self::channel::{Asked, Channel, Headers, Uid};
use self::device::{Devices, Kind, Look, is_withheld};
use self::ending::CdrHabit;
use self::resync::Row;
use super::codec::Message;
use crate::pbx::{NewCall, Said, Told, Trunks, VOICEMAIL};

/// Our own number of a call.
type CallKey = u64;

/// So long the answer to who was dialled is waited for before a call is told of without it.
const DNID_MILLIS: i64 = 2_000;

/// So many channels that are named without a word of calls are no chance.
const MANY_STRANGERS: usize = 5;

/// Follows the channels of one PBX.
#[derive(Debug)]
pub(super) struct Tracker {
    devices: Devices,
    channels: HashMap<Uid, Channel>,
    /// Local channels by name, to find the other half.
    locals: HashMap<String, Uid>,
    bridges: HashMap<Arc<str>, Bridge>,
    calls: BTreeMap<CallKey, Call>,
    /// Calls by Linkedid.
    families: HashMap<String, CallKey>,
    last_key: CallKey,
    now: UnixMillis,
    /// Counts connections and resyncs: what was not heard of since the last one is gone.
    epoch: u64,
    /// The answer to CoreShowChannels as far as it is there.
    rows: Vec<Row>,
    /// Channels that were hung up while a list of channels was on its way.
    hung_up: HashSet<String>,
    /// Those that changed over to another bridge then.
    moved: HashSet<Uid>,
    cdr: CdrHabit,
    /// Whether events of calls come, and channels that other events named until one did.
    saw_calls: bool,
    strangers: HashSet<String>,
    told: VecDeque<Told>,
    /// Channels whose dialled number is to be asked for: Uniqueid and name.
    wants: Vec<(String, String)>,
}

impl Tracker {
    pub(super) fn new(trunks: Trunks) -> Self {
        Self {
            devices: Devices::new(trunks),
            channels: HashMap::new(),
            locals: HashMap::new(),
            bridges: HashMap::new(),
            calls: BTreeMap::new(),
            families: HashMap::new(),
            last_key: 0,
            now: UnixMillis(0),
            epoch: 0,
            rows: Vec::new(),
            hung_up: HashSet::new(),
            moved: HashSet::new(),
            cdr: CdrHabit::default(),
            saw_calls: false,
            strangers: HashSet::new(),
            told: VecDeque::new(),
            wants: Vec::new(),
        }
    }

    pub(super) fn next(&mut self) -> Option<Told> {
        self.told.pop_front()
    }

    pub(super) fn take_wants(&mut self) -> Vec<(String, String)> {
        std::mem::take(&mut self.wants)
    }

    /// Whether this account gets events, but none of calls.
    pub(super) fn sees_no_calls(&self) -> bool {
        !self.saw_calls && self.strangers.len() >= MANY_STRANGERS
    }

    /// Looks for what shows whether the account may read calls: an event says of which class it is.
    fn look_for_calls(&mut self, name: &str, message: &Message) {
        let class = message.get("Privilege").unwrap_or_default();
        self.saw_calls |= name == "Newchannel" || class.split(',').any(|class| class == "call");
        let uid = message.known("Uniqueid").filter(|_| !class.is_empty());
        if let Some(uid) = uid.filter(|uid| !self.channels.contains_key(*uid)) {
            self.strangers.insert(uid.to_owned());
        }
    }

    /// Takes an event.
    pub(super) fn event(&mut self, name: &str, message: &Message, now: UnixMillis) {
        self.now = now;
        if !self.saw_calls && self.strangers.len() < MANY_STRANGERS {
            self.look_for_calls(name, message);
        }
        match name {
            "VarSet" | "RTCPSent" | "RTCPReceived" | "CEL" | "DeviceStateChange" => {}
            "Newexten" => self.new_exten(message),
            "Newchannel" => self.new_channel(message),
            "Newstate" => self.new_state(message),
            "DialBegin" => self.dial_begin(message, "Dest"),
            "DialEnd" => self.dial_end(message),
            "Dial" => self.old_dial(message),
            "BridgeEnter" => self.bridge_enter(message),
            "BridgeLeave" => self.bridge_leave(message),
            "Bridge" | "Link" | "Unlink" => self.old_bridge(message, name),
            "LocalBridge" => self.local_bridge(message),
            "HangupRequest" => self.hangup_request(message, Asked::Itself),
            "SoftHangupRequest" => self.hangup_request(message, Asked::Pbx),
            "Hangup" => self.hangup(message),
            "Cdr" => self.cdr(message),
            "BlindTransfer" => self.transfer(message, &["Transferer", "Transferee"]),
            "AttendedTransfer" => self.attended_transfer(message),
            "ParkedCall" => self.transfer(message, &["Parkee"]),
            "QueueCallerJoin" | "Join" | "QueueEntry" => self.queued(message),
            "ExtensionStatus" => {
                let value = |key| message.get(key).unwrap_or_default();
                self.devices.hint(value("Exten"), value("Hint"));
            }
            "CoreShowChannel" => self.row(message),
            "CoreShowChannelsComplete" => self.rows_complete(),
            // Every other event of a channel may bring its new Linkedid (facts, "One call").
            _ => {
                self.heard_of(&Headers::new(message, ""));
            }
        }
    }

    fn new_channel(&mut self, message: &Message) {
        let headers = Headers::new(message, "");
        if let Some(uid) = self.heard_of(&headers) {
            // A list that was faster than this found it.
            let key = self.channels.get(&uid).and_then(|channel| channel.call);
            let call = key.and_then(|key| self.calls.get_mut(&key));
            if let Some(call) = call.filter(|call| call.root == uid) {
                call.found = false;
            }
            return;
        }
        let look = Look {
            channel: headers.get("Channel"),
            context: headers.get("Context"),
            caller: headers.get("CallerIDNum"),
            exten: headers.get("Exten"),
            ..Look::default()
        };
        let Some(uid) = self.add(&headers, look) else {
            return;
        };
        let key = self.family_of(&uid);
        let Some(channel) = self.channels.get(&uid) else {
            return;
        };
        let is_root = channel.linkedid == *uid;
        // A phone that calls says who it is.
        if is_root && channel.kind == Kind::Phone {
            let (name, caller) = (channel.name.clone(), channel.caller.clone());
            self.devices.learn(&name, Kind::Phone, &caller);
        }
        let dials_us = !matches!(look.exten, "" | "s") || matches!(headers.state(), 4 | 6);
        if let Some(key) = key.filter(|_| is_root && dials_us) {
            self.begin_inbound(key, &uid);
        }
    }

    /// Puts a new channel into the call that its Linkedid names; its first channel begins one.
    fn family_of(&mut self, uid: &Uid) -> Option<CallKey> {
        let channel = self.channels.get_mut(uid)?;
        let key = match self.families.get(&channel.linkedid) {
            Some(key) => *key,
            None if channel.linkedid == **uid => {
                self.last_key += 1;
                self.families
                    .insert(channel.linkedid.clone(), self.last_key);
                let call = Call::new(&channel.linkedid, Arc::clone(uid));
                self.calls.insert(self.last_key, call);
                self.last_key
            }
            None => return None,
        };
        channel.call = Some(key);
        self.calls.get_mut(&key)?.members.insert(Arc::clone(uid));
        Some(key)
    }

    /// A call's first channel came in by a trunk. Caller and called are taken from this one event:
    /// later ones show the place in the dialplan (facts, "Direction").
    fn begin_inbound(&mut self, key: CallKey, uid: &Uid) {
        let Some(new_call) = self.inbound(uid) else {
            return;
        };
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        if call.direction.is_some() || call.root != *uid {
            return;
        }
        call.anchor = Some(Arc::clone(uid));
        self.say_new_call(key, new_call);
    }

    /// The call that a channel of a trunk begins; none when it is no trunk's or is dialled.
    fn inbound(&mut self, uid: &Uid) -> Option<NewCall> {
        let channel = (self.channels.get(uid))
            .filter(|channel| channel.kind == Kind::Trunk && !channel.dialled)?;
        let from = Some(&channel.caller).filter(|caller| !is_withheld(caller));
        let from_name = Some(&channel.caller_name)
            .filter(|name| from.is_some_and(|from| from != *name) && !is_withheld(name));
        let to = Some(&channel.exten).filter(|exten| !matches!(exten.as_str(), "" | "s"));
        let (_, endpoint) = device::split(&channel.name);
        let account = (endpoint.len() >= 5 && endpoint.bytes().all(|byte| byte.is_ascii_digit()))
            .then_some(endpoint);
        let new_call = NewCall {
            direction: Direction::In,
            from: from.cloned().unwrap_or_default(),
            from_name: from_name.cloned(),
            to: to
                .map_or(account.unwrap_or_default(), String::as_str)
                .to_owned(),
            shown: None,
            context: Some(channel.context.clone()).filter(|context| !context.is_empty()),
            found: false,
        };
        let name = channel.name.clone();
        self.devices.learn(&name, Kind::Trunk, "");
        Some(new_call)
    }

    fn new_state(&mut self, message: &Message) {
        let headers = Headers::new(message, "");
        let Some(uid) = self.heard_of(&headers) else {
            return;
        };
        let state = headers.state();
        let Some(channel) = self.channels.get_mut(&uid) else {
            return;
        };
        channel.up |= state == 6;
        if let Some(key) = channel.call.filter(|_| state == 4) {
            self.begin_inbound(key, &uid);
        }
    }

    /// Of the dialplan's steps, only the mailbox counts (facts, "Answer").
    fn new_exten(&mut self, message: &Message) {
        self.cdr.dialplan_seen = true;
        let uid = self.heard_of(&Headers::new(message, ""));
        let application = message.get("Application").unwrap_or_default();
        if !application.eq_ignore_ascii_case("VoiceMail") {
            return;
        }
        if let Some(key) = uid.and_then(|uid| self.channels.get(&uid)?.call) {
            self.mailbox(key);
        }
    }

    /// A mailbox takes the call, if no person had it before.
    fn mailbox(&mut self, key: CallKey) {
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        let inside = matches!(call.direction, Some(Direction::In | Direction::Internal));
        if inside && !call.answered && !call.mailbox {
            call.mailbox = true;
            let by = VOICEMAIL.to_owned();
            self.say(key, Said::Answer { by, leg: None });
        }
    }

    fn queued(&mut self, message: &Message) {
        let uid = self.heard_of(&Headers::new(message, ""));
        let queue = message.known("Queue").unwrap_or_default().to_owned();
        let Some(key) = uid.and_then(|uid| self.channels.get(&uid)?.call) else {
            return;
        };
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        if call.queue.is_none() && !queue.is_empty() {
            call.queue = Some(queue.clone());
            self.say(key, Said::Queued { queue });
        }
    }

    fn local_bridge(&mut self, message: &Message) {
        let one = self.heard_of(&Headers::new(message, "LocalOne"));
        let two = self.heard_of(&Headers::new(message, "LocalTwo"));
        if let (Some(one), Some(two)) = (one, two) {
            self.set_mates(&one, &two);
        }
    }

    /// What the PBX answered when asked which number the call on a channel was dialled to.
    pub(super) fn dialled(&mut self, uid: &str, number: Option<&str>) {
        if let Some(key) = self.channels.get(uid).and_then(|channel| channel.call) {
            self.release(key, number.filter(|number| !number.is_empty()));
        }
    }

    /// Does what is due by now.
    pub(super) fn poll(&mut self, now: UnixMillis) {
        self.now = now;
        let due = |at: UnixMillis| at <= now;
        let keys: Vec<CallKey> = (self.calls.iter())
            .filter(|(_, call)| call.due().is_some_and(due))
            .map(|(key, _)| *key)
            .collect();
        for key in keys {
            self.call_due(key);
        }
    }

    fn call_due(&mut self, key: CallKey) {
        let Some(call) = self.calls.get(&key) else {
            return;
        };
        if call
            .waiting
            .as_ref()
            .is_some_and(|(_, due)| *due <= self.now)
        {
            self.release(key, None);
        }
        self.rival_due(key);
        self.ending_due(key);
    }

    pub(super) fn wake_at(&self) -> Option<UnixMillis> {
        self.calls.values().filter_map(Call::due).min()
    }

    /// How much is kept.
    pub(super) fn size(&self) -> usize {
        self.channels.len()
            + self.calls.len()
            + self.families.len()
            + self.bridges.len()
            + self.locals.len()
    }
}
