//! What every request goes through, whichever route it takes.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use futures_util::FutureExt;
use http::Request;
use hyper::body::Incoming;
use tower::ServiceExt;

use crate::App;
use crate::layers::{client, normalize_path, panic_problem, secure};
use crate::router::router;

/// The routes, and what is around them: one step, since each layer of a router costs every request
/// a few allocations.
#[derive(Clone)]
pub struct Front {
    app: App,
    routes: Router,
}

impl Front {
    /// Everything the server answers. `page` answers what is no part of the API.
    pub fn new(app: App, page: Router) -> Self {
        Self {
            routes: router(app.clone(), page),
            app,
        }
    }

    /// Answers a request that came from this address.
    pub(crate) async fn answer(
        self,
        peer: SocketAddr,
        request: Request<Incoming>,
    ) -> Result<Response, Infallible> {
        let mut request = request.map(Body::new);
        // Before the routes, since it changes which one is meant.
        if let Some(uri) = normalize_path(request.uri()) {
            *request.uri_mut() = uri;
        }
        let client = client(&self.app, peer.ip().to_canonical(), request.headers());
        request.extensions_mut().insert(client);
        let answered = AssertUnwindSafe(self.routes.oneshot(request)).catch_unwind();
        let mut response = match answered.await {
            Ok(Ok(response)) => response,
            Err(panic) => panic_problem(panic.as_ref()),
        };
        secure(response.headers_mut());
        Ok(response)
    }
}
