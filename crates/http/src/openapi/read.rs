use axum::Json;
use utoipa::openapi::OpenApi;

/// This description
#[utoipa::path(get, path = "/api/openapi.json", tag = "meta",
    responses((status = 200, description = "OpenAPI 3.1")))]
pub(super) async fn handler() -> Json<OpenApi> {
    Json(super::document())
}
