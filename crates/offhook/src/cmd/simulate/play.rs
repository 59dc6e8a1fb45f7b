//! Plays a plan in real time.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::call::Step;
use super::endpoint::Endpoint;
use super::plan::Plan;
use super::tally::Tally;

/// Events on their way at once; a slow endpoint gets no more.
const ON_THE_WAY: usize = 256;

/// Sends a plan's steps when their time has come, `speed` times as fast as they happen, until it is
/// through or `stop` is done or the endpoint refuses. What is cut short is hung up.
pub(crate) async fn play(
    endpoint: Arc<Endpoint>,
    plan: Plan,
    speed: f64,
    tally: Arc<Tally>,
    stop: impl Future<Output = ()>,
) {
    let mut stop = pin!(stop);
    let begun = Instant::now();
    let mut sender = Sender::new(endpoint, Arc::clone(&tally));
    for step in plan {
        let due = Duration::try_from_secs_f64(Duration::from_millis(step.at).as_secs_f64() / speed);
        // A time too far to be told is one that nobody waits for.
        let Some(due) = due.ok().and_then(|due| begun.checked_add(due)) else {
            break;
        };
        tokio::select! {
            biased;
            () = &mut stop => break,
            () = tally.ended() => break,
            () = sleep_until(due) => {}
        }
        sender.send(step).await;
    }
    if tally.counts().end.is_none() {
        for (_, step) in std::mem::take(&mut sender.open) {
            sender.send(step.stopped()).await;
        }
    }
    while sender.sending.join_next().await.is_some() {}
}

/// Sends calls side by side, and the events of a call one after the other.
struct Sender {
    endpoint: Arc<Endpoint>,
    tally: Arc<Tally>,
    sending: JoinSet<()>,
    places: Arc<Semaphore>,
    /// The last step of each running call.
    open: HashMap<u64, Step>,
    /// Done when the last step of each running call was answered.
    answered: HashMap<u64, oneshot::Receiver<()>>,
    first: bool,
}

impl Sender {
    fn new(endpoint: Arc<Endpoint>, tally: Arc<Tally>) -> Self {
        Self {
            endpoint,
            tally,
            sending: JoinSet::new(),
            places: Arc::new(Semaphore::new(ON_THE_WAY)),
            open: HashMap::new(),
            answered: HashMap::new(),
            first: true,
        }
    }

    async fn send(&mut self, step: Step) {
        let Ok(place) = Arc::clone(&self.places).acquire_owned().await else {
            return;
        };
        while self.sending.try_join_next().is_some() {}
        let call = step.call.number;
        let before = self.answered.remove(&call);
        if before.is_none() {
            self.tally.began();
        }
        let (done, answered) = oneshot::channel::<()>();
        if step.last {
            self.open.remove(&call);
        } else {
            self.answered.insert(call, answered);
            self.open.insert(call, step.clone());
        }
        let (endpoint, tally) = (Arc::clone(&self.endpoint), Arc::clone(&self.tally));
        self.sending.spawn(async move {
            if let Some(before) = before {
                before.await.ok();
            }
            let outcome = endpoint.send(&step, None).await;
            tally.add(endpoint.host(), &step, outcome);
            drop((done, place));
        });
        // Whether the endpoint is there at all is known before more is sent.
        if std::mem::take(&mut self.first) {
            self.sending.join_next().await;
        }
    }
}
