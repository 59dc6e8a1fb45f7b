//! The list of channels after (re)connecting.

use std::collections::{HashSet, VecDeque};

use offhook_core::UnixMillis;
use serde_json::Value;

use super::super::event::Event;
use super::channel::Kind;
use super::{Call, Said, Told, Tracker};

/// So many channels that ended last are remembered.
const MOST_ENDED: usize = 512;

/// The channels that ended last, which a list may hold still.
#[derive(Debug, Default)]
pub(super) struct Ended(VecDeque<String>);

impl Ended {
    pub(super) fn add(&mut self, id: &str) {
        if self.0.len() >= MOST_ENDED {
            self.0.pop_front();
        }
        self.0.push_back(id.to_owned());
    }

    fn holds(&self, id: &str) -> bool {
        self.0.iter().any(|ended| ended == id)
    }
}

impl Tracker {
    /// A connection is there: of calls that do not show what they are yet, something may have been
    /// missed.
    pub(in super::super) fn opened(&mut self) {
        self.new_epoch();
        for call in self.calls.values_mut() {
            call.begins.found |= call.direction.is_none();
        }
    }

    /// What is heard of from now on is there still, whatever a list says.
    pub(in super::super) fn new_epoch(&mut self) {
        for channel in self.channels.values_mut() {
            channel.heard = false;
        }
        for call in self.calls.values_mut() {
            call.heard = false;
        }
    }

    /// The answer to a request: if it is the list of channels, what is not in it is gone, and what
    /// is new in it began while we did not listen.
    pub(in super::super) fn resync(&mut self, body: &str, now: UnixMillis) {
        let Ok(Value::Object(list)) = serde_json::from_str(body.trim()) else {
            return;
        };
        if !list.contains_key("row_count") {
            return;
        }
        let rows = list.get("rows").and_then(Value::as_array);
        let rows: Vec<&Value> = (rows.into_iter().flatten())
            // FreeSWITCH's table runs behind its events.
            .filter(|row| !row["uuid"].as_str().is_some_and(|id| self.ended.holds(id)))
            .collect();
        for row in &rows {
            let id = row["uuid"].as_str().unwrap_or("");
            if let Some(channel) = self.channels.get_mut(id) {
                channel.heard = true;
                if answer_state(row["callstate"].as_str().unwrap_or("")) == "answered" {
                    self.picked_up(id);
                }
            }
        }
        self.forget_unheard();
        // Those that calls begin with come first.
        let (first, later): (Vec<&Value>, Vec<&Value>) = (rows.iter().copied())
            .partition(|row| row["direction"] == "inbound" || row["uuid"] == row["call_uuid"]);
        self.listing = true;
        for row in first.into_iter().chain(later) {
            self.event(&as_created(row), now);
        }
        self.listing = false;
        self.find_talks(&rows);
        let open = self
            .calls
            .iter()
            .filter(|(_, call)| call.direction.is_some());
        let mut open: Vec<String> = open.map(|(id, _)| id.clone()).collect();
        open.sort_unstable();
        self.told.push_back(Told::StillOpen(open));
    }

    fn forget_unheard(&mut self) {
        let mut gone: Vec<String> = (self.channels.iter())
            .filter(|(_, channel)| !channel.heard)
            .map(|(id, _)| id.clone())
            .collect();
        gone.sort_unstable();
        for id in gone {
            self.unbridged(&id);
            let Some(channel) = self.channels.remove(&id) else {
                continue;
            };
            let Some(of) = channel.call.clone() else {
                continue;
            };
            let Some(call) = self.calls.get(&of) else {
                continue;
            };
            if call.is_outside_party(&id) || (call.root == id && call.far.is_none()) {
                // Who listens for what is still open hears that it is not.
                self.calls.remove(&of);
                for member in self.channels.values_mut() {
                    if member.call.as_deref() == Some(&of) {
                        member.call = None;
                        member.leg = None;
                    }
                }
            } else {
                let outcome = channel.outcome("", call.takes > channel.takes_before);
                if let Some(leg) = channel.leg {
                    self.say(&of, Said::LegEnded { leg, outcome });
                }
            }
        }
        let members = self.channels.values();
        let alive: HashSet<&str> = members.filter_map(|one| one.call.as_deref()).collect();
        self.calls.retain(|id, _| alive.contains(id.as_str()));
    }

    /// Of a call that two active channels belong to, these two speak: it was answered while we did
    /// not listen, or went over to somebody when who had it is gone.
    fn find_talks(&mut self, rows: &[&Value]) {
        let active =
            |row: &&&Value| answer_state(row["callstate"].as_str().unwrap_or("")) == "answered";
        let mut calls: Vec<String> = self.calls.keys().cloned().collect();
        calls.sort_unstable();
        for id in calls {
            let is_told = |call: &Call| match &call.holder {
                Some((holder, _)) => self.channels.contains_key(holder),
                None => call.is_answered || call.went_outside,
            };
            let known = self.calls.get(&id);
            if known.is_none_or(|call| call.direction.is_none() || is_told(call)) {
                continue;
            }
            let mut speakers: Vec<String> = (rows.iter().filter(active))
                .filter_map(|row| row["uuid"].as_str())
                .filter(|uuid| {
                    self.channels.get(*uuid).is_some_and(|channel| {
                        channel.kind != Kind::Loopback && channel.call.as_deref() == Some(&id)
                    })
                })
                .map(str::to_owned)
                .collect();
            speakers.dedup();
            if let [one, other] = speakers.as_slice() {
                let (one, other) = (one.clone(), other.clone());
                self.bridged(&one, &other);
            }
        }
    }
}

/// The state of a channel in events, of what the list calls it.
fn answer_state(callstate: &str) -> &'static str {
    match callstate {
        "ACTIVE" | "HELD" | "UNHELD" => "answered",
        "DOWN" | "DIALING" | "RINGING" => "ringing",
        "EARLY" => "early",
        _ => "",
    }
}

/// A row of the list as the beginning of its channel.
fn as_created(row: &Value) -> Event {
    let text = |key: &str| row[key].as_str().unwrap_or("");
    // What it was at its beginning, not where it is in the dialplan now.
    let first = |initial: &'static str, now: &'static str| {
        let initial = text(initial);
        if initial.is_empty() {
            text(now)
        } else {
            initial
        }
    };
    Event::from_headers(&[
        ("Event-Name", "CHANNEL_CREATE"),
        ("Unique-ID", text("uuid")),
        ("Channel-Call-UUID", text("call_uuid")),
        ("Call-Direction", text("direction")),
        ("Channel-Name", text("name")),
        ("Caller-Context", first("initial_context", "context")),
        (
            "Caller-Caller-ID-Number",
            first("initial_cid_num", "cid_num"),
        ),
        (
            "Caller-Caller-ID-Name",
            first("initial_cid_name", "cid_name"),
        ),
        ("Caller-Destination-Number", first("initial_dest", "dest")),
        ("variable_current_application", text("application")),
        (
            "variable_current_application_data",
            text("application_data"),
        ),
        ("Answer-State", answer_state(text("callstate"))),
    ])
}
