//! Where events come in: the rules propose, the journal settles.

use std::sync::Arc;

use offhook_core::call::{Call, Decision, Direction, Event, EventBody, EventKind};
use offhook_core::{UnixMillis, UserId};
use offhook_store::{Incoming, Outcome, SourceKind};
use offhook_wire::zammad::{AgentHint, Understood};

use crate::clock::EventIds;
use crate::configuration::{Configuration, LiveSource, Snapshot};
use crate::journal::{Journal, RecordError};

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
}

/// Takes events in.
#[derive(Clone)]
pub struct Switchboard {
    configuration: Arc<Configuration>,
    journal: Journal,
    ids: Arc<EventIds>,
}

impl std::fmt::Debug for Switchboard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Switchboard").finish_non_exhaustive()
    }
}

impl Switchboard {
    /// A switchboard in front of this journal.
    pub fn new(configuration: Arc<Configuration>, journal: Journal) -> Self {
        Self {
            configuration,
            journal,
            ids: Arc::default(),
        }
    }

    /// Takes an event in; it is on disk when this answers.
    pub async fn take(
        &self,
        source: &LiveSource,
        understood: &Understood,
        arrived_at: UnixMillis,
    ) -> Result<Taken, RecordError> {
        let incoming = self.incoming(source, understood, arrived_at);
        let kind = incoming.event.body.kind;
        Ok(taken(self.journal.record(incoming).await?, kind))
    }

    /// What [`take`](Self::take) would answer, keeping nothing.
    pub async fn rehearse(
        &self,
        source: &LiveSource,
        understood: &Understood,
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
        understood: &Understood,
        arrived_at: UnixMillis,
    ) -> Incoming {
        let mut body = understood.body.clone();
        body.user_ids =
            users_concerned(&self.configuration.now(), source, &body, &understood.agents);
        if body.kind == EventKind::NewCall {
            body.decision = Some(source.config.rules.propose(&body, arrived_at));
        }
        Incoming {
            source_id: source.source.id,
            arrived_at,
            event: Event {
                id: self.ids.next(arrived_at),
                at: understood.timestamp.unwrap_or(arrived_at),
                body,
            },
        }
    }
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
