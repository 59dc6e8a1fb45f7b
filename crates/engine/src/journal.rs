//! The queue in front of the store: many events, one commit.

use std::sync::Arc;
use std::time::Duration;

use offhook_core::UnixMillis;
use offhook_core::call::{Direction, EventKind, State};
use offhook_store::{CallStore, Incoming, Outcome, StoreError};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::sleep;
use tracing::{error, warn};

use crate::live::{Change, Hub};

/// How many events may wait for the writer.
const QUEUE: usize = 4096;
/// How many go into one transaction at the most.
const BATCH: usize = 256;
/// After so long without an event, calls are brought up to date.
const LULL: Duration = Duration::from_millis(20);
/// What is older than this when it comes in neither rings nor pops (contract, "Finer points").
const FRESH_MILLIS: i64 = 120_000;

/// Why an event was not kept. The PBX should send it again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// More events come in than the disk can take.
    #[error("too many events are waiting to be stored: try again")]
    Full,
    /// The database does not take it.
    #[error("the event could not be stored ({0}): try again")]
    Unavailable(String),
    /// The server is going down.
    #[error("the server is shutting down: try again")]
    Closed,
}

struct Job {
    incoming: Incoming,
    answer: oneshot::Sender<Result<Outcome, RecordError>>,
}

/// The one way into the log. Events wait in a bounded queue; one writer takes the first, then what
/// came meanwhile, keeps them all at once, answers, and announces what changed. No
/// timer: while one commit syncs, the next batch gathers. Only what can wait waits for a lull, and
/// holds up nobody who comes then: see [`CallStore::catch_up`].
#[derive(Clone)]
pub struct Journal {
    queue: mpsc::Sender<Job>,
    store: Arc<dyn CallStore>,
}

impl Journal {
    /// Starts the writer. What is given back ends once every clone of the journal is dropped, the
    /// queue is drained, and calls are up to date.
    pub fn start(store: Arc<dyn CallStore>, hub: Arc<Hub>) -> (Self, JoinHandle<()>) {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let (kept, lulls) = watch::channel(());
        let writer = Writer {
            store: Arc::clone(&store),
            hub,
            kept,
        };
        let runtime = Handle::current();
        // On a thread of its own, as it waits for the disk: the runtime's are for those who bring events.
        spawn_blocking(move || writer.run(jobs, &runtime));
        let catching_up = tokio::spawn(catch_up_in_lulls(Arc::clone(&store), lulls));
        (Self { queue, store }, catching_up)
    }

    /// Keeps an event; answers once it is on disk.
    pub async fn record(&self, incoming: Incoming) -> Result<Outcome, RecordError> {
        let outcome = self.begin(incoming)?;
        outcome.await.map_err(|_| RecordError::Closed)?
    }

    /// Begins to keep an event, after all that was begun before; what comes out tells once it is on
    /// disk.
    pub(crate) fn begin(
        &self,
        incoming: Incoming,
    ) -> Result<oneshot::Receiver<Result<Outcome, RecordError>>, RecordError> {
        let (answer, outcome) = oneshot::channel();
        self.queue
            .try_send(Job { incoming, answer })
            .map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => RecordError::Full,
                mpsc::error::TrySendError::Closed(_) => RecordError::Closed,
            })?;
        Ok(outcome)
    }

    /// What [`record`](Self::record) would answer, keeping nothing.
    pub async fn rehearse(&self, incoming: &Incoming) -> Result<Outcome, RecordError> {
        self.store
            .rehearse(incoming)
            .await
            .map_err(|error| RecordError::Unavailable(error.to_string()))
    }
}

/// Brings calls up to date whenever no event came for a while, and at the end.
async fn catch_up_in_lulls(store: Arc<dyn CallStore>, mut kept: watch::Receiver<()>) {
    // What an earlier run left, too.
    let mut behind = true;
    while behind || kept.changed().await.is_ok() {
        kept.borrow_and_update();
        sleep(LULL).await;
        behind = match kept.has_changed() {
            Ok(true) => true,
            Ok(false) => catch_up(&*store).await,
            Err(_) => break,
        };
    }
    while catch_up(&*store).await {}
}

/// Whether calls still lag behind their events. On an error they do, but it is the next event
/// that tries again.
async fn catch_up(store: &dyn CallStore) -> bool {
    match store.catch_up().await {
        Ok(behind) => behind > 0,
        Err(error) => {
            warn!(%error, "calls lag behind their events, which are kept");
            false
        }
    }
}

struct Writer {
    store: Arc<dyn CallStore>,
    hub: Arc<Hub>,
    /// Is told of every batch.
    kept: watch::Sender<()>,
}

impl Writer {
    fn run(self, mut jobs: mpsc::Receiver<Job>, runtime: &Handle) {
        let mut batch = Vec::with_capacity(BATCH);
        while jobs.blocking_recv_many(&mut batch, BATCH) > 0 {
            runtime.block_on(self.keep(&mut batch));
            self.kept.send_replace(());
        }
    }

    async fn keep(&self, batch: &mut Vec<Job>) {
        let (incoming, answers): (Vec<_>, Vec<_>) = batch
            .drain(..)
            .map(|job| (job.incoming, job.answer))
            .unzip();
        let outcomes = self.apply(&incoming).await;
        let mut changes = Vec::new();
        for ((incoming, answer), outcome) in incoming.iter().zip(answers).zip(outcomes) {
            if let Ok(outcome) = &outcome {
                changes.extend(change(incoming, outcome));
            }
            // A PBX that hung up meanwhile does not want the answer; the event is kept.
            answer.send(outcome).ok();
        }
        self.hub.announce(changes);
    }

    /// All at once; after an error that another try may not meet, one by one, so that an event
    /// never fails its neighbours.
    async fn apply(&self, batch: &[Incoming]) -> Vec<Result<Outcome, RecordError>> {
        let first = self.store.apply(batch).await;
        let first = match first {
            Err(StoreError::Unavailable(why)) => {
                warn!(events = batch.len(), why, "a commit failed, trying again");
                self.store.apply(batch).await
            }
            first => first,
        };
        match first {
            Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
            Err(StoreError::Unavailable(why)) => {
                error!(
                    events = batch.len(),
                    why, "events were not stored, the PBX was told so"
                );
                batch
                    .iter()
                    .map(|_| Err(RecordError::Unavailable(why.clone())))
                    .collect()
            }
            Err(error) => {
                warn!(events = batch.len(), %error, "a commit failed, taking its events singly");
                let mut outcomes = Vec::with_capacity(batch.len());
                for incoming in batch {
                    outcomes.push(self.apply_one(incoming).await);
                }
                outcomes
            }
        }
    }

    async fn apply_one(&self, incoming: &Incoming) -> Result<Outcome, RecordError> {
        let mut outcomes = self
            .store
            .apply(std::slice::from_ref(incoming))
            .await
            .map_err(|error| {
                error!(%error, "an event was not stored, the PBX was told so");
                RecordError::Unavailable(error.to_string())
            })?;
        outcomes
            .pop()
            .ok_or_else(|| RecordError::Unavailable("no outcome".to_owned()))
    }
}

/// What listeners should hear of an event, if anything.
fn change(incoming: &Incoming, outcome: &Outcome) -> Option<Change> {
    let Outcome::Folded {
        call,
        before,
        changed: true,
    } = outcome
    else {
        return None;
    };
    let body = &incoming.event.body;
    let fresh = is_fresh(incoming.arrived_at, incoming.event.at);
    let state = call.folded.state;
    let inbound = call.folded.direction == Direction::In;
    let rings_now = match body.kind {
        // A PBX that does not ask what to do with a call tells of each phone that rings.
        EventKind::NewCall => body.decision.is_some(),
        EventKind::Rang => {
            (body.leg.as_ref()).is_some_and(|leg| leg.direction != Some(Direction::Out))
        }
        _ => false,
    };
    let rings = fresh && inbound && rings_now && state == State::Ringing;
    let taken = match body.kind {
        EventKind::Answer => inbound && *before != Some(State::Answered),
        EventKind::Transferred => true,
        _ => false,
    };
    // An answer after the end counts, but nobody is on the phone any more.
    let answered = fresh && taken && state == State::Answered;
    Some(Change {
        call: Arc::clone(call),
        ring: rings.then(|| body.user_ids.clone()),
        pop: if answered {
            body.user_ids.first().copied()
        } else {
            None
        },
        at: incoming.arrived_at,
    })
}

fn is_fresh(arrived_at: UnixMillis, at: UnixMillis) -> bool {
    arrived_at.millis_since(at) <= FRESH_MILLIS
}
