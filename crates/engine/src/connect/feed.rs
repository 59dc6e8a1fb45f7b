use std::collections::HashSet;
use std::time::Duration;

use offhook_core::access::Visibility;
use offhook_core::call::{Cause, State};
use offhook_core::{SourceId, UnixMillis};
use offhook_store::{CallQuery, Incoming, Outcome, StoreError};
use offhook_wire::pbx::{PbxEvent, Said, understood};
use tokio::sync::mpsc;
use tokio::time::sleep;
use tracing::warn;

use super::Exchange;
use crate::journal::RecordError;

/// Kept at a time.
const BATCH: usize = 256;
/// Between tries to keep what could not be kept.
const PAUSE: Duration = Duration::from_millis(500);
/// Open calls looked at in one go.
const PAGE: usize = 500;

/// What a line hands on.
#[derive(Debug)]
pub(super) enum Fed {
    /// Something happened to a call, when.
    Event(PbxEvent, UnixMillis),
    /// Of the calls until now, these are still open.
    StillOpen(Vec<String>, UnixMillis),
}

/// Whether it tells of a call whose beginning nobody heard.
fn is_found(fed: &Fed) -> bool {
    matches!(fed, Fed::Event(event, _)
        if matches!(&event.said, Said::NewCall(new_call) if new_call.found))
}

/// Brings what one PBX tells into the log, in order, and all of it: a PBX does not say anything
/// twice.
pub(super) struct Feed {
    exchange: Exchange,
    source: SourceId,
}

impl Feed {
    pub(super) fn new(exchange: Exchange, source: SourceId) -> Self {
        Self { exchange, source }
    }

    /// Until the line ends and all is kept.
    pub(super) async fn run(self, mut waiting: mpsc::Receiver<Fed>) {
        let mut taken = Vec::with_capacity(BATCH);
        while waiting.recv_many(&mut taken, BATCH).await > 0 {
            // Read once for all calls that a list of running ones tells at a time.
            let open = if taken.iter().any(is_found) {
                self.open_calls().await
            } else {
                Vec::new()
            };
            let mut batch = Vec::new();
            for fed in taken.drain(..) {
                let found = is_found(&fed);
                match fed {
                    Fed::Event(event, at) => {
                        if !found || self.goes_on(&event.call, open.contains(&event.call)) {
                            batch.extend(self.incoming(event, at));
                        }
                    }
                    Fed::StillOpen(ids, at) => {
                        self.keep(std::mem::take(&mut batch)).await;
                        let ended = self.ended(&ids, at).await;
                        self.keep(ended).await;
                    }
                }
            }
            self.keep(batch).await;
        }
    }

    /// Whether a call that was found running may be kept at all.
    fn goes_on(&self, call: &str, kept: bool) -> bool {
        let snapshot = self.exchange.configuration.now();
        let live = snapshot.source(self.source);
        live.is_some_and(|live| self.exchange.switchboard.found(live, call, kept))
    }

    fn incoming(&self, event: PbxEvent, at: UnixMillis) -> Vec<Incoming> {
        let snapshot = self.exchange.configuration.now();
        let Some(live) = snapshot.source(self.source) else {
            return Vec::new();
        };
        let understood = understood(event, snapshot.country);
        self.exchange.switchboard.overheard(live, understood, at)
    }

    /// Keeps a batch, however long that takes: an event that was kept already changes nothing.
    async fn keep(&self, batch: Vec<Incoming>) {
        if batch.is_empty() {
            return;
        }
        loop {
            match self.try_keep(&batch).await {
                Ok(()) => return,
                Err(RecordError::Closed) => {
                    warn!(
                        events = batch.len(),
                        "the server went down before they were kept"
                    );
                    return;
                }
                Err(error) => {
                    warn!(events = batch.len(), %error, "what a PBX told waits to be kept");
                    sleep(PAUSE).await;
                }
            }
        }
    }

    async fn try_keep(&self, batch: &[Incoming]) -> Result<(), RecordError> {
        let journal = &self.exchange.journal;
        let (mut waiting, mut kept) = (Vec::with_capacity(batch.len()), Ok(()));
        for incoming in batch {
            match journal.begin(incoming.clone()) {
                Ok(outcome) => waiting.push(outcome),
                Err(error) => {
                    kept = Err(error);
                    break;
                }
            }
        }
        for outcome in waiting {
            match outcome.await.unwrap_or(Err(RecordError::Closed)) {
                Ok(Outcome::Folded { call, .. }) => self.exchange.dials.kept(&call),
                Ok(Outcome::NoDirection) => {}
                Err(error) => kept = Err(error),
            }
        }
        kept
    }

    /// Hangups for the source's open calls that are over by now, whose end we did not hear.
    async fn ended(&self, open: &[String], at: UnixMillis) -> Vec<Incoming> {
        let open: HashSet<&str> = open.iter().map(String::as_str).collect();
        let ids = self.open_calls().await;
        let lost = ids.into_iter().filter(|id| !open.contains(id.as_str()));
        lost.flat_map(|call| {
            let said = Said::Hangup {
                cause: Cause::Lost,
                text: String::new(),
            };
            self.incoming(PbxEvent { call, said }, at)
        })
        .collect()
    }

    /// The PBX's ids of the source's open calls, however long it takes to read them.
    async fn open_calls(&self) -> Vec<String> {
        loop {
            match self.try_open_calls().await {
                Ok(ids) => return ids,
                Err(error) => {
                    warn!(%error, "which calls are open can not be read, trying again");
                    sleep(PAUSE).await;
                }
            }
        }
    }

    /// The PBX's ids of the source's open calls.
    async fn try_open_calls(&self) -> Result<Vec<String>, StoreError> {
        let mut ids = Vec::new();
        for state in [State::Ringing, State::Answered] {
            let mut query = CallQuery::newest(Visibility::All, PAGE);
            (query.source_id, query.state) = (Some(self.source), Some(state));
            loop {
                let page = self.exchange.calls.calls(&query).await?;
                ids.extend(page.items.into_iter().map(|call| call.call_id));
                query.after = page.next;
                if query.after.is_none() {
                    break;
                }
            }
        }
        Ok(ids)
    }
}
