//! The description of the API, generated from the code.

use axum::Json;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{App, api, live};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "offhook",
        description = "Who calls, who took it, who needs a call back. Credentials: the session's \
                       cookie, `Authorization: Bearer TOKEN`, or Zammad's \
                       `Authorization: Token token=TOKEN`."
    ),
    components(schemas(crate::problem::Problem))
)]
struct ApiDoc;

/// The operations that `GET /api/openapi.json` describes.
pub(crate) fn api_router() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(ApiDoc::openapi())
        .routes(routes!(handler))
        .routes(routes!(
            api::session::sign_in::handler,
            api::session::sign_out::handler
        ))
        .routes(routes!(
            api::session::me::handler,
            api::session::change_me::handler
        ))
        .merge(api::welcome::router())
        .merge(api::calls::router())
        .routes(routes!(api::cti::log::handler))
        .routes(routes!(api::cti::done::handler))
        .routes(routes!(api::cti::done_bulk::handler))
        .routes(routes!(live::handler))
        .merge(api::contacts::router())
        .merge(api::users::router())
        .merge(api::tokens::router())
        .merge(api::sources::router())
        .merge(api::settings::router())
        .merge(api::requests::router())
}

/// The description of the API as JSON, for tools and for the page.
pub fn openapi_json() -> String {
    let (_, document) = api_router().split_for_parts();
    // A document of our own making can be written.
    document.to_pretty_json().unwrap_or_default()
}

/// This description
#[utoipa::path(get, path = "/api/openapi.json", tag = "meta",
    responses((status = 200, description = "OpenAPI 3.1")))]
async fn handler() -> Json<utoipa::openapi::OpenApi> {
    let (_, document) = api_router().split_for_parts();
    Json(document)
}
