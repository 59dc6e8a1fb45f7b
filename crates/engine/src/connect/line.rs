use std::time::Duration;

use offhook_core::SourceId;
use offhook_store::SourceKind;
use offhook_wire::config::Connection;
use offhook_wire::pbx::{Session, Told};
use offhook_wire::{ami, esl};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};
use tracing::{info, warn};

use super::dialer::Order;
use super::feed::Fed;
use super::socket::{self, Opened};
use super::{ConnectionState, Exchange};

/// Seconds to wait before the next try, from one failure in a row to the next.
const PAUSES: [u64; 6] = [1, 2, 5, 10, 30, 60];
/// The same where the PBX does not let us in: trying again and again gets us banned.
const CLOSED_DOOR: [u64; 2] = [60, 300];
/// A PBX that does not take what we send within this time is not there any more.
const PATIENCE: Duration = Duration::from_secs(10);
/// Read at a time.
const MOST_BYTES: usize = 64 * 1024;

/// The connection to one source, over and over.
pub(super) struct Line {
    exchange: Exchange,
    source: SourceId,
    connection: Connection,
    usual_port: u16,
    session: Box<dyn Session>,
    orders: mpsc::Receiver<Order>,
}

/// How a connection ended.
enum Ended {
    /// Nobody wants it any more.
    Stopped,
    /// It broke, or was of no use; whether we had been signed in.
    Broken { why: String, signed_in: bool },
    /// The PBX does not let us in.
    Unauthorized(String),
}

impl Line {
    pub(super) fn new(
        exchange: Exchange,
        source: SourceId,
        kind: SourceKind,
        connection: Connection,
        orders: mpsc::Receiver<Order>,
    ) -> Self {
        let (secret, trunks) = (connection.secret.clone(), connection.trunks.clone());
        let (usual_port, session): (u16, Box<dyn Session>) = if kind == SourceKind::FreeSwitch {
            let login = esl::Login { secret };
            (8021, Box::new(esl::Session::new(login, trunks)))
        } else {
            let username = connection.username.clone();
            let login = ami::Login::new(username, secret);
            let port = if connection.tls { 5039 } else { 5038 };
            (port, Box::new(ami::Session::new(login, trunks)))
        };
        Self {
            exchange,
            source,
            connection,
            usual_port,
            session,
            orders,
        }
    }

    /// Keeps the connection until `stop` is closed; hands on what is told.
    pub(super) async fn run(mut self, mut stop: watch::Receiver<()>, fed: mpsc::Sender<Fed>) {
        self.set(ConnectionState::Connecting, None);
        let mut failures = 0;
        loop {
            let ended = tokio::select! {
                opened = socket::open(&self.connection, self.usual_port, self.fingerprint()) => match opened {
                    Ok(opened) => self.talk(opened, &fed, &mut stop).await,
                    Err(why) => Ended::Broken { why, signed_in: false },
                },
                _ = stop.changed() => Ended::Stopped,
            };
            let pauses = match ended {
                Ended::Stopped => break,
                Ended::Unauthorized(why) => {
                    self.failed(ConnectionState::Unauthorized, why);
                    &CLOSED_DOOR[..]
                }
                Ended::Broken { why, signed_in } => {
                    if signed_in {
                        failures = 0;
                    }
                    let state = if signed_in || self.state() == Some(ConnectionState::Lost) {
                        ConnectionState::Lost
                    } else {
                        ConnectionState::Refused
                    };
                    self.failed(state, why);
                    &PAUSES[..]
                }
            };
            let pause = pauses.get(failures).or(pauses.last());
            failures += 1;
            tokio::select! {
                () = sleep(Duration::from_secs(pause.copied().unwrap_or_default())) => {}
                _ = stop.changed() => break,
            }
        }
    }

    /// One connection, from its beginning to its end.
    async fn talk(
        &mut self,
        opened: Opened,
        fed: &mpsc::Sender<Fed>,
        stop: &mut watch::Receiver<()>,
    ) -> Ended {
        let Opened {
            mut socket,
            mut first_seen,
        } = opened;
        self.session.opened(self.now());
        let mut buffer = vec![0; MOST_BYTES];
        let (mut signed_in, mut deaf) = (false, false);
        let ended = loop {
            if let Some(ended) = self.heed(fed, &mut signed_in).await {
                break ended;
            }
            if signed_in && let Some(fingerprint) = first_seen.take() {
                remember(&self.exchange, self.source, &fingerprint).await;
            }
            if let Some(output) = self.session.take_output()
                && !deaf
            {
                let written = timeout(PATIENCE, socket.write_all(&output)).await;
                // What it said before it went is still to be heard.
                deaf = !matches!(written, Ok(Ok(())));
            }
            let due = self.session.wake_at();
            let rest = due.map_or(i64::MAX, |due| due.millis_since(self.now()).max(0));
            let rest = Duration::from_millis(u64::try_from(rest).unwrap_or(0).min(3_600_000));
            tokio::select! {
                read = socket.read(&mut buffer) => match read {
                    Ok(0) => break broken("the PBX closed the connection", signed_in),
                    Ok(count) => self.session.receive(&buffer[..count], self.now()),
                    Err(error) => break broken(&format!("the connection broke: {error}"), signed_in),
                },
                () = sleep(rest) => self.session.poll(self.now()),
                Some(order) = self.orders.recv() => self.order(&order),
                _ = stop.changed() => break Ended::Stopped,
            }
        };
        self.session.closed(self.now());
        // What it still has to tell was told before the end.
        let last = self.heed(fed, &mut signed_in).await;
        match ended {
            Ended::Broken { why, .. } => last.unwrap_or(Ended::Broken { why, signed_in }),
            ended => ended,
        }
    }

    /// Does what the session tells; answers where the connection should end.
    async fn heed(&mut self, fed: &mpsc::Sender<Fed>, signed_in: &mut bool) -> Option<Ended> {
        let mut ended = None;
        while let Some(told) = self.session.next() {
            let now = self.now();
            match told {
                Told::SignedIn => {
                    *signed_in = true;
                    self.set(ConnectionState::Connected, None);
                    info!(source = self.name(), "listening to the PBX");
                }
                Told::Note(note) => {
                    warn!(source = self.name(), note, "listening to the PBX");
                    self.exchange.statuses.note(self.source, note);
                }
                Told::Event(event) => {
                    self.exchange.statuses.heard(self.source, now);
                    // The feed outlives the line.
                    fed.send(Fed::Event(event, now)).await.ok();
                }
                Told::StillOpen(ids) => {
                    fed.send(Fed::StillOpen(ids, now)).await.ok();
                }
                Told::Dialling { id, said } => self.exchange.dials.said(&id, said),
                Told::Unauthorized(why) => {
                    ended.get_or_insert(Ended::Unauthorized(why));
                }
                Told::HangUp(why) => {
                    ended.get_or_insert(Ended::Broken {
                        why,
                        signed_in: *signed_in,
                    });
                }
            }
        }
        ended
    }

    /// The fingerprint of the certificate that was seen before.
    fn fingerprint(&self) -> Option<String> {
        let snapshot = self.exchange.configuration.now();
        snapshot.source(self.source)?.config.fingerprint.clone()
    }

    fn order(&mut self, order: &Order) {
        // One that waited for the connection to come back is not wanted any more.
        let now = self.now();
        if now < order.until {
            self.session.originate(&order.originate, now);
        }
    }

    fn failed(&self, state: ConnectionState, why: String) {
        // Once for each reason, not at each try.
        let before = self.exchange.statuses.of(self.source);
        if before.is_none_or(|before| before.state != state || before.note.as_ref() != Some(&why)) {
            warn!(source = self.name(), why, "not listening to the PBX");
        }
        self.set(state, Some(why));
    }

    fn set(&self, state: ConnectionState, note: Option<String>) {
        let statuses = &self.exchange.statuses;
        statuses.set(self.source, state, note, self.now());
    }

    fn state(&self) -> Option<ConnectionState> {
        let status = self.exchange.statuses.of(self.source);
        status.map(|status| status.state)
    }

    fn now(&self) -> offhook_core::UnixMillis {
        self.exchange.clock.now()
    }

    fn name(&self) -> String {
        let snapshot = self.exchange.configuration.now();
        let live = snapshot.source(self.source);
        live.map_or_else(String::new, |live| live.source.name.clone())
    }
}

/// From now on no other certificate of this source is trusted.
async fn remember(exchange: &Exchange, source: SourceId, fingerprint: &str) {
    let configuration = &exchange.configuration;
    let snapshot = configuration.now();
    let Some(live) = snapshot.source(source) else {
        return;
    };
    let mut source = live.source.clone();
    let Ok(mut config) = serde_json::from_str::<serde_json::Value>(&source.config) else {
        return;
    };
    config["connection"]["fingerprint"] = fingerprint.into();
    source.config = config.to_string();
    // If somebody else changed it just now, the next connection remembers.
    let mut remembered = configuration
        .sources()
        .update_source(&source)
        .await
        .map(|_| ());
    if remembered.is_ok() {
        remembered = configuration.reload().await;
    }
    if let Err(error) = remembered {
        warn!(%error, source = source.name, "the certificate was not remembered");
    }
}

fn broken(why: &str, signed_in: bool) -> Ended {
    Ended::Broken {
        why: why.to_owned(),
        signed_in,
    }
}
