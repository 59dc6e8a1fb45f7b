//! A conversation with one FreeSWITCH.

use std::collections::VecDeque;
use std::fmt;

use offhook_core::UnixMillis;

use super::codec::{Decoder, Frame};
use super::dialling;
use super::event::Event;
use super::login::Login;
use super::tracker::Tracker;
use crate::pbx::{self, Beat, Orders, Originate, Pulse, Told, Trouble, Trunks};

/// FreeSWITCH asks for the password at once.
const GREETING_MILLIS: i64 = 10_000;
/// So must the answer to it come.
const LOGIN_MILLIS: i64 = 10_000;

/// What calls are made of (facts/pbx-and-clients.md D.4).
/// A recording that begins tells a mailbox that the dialplan answered for; progress and jobs tell
/// what becomes of an order to dial.
const EVENTS: &str = "event plain CHANNEL_CREATE CHANNEL_PROGRESS CHANNEL_PROGRESS_MEDIA \
                      CHANNEL_ANSWER CHANNEL_BRIDGE CHANNEL_UNBRIDGE CHANNEL_HANGUP_COMPLETE \
                      CHANNEL_DESTROY CHANNEL_UUID RECORD_START BACKGROUND_JOB CUSTOM \
                      callcenter::info fifo::info vm::maintenance\n\n";
const CHANNELS: &str = "api show channels as json\n\n";
/// Costs next to nothing to answer.
const ALIVE: &str = "api uptime\n\n";

/// Where the conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Closed,
    /// Nothing came yet, since.
    Greeting(UnixMillis),
    /// The password was sent, when.
    Login(UnixMillis),
    SignedIn,
    /// Nothing more to say on this connection.
    Done,
}

/// Signs in to a FreeSWITCH, keeps the connection alive, and makes calls of its events.
pub struct Session {
    login: Login,
    stage: Stage,
    decoder: Decoder,
    tracker: Tracker,
    orders: Orders,
    output: Vec<u8>,
    told: VecDeque<Told>,
    pulse: Pulse,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("stage", &self.stage)
            .finish_non_exhaustive()
    }
}

impl Session {
    /// A conversation that signs in like this and takes these channels for the way outside.
    pub fn new(login: Login, trunks: Trunks) -> Self {
        Self {
            login,
            stage: Stage::Closed,
            decoder: Decoder::default(),
            tracker: Tracker::new(trunks),
            orders: Orders::default(),
            output: Vec::new(),
            told: VecDeque::new(),
            pulse: Pulse::new(),
        }
    }

    /// How much it follows right now: channels, calls and orders to dial. Nothing on a PBX at rest.
    pub fn followed(&self) -> usize {
        self.tracker.size() + self.orders.len()
    }

    fn hang_up(&mut self, why: impl Into<String>) {
        if self.stage != Stage::Done {
            self.stage = Stage::Done;
            self.told.push_back(Told::HangUp(why.into()));
        }
    }

    fn shut_out(&mut self, why: impl Into<String>) {
        if self.stage != Stage::Done {
            self.stage = Stage::Done;
            self.told.push_back(Told::Unauthorized(why.into()));
        }
    }

    /// What a frame is shows by itself, whatever was asked and in which order.
    fn frame(&mut self, frame: &Frame, now: UnixMillis) {
        if self.stage == Stage::Done {
            return;
        }
        match frame.header("Content-Type").unwrap_or("") {
            "auth/request" => self.send_secret(now),
            "command/reply" => self.reply(frame.header("Reply-Text").unwrap_or(""), now),
            "api/response" => self.tracker.resync(&frame.body, now),
            "text/event-plain" | "text/event-json" => {
                if let Some(event) = Event::read(frame) {
                    dialling::event(&mut self.orders, &event);
                    self.tracker.event(&event, now);
                }
            }
            "text/disconnect-notice" => self.hang_up("FreeSWITCH ended the connection"),
            "text/rude-rejection" => self.shut_out(
                "FreeSWITCH refuses our address: let it in with apply-inbound-acl in \
                 event_socket.conf.xml and that list in acl.conf.xml",
            ),
            _ if matches!(self.stage, Stage::Greeting(_)) => self.no_freeswitch(),
            _ => {}
        }
    }

    fn no_freeswitch(&mut self) {
        self.hang_up(
            "this is not FreeSWITCH's event socket: check address and port (8021, if nothing \
             else was set)",
        );
    }

    fn send_secret(&mut self, now: UnixMillis) {
        self.stage = Stage::Login(now);
        let secret: String = (self.login.secret.chars())
            .filter(|char| !char.is_control())
            .collect();
        self.send(&format!("auth {secret}\n\n"));
    }

    fn reply(&mut self, text: &str, now: UnixMillis) {
        if let Some(id) = dialling::taken(text) {
            return self.orders.taken(id);
        }
        let signed_in = self.stage == Stage::SignedIn;
        if text.starts_with("+OK accepted") && !signed_in {
            self.stage = Stage::SignedIn;
            self.told.push_back(Told::SignedIn);
            self.send(EVENTS);
            self.resync(now);
        } else if text.starts_with("-ERR") && !signed_in {
            self.shut_out(format!("FreeSWITCH does not accept the password: {text}"));
        } else if let Some(why) = text.strip_prefix("-ERR")
            // Replies come in the order of the commands, and do not say to which.
            && let Some(id) = self.orders.unanswered().map(str::to_owned)
        {
            self.orders.failed(&id, Trouble::Refused, why.trim());
        } else if text.starts_with("-ERR") {
            self.told
                .push_back(Told::Note(format!("FreeSWITCH refuses a request: {text}")));
        }
    }

    fn send(&mut self, text: &str) {
        self.output.extend_from_slice(text.as_bytes());
    }

    fn resync(&mut self, now: UnixMillis) {
        self.pulse.resynced(now);
        self.tracker.new_epoch();
        self.send(CHANNELS);
    }

    /// Passes on what the orders and the tracker say. That a phone was picked up comes before the
    /// call that begins then.
    fn pass_on(&mut self) {
        while let Some(told) = self.orders.next() {
            self.told.push_back(told);
        }
        while let Some(told) = self.tracker.next() {
            self.told.push_back(told);
        }
    }

    /// When something is due by the rules of the connection alone.
    fn connection_due(&self) -> Option<UnixMillis> {
        match self.stage {
            Stage::Closed | Stage::Done => None,
            Stage::Greeting(since) => Some(since.plus_millis(GREETING_MILLIS)),
            Stage::Login(since) => Some(since.plus_millis(LOGIN_MILLIS)),
            Stage::SignedIn => Some(self.pulse.due()),
        }
    }
}

impl pbx::Session for Session {
    fn opened(&mut self, now: UnixMillis) {
        self.stage = Stage::Greeting(now);
        self.decoder = Decoder::default();
        self.output.clear();
        self.pulse.heard(now);
        self.tracker.opened();
    }

    fn closed(&mut self, _now: UnixMillis) {
        self.stage = Stage::Closed;
        self.decoder = Decoder::default();
        self.output.clear();
        self.orders.closed();
        self.pass_on();
    }

    fn receive(&mut self, bytes: &[u8], now: UnixMillis) {
        self.pulse.heard(now);
        self.decoder.feed(bytes);
        loop {
            match self.decoder.next() {
                Ok(Some(frame)) => {
                    self.frame(&frame, now);
                    self.pass_on();
                }
                Ok(None) => break,
                Err(_) => {
                    self.decoder = Decoder::default();
                    if self.stage == Stage::SignedIn {
                        self.hang_up("what came from FreeSWITCH is no event: connecting anew");
                    } else {
                        self.no_freeswitch();
                    }
                    break;
                }
            }
        }
    }

    fn poll(&mut self, now: UnixMillis) {
        self.orders.poll(now);
        self.pass_on();
        if self.connection_due().is_none_or(|due| due > now) {
            return;
        }
        match self.stage {
            Stage::Closed | Stage::Done => {}
            Stage::Greeting(_) => self.hang_up(
                "nothing came after connecting: no FreeSWITCH event socket there, or it restarts",
            ),
            Stage::Login(_) => self.hang_up("FreeSWITCH did not answer the login"),
            Stage::SignedIn => {
                while let Some(beat) = self.pulse.beat(now) {
                    match beat {
                        Beat::Ask => self.send(ALIVE),
                        Beat::Resync => self.resync(now),
                        Beat::Dead => {
                            return self.hang_up(
                                "nothing came from FreeSWITCH for a minute, though we asked",
                            );
                        }
                    }
                }
            }
        }
    }

    fn originate(&mut self, order: &Originate, now: UnixMillis) {
        if self.orders.begin(order, now) {
            self.send(&dialling::command(order));
        }
        self.pass_on();
    }

    fn wake_at(&self) -> Option<UnixMillis> {
        let due = [self.connection_due(), self.orders.due()];
        due.into_iter().flatten().min()
    }

    fn take_output(&mut self) -> Option<Vec<u8>> {
        (!self.output.is_empty()).then(|| std::mem::take(&mut self.output))
    }

    fn next(&mut self) -> Option<Told> {
        self.told.pop_front()
    }
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
