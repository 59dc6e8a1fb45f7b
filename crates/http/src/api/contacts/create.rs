use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use offhook_engine::store::ContactDraft;

use super::draft::ContactFields;
use super::view::ContactDetail;
use crate::App;
use crate::api::{ApiJson, with_etag};
use crate::auth::SignedIn;
use crate::problem::Problem;

/// Make a contact; the whole log knows it at once
#[utoipa::path(post, path = "/api/v1/contacts", tag = "contacts", request_body = ContactFields,
    responses((status = 201, body = ContactDetail), (status = 401, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    _: SignedIn,
    ApiJson(fields): ApiJson<ContactFields>,
) -> Result<Response, Problem> {
    let mut draft = ContactDraft::default();
    fields.apply(&mut draft)?;
    let contact = app.contacts.add(&draft).await?;
    let view = ContactDetail::new(&contact, app.configuration.now().country);
    Ok(with_etag(StatusCode::CREATED, contact.revision, view))
}
