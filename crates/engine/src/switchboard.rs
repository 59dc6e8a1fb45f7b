//! Where events come in: the rules propose, the journal settles.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use offhook_core::call::{Call, Decision, Direction, Event, EventBody, EventKind};
use offhook_core::{SourceId, UnixMillis, UserId};
use offhook_store::{Incoming, Outcome, SourceKind};
use offhook_wire::zammad::{AgentHint, Understood};

use crate::clock::EventIds;
use crate::configuration::{Configuration, LiveSource, Snapshot};
use crate::gate::Gate;
use crate::journal::{Journal, RecordError};
use crate::rejections::Rejections;

/// What became of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It is kept (or would be).
    Kept {
        /// Its call; of a dry run, as it would be.
        call: Arc<Call>,
        /// Whether the event made the call.
        new: bool,
        /// What the PBX is told.
        decision: Decision,
    },
    /// Nothing says which way the call goes: the PBX has to say.
    NoDirection,
    /// The source's calls of this kind are not kept, or may yet be.
    NotKept {
        /// What the PBX is told.
        decision: Decision,
    },
}

/// Takes events in.
#[derive(Clone)]
pub struct Switchboard {
    configuration: Arc<Configuration>,
    journal: Journal,
    ids: Arc<EventIds>,
    rejections: Arc<Rejections>,
    gates: Arc<Mutex<HashMap<SourceId, Gate>>>,
}

impl std::fmt::Debug for Switchboard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Switchboard").finish_non_exhaustive()
    }
}

impl Switchboard {
    /// A switchboard in front of this journal, which gives events these ids.
    pub fn new(configuration: Arc<Configuration>, journal: Journal, ids: Arc<EventIds>) -> Self {
        Self {
            configuration,
            journal,
            ids,
            rejections: Arc::default(),
            gates: Arc::default(),
        }
    }

    /// Takes an event in; it is on disk when this answers. Who is concerned and what the rules propose
    /// is added to what was understood.
    pub async fn take(
        &self,
        source: &LiveSource,
        understood: &mut Understood,
        arrived_at: UnixMillis,
    ) -> Result<Taken, RecordError> {
        let incoming = self.incoming(source, understood, arrived_at);
        let kind = incoming.event.body.kind;
        let not_kept = || Taken::NotKept {
            decision: understood.body.decision.clone().unwrap_or_default(),
        };
        if self.is_of_before(source, &incoming) && self.journal.rehearse(&incoming).await?.is_new()
        {
            return Ok(not_kept());
        }
        let outcome = if is_gated(source) {
            self.record_all(source, self.admit(source, incoming))
                .await?
        } else {
            Some(self.journal.record(incoming).await?)
        };
        Ok(outcome.map_or_else(not_kept, |outcome| taken(outcome, kind)))
    }

    /// Keeps all of these; answers what became of the last.
    async fn record_all(
        &self,
        source: &LiveSource,
        events: Vec<Incoming>,
    ) -> Result<Option<Outcome>, RecordError> {
        let mut outcome = None;
        for (place, incoming) in events.iter().enumerate() {
            match self.journal.record(incoming.clone()).await {
                Ok(kept) => outcome = Some(kept),
                Err(error) => {
                    let mut gates = self.gates();
                    gates
                        .entry(source.source.id)
                        .or_default()
                        .owe(&events[place..]);
                    return Err(error);
                }
            }
        }
        Ok(outcome)
    }

    /// What [`take`](Self::take) would answer, keeping nothing.
    pub async fn rehearse(
        &self,
        source: &LiveSource,
        understood: &mut Understood,
        arrived_at: UnixMillis,
    ) -> Result<Taken, RecordError> {
        let incoming = self.incoming(source, understood, arrived_at);
        Ok(taken(
            self.journal.rehearse(&incoming).await?,
            incoming.event.body.kind,
        ))
    }

    fn incoming(
        &self,
        source: &LiveSource,
        understood: &mut Understood,
        arrived_at: UnixMillis,
    ) -> Incoming {
        if understood.body.kind == EventKind::NewCall {
            let proposed = source.config.rules.propose(&understood.body, arrived_at);
            understood.body_mut().decision = Some(proposed);
        }
        self.said(source, understood, arrived_at)
    }

    /// What a PBX that asks before a phone rings is to do with a call that begins like this; nothing
    /// is kept of it.
    pub fn decide(&self, source: &LiveSource, body: &EventBody, now: UnixMillis) -> Decision {
        let decision = source.config.rules.propose(body, now);
        if let (Decision::Reject, Some(from)) = (&decision, &body.from) {
            self.rejections.remember(source.source.id, from, now);
        }
        decision
    }

    /// What is to be recorded of an event of a PBX that we listen to, and of those before it that
    /// waited for what it says. Nothing is decided: what we
    /// told it before, where it asked, is done.
    pub(crate) fn overheard(
        &self,
        source: &LiveSource,
        mut understood: Understood,
        at: UnixMillis,
    ) -> Vec<Incoming> {
        let body = understood.body_mut();
        self.rejections.apply(source.source.id, body, at);
        let incoming = self.said(source, &mut understood, at);
        self.admit(source, incoming)
    }

    /// A PBX that we listen to has a call whose beginning we did not hear; `kept` if it is in the log.
    /// Answers whether that it began is to be overheard at all.
    pub(crate) fn found(&self, source: &LiveSource, call_id: &str, kept: bool) -> bool {
        let mut gates = self.gates();
        let gate = gates.entry(source.source.id).or_default();
        gate.find(&source.config.keep, call_id, kept)
    }

    /// How many calls of a source were not kept since the start, as its configuration wants.
    pub fn not_recorded(&self, source: SourceId) -> u64 {
        self.gates().get(&source).map_or(0, Gate::dropped)
    }

    /// Whether an event goes on with a call that began before this server did. Then it was kept, or
    /// is none to be kept.
    fn is_of_before(&self, source: &LiveSource, incoming: &Incoming) -> bool {
        let body = &incoming.event.body;
        let goes_on = body.kind != EventKind::NewCall && is_gated(source);
        let unknown = |id: &String| {
            let gates = self.gates();
            let gate = gates.get(&source.source.id);
            gate.is_none_or(|gate| !gate.knows(id))
        };
        goes_on && body.call_id.as_ref().is_some_and(unknown)
    }

    /// What of an event may go on to the journal, and what of its call that was held back.
    fn admit(&self, source: &LiveSource, incoming: Incoming) -> Vec<Incoming> {
        let keep = &source.config.keep;
        if !is_gated(source) {
            return vec![incoming];
        }
        let country = self.configuration.now().country;
        let mut gates = self.gates();
        let gate = gates.entry(source.source.id).or_default();
        gate.pass(keep, incoming, country)
    }

    fn gates(&self) -> MutexGuard<'_, HashMap<SourceId, Gate>> {
        // Every change is whole, whoever panicked.
        self.gates.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn said(&self, source: &LiveSource, understood: &mut Understood, at: UnixMillis) -> Incoming {
        let Understood { body, agents, .. } = &*understood;
        let users = users_concerned(&self.configuration.now(), source, body, agents);
        understood.body_mut().user_ids = users;
        Incoming {
            source_id: source.source.id,
            arrived_at: at,
            event: Event {
                id: self.ids.next(at),
                at: understood.timestamp.unwrap_or(at),
                body: Arc::clone(&understood.body),
            },
        }
    }
}

/// Whether some calls of a source may be none to be kept. Calls among us are something that only a
/// PBX tells that we listen to.
fn is_gated(source: &LiveSource) -> bool {
    !source.config.keep.is_everything() || source.source.kind.is_listened_to()
}

fn taken(outcome: Outcome, kind: EventKind) -> Taken {
    match outcome {
        Outcome::NoDirection => Taken::NoDirection,
        Outcome::Folded { call, before, .. } => {
            let decision = match kind {
                EventKind::NewCall => call.folded.decision.clone().unwrap_or_default(),
                _ => Decision::Pass,
            };
            Taken::Kept {
                new: before.is_none(),
                decision,
                call,
            }
        }
    }
}

/// The endpoint's addresses that a PBX is given: sipgate has one a direction.
pub fn source_urls(base: &str, kind: SourceKind, token: &str) -> Vec<String> {
    let base = base.trim_end_matches('/');
    match kind {
        SourceKind::Generic => vec![format!("{base}/api/v1/cti/{token}")],
        SourceKind::Sipgate => ["in", "out"]
            .map(|direction| format!("{base}/api/v1/sipgate/{token}/{direction}"))
            .to_vec(),
        SourceKind::Placetel => vec![format!("{base}/api/v1/placetel/{token}")],
        // We listen to it; there it may ask us what to do with a call.
        SourceKind::Asterisk | SourceKind::FreeSwitch => {
            vec![format!("{base}/api/v1/decide/{token}")]
        }
    }
}

fn mapped<'m>(map: &'m [(String, String)], id: &str) -> Option<&'m str> {
    map.iter()
        .find(|(theirs, _)| theirs == id)
        .map(|(_, ours)| ours.as_str())
}

/// Whose devices ring, who answered, who dials: the first hint of an answer that fits, every hint
/// of a new call that does. An outbound call is also known by the caller's number.
fn users_concerned(
    snapshot: &Snapshot,
    source: &LiveSource,
    body: &EventBody,
    hints: &[AgentHint],
) -> Vec<UserId> {
    let find = |hint: &AgentHint| match hint {
        AgentHint::Number(device) => snapshot.user_by_device(device),
        AgentHint::User(login) => snapshot.user_by_login(login).map(|live| live.user.id),
        AgentHint::UserId(id) => snapshot.user_by_id(id),
        AgentHint::Remote(id) => {
            mapped(&source.config.remotes, id).and_then(|user| snapshot.user_by_mapping(user))
        }
        AgentHint::Device(id) => {
            mapped(&source.config.devices, id).and_then(|user| snapshot.user_by_mapping(user))
        }
    };
    let mut users: Vec<UserId> = hints.iter().filter_map(find).collect();
    if users.is_empty()
        && body.direction == Some(Direction::Out)
        && body.kind == EventKind::NewCall
        && let Some(from) = &body.from
    {
        users.extend(snapshot.user_by_device(&from.number));
    }
    let mut seen = std::collections::HashSet::new();
    users.retain(|user| seen.insert(*user));
    if body.kind != EventKind::NewCall {
        users.truncate(1);
    }
    users
}
