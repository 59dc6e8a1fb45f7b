//! Recorded requests: best effort, never on the way of a call.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use offhook_store::{RecordedRequest, RequestStore};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tracing::{debug, warn};

/// Requests that wait to be kept; what comes beyond is only counted.
const WAITING: usize = 1024;
/// Of these, so many places are left to requests that were refused: those are looked for.
const FOR_REFUSED: usize = WAITING / 4;
/// A millisecond or two for a disk that calls wait for as well.
const BATCH: usize = 64;
/// Between two batches. To make and keep a record costs more than to answer the request: some 250 in
/// a second, more than a busy PBX sends, are enough to look at, and none waits for longer.
const PAUSE: Duration = Duration::from_millis(250);

/// Takes requests and keeps them in the background.
#[derive(Debug, Clone)]
pub struct Recorder {
    queue: mpsc::Sender<RecordedRequest>,
    dropped: Arc<AtomicU64>,
}

impl Recorder {
    /// Starts keeping; ends once every clone is dropped and the queue is drained.
    pub fn start(store: Arc<dyn RequestStore>) -> (Self, JoinHandle<()>) {
        let (queue, requests) = mpsc::channel(WAITING);
        let recorder = Self {
            queue,
            dropped: Arc::default(),
        };
        (recorder, tokio::spawn(keep(store, requests)))
    }

    /// Keeps a request if there is room, and only then makes it. Never waits.
    pub fn record(&self, refused: bool, request: impl FnOnce() -> RecordedRequest) {
        let room = refused || self.queue.capacity() > FOR_REFUSED;
        match self.queue.try_reserve() {
            Ok(place) if room => place.send(request()),
            _ => {
                self.dropped.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// How many requests there was no room for.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

async fn keep(store: Arc<dyn RequestStore>, mut requests: mpsc::Receiver<RecordedRequest>) {
    let mut batch = Vec::with_capacity(BATCH);
    while requests.recv_many(&mut batch, BATCH).await > 0 {
        match store.keep_requests(&batch).await {
            Ok(()) => debug!(requests = batch.len(), "requests are recorded"),
            Err(error) => {
                warn!(%error, requests = batch.len(), "recorded requests were not kept");
            }
        }
        batch.clear();
        // Nobody is kept waiting by it at the end.
        if !requests.is_closed() {
            tokio::time::sleep(PAUSE).await;
        }
    }
}
