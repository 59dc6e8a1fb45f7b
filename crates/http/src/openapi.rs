//! The description of the API, generated from the code.

use axum::Json;
use utoipa::OpenApi;

use crate::router::api_router;

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
pub(crate) struct ApiDoc;

/// The description of the API as JSON, for tools and for the page.
pub fn openapi_json() -> String {
    let (_, document) = api_router().split_for_parts();
    // A document of our own making can be written.
    document.to_pretty_json().unwrap_or_default()
}

/// This description
#[utoipa::path(get, path = "/api/openapi.json", tag = "meta",
    responses((status = 200, description = "OpenAPI 3.1")))]
pub(crate) async fn handler() -> Json<utoipa::openapi::OpenApi> {
    let (_, document) = api_router().split_for_parts();
    Json(document)
}
