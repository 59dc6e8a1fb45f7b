use axum::Json;
use axum::extract::State;
use offhook_core::CallId;
use offhook_core::call::{Cause, Event};
use offhook_engine::configuration::Snapshot;
use offhook_engine::store::Note;
use serde::Serialize;
use utoipa::ToSchema;

use super::CallView;
use crate::App;
use crate::api::{ApiPath, rfc3339};
use crate::auth::SignedIn;
use crate::problem::Problem;

/// A call with all that is known about it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CallDetail {
    #[serde(flatten)]
    call: CallView,
    /// What the source reported, by time.
    events: Vec<EventView>,
    /// What users wrote, oldest first.
    notes: Vec<NoteView>,
}

/// What a source reported.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
struct EventView {
    /// `newCall`, `answer`, `hangup`.
    event: &'static str,
    at: String,
    /// As sent.
    from: Option<String>,
    /// As sent.
    to: Option<String>,
    /// Names of our side.
    users: Vec<String>,
    queue: Option<String>,
    answering_number: Option<String>,
    cause: Option<&'static str>,
    /// The cause as sent.
    cause_text: Option<String>,
    /// Keys that mean nothing to us.
    extra: std::collections::BTreeMap<String, String>,
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
        events: record.events.iter().map(EventView::from).collect(),
        notes: record
            .notes
            .iter()
            .map(|note| NoteView::new(note, &snapshot))
            .collect(),
    }))
}
