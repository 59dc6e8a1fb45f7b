use axum::Json;
use axum::extract::State;
use offhook_core::CallId;
use offhook_core::call::{Cause, Direction, Event, Leg, LegOutcome, legs};
use offhook_engine::configuration::Snapshot;
use offhook_engine::store::Note;
use serde::Serialize;
use utoipa::ToSchema;

use super::CallView;
use super::view::user_name;
use crate::App;
use crate::api::{ApiPath, rfc3339};
use crate::auth::SignedIn;
use crate::problem::Problem;

/// A call with all that is known about it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CallDetail {
    #[serde(flatten)]
    call: CallView,
    /// Where it rang and what became of it there, as far as the source tells, in the order in which
    /// they began.
    legs: Vec<LegView>,
    /// What the source reported, by time.
    events: Vec<EventView>,
    /// What users wrote, oldest first.
    notes: Vec<NoteView>,
}

/// A device or number that a call reached.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Leg)]
struct LegView {
    /// As the source sent it.
    number: Option<String>,
    /// Whose device it is, else the name that the source sent.
    name: Option<String>,
    user_id: Option<i64>,
    /// `in`: a phone here was rung; `out`: a number outside was dialled.
    direction: &'static str,
    /// Until it was picked up or over.
    rang_seconds: Option<i64>,
    /// From when it was picked up to its end.
    talked_seconds: Option<i64>,
    /// `answered`, `answered_elsewhere`, `declined`, `busy`, `no_answer`, `unreachable`,
    /// `forwarded` or `voicemail`; null while it goes on.
    outcome: Option<&'static str>,
}

impl LegView {
    fn new(leg: &Leg, snapshot: &Snapshot) -> Self {
        Self {
            number: leg.number.clone(),
            name: user_name(leg.user_id, snapshot).or_else(|| leg.name.clone()),
            user_id: leg.user_id.map(|id| id.0),
            direction: leg.direction.as_str(),
            rang_seconds: leg.rang_seconds(),
            talked_seconds: leg.talked_seconds(),
            outcome: leg.outcome.map(LegOutcome::as_str),
        }
    }
}

/// What a source reported.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
struct EventView {
    /// `newCall`, `answer`, `hangup`; of a PBX that we listen to also `queued`, `rang`, `pickedUp`,
    /// `legEnded`, `transferred`, `joined`.
    event: &'static str,
    at: String,
    /// As sent.
    from: Option<String>,
    /// As sent.
    to: Option<String>,
    /// Names of our side.
    users: Vec<String>,
    queue: Option<String>,
    /// Who answered, or has it after a transfer.
    answering_number: Option<String>,
    /// Who handed it over.
    transferred_by: Option<String>,
    /// The leg concerned.
    leg: Option<LegSaidView>,
    /// The PBX's id of the call that this one is one conversation with.
    joined: Option<String>,
    cause: Option<&'static str>,
    /// The cause as sent.
    cause_text: Option<String>,
    /// Keys that mean nothing to us.
    extra: std::collections::BTreeMap<String, String>,
}

/// What a source says of a leg.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LegSaid)]
struct LegSaidView {
    /// The PBX's id of it.
    id: String,
    number: Option<String>,
    name: Option<String>,
    direction: Option<&'static str>,
    outcome: Option<&'static str>,
}

/// What a user wrote about a call.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Note)]
pub(crate) struct NoteView {
    id: i64,
    user_id: i64,
    /// The user's name.
    name: Option<String>,
    at: String,
    text: String,
}

impl NoteView {
    pub(crate) fn new(note: &Note, snapshot: &Snapshot) -> Self {
        Self {
            id: note.id.0,
            user_id: note.by.0,
            name: snapshot
                .user(note.by)
                .map(|live| super::view::display_name(&live.user)),
            at: rfc3339(note.at),
            text: note.text.clone(),
        }
    }
}

impl From<&Event> for EventView {
    fn from(event: &Event) -> Self {
        let body = &event.body;
        Self {
            event: body.kind.as_str(),
            at: rfc3339(event.at),
            from: body.from.as_ref().map(|party| party.number.clone()),
            to: body.to.as_ref().map(|party| party.number.clone()),
            users: body.users.clone(),
            queue: body.queue.clone(),
            answering_number: body.answering_number.clone(),
            transferred_by: body.transferred_by.clone(),
            leg: body.leg.as_ref().map(|leg| LegSaidView {
                id: leg.id.clone(),
                number: leg.number.clone(),
                name: leg.name.clone(),
                direction: leg.direction.map(Direction::as_str),
                outcome: leg.outcome.map(LegOutcome::as_str),
            }),
            joined: body.joined.clone(),
            cause: body.cause.map(Cause::as_str),
            cause_text: body.cause_text.clone(),
            extra: body.extra.iter().cloned().collect(),
        }
    }
}

/// One call with its events and notes
#[utoipa::path(get, path = "/api/v1/calls/{id}", tag = "calls", params(("id" = i64, Path)),
    responses((status = 200, body = CallDetail), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(crate) async fn handler(
    State(app): State<App>,
    user: SignedIn,
    ApiPath(id): ApiPath<i64>,
) -> Result<Json<CallDetail>, Problem> {
    let found = app.log.call(CallId(id), &user.visibility(&app)).await?;
    let (named, record) = found.ok_or_else(|| Problem::not_found("call"))?;
    let snapshot = app.configuration.now();
    Ok(Json(CallDetail {
        call: CallView::new(&named, &snapshot),
        legs: (legs(&record.events, &record.call.folded).iter())
            .map(|leg| LegView::new(leg, &snapshot))
            .collect(),
        events: record.events.iter().map(EventView::from).collect(),
        notes: record
            .notes
            .iter()
            .map(|note| NoteView::new(note, &snapshot))
            .collect(),
    }))
}
