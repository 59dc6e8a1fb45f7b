use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use offhook_core::call::{Call, EventKind};
use offhook_core::{SourceId, UnixMillis};
use offhook_store::{Forward, ForwardStore, Stage, StoreError, User};
use offhook_wire::config::Forwarding;
use offhook_wire::zammad::{Heard, heard, tell};
use tokio::sync::{Notify, broadcast};
use tokio::time::sleep;
use tracing::{debug, warn};

use super::{Client, PostError, Reach};
use crate::clock::Clock;
use crate::configuration::Configuration;
use crate::live::{Announcement, Hub};

/// Calls looked at in one go.
const SLICE: usize = 100;
/// Seconds between tries while the other system is away, from one to the next.
const PAUSES: [u64; 6] = [1, 2, 5, 10, 30, 60];
/// What is refused so often is given up, so that the calls after it are told.
const MOST_FAILURES: i64 = 3;
/// Answers remembered of each source.
const MOST_ANSWERS: usize = 20;
/// More of an answer's text is of no use to anybody.
const MOST_TEXT: usize = 300;

/// What the other system said to something that it was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastAnswer {
    /// When.
    pub at: UnixMillis,
    /// `newCall`, `answer` or `hangup`.
    pub event: &'static str,
    /// Which call of ours.
    pub call: offhook_core::CallId,
    /// The HTTP status; none when there was no answer.
    pub status: Option<u16>,
    /// What it said, or why there is no answer; cut.
    pub text: String,
}

/// How telling goes, source by source, and the way to hurry it.
#[derive(Debug, Clone, Default)]
pub struct Forwards(Arc<Mutex<HashMap<SourceId, Told>>>);

#[derive(Debug, Default)]
struct Told {
    answers: VecDeque<LastAnswer>,
    hurry: Arc<Notify>,
}

impl Forwards {
    /// The last answers of a source, newest first.
    pub fn answers(&self, source: SourceId) -> Vec<LastAnswer> {
        let all = self.lock();
        let told = all.get(&source);
        told.map_or_else(Vec::new, |told| {
            told.answers.iter().rev().cloned().collect()
        })
    }

    /// Tries again now.
    pub fn hurry(&self, source: SourceId) {
        self.lock().entry(source).or_default().hurry.notify_one();
    }

    fn hurrying(&self, source: SourceId) -> Arc<Notify> {
        Arc::clone(&self.lock().entry(source).or_default().hurry)
    }

    fn add(&self, source: SourceId, answer: LastAnswer) {
        let mut all = self.lock();
        let answers = &mut all.entry(source).or_default().answers;
        if answers.len() >= MOST_ANSWERS {
            answers.pop_front();
        }
        answers.push_back(answer);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SourceId, Told>> {
        // Every change is whole, whoever panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells other systems of calls, out of a spool that outlives the server: in order of the calls,
/// each thing once.
#[derive(Clone)]
pub struct Outbox {
    /// The spool.
    pub spool: Arc<dyn ForwardStore>,
    /// Which sources want it.
    pub configuration: Arc<Configuration>,
    /// Tells when calls change.
    pub hub: Arc<Hub>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How it goes.
    pub forwards: Forwards,
}

impl Outbox {
    /// Keeps a runner for every source that wants it, until the future is dropped.
    pub async fn run(self) {
        let mut changes = self.configuration.changes();
        let mut runners: HashMap<SourceId, (Forwarding, tokio::task::JoinHandle<()>)> =
            HashMap::new();
        loop {
            changes.borrow_and_update();
            let snapshot = self.configuration.now();
            let wanted: HashMap<SourceId, Forwarding> = (snapshot.sources().into_iter())
                .filter(|live| live.source.enabled)
                .filter_map(|live| Some((live.source.id, live.config.forward.clone()?)))
                .collect();
            runners.retain(|id, (forwarding, runner)| {
                let keep = wanted.get(id) == Some(forwarding);
                if !keep {
                    runner.abort();
                }
                keep
            });
            for (id, forwarding) in wanted {
                runners.entry(id).or_insert_with(|| {
                    let runner = Runner::new(self.clone(), id, forwarding.clone());
                    (forwarding, tokio::spawn(runner.run()))
                });
            }
            if changes.changed().await.is_err() {
                return;
            }
        }
    }
}

/// Tells one other system of one source's calls.
struct Runner {
    outbox: Outbox,
    source: SourceId,
    forwarding: Forwarding,
    client: Option<Client>,
}

/// Waits until a call of the source may have changed; answers whether calls may change any more.
async fn changed(changes: &mut broadcast::Receiver<Arc<Announcement>>, source: SourceId) -> bool {
    loop {
        match changes.recv().await {
            Ok(announcement) => match &announcement.change {
                Some((named, ..)) if named.call.source_id != source => {}
                _ => return true,
            },
            Err(broadcast::error::RecvError::Lagged(_)) => return true,
            Err(broadcast::error::RecvError::Closed) => return false,
        }
    }
}

/// Whether there may be more to tell at once.
enum Round {
    /// All is told.
    Quiet,
    /// The other system takes nothing at the moment.
    Away,
}

impl Runner {
    fn new(outbox: Outbox, source: SourceId, forwarding: Forwarding) -> Self {
        Self {
            outbox,
            source,
            forwarding,
            client: None,
        }
    }

    async fn run(mut self) {
        let hurry = self.outbox.forwards.hurrying(self.source);
        let mut failures = 0;
        loop {
            // Before the round, so that what changes during it is not missed.
            let mut changes = self.outbox.hub.subscribe(None).announcements;
            match self.round().await {
                Ok(Round::Quiet) => {
                    failures = 0;
                    tokio::select! {
                        open = changed(&mut changes, self.source) => if !open { return },
                        () = hurry.notified() => {}
                    }
                }
                away => {
                    if let Err(error) = away {
                        warn!(%error, "what other systems are to be told waits");
                    }
                    let pause = PAUSES.get(failures).or(PAUSES.last()).copied();
                    failures += 1;
                    tokio::select! {
                        () = sleep(Duration::from_secs(pause.unwrap_or(60))) => {}
                        () = hurry.notified() => failures = 0,
                    }
                }
            }
        }
    }

    /// Tells all that there is to tell.
    async fn round(&mut self) -> Result<Round, StoreError> {
        loop {
            let spool = &self.outbox.spool;
            while spool.spool_new(self.source, SLICE).await? == SLICE {}
            let waiting = spool.spooled(self.source, SLICE).await?;
            if waiting.is_empty() {
                return Ok(Round::Quiet);
            }
            for forward in waiting {
                let round = self.tell_all(&forward).await?;
                let away = matches!(round, Round::Away);
                debug!(
                    call = forward.call.id.0,
                    away, "what another system hears of a call"
                );
                if away {
                    return Ok(round);
                }
            }
        }
    }

    /// Tells what there is to tell of one call.
    async fn tell_all(&mut self, forward: &Forward) -> Result<Round, StoreError> {
        let Forward { call, told, .. } = forward;
        let now = self.outbox.clock.now();
        let spool = Arc::clone(&self.outbox.spool);
        if *told == Stage::Nothing && !self.forwarding.wants(&call.folded, now) {
            spool.told(call.id, Stage::Ended).await?;
            return Ok(Round::Quiet);
        }
        for (stage, kind) in [
            (Stage::Began, EventKind::NewCall),
            (Stage::Answered, EventKind::Answer),
            (Stage::Ended, EventKind::Hangup),
        ] {
            let is_due = match stage {
                Stage::Answered => call.folded.answered_at.is_some(),
                Stage::Ended => call.folded.ended_at.is_some(),
                _ => true,
            };
            if stage <= *told || !is_due {
                continue;
            }
            match self.tell(kind, call).await {
                Heard::Taken => spool.told(call.id, stage).await?,
                Heard::NotNow => return Ok(Round::Away),
                Heard::Refused => {
                    let give_up = forward.failures + 1 >= MOST_FAILURES;
                    spool.refused(call.id, give_up).await?;
                    return Ok(if give_up { Round::Quiet } else { Round::Away });
                }
            }
        }
        Ok(Round::Quiet)
    }

    async fn tell(&mut self, kind: EventKind, call: &Call) -> Heard {
        let body = tell(kind, call, self.name(kind, call).as_deref());
        let answer = self.post(body).await;
        let (status, text, means) = match answer {
            Ok(answer) => {
                let status = answer.status.as_u16();
                let means = heard(kind, status, &answer.text);
                (Some(status), answer.text, means)
            }
            // It may have been heard, and is not to be told twice.
            Err(error @ PostError::Unanswered(_)) if kind == EventKind::Hangup => {
                (None, error.to_string(), Heard::Taken)
            }
            Err(error) => (None, error.to_string(), Heard::NotNow),
        };
        let answer = LastAnswer {
            at: self.outbox.clock.now(),
            event: kind.as_str(),
            call: call.id,
            status,
            text: (self.forwarding.without_token(&text).chars())
                .take(MOST_TEXT)
                .collect(),
        };
        self.outbox.forwards.add(self.source, answer);
        means
    }

    async fn post(&mut self, body: String) -> Result<super::Answer, PostError> {
        let uri: http::Uri = (self.forwarding.url.parse())
            .map_err(|_| PostError::NotSent("its address makes no sense".to_owned()))?;
        let client = if let Some(client) = self.client.take() {
            client
        } else {
            let reach = if self.forwarding.allow_private {
                Reach::Anywhere
            } else {
                Reach::Public
            };
            let scheme = uri.scheme_str().unwrap_or("http").to_owned();
            // Reads the system's certificates.
            let made = tokio::task::spawn_blocking(move || Client::new(&scheme, reach)).await;
            let made = made
                .map_err(|error| error.to_string())
                .and_then(|made| made);
            made.map_err(PostError::NotSent)?
        };
        let answer = client
            .post(uri, "application/json", Bytes::from(body))
            .await;
        self.client = Some(client);
        answer
    }

    /// Who of us answered, or dialled.
    fn name(&self, kind: EventKind, call: &Call) -> Option<String> {
        let folded = &call.folded;
        let user = match kind {
            EventKind::NewCall => folded.made_by,
            _ => folded.answered_by.as_ref().and_then(|by| by.user_id),
        };
        let snapshot = self.outbox.configuration.now();
        let User { name, login, .. } = &snapshot.user(user?)?.user;
        Some(if name.is_empty() { login } else { name }.clone())
    }
}
