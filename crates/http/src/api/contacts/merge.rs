use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use offhook_core::ContactId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::draft::ContactFields;
use super::view::ContactDetail;
use crate::App;
use crate::api::{ApiJson, ApiPath, if_match, same_revision, with_etag, with_retries};
use crate::auth::SignedIn;
use crate::problem::Problem;

/// Which contact goes into this one, and what is to become of single fields.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Merging {
    /// The id of the contact that goes.
    from: i64,
    /// Without, this contact's, or the other's where this one has none.
    name: Option<String>,
    /// Likewise.
    organization: Option<String>,
    /// Without, those of both, each once.
    phones: Option<Vec<String>>,
    /// Likewise.
    emails: Option<Vec<String>>,
    /// Without, both, one below the other.
    note: Option<String>,
    /// As the name.
    url: Option<String>,
}

/// Make one contact of two; the other is deleted
#[utoipa::path(post, path = "/api/v1/contacts/{id}/merge", tag = "contacts",
    params(("id" = i64, Path)), request_body = Merging,
    responses((status = 201, body = ContactDetail), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    _: SignedIn,
    ApiPath(id): ApiPath<i64>,
    headers: HeaderMap,
    ApiJson(merging): ApiJson<Merging>,
) -> Result<Response, Problem> {
    let expected = if_match(&headers)?;
    if merging.from == id {
        return Err(Problem::invalid("from", "is this contact itself"));
    }
    let (id, from) = (ContactId(id), ContactId(merging.from));
    let chosen = merging.chosen();
    let contact = with_retries(expected, || async {
        let contacts = app.directory.contacts();
        let one = contacts.contact(id).await?;
        let one = one.ok_or_else(|| Problem::not_found("contact"))?;
        same_revision(expected, one.revision)?;
        let other = contacts.contact(from).await?;
        let other = other.ok_or_else(|| Problem::invalid("from", "there is no such contact"))?;
        let mut draft = app.contacts.both(&one.draft, &other.draft);
        chosen.clone().apply(&mut draft)?;
        let merged = app.contacts.merge(&one, &other, &draft).await?;
        // One of them went in between: who asks again hears which.
        merged.ok_or_else(Problem::stale)
    });
    let contact = contact.await?;
    let view = ContactDetail::new(&contact, app.configuration.now().country);
    Ok(with_etag(StatusCode::CREATED, contact.revision, view))
}

impl Merging {
    fn chosen(self) -> ContactFields {
        ContactFields {
            name: self.name,
            organization: self.organization,
            phones: self.phones,
            emails: self.emails,
            note: self.note,
            url: self.url,
        }
    }
}
