use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use offhook_core::ContactId;

use super::draft::ContactFields;
use super::view::ContactDetail;
use crate::App;
use crate::api::{ApiJson, ApiPath, if_match, same_revision, with_etag, with_retries};
use crate::auth::SignedIn;
use crate::problem::Problem;

/// Change a contact
#[utoipa::path(patch, path = "/api/v1/contacts/{id}", tag = "contacts",
    params(("id" = i64, Path)), request_body = ContactFields,
    responses((status = 200, body = ContactDetail), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    _: SignedIn,
    ApiPath(id): ApiPath<i64>,
    headers: HeaderMap,
    ApiJson(fields): ApiJson<ContactFields>,
) -> Result<Response, Problem> {
    let expected = if_match(&headers)?;
    let id = ContactId(id);
    let contact = with_retries(expected, || async {
        let contact = app.directory.contacts().contact(id).await?;
        let contact = contact.ok_or_else(|| Problem::not_found("contact"))?;
        same_revision(expected, contact.revision)?;
        let mut draft = contact.draft;
        fields.clone().apply(&mut draft)?;
        // The fields that were not named are those of this revision.
        let read = Some(contact.revision);
        let contact = app.contacts.update(id, read, &draft).await?;
        contact.ok_or_else(|| Problem::not_found("contact"))
    });
    let contact = contact.await?;
    let view = ContactDetail::new(&contact, app.configuration.now().country);
    Ok(with_etag(StatusCode::OK, contact.revision, view))
}
