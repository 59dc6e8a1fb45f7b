use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::{ContactView, ListedContact};
use crate::App;
use crate::api::{ApiQuery, Listed, PageQuery, rfc3339};
use crate::auth::SignedIn;
use crate::problem::Problem;

/// Which contacts.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filters {
    /// Text in a name or organisation, or digits of a number.
    q: Option<String>,
    /// 1 to 500.
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Contacts, newest first
#[utoipa::path(get, path = "/api/v1/contacts", tag = "contacts", params(Filters),
    responses((status = 200, body = Listed<ListedContact>), (status = 401, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    user: SignedIn,
    ApiQuery(filters): ApiQuery<Filters>,
) -> Result<Json<Listed<ListedContact>>, Problem> {
    let page = PageQuery::read(filters.limit.as_deref(), filters.cursor.as_deref())?;
    let search = filters
        .q
        .as_deref()
        .map(str::trim)
        .filter(|search| !search.is_empty());
    let contacts = app
        .directory
        .contacts()
        .contacts(search, page.after, page.limit)
        .await?;
    let country = app.configuration.now().country;
    let visibility = user.visibility(&app);
    let last = app.log.last_calls(&contacts.items, country, &visibility);
    let items = (contacts.items.iter().zip(last.await?))
        .map(|(contact, last_call_at)| ListedContact {
            contact: ContactView::new(contact, country),
            last_call_at: last_call_at.map(rfc3339),
        })
        .collect();
    Ok(Json(Listed::new(items, contacts.next)))
}
