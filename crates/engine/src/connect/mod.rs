//! PBXs that we listen to: a connection each, kept alive, and what they tell brought into the log.
//!
//! ```text
//! socket ─▶ line ─▶ wire's session (sans-I/O) ─▶ feed ─▶ journal
//! ```
//!
//! A line keeps the connection and gives the session bytes and the time; a feed takes what the
//! session tells, and sees to it that all of it is kept.

mod dialer;
mod dials;
mod feed;
mod line;
mod preview;
mod socket;
mod status;
mod trust;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use offhook_core::SourceId;
use offhook_store::{CallStore, SourceKind};
use offhook_wire::config::Connection;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};
use tracing::warn;

use crate::clock::Clock;
use crate::configuration::Configuration;
use crate::journal::Journal;
use crate::switchboard::Switchboard;

pub use dialer::{DialError, Dialer, Lines};
pub use dials::{Dial, DialState, Dials};
pub use preview::{PreviewError, Previewed, PreviewedCall, Previews};
pub use status::{ConnectionState, ConnectionStatus, Statuses};

/// What lines work with.
#[derive(Clone)]
pub struct Exchange {
    /// Which sources there are.
    pub configuration: Arc<Configuration>,
    /// Finds out whom an event concerns.
    pub switchboard: Switchboard,
    /// Keeps events.
    pub journal: Journal,
    /// Knows which calls are open.
    pub calls: Arc<dyn CallStore>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How the connections are.
    pub statuses: Statuses,
    /// The way to each line.
    pub lines: Lines,
    /// What was heard of sources that are not switched on.
    pub previews: Previews,
    /// What is being dialled.
    pub dials: Dials,
}

impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Exchange").finish_non_exhaustive()
    }
}

/// So many wishes to dial may wait for a line.
const MOST_ORDERS: usize = 16;
/// So much may wait to be kept; then the PBX has to wait.
const WAITING: usize = 4096;
/// So long the server waits at its end for what was told to be kept, which a full disk may prevent.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// A line that runs. It ends when this is dropped.
struct Running {
    kind: SourceKind,
    connection: Connection,
    line: JoinHandle<()>,
    _stop: watch::Sender<()>,
}

impl Exchange {
    /// Keeps a line to every enabled source that we listen to, until `closing` turns true; then
    /// all that was told is kept.
    pub async fn run(self, mut closing: watch::Receiver<bool>) {
        let mut changes = self.configuration.changes();
        let mut lines: HashMap<SourceId, Running> = HashMap::new();
        let mut ending = Vec::new();
        loop {
            changes.borrow_and_update();
            self.follow(&mut lines, &mut ending);
            ending.retain(|line: &JoinHandle<()>| !line.is_finished());
            tokio::select! {
                changed = changes.changed() => if changed.is_err() { break },
                closed = closing.wait_for(|closing| *closing) => {
                    drop(closed);
                    break;
                }
            }
        }
        self.previews.close();
        ending.extend(lines.into_values().map(|running| running.line));
        end(ending, Instant::now() + LAST_WORDS).await;
    }

    /// Brings what a line tells into the log, until `stopped` is closed; then the rest of it.
    async fn keep(self, id: SourceId, line: line::Line, stopped: watch::Receiver<()>) {
        let (fed, waiting) = mpsc::channel(WAITING);
        // In one task: who gives up waiting for it ends both.
        tokio::join!(
            line.run(stopped, fed),
            feed::Feed::new(self, id).run(waiting)
        );
    }

    /// Begins and ends lines, so that there is one for every source that wants it.
    fn follow(&self, lines: &mut HashMap<SourceId, Running>, ending: &mut Vec<JoinHandle<()>>) {
        let snapshot = self.configuration.now();
        let wanted: HashMap<SourceId, (SourceKind, Connection)> = (snapshot.sources().into_iter())
            .filter(|live| live.source.enabled && live.source.kind.is_listened_to())
            .filter_map(|live| {
                let connection = live.config.connection.clone()?;
                Some((live.source.id, (live.source.kind, connection)))
            })
            .collect();
        // Those that are switched on now bring their calls into the log.
        let ended = self.previews.end_others(|id| {
            let live = snapshot.source(id);
            live.is_some_and(|live| !live.source.enabled && !live.source.deleted)
        });
        for id in ended {
            self.statuses.forget(id);
        }
        let same = |id: &SourceId, running: &Running| {
            (wanted.get(id)).is_some_and(|(kind, connection)| {
                *kind == running.kind && *connection == running.connection
            })
        };
        let old: Vec<SourceId> = (lines.iter())
            .filter(|(id, running)| !same(id, running))
            .map(|(id, _)| *id)
            .collect();
        for id in old {
            if let Some(running) = lines.remove(&id) {
                ending.push(running.line);
            }
            self.statuses.forget(id);
        }
        for (id, (kind, connection)) in wanted {
            lines.entry(id).or_insert_with(|| {
                let (stop, stopped) = watch::channel(());
                let (orders, ordered) = mpsc::channel(MOST_ORDERS);
                self.lines.add(id, orders);
                let line = line::Line::new(self.clone(), id, kind, connection.clone(), ordered);
                Running {
                    kind,
                    connection,
                    line: tokio::spawn(self.clone().keep(id, line, stopped)),
                    _stop: stop,
                }
            });
        }
    }
}

/// Waits until these lines have ended; those that have not by then are cut off.
async fn end(lines: Vec<JoinHandle<()>>, deadline: Instant) {
    for mut line in lines {
        if timeout_at(deadline, &mut line).await.is_err() {
            warn!("the last that a PBX told could not be kept before the server goes down");
            line.abort();
            line.await.ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_line_whose_words_can_not_be_kept_is_cut_off() {
        let (held, dropped) = tokio::sync::oneshot::channel::<()>();
        let stuck = tokio::spawn(async move {
            let _held = held;
            std::future::pending::<()>().await;
        });
        let done = tokio::spawn(async {});
        end(vec![stuck, done], Instant::now()).await;
        assert!(dropped.await.is_err(), "nothing of it is left");
    }
}
