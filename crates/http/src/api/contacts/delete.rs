use axum::extract::State;
use http::{HeaderMap, StatusCode};
use offhook_core::ContactId;

use crate::App;
use crate::api::{ApiPath, if_match};
use crate::auth::SignedIn;
use crate::problem::Problem;

/// Delete a contact; its name is gone from the log at once
#[utoipa::path(delete, path = "/api/v1/contacts/{id}", tag = "contacts",
    params(("id" = i64, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem),
        (status = 412, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    _: SignedIn,
    ApiPath(id): ApiPath<i64>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    if app
        .contacts
        .delete(ContactId(id), if_match(&headers)?)
        .await?
    {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found("contact"))
    }
}
