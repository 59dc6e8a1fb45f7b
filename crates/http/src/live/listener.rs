use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use offhook_core::access::{Viewer, Visibility};
use offhook_core::call::State as CallState;
use offhook_core::{CallId, UserId};
use offhook_engine::access::{Credential, Identity};
use offhook_engine::configuration::Snapshot;
use offhook_engine::connect::Dial;
use offhook_engine::directory::NamedCall;
use offhook_engine::live::{Announcement, Missed, OpenBrowser, Past, Subscription, View};
use serde::Serialize;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::event::Chunk;
use crate::App;
use crate::api::calls::{CallView, Pop};
use crate::api::dial::DialView;
use crate::auth::SignedIn;

/// How often a listener is looked at: is it still allowed to listen?
const LOOK: Duration = Duration::from_secs(1);
/// After so many quiet looks it hears that it is still connected.
const QUIET_LOOKS: u32 = 10;
/// A pop that is older than this when a browser comes back is no use.
const POP_MILLIS: i64 = 60_000;

/// One open stream.
pub(super) struct Listener {
    app: App,
    credential: Credential,
    identity: Identity,
    viewer: Viewer,
    visibility: Visibility,
    view: View,
    subscription: Subscription,
    dials: broadcast::Receiver<Arc<Dial>>,
    configuration: watch::Receiver<u64>,
    closing: watch::Receiver<bool>,
    looks: Interval,
    quiet: u32,
    /// As long as this stream is open, so is the browser; a token has none.
    _browser: Option<OpenBrowser>,
    /// Until it is caught up.
    behind: Option<Behind>,
}

/// A listener that was away, or is new.
struct Behind {
    /// What it heard last.
    last_id: Option<String>,
}

impl Listener {
    pub(super) fn new(app: App, user: SignedIn, last_id: Option<&str>) -> Self {
        let configuration = app.configuration.changes();
        let visibility = user.visibility(&app);
        let viewer = user.identity.user.viewer.clone();
        let view = View::of(&viewer, &visibility);
        let subscription = app.hub.subscribe(last_id.map(|id| (id, view)));
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let id = user.identity.user.user.id;
        let browser = (user.identity.session).map(|session| app.browsers().open(id, session));
        Self {
            viewer,
            view,
            credential: user.credential,
            identity: user.identity,
            visibility,
            subscription,
            dials: app.dialer.dials.changes(),
            configuration,
            closing: app.closing.clone(),
            looks,
            quiet: 0,
            _browser: browser,
            behind: Some(Behind {
                last_id: last_id.map(str::to_owned),
            }),
            app,
        }
    }

    /// What goes onto the wire next; none when the stream ends.
    pub(super) async fn next(&mut self) -> Option<Bytes> {
        if let Some(behind) = self.behind.take() {
            return Some(self.catch_up(behind.last_id.as_deref()).await);
        }
        loop {
            let chunk = tokio::select! {
                announced = self.subscription.announcements.recv() => match announced {
                    Ok(announcement) => self.announced(&announcement),
                    // Too slow: what was lost is in the list.
                    Err(RecvError::Lagged(_)) => self.resync(),
                    Err(RecvError::Closed) => return None,
                },
                dial = self.dials.recv() => match dial {
                    Ok(dial) => self.dialled(&dial),
                    // What becomes of it shows in the calls, too.
                    Err(RecvError::Lagged(_)) => Chunk::default(),
                    Err(RecvError::Closed) => return None,
                },
                changed = self.configuration.changed() => {
                    changed.ok()?;
                    self.look_again()?
                }
                () = closed(&mut self.closing) => return None,
                _ = self.looks.tick() => {
                    // A session may just have run out.
                    self.app.access.identify(&self.credential)?;
                    self.still_here()
                }
            };
            if !chunk.is_empty() {
                self.quiet = 0;
                return Some(chunk.take());
            }
        }
    }

    fn still_here(&mut self) -> Chunk {
        let mut chunk = Chunk::default();
        self.quiet += 1;
        if self.quiet >= QUIET_LOOKS {
            chunk.id(&self.id());
        }
        chunk
    }

    fn id(&self) -> String {
        self.app.hub.id(self.subscription.sequence, self.view)
    }

    fn resync(&self) -> Chunk {
        let mut chunk = Chunk::default();
        chunk.event(&self.id(), "resync", b"{}");
        chunk
    }

    /// Users, rights or rules changed: may this one still listen, and does it see the same?
    fn look_again(&mut self) -> Option<Chunk> {
        let identity = self.app.access.identify(&self.credential)?;
        let viewer = identity.user.viewer.clone();
        let visibility = self.app.configuration.now().visibility(&viewer);
        let view = View::of(&viewer, &visibility);
        if view == self.view {
            return Some(Chunk::default());
        }
        (self.viewer, self.visibility, self.view) = (viewer, visibility, view);
        Some(self.resync())
    }

    fn announced(&mut self, announcement: &Announcement) -> Chunk {
        let before = self.id();
        self.subscription.sequence = announcement.sequence;
        let Some((named, ring, pop_to)) = &announcement.change else {
            return self.resync();
        };
        let snapshot = self.app.configuration.now();
        let seen = self.visibility.sees(&named.call);
        let rings = ring
            .as_deref()
            .is_some_and(|users| self.is_rung(users, named, &snapshot));
        let pops = *pop_to == Some(self.viewer.user_id);
        let rendered = || {
            announcement
                .rendered
                .get_or_init(|| json(&CallView::new(named, &snapshot)))
        };
        let mut events: Vec<(&str, Bytes)> = Vec::new();
        if seen {
            events.push(("call", rendered().clone()));
        }
        if rings {
            events.push(("ring", rendered().clone()));
        }
        if pops {
            events.push(("pop", self.pop(named, &snapshot)));
        }
        self.chunk(&before, &events)
    }

    /// Only who dialled hears of it. It is no announcement: the id stays, and nothing is remembered.
    fn dialled(&self, dial: &Dial) -> Chunk {
        let mut chunk = Chunk::default();
        if dial.user == self.viewer.user_id {
            chunk.event(&self.id(), "dial", &json(&DialView::of(dial)));
        }
        chunk
    }

    /// Only the last event of an announcement carries its id: who loses the connection between
    /// two of them gets all of them again.
    fn chunk(&self, before: &str, events: &[(&str, Bytes)]) -> Chunk {
        let mut chunk = Chunk::default();
        let after = self.id();
        for (place, (name, data)) in events.iter().enumerate() {
            let id = if place + 1 == events.len() {
                &after
            } else {
                before
            };
            chunk.event(id, name, data);
        }
        chunk
    }

    fn pop(&self, named: &NamedCall, snapshot: &Snapshot) -> Bytes {
        let here = self.app.is_here(&self.identity);
        json(&Pop::new(named, snapshot, &self.app.public_url(None), here))
    }

    fn is_rung(&self, users: &[UserId], named: &NamedCall, snapshot: &Arc<Snapshot>) -> bool {
        snapshot.is_rung(&self.viewer, users, &named.call)
    }

    /// What happened while the browser was away: the latest state of every call, what still rings,
    /// and what popped just now.
    async fn catch_up(&self, last_id: Option<&str>) -> Bytes {
        let missed = match &self.subscription.missed {
            Missed::Nothing => Vec::new(),
            Missed::TooMuch => return self.resync().take(),
            Missed::These(missed) => missed.clone(),
        };
        let mut last: HashMap<CallId, (Option<Vec<UserId>>, Option<Past>)> = HashMap::new();
        for past in missed {
            let entry = last.entry(past.call_id).or_default();
            if past.ring.is_some() {
                entry.0.clone_from(&past.ring);
            }
            if past.pop.is_some() {
                entry.1 = Some(past);
            }
        }
        let mut ids: Vec<CallId> = last.keys().copied().collect();
        ids.sort_unstable();
        let Ok(calls) = self.app.log.calls_by_id(&ids, &Visibility::All).await else {
            return self.resync().take();
        };
        let snapshot = self.app.configuration.now();
        let now = self.app.now();
        let mut events: Vec<(&str, Bytes)> = Vec::new();
        for named in &calls {
            let state = named.call.folded.state;
            let (ring, popped) = last.remove(&named.call.id).unwrap_or_default();
            if self.visibility.sees(&named.call) {
                events.push(("call", json(&CallView::new(named, &snapshot))));
            }
            let rings = ring.is_some_and(|users| self.is_rung(&users, named, &snapshot));
            if rings && state == CallState::Ringing {
                events.push(("ring", json(&CallView::new(named, &snapshot))));
            }
            let pops = popped.is_some_and(|past| {
                past.pop == Some(self.viewer.user_id) && now.millis_since(past.at) <= POP_MILLIS
            });
            if pops && state == CallState::Answered {
                events.push(("pop", self.pop(named, &snapshot)));
            }
        }
        let mut chunk = Chunk::default();
        for (name, data) in &events {
            // The new id comes last, alone: until then nothing is caught up.
            chunk.event(last_id.unwrap_or_default(), name, data);
        }
        chunk.id(&self.id());
        chunk.take()
    }
}

/// Done when the server goes down.
async fn closed(closing: &mut watch::Receiver<bool>) {
    closing.wait_for(|closing| *closing).await.ok();
}

fn json<T: Serialize>(value: &T) -> Bytes {
    // Our own types have nothing that can not be written.
    serde_json::to_vec(value)
        .map(Bytes::from)
        .unwrap_or_default()
}
