use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::CallFilter;
use super::read::NoteView;
use crate::App;
use crate::api::{ApiQuery, Listed, PageParams};
use crate::auth::SignedIn;
use crate::problem::Problem;

/// Of whom; one of them is needed, with both both must hold.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct NotesFilter {
    /// A number, on either side of the call.
    number: Option<String>,
    /// A contact with one of its numbers on either side of the call.
    contact_id: Option<String>,
}

/// What a user wrote about a call, and which call that was.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CallNote)]
pub(crate) struct CallNoteView {
    call_id: i64,
    #[serde(flatten)]
    note: NoteView,
}

/// Notes on the calls with a number or contact, newest first
#[utoipa::path(get, path = "/api/v1/notes", tag = "calls", params(NotesFilter, PageParams),
    responses((status = 200, body = Listed<CallNoteView>), (status = 401, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn handler(
    State(app): State<App>,
    user: SignedIn,
    ApiQuery(NotesFilter { number, contact_id }): ApiQuery<NotesFilter>,
    ApiQuery(page): ApiQuery<PageParams>,
) -> Result<Json<Listed<CallNoteView>>, Problem> {
    let filter = CallFilter::with(number, contact_id);
    let Some(query) = filter.query(&app, &user, page.read()?).await? else {
        return Ok(Json(Listed::whole(Vec::new())));
    };
    let numbers = (query.numbers).ok_or_else(|| {
        Problem::invalid(
            "contact_id",
            "is needed, or a number: whose notes are asked for",
        )
    })?;
    let page = app
        .log
        .notes(&numbers, &query.visibility, query.after, query.limit)
        .await?;
    let snapshot = app.configuration.now();
    let items = page.items.iter().map(|(call, note)| CallNoteView {
        call_id: call.0,
        note: NoteView::new(note, &snapshot),
    });
    let items = items.collect();
    Ok(Json(Listed::new(items, page.next)))
}
