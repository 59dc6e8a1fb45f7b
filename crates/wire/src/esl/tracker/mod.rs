//! Channels into calls (facts/pbx-events.md, "FreeSWITCH ESL"; facts/pbx-and-clients.md D.4).
//!
//! A channel that comes in begins a call; what is dialled for it, loopbacks in between or not,
//! joins. Who is bridged with the outside party has the call: the first one answered it, those after
//! were handed it.

mod call;
mod channel;
mod mailbox;
mod resync;
mod talk;

use std::collections::{HashMap, VecDeque};

use offhook_core::UnixMillis;
use offhook_core::call::{Direction, LegOutcome};

use self::call::{Call, End};
use self::channel::{Channel, Kind};
use self::resync::Ended;
use super::event::Event;
use crate::pbx::{Leg, NewCall, PbxEvent, Said, Told, Trunks, VOICEMAIL};

/// More channels at a time are not followed; no machine has so many.
const MOST_CHANNELS: usize = 20_000;

/// Follows the channels of one FreeSWITCH.
#[derive(Debug)]
pub(super) struct Tracker {
    trunks: Trunks,
    channels: HashMap<String, Channel>,
    calls: HashMap<String, Call>,
    ended: Ended,
    /// What is taken up now stands in a list of what runs: its beginning was not heard.
    listing: bool,
    told: VecDeque<Told>,
}

impl Tracker {
    pub(super) fn new(trunks: Trunks) -> Self {
        Self {
            trunks,
            channels: HashMap::new(),
            calls: HashMap::new(),
            ended: Ended::default(),
            listing: false,
            told: VecDeque::new(),
        }
    }

    /// How much is followed.
    pub(super) fn size(&self) -> usize {
        self.channels.len() + self.calls.len()
    }

    pub(super) fn next(&mut self) -> Option<Told> {
        self.told.pop_front()
    }

    /// Something happened.
    pub(super) fn event(&mut self, event: &Event, _now: UnixMillis) {
        let id = event.get("Unique-ID").unwrap_or("");
        if let Some(channel) = self.channels.get_mut(id) {
            channel.heard = true;
        }
        if event.get("Answer-State") == Some("answered") {
            self.picked_up(id);
        }
        match event.name() {
            "CHANNEL_CREATE" => self.created(id, event),
            "CHANNEL_ANSWER" => self.picked_up(id),
            "CHANNEL_BRIDGE" => {
                let (a, b) = (
                    event.get("Bridge-A-Unique-ID"),
                    event.get("Bridge-B-Unique-ID"),
                );
                let other = b.or_else(|| event.get("Other-Leg-Unique-ID"));
                if let Some(other) = other {
                    self.bridged(a.unwrap_or(id), other);
                }
            }
            "CHANNEL_UNBRIDGE" => self.unbridged(id),
            "CHANNEL_UUID" => self.renamed(event.get("Old-Unique-ID").unwrap_or(""), id),
            "CHANNEL_HANGUP_COMPLETE" | "CHANNEL_DESTROY" => self.hung_up(id, event),
            "callcenter::info" => self.callcenter(event),
            "fifo::info" => self.fifo(id, event),
            _ => {}
        }
        self.in_mailbox(id, event);
    }

    fn say(&mut self, call: &str, said: Said) {
        let call = call.to_owned();
        self.told.push_back(Told::Event(PbxEvent { call, said }));
    }

    fn created(&mut self, id: &str, event: &Event) {
        if id.is_empty() || self.channels.contains_key(id) || self.channels.len() >= MOST_CHANNELS {
            return;
        }
        let mut channel = Channel::begin(event, &self.trunks);
        let inbound = event.get("Call-Direction") == Some("inbound");
        let origin = self.origin(id, event);
        let family = (origin.as_deref()).and_then(|origin| self.family(origin));
        if channel.kind == Kind::Loopback {
            channel.call = family;
            self.channels.insert(id.to_owned(), channel);
            return;
        }
        match family {
            // They have spoken already: what goes outside from there is a call of its own.
            Some(call) if channel.kind == Kind::Trunk && !inbound && self.is_settled(&call) => {
                let from = origin.map(|origin| self.number(&origin));
                self.begins(id, channel, event, from);
            }
            Some(call) if !inbound => {
                self.channels.insert(id.to_owned(), channel);
                self.join(id, &call, event.get("Caller-Caller-ID-Number"));
            }
            // Called for somebody whom we do not know (yet).
            None if !inbound && awaits_member(event) => {
                self.channels.insert(id.to_owned(), channel);
            }
            _ => self.begins(id, channel, event, None),
        }
    }

    /// The channel that one was made for.
    fn origin(&self, id: &str, event: &Event) -> Option<String> {
        let made_for = event.get("Other-Type") == Some("originator");
        let candidates = [
            event.get("variable_originator"),
            event.get("variable_other_loopback_from_uuid"),
            event.get("variable_cc_member_session_uuid"),
            event.get("variable_fifo_outbound_uuid"),
            event.get("Other-Leg-Unique-ID").filter(|_| made_for),
            event.get("Channel-Call-UUID"),
            event.get("variable_other_loopback_leg_uuid"),
        ];
        let mut known = candidates.into_iter().flatten();
        known
            .find(|other| *other != id && self.channels.contains_key(*other))
            .map(str::to_owned)
    }

    /// The call that a channel is made for: its origin's, or, where a program called a loopback
    /// first, that of who is behind it.
    fn family(&self, origin: &str) -> Option<String> {
        let call = |id: &str| self.channels.get(id)?.call.clone();
        call(origin).or_else(|| call(&self.behind(origin)?))
    }

    /// Whether it is a call among us that was answered.
    fn is_settled(&self, call: &str) -> bool {
        let is = |call: &Call| call.is_answered && call.direction == Some(Direction::Internal);
        self.calls.get(call).is_some_and(is)
    }

    /// A channel that nobody here was called for begins a call.
    fn begins(&mut self, id: &str, mut channel: Channel, event: &Event, from: Option<String>) {
        let inbound = event.get("Call-Direction") == Some("inbound");
        let from_outside = channel.kind == Kind::Trunk;
        let text = |key: &str| event.get(key).unwrap_or("").to_owned();
        let caller = text("Caller-Caller-ID-Number");
        let begins = NewCall {
            direction: Direction::In,
            from: match from {
                Some(from) => from,
                None if from_outside => caller,
                None => channel.number.clone(),
            },
            from_name: channel.name.clone(),
            // A phone that a program has called dials only once it is picked up.
            to: if from_outside || inbound {
                text("Caller-Destination-Number")
            } else {
                String::new()
            },
            shown: None,
            context: event.get("Caller-Context").map(str::to_owned),
            found: self.listing,
        };
        channel.call = Some(id.to_owned());
        self.channels.insert(id.to_owned(), channel);
        self.calls.insert(id.to_owned(), Call::new(id, begins));
        match (from_outside, inbound) {
            (true, true) => self.direct(id, Direction::In, None),
            // A program calls somebody outside first.
            (true, false) => {
                self.direct(id, Direction::Out, None);
                self.rang(id, id);
            }
            (false, _) => {}
        }
    }

    /// The call has a direction now, and is told of, unless it has one that counts already.
    fn direct(&mut self, call: &str, direction: Direction, outside: Option<(&str, Option<&str>)>) {
        let Some(known) = self.calls.get_mut(call) else {
            return;
        };
        let undecided = matches!(known.direction, None | Some(Direction::Internal));
        if !undecided || known.direction == Some(direction) {
            return;
        }
        known.direction = Some(direction);
        known.begins.direction = direction;
        if let Some((number, shown)) = outside {
            number.clone_into(&mut known.begins.to);
            known.begins.shown = shown.map(str::to_owned);
        }
        let begins = known.begins.clone();
        self.say(call, Said::NewCall(begins));
    }

    /// A phone here calls somebody here.
    fn among_us(&mut self, call: &str, to: &str) {
        if let Some(known) = self.calls.get_mut(call)
            && known.begins.to.is_empty()
        {
            to.clone_into(&mut known.begins.to);
        }
        self.direct(call, Direction::Internal, None);
    }

    /// A channel was dialled for a call, and joins it.
    fn join(&mut self, id: &str, call: &str, shown: Option<&str>) {
        let Some(channel) = self.channels.get_mut(id) else {
            return;
        };
        channel.call = Some(call.to_owned());
        let (kind, number) = (channel.kind, channel.number.clone());
        let of_phone = self
            .calls
            .get(call)
            .is_some_and(|call| call.direction != Some(Direction::In));
        match kind {
            Kind::Loopback => return,
            Kind::Trunk if of_phone => self.direct(call, Direction::Out, Some((&number, shown))),
            Kind::Phone if of_phone => self.among_us(call, &number),
            _ => {}
        }
        self.rang(id, call);
    }

    fn rang(&mut self, id: &str, call: &str) {
        let Some(channel) = self
            .channels
            .get_mut(id)
            .filter(|channel| channel.leg.is_none())
        else {
            return;
        };
        let Some(known) = self.calls.get(call) else {
            return;
        };
        channel.takes_before = known.takes;
        if known.left.iter().any(|leg| leg == id) {
            return;
        }
        channel.leg = Some(id.to_owned());
        let leg = Leg {
            id: id.to_owned(),
            number: channel.number.clone(),
            name: None,
            direction: match channel.kind {
                Kind::Trunk => Direction::Out,
                _ => Direction::In,
            },
        };
        self.say(call, Said::LegRang(leg));
    }

    /// A channel has another id from now on.
    fn renamed(&mut self, old: &str, new: &str) {
        if self.channels.contains_key(new) {
            return;
        }
        let Some(channel) = self.channels.remove(old) else {
            return;
        };
        self.channels.insert(new.to_owned(), channel);
        for channel in self.channels.values_mut() {
            for link in [&mut channel.peer, &mut channel.half] {
                if link.as_deref() == Some(old) {
                    *link = Some(new.to_owned());
                }
            }
        }
        for call in self.calls.values_mut() {
            if call.root == old {
                new.clone_into(&mut call.root);
            }
            if call.far.as_deref() == Some(old) {
                call.far = Some(new.to_owned());
            }
            if let Some((holder, _)) = call.holder.as_mut().filter(|(holder, _)| holder == old) {
                new.clone_into(holder);
            }
        }
    }

    fn callcenter(&mut self, event: &Event) {
        let Some(member) = event.get("CC-Member-Session-UUID") else {
            return;
        };
        let Some(call) = self
            .channels
            .get(member)
            .and_then(|member| member.call.clone())
        else {
            return;
        };
        match event.get("CC-Action") {
            Some("member-queue-start") => {
                // `support@default`: the domain tells nothing.
                let queue = event.get("CC-Queue").unwrap_or("");
                self.queued(&call, queue.split('@').next().unwrap_or(queue));
            }
            Some("bridge-agent-start") => {
                let agent = event.get("Unique-ID").unwrap_or("");
                if self
                    .channels
                    .get(agent)
                    .is_some_and(|agent| agent.call.is_none())
                {
                    self.join(agent, &call, None);
                }
            }
            _ => {}
        }
    }

    fn fifo(&mut self, id: &str, event: &Event) {
        let waits = matches!(event.get("FIFO-Action"), Some("push" | "caller_push"));
        let call = self
            .channels
            .get(id)
            .and_then(|channel| channel.call.clone());
        if let (true, Some(call), Some(queue)) = (waits, call, event.get("FIFO-Name")) {
            self.queued(&call, queue.split('@').next().unwrap_or(queue));
        }
    }

    fn queued(&mut self, call: &str, queue: &str) {
        let Some(known) = self.calls.get_mut(call) else {
            return;
        };
        // A phone here that dials a queue calls among us.
        if known.direction.is_none() {
            self.among_us(call, queue);
        }
        if let Some(known) = self.calls.get_mut(call)
            && !known.is_queued
            && !queue.is_empty()
        {
            known.is_queued = true;
            let queue = queue.to_owned();
            self.say(call, Said::Queued { queue });
        }
    }

    fn hung_up(&mut self, id: &str, event: &Event) {
        self.in_mailbox(id, event);
        self.unbridged(id);
        let Some(channel) = self.channels.remove(id) else {
            return;
        };
        self.ended.add(id);
        let text = |key: &str| event.get(key).unwrap_or("").to_owned();
        let end = End {
            cause: text("Hangup-Cause"),
            disposition: text("variable_sip_hangup_disposition"),
        };
        let Some(id_of_call) = channel.call.clone() else {
            return;
        };
        let Some(call) = self.calls.get_mut(&id_of_call) else {
            return;
        };
        let refused = !end.is_taken_back() && channel.kind == Kind::Trunk;
        if refused && !channel.picked_up && channel.leg.is_some() {
            call.last_refusal = Some(end.cause.clone());
        }
        let taken = call.takes > channel.takes_before;
        if call.root == id {
            call.root_end = Some(end.clone());
        }
        let was_outside_party = call.is_outside_party(id);
        let outcome = channel.outcome(&end.cause, taken);
        if let Some(leg) = channel.leg {
            self.say(&id_of_call, Said::LegEnded { leg, outcome });
        }
        self.after_hangup(&id_of_call, was_outside_party, &end);
    }

    /// Ends the call where nobody is left who it is about.
    fn after_hangup(&mut self, id: &str, was_outside_party: bool, end: &End) {
        let Some(call) = self.calls.get(id) else {
            return;
        };
        let mut members = self
            .channels
            .values()
            .filter(|channel| channel.call.as_deref() == Some(id));
        let is_over = match call.direction {
            Some(Direction::In) => was_outside_party,
            // Once the far side answered, it is about them: the phone that called may hand over.
            Some(Direction::Out) if call.far.is_some() => was_outside_party,
            Some(Direction::Out) | None => call.root_end.is_some(),
            Some(Direction::Internal) => {
                call.root_end.is_some() && members.all(|member| member.kind == Kind::Loopback)
            }
        };
        if is_over {
            self.ends(id, &end.cause);
        }
    }

    /// Says that a call is over, and forgets it.
    fn ends(&mut self, id: &str, text: &str) {
        let Some(call) = self.calls.remove(id) else {
            return;
        };
        let mut legs = Vec::new();
        for channel in self.channels.values_mut() {
            if channel.call.as_deref() == Some(id) {
                channel.call = None;
                let taken = call.takes > channel.takes_before;
                let outcome = channel.outcome("", taken);
                legs.extend(channel.leg.take().map(|leg| (leg, outcome)));
            }
        }
        if call.direction.is_none() {
            return;
        }
        legs.sort_by(|one, other| one.0.cmp(&other.0));
        for (leg, outcome) in legs {
            self.say(id, Said::LegEnded { leg, outcome });
        }
        let (cause, text) = (call.cause(), text.to_owned());
        self.say(id, Said::Hangup { cause, text });
    }

    /// A leg leaves its call for another.
    fn leave(&mut self, id: &str) {
        let Some(channel) = self.channels.get_mut(id) else {
            return;
        };
        if let (Some(leg), Some(call)) = (channel.leg.take(), channel.call.take())
            && let Some(known) = self.calls.get_mut(&call)
        {
            known.left.push(leg.clone());
            let outcome = LegOutcome::Answered;
            self.say(&call, Said::LegEnded { leg, outcome });
        }
    }
}

/// Whether a channel without a call is that of an agent who is called for a queue.
fn awaits_member(event: &Event) -> bool {
    event.get("variable_cc_member_session_uuid").is_some()
        || event.get("variable_fifo_outbound_uuid").is_some()
}
