use axum::Json;
use axum::extract::State;
use offhook_engine::BlockPreview;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::find;
use crate::App;
use crate::api::{ApiJson, ApiPath, rfc3339};
use crate::auth::Admin;
use crate::problem::Problem;

/// A caller that is not blocked yet.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Candidate {
    /// A number, `*` allowed.
    caller_id: String,
}

/// What an entry of the block list would have done and would do.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Preview {
    /// From when on calls were looked at: 30 days ago.
    since: String,
    /// How many inbound calls of the source it would have rejected since.
    calls: usize,
    /// There were more calls than were looked at, the newest 100,000.
    calls_more: bool,
    /// Contacts with a phone that it rejects, at most 20.
    contacts: Vec<PreviewContact>,
    /// There are more of them, or may be.
    contacts_more: bool,
}

/// A contact that would be rejected.
#[derive(Debug, Serialize, ToSchema)]
struct PreviewContact {
    contact_id: i64,
    name: String,
    organization: String,
}

/// What would one entry more on the block list reject? Nothing is kept
#[utoipa::path(post, path = "/api/v1/sources/{id}/blocked/preview", tag = "sources",
    params(("id" = i64, Path)), request_body = Candidate,
    responses((status = 200, body = Preview), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    _: Admin,
    ApiPath(id): ApiPath<i64>,
    ApiJson(candidate): ApiJson<Candidate>,
) -> Result<Json<Preview>, Problem> {
    let snapshot = app.configuration.now();
    let source = find(&snapshot, id)?.source.id;
    if candidate.caller_id.trim().is_empty() {
        return Err(Problem::invalid("caller_id", "must not be empty"));
    }
    let country = snapshot.country;
    let BlockPreview {
        since,
        calls,
        calls_more,
        contacts,
        contacts_more,
    } = (app.log)
        .preview_block(source, &candidate.caller_id, country)
        .await?;
    let contact = |found: offhook_core::identify::Match| PreviewContact {
        contact_id: found.contact_id.0,
        name: found.name,
        organization: found.organization,
    };
    Ok(Json(Preview {
        since: rfc3339(since),
        calls,
        calls_more,
        contacts: contacts.into_iter().map(contact).collect(),
        contacts_more,
    }))
}
