//! The description of the API, generated from the code.

use axum::{Json, Router};
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

/// The operations that `GET /api/openapi.json` describes, some at a time: the description of all of
/// them takes 3 MiB, which a server that nobody asks for it does without.
const OPERATIONS: [fn() -> OpenApiRouter<App>; 13] = [
    router,
    live::router,
    api::session::router,
    api::welcome::router,
    api::calls::router,
    api::cti::router,
    api::contacts::router,
    api::dial::router,
    api::users::router,
    api::tokens::router,
    api::sources::router,
    api::settings::router,
    api::requests::router,
];

fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(handler))
}

/// What answers those operations.
pub(crate) fn api_router() -> Router<App> {
    (OPERATIONS.iter()).fold(Router::new(), |router, operations| {
        router.merge(operations())
    })
}

/// The description of the API as JSON, for tools and for the page.
pub fn openapi_json() -> String {
    // A document of our own making can be written.
    document().to_pretty_json().unwrap_or_default()
}

/// This description
#[utoipa::path(get, path = "/api/openapi.json", tag = "meta",
    responses((status = 200, description = "OpenAPI 3.1")))]
async fn handler() -> Json<utoipa::openapi::OpenApi> {
    Json(document())
}

fn document() -> utoipa::openapi::OpenApi {
    let mut document = ApiDoc::openapi();
    for operations in OPERATIONS {
        document.merge(operations().into_openapi());
    }
    for (path, item) in &mut document.paths.paths {
        let operations = [
            ("get", &mut item.get),
            ("post", &mut item.post),
            ("put", &mut item.put),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                operation.operation_id = Some(operation_id(method, path));
            }
        }
    }
    document
}

/// `get_calls_by_id` for `GET /api/v1/calls/{id}`: every handler is called so, and an id must be
/// one operation's alone.
fn operation_id(method: &str, path: &str) -> String {
    let path = path.trim_start_matches("/api/").trim_start_matches("v1/");
    let words = path
        .split(['/', '.'])
        .map(|word| match word.strip_prefix('{') {
            Some(name) => format!("by_{}", name.trim_end_matches('}')),
            None => word.to_owned(),
        });
    std::iter::once(method.to_owned())
        .chain(words)
        .collect::<Vec<_>>()
        .join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_have_ids_of_their_own() {
        assert_eq!(operation_id("get", "/api/v1/calls/{id}"), "get_calls_by_id");
        let text = openapi_json();
        let ids: Vec<&str> = text
            .lines()
            .filter(|line| line.trim_start().starts_with("\"operationId\""))
            .collect();
        let different: std::collections::HashSet<&&str> = ids.iter().collect();
        assert!(ids.len() > 40);
        assert_eq!(different.len(), ids.len());
    }
}
