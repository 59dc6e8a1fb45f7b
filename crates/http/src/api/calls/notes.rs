use axum::Json;
use axum::extract::State;
use http::StatusCode;
use offhook_core::CallId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::read::NoteView;
use crate::App;
use crate::api::{ApiJson, ApiPath};
use crate::auth::SignedIn;
use crate::problem::Problem;

/// Longer notes are refused.
const MOST_CHARACTERS: usize = 10_000;

/// A note on a call.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewNote {
    text: String,
}

/// Write a note on a call
#[utoipa::path(post, path = "/api/v1/calls/{id}/notes", tag = "calls", params(("id" = i64, Path)),
    request_body = NewNote,
    responses((status = 201, body = NoteView), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn handler(
    State(app): State<App>,
    user: SignedIn,
    ApiPath(id): ApiPath<i64>,
    ApiJson(note): ApiJson<NewNote>,
) -> Result<(StatusCode, Json<NoteView>), Problem> {
    let text = note.text.trim();
    if text.is_empty() {
        return Err(Problem::invalid("text", "must not be empty"));
    }
    if text.chars().count() > MOST_CHARACTERS {
        return Err(Problem::invalid(
            "text",
            format!("at most {MOST_CHARACTERS} characters"),
        ));
    }
    let by = user.identity.user.user.id;
    let note = app
        .log
        .add_note(CallId(id), by, text, &user.visibility(&app))
        .await?;
    let note = note.ok_or_else(|| Problem::not_found("call"))?;
    Ok((
        StatusCode::CREATED,
        Json(NoteView::new(&note, &app.configuration.now())),
    ))
}
