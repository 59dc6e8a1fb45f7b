use offhook_core::UserId;
use offhook_core::call::{AnsweredBy, Call, Cause, Direction, Party};
use offhook_core::identify::{Match, label};
use offhook_core::number::{NumberKey, pretty};
use offhook_engine::configuration::Snapshot;
use offhook_engine::directory::NamedCall;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::rfc3339;

/// A call.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Call)]
pub(crate) struct CallView {
    /// Our id.
    pub(super) id: i64,
    /// Rises with every change; a client drops a lower one than it has.
    pub(super) revision: i64,
    /// The PBX's id.
    pub(super) call_id: String,
    /// The calls it belongs with.
    pub(super) conversation_id: i64,
    /// The name of the source.
    pub(super) source: String,
    /// `in`, `out`, or `internal`.
    pub(super) direction: &'static str,
    /// `ringing`, `answered` or `ended`.
    pub(super) state: &'static str,
    pub(super) from: PartyView,
    pub(super) to: PartyView,
    /// The queue, else the number on our side.
    pub(super) queue: String,
    /// One of our causes.
    pub(super) cause: Option<&'static str>,
    /// The cause as sent, where it is none of ours.
    pub(super) cause_text: Option<String>,
    /// Ended, inbound, and no person answered.
    pub(super) missed: bool,
    /// Dealt with, or nothing was to be done.
    pub(super) done: bool,
    /// The user who said so.
    pub(super) done_by: Option<i64>,
    pub(super) done_at: Option<String>,
    /// The user who dials out, where known.
    pub(super) made_by: Option<i64>,
    /// The users at whose phones it rang, as far as the source says.
    pub(super) rung: Vec<i64>,
    /// Who answered first; null if nobody did.
    pub(super) answered_by: Option<AnsweredByView>,
    /// Who was handed it after that, one after the other.
    pub(super) transferred_to: Vec<AnsweredByView>,
    pub(super) started_at: String,
    pub(super) answered_at: Option<String>,
    pub(super) ended_at: Option<String>,
    /// Until it was answered or over.
    pub(super) waiting_seconds: Option<i64>,
    /// From the answer to the end.
    pub(super) talking_seconds: Option<i64>,
}

/// One side of a call.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Party)]
pub(crate) struct PartyView {
    /// As the source sent it.
    pub(super) number: String,
    /// E.164 digits, or null.
    pub(super) e164: Option<String>,
    /// For people; empty for withheld numbers.
    pub(super) pretty: String,
    /// Who it is, as far as known.
    pub(super) name: Option<String>,
    /// Contacts it may be, best first.
    pub(super) matches: Vec<MatchView>,
}

/// A contact that a number may be.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Match)]
pub(crate) struct MatchView {
    contact_id: i64,
    name: String,
    organization: String,
    /// `known` or `maybe`.
    level: &'static str,
}

/// Who answered.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AnsweredBy)]
pub(crate) struct AnsweredByView {
    pub(super) user_id: Option<i64>,
    pub(super) name: Option<String>,
    pub(super) number: Option<String>,
}

impl CallView {
    pub(crate) fn new(named: &NamedCall, snapshot: &Snapshot) -> Self {
        let NamedCall { call, from, to } = named;
        let folded = &call.folded;
        // The side that is not ours is who the contacts say, else what the PBX said; ours is what
        // the PBX said.
        let (from_name, to_name) = match folded.direction {
            Direction::In => (outside_name(&folded.from, from), folded.our_name.clone()),
            Direction::Out | Direction::Internal => {
                (folded.our_name.clone(), outside_name(&folded.to, to))
            }
        };
        let hand = call.done_by_hand;
        Self {
            id: call.id.0,
            revision: call.revision,
            call_id: call.call_id.clone(),
            conversation_id: call.conversation_id.0,
            source: source_name(call, snapshot),
            direction: folded.direction.as_str(),
            state: folded.state.as_str(),
            from: PartyView::new(&folded.from, from_name, from),
            to: PartyView::new(&folded.to, to_name, to),
            queue: folded.queue.clone(),
            cause: folded.cause.map(Cause::as_str),
            cause_text: folded.cause_text.clone(),
            missed: folded.missed,
            done: call.done(),
            done_by: hand.filter(|hand| hand.done).map(|hand| hand.by.0),
            done_at: hand.filter(|hand| hand.done).map(|hand| rfc3339(hand.at)),
            made_by: folded.made_by.map(|id| id.0),
            rung: folded.rung.iter().map(|id| id.0).collect(),
            answered_by: (folded.answered_by.as_ref()).map(|by| AnsweredByView::new(by, snapshot)),
            transferred_to: (folded.transferred_to.iter())
                .map(|by| AnsweredByView::new(by, snapshot))
                .collect(),
            started_at: rfc3339(folded.started_at),
            answered_at: folded.answered_at.map(rfc3339),
            ended_at: folded.ended_at.map(rfc3339),
            waiting_seconds: folded.waiting_seconds(),
            talking_seconds: folded.talking_seconds(),
        }
    }
}

impl AnsweredByView {
    fn new(by: &AnsweredBy, snapshot: &Snapshot) -> Self {
        Self {
            user_id: by.user_id.map(|id| id.0),
            name: user_name(by.user_id, snapshot).or_else(|| by.name.clone()),
            number: by.number.clone(),
        }
    }
}

impl PartyView {
    fn new(party: &Party, name: Option<String>, matches: &[Match]) -> Self {
        Self {
            number: party.number.clone(),
            e164: party.key.and_then(NumberKey::e164),
            pretty: pretty(&party.number, party.key),
            name,
            matches: match_views(matches),
        }
    }
}

/// Matches as they are shown.
pub(crate) fn match_views(matches: &[Match]) -> Vec<MatchView> {
    matches
        .iter()
        .map(|found| MatchView {
            contact_id: found.contact_id.0,
            name: found.name.clone(),
            organization: found.organization.clone(),
            level: found.level.as_str(),
        })
        .collect()
}

fn outside_name(party: &Party, matches: &[Match]) -> Option<String> {
    label(matches).or_else(|| party.name.clone())
}

pub(super) fn user_name(id: Option<UserId>, snapshot: &Snapshot) -> Option<String> {
    let live = snapshot.user(id?)?;
    Some(display_name(&live.user))
}

pub(super) fn display_name(user: &offhook_engine::store::User) -> String {
    if user.name.is_empty() {
        user.login.clone()
    } else {
        user.name.clone()
    }
}

fn source_name(call: &Call, snapshot: &Snapshot) -> String {
    snapshot
        .source(call.source_id)
        .map_or_else(String::new, |live| live.source.name.clone())
}
