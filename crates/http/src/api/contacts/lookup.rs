use axum::Json;
use axum::extract::State;
use offhook_core::number::NumberKey;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::NumberView;
use crate::App;
use crate::api::ApiQuery;
use crate::api::calls::{MatchView, match_views};
use crate::auth::SignedIn;
use crate::problem::Problem;

/// Which number.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// In any spelling.
    number: String,
}

/// Who a number is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Lookup {
    #[serde(flatten)]
    number: NumberView,
    /// Contacts it may be, best first.
    matches: Vec<MatchView>,
}

/// Who is this
#[utoipa::path(get, path = "/api/v1/lookup", tag = "contacts", params(Asked),
    responses((status = 200, body = Lookup), (status = 401, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    _: SignedIn,
    ApiQuery(asked): ApiQuery<Asked>,
) -> Result<Json<Lookup>, Problem> {
    let country = app.configuration.now().country;
    let key = NumberKey::of(&asked.number, country);
    let keys: Vec<NumberKey> = key.into_iter().collect();
    let found = app.directory.who_are(&keys).await?;
    let matches = found.into_values().next().unwrap_or_default();
    Ok(Json(Lookup {
        number: NumberView::new(&asked.number, country),
        matches: match_views(&matches),
    }))
}
