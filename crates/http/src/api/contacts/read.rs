use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use offhook_core::ContactId;

use super::view::ContactDetail;
use crate::App;
use crate::api::{ApiPath, with_etag};
use crate::auth::SignedIn;
use crate::problem::Problem;

/// One contact
#[utoipa::path(get, path = "/api/v1/contacts/{id}", tag = "contacts", params(("id" = i64, Path)),
    responses((status = 200, body = ContactDetail), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    _: SignedIn,
    ApiPath(id): ApiPath<i64>,
) -> Result<Response, Problem> {
    let contact = app.directory.contacts().contact(ContactId(id)).await?;
    let contact = contact.ok_or_else(|| Problem::not_found("contact"))?;
    let view = ContactDetail::new(&contact, app.configuration.now().country);
    Ok(with_etag(StatusCode::OK, contact.revision, view))
}
