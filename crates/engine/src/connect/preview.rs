//! Listening for a minute to a source that is not switched on, to show what it would bring. What
//! is heard stays in memory, for a quarter of an hour at most.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use offhook_core::call::{Event, EventKind, Folded, Party, fold};
use offhook_core::number::Country;
use offhook_core::rules::{Keep, Verdict, Whereabouts};
use offhook_core::{EventId, SourceId, UnixMillis};
use offhook_wire::pbx::{PbxEvent, understood};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tracing::debug;

use super::feed::Fed;
use super::line::Line;
use super::{ConnectionStatus, Exchange, MOST_ORDERS, WAITING};
use crate::configuration::LiveSource;

/// So many seconds are listened.
const LISTENING: u32 = 60;
/// So long what was heard can be looked at after that.
const SHOWN: Duration = Duration::from_mins(15);
/// More calls are counted alone.
const MOST_CALLS: usize = 200;
/// More events of a call are not looked at.
const MOST_EVENTS: usize = 256;

/// What was heard of sources that are not switched on.
#[derive(Debug, Clone, Default)]
pub struct Previews(Arc<Mutex<Begun>>);

#[derive(Debug, Default)]
struct Begun {
    previews: HashMap<SourceId, Preview>,
    /// The server goes down: none is begun any more.
    closed: bool,
}

/// Why nothing is listened to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PreviewError {
    /// It sends us its events, or is gone.
    #[error("only an asterisk or freeswitch source can be listened to")]
    NotListenedTo,
    /// It is listened to already.
    #[error("the source is switched on: its calls are in the log")]
    SwitchedOn,
    /// The server goes down.
    #[error("the server is shutting down: try again")]
    Closed,
}

/// A minute of listening. Ends when this is dropped.
#[derive(Debug)]
struct Preview {
    until: UnixMillis,
    heard: Arc<Mutex<Heard>>,
    task: JoinHandle<()>,
}

impl Drop for Preview {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Debug, Default)]
struct Heard {
    over: bool,
    /// How the connection was at the end.
    connection: Option<ConnectionStatus>,
    /// The PBX's id of each call, and what it said of it; in the order in which they began.
    calls: Vec<(String, Vec<Event>)>,
    /// Events until now, which are their ids.
    events: u128,
    more: usize,
}

/// What was heard until now.
#[derive(Debug, Clone)]
pub struct Previewed {
    /// Until when is listened.
    pub until: UnixMillis,
    /// Whether that is over.
    pub over: bool,
    /// How the connection is, or was at the end.
    pub connection: Option<ConnectionStatus>,
    /// The calls, in the order in which they began.
    pub calls: Vec<PreviewedCall>,
    /// How many more there were.
    pub more: usize,
}

/// A call that was heard of, and what would become of it.
#[derive(Debug, Clone)]
pub struct PreviewedCall {
    /// What the PBX said of it.
    pub folded: Folded,
    /// Whether it would be kept, by the configuration as it is now.
    pub verdict: Verdict,
}

impl Previews {
    /// Ends those of other sources than these, and says which they were.
    pub(super) fn end_others(&self, wanted: impl Fn(SourceId) -> bool) -> Vec<SourceId> {
        let mut all = lock(&self.0);
        let ended = all.previews.extract_if(|id, _| !wanted(*id));
        ended.map(|(id, _)| id).collect()
    }

    /// Ends all, for good: each holds what the server waits for when it goes down.
    pub(super) fn close(&self) {
        let mut all = lock(&self.0);
        all.closed = true;
        all.previews.clear();
    }

    fn of(&self, live: &LiveSource, country: Country) -> Option<Previewed> {
        let all = lock(&self.0);
        let preview = all.previews.get(&live.source.id)?;
        let heard = lock(&preview.heard);
        let calls = heard.calls.iter();
        Some(Previewed {
            until: preview.until,
            over: heard.over,
            connection: heard.connection.clone(),
            calls: calls
                .filter_map(|(_, events)| PreviewedCall::of(events, &live.config.keep, country))
                .collect(),
            more: heard.more,
        })
    }
}

impl PreviewedCall {
    fn of(events: &[Event], keep: &Keep, country: Country) -> Option<Self> {
        let mut was = Whereabouts::default();
        for event in events {
            was.add(&event.body, |text| Party::read(text, country));
        }
        Some(Self {
            folded: fold(events)?,
            verdict: keep.judge(&was),
        })
    }
}

impl Heard {
    fn add(&mut self, event: PbxEvent, at: UnixMillis, country: Country) {
        self.events += 1;
        let call = event.call.clone();
        let event = Event {
            id: EventId(self.events),
            at,
            body: understood(event, country).body,
        };
        let began = event.body.kind == EventKind::NewCall;
        if let Some((_, events)) = self.calls.iter_mut().find(|(id, _)| *id == call) {
            if events.len() < MOST_EVENTS {
                events.push(event);
            }
        } else if began && self.calls.len() < MOST_CALLS {
            self.calls.push((call, vec![event]));
        } else {
            // One that began before we did can not be judged.
            self.more += usize::from(began);
        }
    }
}

impl Exchange {
    /// What was heard of a source, judged by its configuration; none where nobody listened.
    pub fn previewed(&self, live: &LiveSource, country: Country) -> Option<Previewed> {
        let mut previewed = self.previews.of(live, country)?;
        if !previewed.over {
            previewed.connection = self.statuses.of(live.source.id);
        }
        Some(previewed)
    }

    /// Listens for a minute to a source that is not switched on; what was heard before is gone.
    pub fn preview(&self, id: SourceId) -> Result<(), PreviewError> {
        let snapshot = self.configuration.now();
        let live = snapshot.source(id).ok_or(PreviewError::NotListenedTo)?;
        let kind = live.source.kind;
        let connection = (live.config.connection.clone()).filter(|_| kind.is_listened_to());
        let connection = connection.ok_or(PreviewError::NotListenedTo)?;
        if live.source.enabled {
            return Err(PreviewError::SwitchedOn);
        }
        let heard = Arc::default();
        // Nobody orders anything of a source that is not switched on.
        let (_, orders) = mpsc::channel(MOST_ORDERS);
        let line = Line::new(self.clone(), id, kind, connection, orders);
        let until = self.clock.now().plus_seconds(i64::from(LISTENING));
        let mut all = lock(&self.previews.0);
        if all.closed {
            return Err(PreviewError::Closed);
        }
        all.previews.remove(&id);
        let preview = Preview {
            until,
            task: tokio::spawn(self.clone().listen(id, line, Arc::clone(&heard))),
            heard,
        };
        all.previews.insert(id, preview);
        Ok(())
    }

    async fn listen(self, id: SourceId, line: Line, heard: Arc<Mutex<Heard>>) {
        let (fed, mut waiting) = mpsc::channel(WAITING);
        let (stop, stopped) = watch::channel(());
        {
            let mut line = pin!(line.run(stopped, fed));
            let mut over = pin!(sleep(Duration::from_secs(LISTENING.into())));
            loop {
                tokio::select! {
                    () = &mut line => break,
                    () = &mut over => break,
                    Some(fed) = waiting.recv() => if let Fed::Event(event, at) = fed {
                        let country = self.configuration.now().country;
                        lock(&heard).add(event, at, country);
                        debug!(source = id.0, "heard for a preview");
                    },
                }
            }
        }
        drop(stop);
        {
            let mut heard = lock(&heard);
            heard.over = true;
            heard.connection = self.statuses.of(id);
        }
        self.statuses.forget(id);
        sleep(SHOWN).await;
        let mut all = lock(&self.previews.0);
        (all.previews).retain(|_, preview| !Arc::ptr_eq(&preview.heard, &heard));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Every change is whole, whoever panicked.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
