//! Who dials whom.

use std::sync::Arc;

use offhook_core::call::Direction;

use super::call::Holder;
use super::channel::{Asked, Dialled, Headers, Uid};
use super::device::{self, Kind, Look};
use super::{CallKey, Tracker};
use crate::ami::codec::Message;
use crate::pbx::NewCall;

/// No chain of Local channels is followed further.
const MAX_CHAIN: usize = 32;

/// Whose wish a dialling is.
enum Wish {
    /// The party on this channel calls.
    Of(Uid),
    /// A program's: it rings the phone of who wants to call (click to dial).
    OwnPhone,
    /// Nobody knows: a consultation through a Local channel, for example.
    Unknown,
}

impl Tracker {
    /// `DialBegin`; `prefix` is what the headers of the dialled channel begin with.
    pub(super) fn dial_begin(&mut self, message: &Message, prefix: &'static str) {
        self.saw_calls = true;
        let dialler = self.known_or_late(&Headers::new(message, ""));
        if let Some(channel) = dialler.as_ref().and_then(|uid| self.channels.get_mut(uid)) {
            channel.asked = Asked::Nobody; // whatever was asked, it goes on
        }
        let headers = Headers::new(message, prefix);
        let dial = message.get("DialString").unwrap_or_default();
        let Some(dialled) = self.heard_of(&headers).or_else(|| {
            let look = Look {
                channel: headers.get("Channel"),
                caller: headers.get("CallerIDNum"),
                dial: Some(dial),
                late: true,
                ..Look::default()
            };
            let uid = self.add(&headers, look)?;
            self.family_of(&uid);
            Some(uid)
        }) else {
            return;
        };
        self.look_at_dialled(&dialled, &headers, dial, dialler.as_ref());
        // What is dialled for a call belongs to it, whatever its Linkedid says.
        let caller_call = dialler
            .as_ref()
            .and_then(|uid| self.channels.get(uid)?.call);
        if let Some(key) = caller_call {
            self.adopt(&dialled, key);
        }
        let Some(channel) = self.channels.get(&dialled) else {
            return;
        };
        let Some(key) = channel.call.filter(|_| channel.is_device()) else {
            return;
        };
        let shown = Headers::new(message, "").get("CallerIDNum").to_owned();
        self.rings(key, &dialled, dialler.as_ref(), &shown);
    }

    /// A dialling channel; one that is new to us began before we listened.
    fn known_or_late(&mut self, headers: &Headers<'_>) -> Option<Uid> {
        if let Some(uid) = self.heard_of(headers) {
            return Some(uid);
        }
        let look = Look {
            channel: headers.get("Channel"),
            context: headers.get("Context"),
            caller: headers.get("CallerIDNum"),
            exten: headers.get("Exten"),
            dial: None,
            late: true,
        };
        let uid = self.add(headers, look)?;
        if let Some(key) = self.family_of(&uid) {
            self.begin_inbound(key, &uid);
        }
        Some(uid)
    }

    /// Only now it is known for sure what a dialled channel is: the DialString tells.
    fn look_at_dialled(
        &mut self,
        uid: &Uid,
        headers: &Headers<'_>,
        dial: &str,
        dialler: Option<&Uid>,
    ) {
        let Some(channel) = self.channels.get(uid) else {
            return;
        };
        let context = Some(headers.get("Context")).filter(|context| !context.is_empty());
        let look = Look {
            channel: &channel.name,
            context: context.unwrap_or(&channel.context),
            caller: headers.get("CallerIDNum"),
            exten: "",
            dial: Some(dial),
            late: false,
        };
        let kind = match self.devices.kind(look) {
            // A pattern may name the context that only the first event had.
            Kind::Phone if channel.kind == Kind::Trunk => Kind::Trunk,
            kind => kind,
        };
        let (tech, _) = device::split(&channel.name);
        let number = match kind {
            Kind::Trunk => device::number_outside(tech, dial)
                .unwrap_or(headers.get("CallerIDNum"))
                .to_owned(),
            Kind::Phone => {
                let dialled_as = headers.get("CallerIDNum");
                (self.devices).extension(&channel.name, &channel.caller, dialled_as)
            }
            Kind::Local | Kind::Other => String::new(),
        };
        let name = channel.name.clone();
        if kind == Kind::Trunk {
            self.devices.learn(&name, kind, "");
        }
        if let Some(channel) = self.channels.get_mut(uid) {
            channel.kind = kind;
            channel.number = number;
            channel.dialled = true;
            channel.dialled_by = dialler.cloned();
            channel.dial = Dialled::Running;
            let name = headers.get("CallerIDName");
            if channel.caller_name.is_empty() && kind == Kind::Phone {
                name.clone_into(&mut channel.caller_name);
            }
        }
    }

    /// A device rings for a call. That begins the call, if it is the first one rung and not the
    /// own phone of who calls; a call inside that goes outside begins anew.
    fn rings(&mut self, key: CallKey, dialled: &Uid, dialler: Option<&Uid>, shown: &str) {
        let wish = self.wish(dialler, 0);
        let Some(channel) = self.channels.get(dialled) else {
            return;
        };
        let outside = channel.kind == Kind::Trunk;
        let number = channel.number.clone();
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        let undecided = match call.direction {
            None => true,
            Some(Direction::Internal) => outside,
            Some(_) => false,
        };
        if undecided && !outside && matches!(wish, Wish::OwnPhone) {
            call.own_phone = Some(Arc::clone(dialled));
        } else if undecided {
            let caller = match wish {
                Wish::Of(uid) => uid,
                Wish::OwnPhone => Arc::clone(dialled),
                Wish::Unknown => Arc::clone(&call.root),
            };
            let direction = if outside {
                Direction::Out
            } else {
                Direction::Internal
            };
            self.begin_from_here(key, direction, &caller, number, shown);
        }
        self.ensure_leg(key, dialled);
    }

    /// A call that begins here: `caller` dials `number`.
    pub(super) fn begin_from_here(
        &mut self,
        key: CallKey,
        direction: Direction,
        caller: &Uid,
        number: String,
        shown: &str,
    ) {
        let (from, context) = match self.channels.get(caller) {
            Some(channel) if channel.kind == Kind::Phone => {
                (channel.number.clone(), channel.context.clone())
            }
            Some(channel) if device::is_short(&channel.caller) && !channel.dialled => {
                (channel.caller.clone(), channel.context.clone())
            }
            _ => (String::new(), String::new()),
        };
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        let from = if from.is_empty() {
            call.from.clone()
        } else {
            from
        };
        // A Local channel in front of the caller's phone has that phone's extension.
        let root = (self.channels.get(&call.root)).filter(|root| root.kind == Kind::Phone);
        let root_exten = root.map(|root| root.exten.clone()).unwrap_or_default();
        if direction == Direction::Internal {
            call.anchor = Some(Arc::clone(caller));
        } else if !call.answered {
            call.anchor = None;
            call.holder = Some(Holder {
                uid: Arc::clone(caller),
                number: from.clone(),
            });
        }
        let to = match direction {
            Direction::Internal if device::is_short(&root_exten) => root_exten,
            _ => number,
        };
        let outside = direction == Direction::Out;
        let shown = Some(shown).filter(|shown| outside && !shown.is_empty() && *shown != from);
        self.say_new_call(
            key,
            NewCall {
                direction,
                from,
                from_name: None,
                to,
                shown: shown.map(str::to_owned),
                context: Some(context).filter(|context| !context.is_empty()),
                found: false,
            },
        );
    }

    /// Follows who dials back to who wished it, through Local pairs (facts, "Who called,
    /// outbound").
    fn wish(&self, dialler: Option<&Uid>, depth: usize) -> Wish {
        let Some(uid) = dialler else {
            return Wish::OwnPhone;
        };
        let Some(channel) = self.channels.get(uid).filter(|_| depth < MAX_CHAIN) else {
            return Wish::Unknown;
        };
        if channel.kind != Kind::Local {
            return Wish::Of(Arc::clone(uid));
        }
        let is_root = |uid: &Uid, linkedid: &str| **uid == *linkedid;
        if is_root(uid, &channel.linkedid) {
            // This half goes on in the dialplan once the phone behind the other half is there.
            let own = (channel.call.and_then(|key| self.calls.get(&key)))
                .and_then(|call| call.own_phone.clone());
            return own.map_or(Wish::Unknown, Wish::Of);
        }
        let Some((mate_uid, mate)) =
            (channel.mate.as_ref()).and_then(|mate| Some((mate, self.channels.get(mate)?)))
        else {
            return Wish::Unknown;
        };
        match &mate.dialled_by {
            Some(dialler) => self.wish(Some(dialler), depth + 1),
            None if mate.dialled || is_root(mate_uid, &mate.linkedid) => Wish::OwnPhone,
            None => Wish::Unknown,
        }
    }

    pub(super) fn dial_end(&mut self, message: &Message) {
        self.heard_of(&Headers::new(message, ""));
        let Some(uid) = self.heard_of(&Headers::new(message, "Dest")) else {
            return;
        };
        let Some(channel) = self.channels.get_mut(&uid) else {
            return;
        };
        let status = Dialled::read(message.get("DialStatus").unwrap_or_default());
        // A CANCEL may come after the answer, and twice (facts, "DialStatus").
        if channel.dial != Dialled::Answer {
            channel.dial = status;
        }
        channel.forwarded |= message.known("Forward").is_some();
        let (key, kind) = (channel.call, channel.kind);
        let Some(key) = key.filter(|_| status == Dialled::Answer && channel.is_device()) else {
            return;
        };
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        let Some(state) = call.legs.get_mut(&uid) else {
            return;
        };
        state.picked_up = true;
        let outbound = call.direction == Some(Direction::Out);
        if outbound && kind == Kind::Trunk && !call.answered {
            self.far_side_answered(key, &uid);
        } else if call.answered || (outbound && kind == Kind::Phone) {
            self.leg_answered(key, &uid);
        }
    }

    /// The far side of an outbound call picked up: from now on the call lasts as long as it.
    pub(super) fn far_side_answered(&mut self, key: CallKey, uid: &Uid) {
        self.answer(key, uid);
        if let Some(call) = self.calls.get_mut(&key) {
            call.anchor = Some(Arc::clone(uid));
            call.rival = None;
        }
        self.settle_around(uid);
    }

    /// `Dial` of Asterisk 11 and before. Its end names only who dialled; what follows of it is
    /// read from `Bridge`.
    pub(super) fn old_dial(&mut self, message: &Message) {
        if !message
            .get("SubEvent")
            .is_some_and(|event| event.eq_ignore_ascii_case("Begin"))
        {
            return;
        }
        let get = |key| message.get(key).unwrap_or_default();
        let dialler = self
            .channels
            .get_key_value(get("UniqueID"))
            .map(|(uid, _)| uid.clone());
        let dialled =
            (self.channels.get_key_value(get("DestUniqueID"))).map(|(uid, _)| uid.clone());
        let (Some(dialler), Some(dialled)) = (dialler, dialled) else {
            return;
        };
        let dial = get("Dialstring");
        self.look_at_dialled(
            &dialled,
            &Headers::new(message, "Dest"),
            dial,
            Some(&dialler),
        );
        if let Some(key) = self.channels.get(&dialler).and_then(|channel| channel.call) {
            self.adopt(&dialled, key);
            if self
                .channels
                .get(&dialled)
                .is_some_and(super::channel::Channel::is_device)
            {
                self.rings(key, &dialled, Some(&dialler), get("CallerIDNum"));
            }
        }
    }
}
