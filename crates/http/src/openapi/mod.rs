//! The description of the API, generated from the code.

mod read;

use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodFilter, on};
use utoipa::openapi::HttpMethod;
use utoipa::{OpenApi, Path};

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

/// Some operations of the API.
pub(crate) struct Operations {
    /// What answers them.
    pub(crate) router: fn() -> Router<App>,
    /// What describes them.
    pub(crate) description: fn() -> utoipa::openapi::OpenApi,
}

/// Makes `OPERATIONS` of modules with a `handler` each.
///
/// Not utoipa-axum's `routes!`, which describes an operation in order to route to it: a server that
/// nobody asks for the description does without, and starts with less memory.
macro_rules! operations {
    ($($operation:ident),+ $(,)?) => {
        pub(crate) const OPERATIONS: $crate::openapi::Operations = $crate::openapi::Operations {
            router: || {
                let router = axum::Router::new();
                $(let router = $crate::openapi::route::<$operation::__path_handler, _, _>(
                    router,
                    $operation::handler,
                );)+
                router
            },
            description: || {
                #[derive(utoipa::OpenApi)]
                #[openapi(paths($($operation::handler),+))]
                struct Description;

                <Description as utoipa::OpenApi>::openapi()
            },
        };
    };
}

pub(crate) use operations;

operations![read];

const ALL: &[Operations] = &[
    OPERATIONS,
    live::OPERATIONS,
    api::session::OPERATIONS,
    api::welcome::OPERATIONS,
    api::calls::OPERATIONS,
    api::cti::OPERATIONS,
    api::contacts::OPERATIONS,
    api::dial::OPERATIONS,
    api::users::OPERATIONS,
    api::tokens::OPERATIONS,
    api::sources::OPERATIONS,
    api::settings::OPERATIONS,
    api::requests::OPERATIONS,
];

/// What answers all of them.
pub(crate) fn api_router() -> Router<App> {
    let routers = ALL.iter().map(|operations| (operations.router)());
    routers.fold(Router::new(), Router::merge)
}

/// Lets a handler answer the operation that is described by `P`.
pub(crate) fn route<P: Path, T: 'static, H: Handler<T, App>>(
    router: Router<App>,
    handler: H,
) -> Router<App> {
    let methods = P::methods();
    match methods.iter().map(filter).reduce(MethodFilter::or) {
        Some(methods) => router.route(&P::path(), on(methods, handler)),
        None => router,
    }
}

fn filter(method: &HttpMethod) -> MethodFilter {
    match method {
        HttpMethod::Get => MethodFilter::GET,
        HttpMethod::Post => MethodFilter::POST,
        HttpMethod::Put => MethodFilter::PUT,
        HttpMethod::Delete => MethodFilter::DELETE,
        HttpMethod::Options => MethodFilter::OPTIONS,
        HttpMethod::Head => MethodFilter::HEAD,
        HttpMethod::Patch => MethodFilter::PATCH,
        HttpMethod::Trace => MethodFilter::TRACE,
    }
}

/// The description of the API as JSON, for tools and for the page.
pub fn openapi_json() -> String {
    // A document of our own making can be written.
    document().to_pretty_json().unwrap_or_default()
}

fn document() -> utoipa::openapi::OpenApi {
    let mut document = ApiDoc::openapi();
    for operations in ALL {
        document.merge((operations.description)());
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
