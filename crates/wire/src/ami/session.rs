//! A conversation with one Asterisk.

use std::collections::VecDeque;
use std::fmt;

use offhook_core::UnixMillis;

use super::codec::{Decoder, Item, Message, write_action};
use super::dialling;
use super::login::Login;
use super::tracker::Tracker;
use crate::pbx::{self, Beat, Orders, Originate, Pulse, RING_SECONDS, Told, Trouble, Trunks};

/// How the banner begins (facts/pbx-and-clients.md D.1).
const BANNER: &str = "Asterisk Call Manager";
/// The banner must come within this time: an Asterisk that restarts may accept a connection and
/// never say a word (facts/pbx-events.md, "Restart, reconnect").
const BANNER_MILLIS: i64 = 10_000;
/// So must the answer to our login.
const LOGIN_MILLIS: i64 = 10_000;
/// Without a challenge in this time, the secret is sent.
const CHALLENGE_MILLIS: i64 = 3_000;
/// A FullyBooted this long after the login is that of a young Asterisk.
const BOOTED_LATE_MILLIS: i64 = 1_000;

/// So far the PBX's count of seconds since its start may be off.
const CLOCK_MILLIS: i64 = 5_000;

/// Spares the PBX what we never read. Regular expressions over the whole event, a leading `!`
/// leaves out what matches (manager.conf.sample of Asterisk 13 to 22). Of the dialplan only the
/// mailbox counts.
const FILTERS: [&str; 2] = [
    "!^Event: (VarSet|RTCPSent|RTCPReceived|DTMFBegin|DTMFEnd|DeviceStateChange|QueueMemberStatus)",
    "!^Event: Newexten.*Application: [^Vv]",
];

/// In front of the Uniqueid in the ActionID that asks for the dialled number.
const ASKS_DNID: &str = "offhook-dnid-";

/// Where the conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Closed,
    /// No banner yet, since.
    Banner(UnixMillis),
    /// A challenge was asked for, when.
    Challenge(UnixMillis),
    /// The login was sent, when.
    Login(UnixMillis),
    /// Signed in, since.
    SignedIn(UnixMillis),
    /// Nothing more to say on this connection.
    Done,
}

/// Signs in to an Asterisk, keeps the connection alive, and makes calls of its events.
pub struct Session {
    login: Login,
    stage: Stage,
    decoder: Decoder,
    tracker: Tracker,
    orders: Orders,
    output: Vec<u8>,
    told: VecDeque<Told>,
    pulse: Pulse,
    /// The administrator was told what is missing.
    noted_list: bool,
    noted_calls: bool,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("login", &self.login)
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
            noted_list: false,
            noted_calls: false,
        }
    }

    /// How much it follows right now: channels, calls, what ties them, and orders to dial. Nothing
    /// on a PBX at rest.
    pub fn followed(&self) -> usize {
        self.tracker.size() + self.orders.len()
    }

    fn action<'a>(&mut self, fields: impl IntoIterator<Item = (&'a str, &'a str)>) {
        write_action(&mut self.output, fields);
    }

    fn hang_up(&mut self, why: impl Into<String>) {
        if self.stage != Stage::Done {
            self.stage = Stage::Done;
            self.told.push_back(Told::HangUp(why.into()));
        }
    }

    fn banner(&mut self, line: &str, now: UnixMillis) {
        if !line.starts_with(BANNER) {
            let seen: String = line
                .chars()
                .filter(|char| !char.is_control())
                .take(80)
                .collect();
            self.hang_up(format!(
                "this is not Asterisk's manager interface: it says \"{seen}\". Check address and \
                 port (5038, or 5039 with TLS)."
            ));
        } else if self.login.challenge {
            self.stage = Stage::Challenge(now);
            self.action([
                ("Action", "Challenge"),
                ("ActionID", "offhook-challenge"),
                ("AuthType", "MD5"),
            ]);
        } else {
            self.send_secret(now);
        }
    }

    fn send_secret(&mut self, now: UnixMillis) {
        self.stage = Stage::Login(now);
        let Login {
            username, secret, ..
        } = self.login.clone();
        self.action([
            ("Action", "Login"),
            ("ActionID", "offhook-login"),
            ("Username", &username),
            ("Secret", &secret),
        ]);
    }

    fn send_key(&mut self, challenge: &str, now: UnixMillis) {
        self.stage = Stage::Login(now);
        let username = self.login.username.clone();
        let key = self.login.key(challenge);
        self.action([
            ("Action", "Login"),
            ("ActionID", "offhook-login"),
            ("AuthType", "MD5"),
            ("Username", &username),
            ("Key", &key),
        ]);
    }

    fn message(&mut self, message: &Message, now: UnixMillis) {
        if self.stage == Stage::Done {
            return;
        }
        match message.event() {
            Some(name) => self.event(name, message, now),
            None => self.answer(message, now),
        }
    }

    /// An answer. That to our login is told by what it says, whatever its ActionID.
    fn answer(&mut self, message: &Message, now: UnixMillis) {
        let get = |key| message.get(key).unwrap_or_default();
        let (response, says, id) = (get("Response"), get("Message"), get("ActionID"));
        let ok = response.eq_ignore_ascii_case("Success");
        let signed_in = matches!(self.stage, Stage::SignedIn(_));
        if ok && says.starts_with("Authentication accepted") && !signed_in {
            self.signed_in(now);
        } else if !ok && says.starts_with("Authentication failed") && !signed_in {
            self.stage = Stage::Done;
            self.told.push_back(Told::Unauthorized(says.to_owned()));
        } else if let (Stage::Challenge(_), Some(challenge)) =
            (self.stage, message.known("Challenge"))
        {
            self.send_key(challenge, now);
        } else if !ok && matches!(self.stage, Stage::Challenge(_)) {
            self.send_secret(now);
        } else if !ok && matches!(self.stage, Stage::Login(_)) && !response.is_empty() {
            self.stage = Stage::Done;
            self.told.push_back(Told::Unauthorized(says.to_owned()));
        } else if let Some(order) = dialling::order_of(id) {
            if ok {
                self.orders.taken(order);
            } else {
                self.orders.failed(order, Trouble::Refused, says);
            }
            self.pass_on();
        } else if let Some(uid) = id.strip_prefix(ASKS_DNID) {
            self.tracker
                .dialled(uid, message.known("Value").filter(|_| ok));
        } else if !ok && id == "offhook-channels" && !self.noted_list {
            self.noted_list = true;
            self.told.push_back(Told::Note(format!(
                "Asterisk does not say which calls already run ({says}): give the account \
                 write = reporting in manager.conf, so that calls are not lost when the \
                 connection breaks."
            )));
        }
    }

    fn signed_in(&mut self, now: UnixMillis) {
        self.stage = Stage::SignedIn(now);
        self.told.push_back(Told::SignedIn);
        for filter in FILTERS {
            self.action([
                ("Action", "Filter"),
                ("ActionID", "offhook-filter"),
                ("Operation", "Add"),
                ("Filter", filter),
            ]);
        }
        self.action([
            ("Action", "ExtensionStateList"),
            ("ActionID", "offhook-hints"),
        ]);
        self.resync(now);
    }

    fn resync(&mut self, now: UnixMillis) {
        self.pulse.resynced(now);
        self.tracker.sweep(now);
        self.pass_on();
        self.tracker.new_epoch();
        self.action([
            ("Action", "CoreShowChannels"),
            ("ActionID", "offhook-channels"),
        ]);
        self.action([("Action", "QueueStatus"), ("ActionID", "offhook-queues")]);
    }

    fn event(&mut self, name: &str, message: &Message, now: UnixMillis) {
        if name == "FullyBooted" {
            let uptime = message
                .get("Uptime")
                .and_then(|seconds| seconds.parse::<i64>().ok());
            if let Some(seconds) = uptime {
                let began = now.plus_seconds(seconds.max(0).saturating_neg());
                self.tracker.began(began.plus_millis(-CLOCK_MILLIS));
                self.pass_on();
            }
            // Until now it may not have known its own channels.
            let late = |since| now.millis_since(since) > BOOTED_LATE_MILLIS;
            if matches!(self.stage, Stage::SignedIn(since) if late(since)) {
                self.resync(now);
            }
            return;
        }
        if name == "Shutdown" {
            self.hang_up("Asterisk shuts down");
            return;
        }
        dialling::event(&mut self.orders, name, message);
        self.tracker.event(name, message, now);
        self.pass_on();
        if self.tracker.sees_no_calls() && !self.noted_calls {
            self.noted_calls = true;
            self.told.push_back(Told::Note(
                "Asterisk sends this account no events of calls: give it read = \
                 call,agent,dialplan in manager.conf."
                    .to_owned(),
            ));
        }
    }

    /// Passes on what the orders and the tracker say, and asks what it wants to know. That a phone
    /// was picked up comes before the call that begins then.
    fn pass_on(&mut self) {
        while let Some(told) = self.orders.next() {
            self.told.push_back(told);
        }
        while let Some(told) = self.tracker.next() {
            self.told.push_back(told);
        }
        for (uid, channel) in self.tracker.take_wants() {
            let id = format!("{ASKS_DNID}{uid}");
            self.action([
                ("Action", "Getvar"),
                ("ActionID", &id),
                ("Channel", &channel),
                ("Variable", "CALLERID(dnid)"),
            ]);
        }
    }

    /// When something is due by the rules of the connection alone.
    fn connection_due(&self) -> Option<UnixMillis> {
        match self.stage {
            Stage::Closed | Stage::Done => None,
            Stage::Banner(since) => Some(since.plus_millis(BANNER_MILLIS)),
            Stage::Challenge(since) => Some(since.plus_millis(CHALLENGE_MILLIS)),
            Stage::Login(since) => Some(since.plus_millis(LOGIN_MILLIS)),
            Stage::SignedIn(_) => Some(self.pulse.due()),
        }
    }

    fn poll_connection(&mut self, now: UnixMillis) {
        if self.connection_due().is_none_or(|due| due > now) {
            return;
        }
        match self.stage {
            Stage::Closed | Stage::Done => {}
            Stage::Banner(_) => self.hang_up(
                "nothing came after connecting: no Asterisk manager interface there, or it \
                 restarts",
            ),
            Stage::Challenge(_) => self.send_secret(now),
            Stage::Login(_) => self.hang_up("Asterisk did not answer the login"),
            Stage::SignedIn(_) => {
                while let Some(beat) = self.pulse.beat(now) {
                    match beat {
                        Beat::Ask => {
                            self.action([("Action", "Ping"), ("ActionID", "offhook-ping")]);
                        }
                        Beat::Resync => self.resync(now),
                        Beat::Dead => {
                            return self.hang_up(
                                "nothing came from Asterisk for a minute, not even to a ping",
                            );
                        }
                    }
                }
            }
        }
    }
}

impl pbx::Session for Session {
    fn opened(&mut self, now: UnixMillis) {
        self.stage = Stage::Banner(now);
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
        // What is due comes before what is new.
        self.tracker.poll(now);
        self.pass_on();
        let mut decoder = std::mem::take(&mut self.decoder);
        decoder.feed(bytes, |item| match item {
            Item::Banner(line) => self.banner(line, now),
            Item::Message(message) => self.message(message, now),
        });
        self.decoder = decoder;
        self.pass_on();
    }

    fn poll(&mut self, now: UnixMillis) {
        self.tracker.poll(now);
        self.orders.poll(now);
        self.pass_on();
        self.poll_connection(now);
    }

    fn originate(&mut self, order: &Originate, now: UnixMillis) {
        if self.orders.begin(order, now) {
            let action = dialling::action(order, RING_SECONDS);
            self.action(action.iter().map(|(key, value)| (*key, value.as_str())));
        }
        self.pass_on();
    }

    fn wake_at(&self) -> Option<UnixMillis> {
        let due = [
            self.connection_due(),
            self.tracker.wake_at(),
            self.orders.due(),
        ];
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
